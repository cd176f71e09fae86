"""Everything known of one station, in groups that a page can simply walk through."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import (
    AMENITIES,
    Audience,
    BuilderType,
    Datum,
    HostType,
    Labelled,
)
from station_map.web.pages import wording
from station_map.web.pages.cards import access_zh, honour_zh, kind_zh


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what, and what is known of it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class AmenityLine:
    """One amenity with its note, for example "3 个 · 3元/次"."""

    code: str
    zh: str
    note: str


@dataclass(frozen=True, slots=True)
class AmenityGroup:
    """Amenities of one state; `look` is yes, partial, broken, no or unknown."""

    look: str
    title: str
    amenities: tuple[AmenityLine, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """A station's page: facts in three parts, amenities in five groups."""

    getting_in: tuple[Fact, ...]
    place: tuple[Fact, ...]
    provenance: tuple[Fact, ...]
    amenities: tuple[AmenityGroup, ...]


_GROUPS: Final = (
    ("yes", "有"),
    ("partial", "部分"),
    ("broken", "坏了"),
    ("no", "没有"),
    ("unknown", "不清楚"),
)


def make_details(properties: str, lon: float, lat: float) -> Details:
    """The page of a station from the JSON text of all its fields; degrees in WGS-84."""
    facts: dict[str, Any] = json.loads(properties)
    return Details(
        getting_in=_facts(facts, _GETTING_IN),
        place=(*_facts(facts, _PLACE), Fact("坐标", f"{lon:.6f}, {lat:.6f}（WGS-84）")),
        provenance=_facts(facts, _PROVENANCE),
        amenities=_amenities(facts.get("amenities") or {}, facts.get("amenity_facts") or {}),
    )


Telling = Callable[[Mapping[str, Any]], str | None]


def _facts(facts: Mapping[str, Any], tellings: tuple[tuple[str, Telling], ...]) -> tuple[Fact, ...]:
    told = ((label, telling(facts)) for label, telling in tellings)
    return tuple(Fact(label, value) for label, value in told if value)


def _plain(field: str, unit: str = "") -> Telling:
    def telling(facts: Mapping[str, Any]) -> str | None:
        value = facts.get(field)
        return None if value is None or value == "" else f"{value}{unit}"

    return telling


def _label(field: str, vocabulary: type[Labelled]) -> Telling:
    def telling(facts: Mapping[str, Any]) -> str | None:
        value = facts.get(field)
        return vocabulary(value).zh if value else None

    return telling


def _day(field: str) -> Telling:
    def telling(facts: Mapping[str, Any]) -> str | None:
        value = facts.get(field)
        return str(value)[:10] if value else None

    return telling


def _hours(facts: Mapping[str, Any]) -> str:
    code, said = facts.get("opening_hours"), facts.get("hours_text")
    if code is None:
        return f"不确定。原文：{said}" if said else "不清楚"
    return wording.hours_zh(code) or str(said or code)


def _road(facts: Mapping[str, Any]) -> str | None:
    parts = [facts.get(name) for name in ("road_ref", "road_direction", "road_stake")]
    return " ".join(str(part) for part in parts if part) or None


def _bays(facts: Mapping[str, Any]) -> str | None:
    total = facts.get("bays_total")
    if total is None:
        return None
    paid = {True: "，收费", False: "，免费", None: ""}[facts.get("parking_paid")]
    return f"{total} 个{paid}"


_GETTING_IN: Final[tuple[tuple[str, Telling], ...]] = (
    ("开放时间", _hours),
    ("有人值守", _plain("staffed_hours")),
    ("怎么进门", lambda facts: access_zh(facts, ask_registration=True)),
    ("服务对象", _label("audience", Audience)),
    ("费用", _plain("price")),
    ("规定", _plain("rules")),
    ("电话", _plain("phone")),
    ("座位", _plain("seats", " 个")),
    ("面积", _plain("area_m2", " 平方米")),
    ("货车停车位", _bays),
    ("限高", _plain("max_height_m", " 米")),
    ("限长", _plain("max_length_m", " 米")),
    ("安全", _plain("security_level")),
)
_PLACE: Final[tuple[tuple[str, Telling], ...]] = (
    ("地区", _plain("district")),
    ("地址", _plain("address")),
    ("怎么找", _plain("landmark")),
    ("楼层", _plain("floor")),
    ("入口", _plain("entrance_note")),
    ("公路", _road),
    ("设在", _label("host_type", HostType)),
)
_PROVENANCE: Final[tuple[tuple[str, Telling], ...]] = (
    ("编号", _plain("code")),
    ("类型", kind_zh),
    ("荣誉", lambda facts: honour_zh(facts.get("honours") or ())),
    ("建设", _label("builder_type", BuilderType)),
    ("管理单位", _plain("operator")),
    ("信息来自", _plain("source")),
    ("坐标原来是", _label("source_datum", Datum)),
    ("最后核实", _day("verified_at")),
    ("状态说明", _plain("status_reason")),
    ("暂停到", _day("suspended_until")),
    ("备注", _plain("note")),
)


def _amenities(
    states: Mapping[str, str], more: Mapping[str, Mapping[str, Any]]
) -> tuple[AmenityGroup, ...]:
    groups = []
    for look, title in _GROUPS:
        lines = tuple(
            AmenityLine(amenity.code, amenity.zh, _note(more.get(amenity.code) or {}))
            for amenity in AMENITIES
            if (states.get(amenity.code) or "unknown") == look
        )
        if lines:
            groups.append(AmenityGroup(look, title, lines))
    return tuple(groups)


def _note(known: Mapping[str, Any]) -> str:
    quantity = known.get("quantity")
    parts = [f"{quantity} 个" if quantity else "", known.get("fee") or "", known.get("note") or ""]
    return " · ".join(part for part in parts if part)

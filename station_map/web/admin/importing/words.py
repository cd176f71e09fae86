"""Differences between what is stored and what a row brings, in Chinese, as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from station_map.domain import vocabulary
from station_map.domain.vocabulary import AMENITIES, Labelled
from station_map.geo.distance import distance_m
from station_map.importers.tables.targets import FIELD_LABELS

_AMENITY_ZH: Final = {amenity.code: amenity.zh for amenity in AMENITIES}
_STATE_ZH: Final = {"yes": "有", "no": "没有", "partial": "部分", "broken": "坏了"}
_MORE: Final = {
    "adcode": "所在地区",
    "stated_district": "表里写的县区",
    "source_lon": "原来的经度",
    "source_lat": "原来的纬度",
    "source_datum": "原来的坐标系",
    "verified_by": "核实人",
    "hours_verified_at": "时间的核实日期",
    "bays_at": "空余泊位的时间",
    "lon": "经度",
    "lat": "纬度",
    "demo": "示例数据",
}
_LONGEST: Final = 300


def _labels() -> dict[str, str]:
    """Chinese of every code of the vocabularies: fields share them without a clash."""
    found: dict[str, str] = {}
    for thing in vars(vocabulary).values():
        if isinstance(thing, type) and issubclass(thing, Labelled) and issubclass(thing, StrEnum):
            found |= {member.value: member.zh for member in thing}
    return found


_LABELS: Final = _labels()
_CODED: Final = frozenset(
    ("kind", "status", "service_level", "access_method", "audience", "source_datum",
     "host_type", "builder_type", "honours")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: its name, and what it was and will be; "" for unknown."""

    label: str
    before: str
    after: str


def differences(changes: Mapping[str, Any]) -> list[Difference]:
    """The changes of a station, as {field: [before, after]}, in words."""
    found = _move(changes)
    hidden = {"lon", "lat", "source_lon", "source_lat"} if found else set()
    for name, (before, after) in sorted(changes.items()):
        if name in hidden:
            continue
        if name == "amenities":
            found += _amenities(before or {}, after or {})
        else:
            label = _MORE.get(name) or FIELD_LABELS.get(name, name)
            found.append(Difference(label, _text(name, before), _text(name, after)))
    return found


def _move(changes: Mapping[str, Any]) -> list[Difference]:
    """A new position as one difference, with how far it is from the old one."""
    (west, east), (south, north) = (
        changes.get("lon", (None, None)),
        changes.get("lat", (None, None)),
    )
    if not all(isinstance(one, int | float) for one in (west, east, south, north)):
        return []
    metres = distance_m(west, south, east, north)
    words = f"{east:.6f}, {north:.6f}（移动约 {metres:,.0f} 米）"
    return [Difference("位置", f"{west:.6f}, {south:.6f}", words)]


def _amenities(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(_AMENITY_ZH.get(code, code), _fact(before.get(code)), _fact(after.get(code)))
        for code in sorted({*before, *after})
        if before.get(code) != after.get(code)
    ]


def _fact(fact: Mapping[str, Any] | None) -> str:
    if fact is None:
        return ""
    words = [_STATE_ZH.get(fact.get("state", ""), ""), fact.get("note"), fact.get("fee")]
    if fact.get("quantity") is not None:
        words.append(f"{fact['quantity']} 个")
    return "，".join(str(word) for word in words if word)[:_LONGEST]


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_text(name, one) for one in value)[:_LONGEST]
    if name in _CODED and isinstance(value, str):
        return _LABELS.get(value, value)
    if isinstance(value, str) and len(value) > len("2026-01-01T") and value[10:11] == "T":
        return value[:10]
    return str(value)[:_LONGEST]

"""A station as a card shows it: facts turned into words, shapes and order."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_BY_CODE,
    AccessMethod,
    Honour,
    Kind,
    Preset,
    ServiceLevel,
    Status,
)
from station_map.geo.distance import distance_m
from station_map.web.pages import wording
from station_map.web.pages.links import go_url

_SHOWN: Final = 5
_STATE_WORD: Final = {"yes": "", "partial": "部分", "broken": "坏了", "no": "没有"}
_UNKNOWN: Final = "不清楚"


@dataclass(frozen=True, slots=True)
class State:
    """Whether one can go in: a shape, a word and, by `look`, a colour."""

    look: str
    shape: str
    words: str


@dataclass(frozen=True, slots=True)
class AmenityMark:
    """One amenity on a card; `look` is yes, partial, broken, no or unknown."""

    code: str
    zh: str
    look: str
    note: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card says. lon, lat: degrees, WGS-84. `distance` and `minutes` are empty without a position."""

    code: str
    name: str
    lon: float
    lat: float
    kind: str
    district: str
    state: State
    distance: str
    minutes: str
    amenities: tuple[AmenityMark, ...]
    further: int
    access: str
    verified: str
    honour: str
    demo: bool
    go: str


_STATUS_STATES: Final = {
    Status.PLANNED: State("closed", "○", "筹建中，还没开放"),
    Status.SUSPENDED: State("suspended", "⊘", "暂停开放"),
    Status.CLOSED: State("closed", "○", "已经关闭"),
    Status.DELISTED: State("closed", "○", "已经摘牌"),
}


def make_card(
    properties: str,
    lon: float,
    lat: float,
    *,
    presets: tuple[Preset, ...] = (),
    position: tuple[float, float] | None = None,
    today: dt.date | None = None,
) -> Card:
    """The card of a station at `lon`, `lat` from the JSON text of its properties.

    presets: the filters in force; what they ask for comes first. position: where the rider
    is, degrees, WGS-84.
    """
    facts: dict[str, Any] = json.loads(properties)
    away = None if position is None else distance_m(*position, lon, lat)
    marks = amenity_marks(facts.get("amenities") or {}, asked_amenities(presets))
    return Card(
        code=facts["code"],
        name=facts["name"],
        lon=lon,
        lat=lat,
        kind=kind_zh(facts),
        district=facts.get("district") or "",
        state=state_of(facts),
        distance="" if away is None else wording.distance_zh(away),
        minutes="" if away is None else wording.minutes_zh(away),
        amenities=marks[:_SHOWN],
        further=max(0, len(marks) - _SHOWN),
        access=access_zh(facts, asks_registration(presets)),
        verified=wording.verified_zh(facts.get("verified_at"), today or wording.today_in_china()),
        honour=honour_zh(facts.get("honours") or ()),
        demo=bool(facts.get("demo")),
        go=go_url(lon, lat, facts["name"], away),
    )


def state_of(facts: Mapping[str, Any]) -> State:
    """Status first; then the hours, and plainly unknown when nobody knows them."""
    status = Status(facts["status"])
    if status is not Status.OPEN:
        return _with_date(_STATUS_STATES[status], facts)
    hours = facts.get("opening_hours")
    if hours == "24/7":
        return State("open", "●", "24 小时开放")
    words = wording.hours_zh(hours) or (hours and (facts.get("hours_text") or hours))
    if words:
        return State("hours", "◷", words)
    said = facts.get("hours_text")
    return State("unknown", "?", f"时间不确定（原文：{said}）" if said else "时间未知")


def _with_date(state: State, facts: Mapping[str, Any]) -> State:
    until = facts.get("suspended_until")
    if state.look != "suspended" or not until:
        return state
    return State(state.look, state.shape, f"{state.words}，到 {until}")


def asked_amenities(presets: Iterable[Preset]) -> tuple[str, ...]:
    """Codes that the filters name, each once, in their order."""
    codes = [code for preset in presets for code in (*preset.amenities, *preset.any_of)]
    return tuple(dict.fromkeys(codes))


def asks_registration(presets: Iterable[Preset]) -> bool:
    """Whether a filter is about having to register."""
    return any(preset.registration_required is not None for preset in presets)


def amenity_marks(states: Mapping[str, str], asked: tuple[str, ...]) -> tuple[AmenityMark, ...]:
    """What was asked for first, known or not; then what is there; nothing else."""
    others = [
        amenity.code
        for amenity in AMENITIES
        if amenity.code not in asked and states.get(amenity.code) in {"yes", "partial"}
    ]
    wanted = [code for code in asked if not _covered(code, asked, states)]
    return tuple(_mark(code, states, asked=code in asked) for code in (*wanted, *others))


def _covered(code: str, asked: tuple[str, ...], states: Mapping[str, str]) -> bool:
    """A toilet nearby need not be spoken of where there is one inside, and the reverse."""
    pair = {"toilet": "toilet_nearby", "toilet_nearby": "toilet"}
    twin = pair.get(code)
    return twin in asked and states.get(code) != "yes" and states.get(twin or "") == "yes"


def _mark(code: str, states: Mapping[str, str], *, asked: bool) -> AmenityMark:
    state = states.get(code)
    look, note = (state, _STATE_WORD[state]) if state else ("unknown", _UNKNOWN)
    return AmenityMark(code, AMENITY_BY_CODE[code].zh, look, note, asked)


def access_zh(facts: Mapping[str, Any], ask_registration: bool = False) -> str:
    """How to get in, with what is known of registering."""
    method = facts.get("access_method")
    words = [AccessMethod(method).zh if method else "怎么进门不清楚"]
    needed = facts.get("registration_required")
    if needed is not None:
        words.append("要登记" if needed else "免登记")
    elif ask_registration:
        words.append("是否登记不清楚")
    return " · ".join(words)


def kind_zh(facts: Mapping[str, Any]) -> str:
    """Kind and, where known, service level."""
    level = facts.get("service_level")
    words = [Kind(facts["kind"]).zh]
    if level:
        words.append(ServiceLevel(level).zh)
    return " · ".join(words)


def honour_zh(honours: Iterable[str]) -> str:
    """Titles in words."""
    return "、".join(Honour(honour).zh for honour in honours)

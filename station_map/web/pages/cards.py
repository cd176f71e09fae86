"""A station as a card shows it: facts turned into words, shapes and order."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from station_map.domain.hours import StateCode, local_day
from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_BY_CODE,
    AccessMethod,
    Honour,
    Kind,
    Preset,
    ServiceLevel,
)
from station_map.geo.distance import distance_m
from station_map.store.live import Said
from station_map.web.language import label, mark, t
from station_map.web.pages import wording
from station_map.web.pages.links import go_url
from station_map.web.pages.live_words import LiveLine, live_lines
from station_map.web.pages.order import reach_m
from station_map.web.states import Stored, day_of, state_in_words, state_of, this_minute

_SHOWN: Final = 5
_STATE_WORD: Final = {
    "yes": "",
    "partial": mark("部分"),
    "broken": mark("坏了"),
    "no": mark("没有"),
}
_UNKNOWN: Final = mark("不清楚")


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
    label: str
    look: str
    note: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card says. lon, lat: degrees, WGS-84. `distance` and `minutes` are empty without a position.

    has: codes of what is there, working or not. reach: metres that its place in a list goes by
    (`order.reach_m`), 0 without a position. live: what devices said lately.
    """

    code: str
    name: str
    lon: float
    lat: float
    kind: str
    district: str
    state: State
    hours: str
    distance: str
    minutes: str
    amenities: tuple[AmenityMark, ...]
    further: int
    access: str
    verified: str
    reported_locked: bool
    has: tuple[str, ...]
    honour: str
    demo: bool
    go: str
    reach: float = 0.0
    live: tuple[LiveLine, ...] = ()

    @property
    def look(self) -> str:
        """The state's."""
        return self.state.look


_SHAPES: Final = {
    StateCode.OPEN: ("open", "●"),
    StateCode.CLOSING_SOON: ("soon", "◐"),
    StateCode.CLOSED: ("closed", "○"),
    StateCode.SUSPENDED: ("suspended", "⊘"),
    StateCode.UNKNOWN: ("unknown", "?"),
}


class Found(Stored, Protocol):
    """A station of the store or of a search. lon, lat: degrees, WGS-84; card: JSON text."""

    @property
    def lon(self) -> float: ...

    @property
    def lat(self) -> float: ...

    @property
    def card(self) -> str | bytes: ...


def make_card(
    found: Found,
    *,
    presets: tuple[Preset, ...] = (),
    position: tuple[float, float] | None = None,
    minute: int | None = None,
    said: Iterable[Said] = (),
) -> Card:
    """The card of a station, now or in the given minute since 1970-01-01 UTC.

    presets: the filters in force; what they ask for comes first. position: where the rider
    is, degrees, WGS-84. said: what devices there said lately.
    """
    minute = this_minute() if minute is None else minute
    lon, lat = found.lon, found.lat
    facts: dict[str, Any] = json.loads(found.card)
    away = None if position is None else distance_m(*position, lon, lat)
    marks = amenity_marks(facts.get("amenities") or {}, asked_amenities(presets))
    return Card(
        code=facts["code"],
        name=facts["name"],
        lon=lon,
        lat=lat,
        kind=kind_in_words(facts),
        district=facts.get("district") or "",
        state=_state(found, minute, facts.get("hours_text")),
        hours=hours_of(facts),
        distance="" if away is None else wording.distance(away),
        minutes="" if away is None else wording.minutes(away),
        amenities=marks[:_SHOWN],
        further=max(0, len(marks) - _SHOWN),
        access=access_in_words(facts, asks_registration(presets)),
        verified=wording.verified(facts.get("verified_at"), day_of(minute)),
        reported_locked=facts.get("reported_locked") is True,
        has=what_is_there(facts.get("amenities") or {}),
        honour=honours_in_words(facts.get("honours") or ()),
        demo=bool(facts.get("demo")),
        go=go_url(lon, lat, facts["name"], away),
        reach=0.0 if away is None else reach_m(away, verified_on(facts), day_of(minute)),
        live=live_lines(said, dt.datetime.now(dt.UTC)) if said else (),
    )


def verified_on(facts: Mapping[str, Any]) -> dt.date | None:
    """The day in China on which somebody last verified it."""
    at = facts.get("verified_at")
    return None if at is None else local_day(dt.datetime.fromisoformat(at))


def _state(found: Found, minute: int, hours_text: str | None) -> State:
    """Open or not, as a shape and words; where nobody knows, what the union wrote."""
    shown = _shown_state(state_of(found, minute).state.code, state_in_words(found, minute))
    if shown.look == "unknown" and hours_text:
        return replace(shown, words=shown.words + t("（原文：%(text)s）", text=hours_text))
    return shown


def _shown_state(code: StateCode, words: str) -> State:
    look, shape = _SHAPES[code]
    return State(look, shape, words)


def hours_of(facts: Mapping[str, Any]) -> str:
    """The usual hours in words; empty when unknown, or when the state says it all."""
    hours = facts.get("opening_hours")
    if not hours or hours == "24/7":
        return ""
    return wording.hours(hours) or facts.get("hours_text") or hours


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


def what_is_there(states: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of what a station has, working or not, in the order in which people see them."""
    return tuple(
        one.code for one in AMENITIES if states.get(one.code) in {"yes", "partial", "broken"}
    )


def _covered(code: str, asked: tuple[str, ...], states: Mapping[str, str]) -> bool:
    """A toilet nearby need not be spoken of where there is one inside, and the reverse."""
    pair = {"toilet": "toilet_nearby", "toilet_nearby": "toilet"}
    twin = pair.get(code)
    return twin in asked and states.get(code) != "yes" and states.get(twin or "") == "yes"


def _mark(code: str, states: Mapping[str, str], *, asked: bool) -> AmenityMark:
    state = states.get(code)
    look, note = (state, _STATE_WORD[state]) if state else ("unknown", _UNKNOWN)
    return AmenityMark(code, label(AMENITY_BY_CODE[code]), look, note and t(note), asked)


def access_in_words(facts: Mapping[str, Any], ask_registration: bool = False) -> str:
    """How to get in, with what is known of registering."""
    method = facts.get("access_method")
    words = [label(AccessMethod(method)) if method else t("怎么进门不清楚")]
    needed = facts.get("registration_required")
    if needed is not None:
        words.append(t("要登记") if needed else t("免登记"))
    elif ask_registration:
        words.append(t("是否登记不清楚"))
    return " · ".join(words)


def kind_in_words(facts: Mapping[str, Any]) -> str:
    """Kind and, where known, service level."""
    level = facts.get("service_level")
    words = [label(Kind(facts["kind"]))]
    if level:
        words.append(label(ServiceLevel(level)))
    return " · ".join(words)


def honours_in_words(honours: Iterable[str]) -> str:
    """Titles in words."""
    return t("、").join(label(Honour(honour)) for honour in honours)

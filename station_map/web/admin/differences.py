"""What a revision changed, field by field in Chinese words; unknown is said as such."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from station_map.domain.fields import CONTACTS, LABELS, VOCABULARIES, label_of
from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import AMENITIES, AMENITY_BY_CODE
from station_map.geo.distance import distance_m
from station_map.store.accounts import known_areas
from station_map.web.pages import wording
from station_map.web.runtime import database

UNKNOWN: Final = "不清楚"
ABSENT: Final = "没有"
HIDDEN: Final = "（不能看）"
_LONGEST: Final = 300
_STATES: Final = {"yes": "有", "no": "没有", "partial": "部分", "broken": "坏了"}
_FLAGS: Final = {
    "registration_required": ("要登记", "不用登记"),
    "parking_paid": ("收费", "免费"),
    "demo": ("是", "不是"),
}
_HOURS: Final = frozenset({"opening_hours", "staffed_hours"})
_MOMENTS: Final = frozenset({"verified_at", "hours_verified_at", "reported_locked_at", "bays_at"})
_LISTS: Final = frozenset({"aliases", "honours"})
_POSITION: Final = ("lon", "lat")
_DEGREES: Final = frozenset({"lon", "lat", "source_lon", "source_lat"})
_DIGITS: Final = 6
_KM: Final = 1_000
_ORDER: Final = {name: place for place, name in enumerate(LABELS)}
_AMENITY_ORDER: Final = {one.code: one.id for one in AMENITIES}


class Line(NamedTuple):
    """One difference. before, after: in words; extra: what is worth saying beside it."""

    label: str
    before: str
    after: str
    extra: str = ""


class Move(NamedTuple):
    """From where to where a station was moved; degrees, WGS-84, and metres."""

    from_lon: float
    from_lat: float
    to_lon: float
    to_lat: float
    metres: float


@dataclass(frozen=True, slots=True)
class Words:
    """How differences are told to somebody.

    areas: names by adcode. contacts: whether keepers' telephones may be shown.
    """

    areas: Mapping[str, str] = field(default_factory=dict)
    contacts: bool = False

    def lines(self, changes: Mapping[str, Sequence[Any]], move: Move | None = None) -> list[Line]:
        """The differences in the order of the fields; `move` is that of these changes."""
        told: list[Line] = []
        for name in sorted(changes, key=lambda name: _ORDER.get(name, len(_ORDER))):
            before, after = changes[name]
            if name in _POSITION and move is not None:
                if name == next(one for one in _POSITION if one in changes):
                    told.append(_moved(move))
            elif name == "amenities":
                told += _amenities(before or {}, after or {})
            elif name == "hours_exceptions":
                told += _dated(before or [], after or [])
            else:
                told.append(Line(label_of(name), self.value(name, before), self.value(name, after)))
        return told

    def value(self, name: str, value: Any) -> str:
        """One value of a field."""
        if name in CONTACTS and not self.contacts:
            return UNKNOWN if value is None else HIDDEN
        if name == "adcode" and value is not None:
            return self.areas.get(str(value), str(value))
        return value_in_words(name, value)


def told_together(
    several: Sequence[Mapping[str, Sequence[Any]]], *, contacts: bool
) -> list[list[Line]]:
    """The differences of each of several changes; a new position is told as one move."""
    words = Words(area_names(several), contacts)
    return [words.lines(one, _whole_move(one)) for one in several]


def area_names(several: Iterable[Mapping[str, Sequence[Any]]]) -> dict[str, str]:
    """Names, by adcode, of the areas that changes tell of."""
    adcodes = {str(one) for told in several for one in told.get("adcode", ()) if one is not None}
    return known_areas(database(), adcodes) if adcodes else {}


def value_in_words(name: str, value: Any) -> str:  # noqa: PLR0911 - one line a kind of value
    """A value of a document's field, at most some hundred characters."""
    if value is None or value == "":
        return UNKNOWN
    if name in _LISTS:
        return "、".join(_code_in_words(name, one) for one in value) or ABSENT
    if name == "photos":
        return f"{len(value)} 张"
    if name in {"hours_exceptions", "hours_override"}:
        several = value if isinstance(value, list) else [value]
        return "；".join(_entry(one) for one in several) or ABSENT
    if name == "amenities":
        told = (f"{AMENITY_BY_CODE[code].zh} {_fact(fact)}" for code, fact in value.items())
        return "、".join(told) or ABSENT
    if isinstance(value, bool):
        return _FLAGS.get(name, ("是", "不是"))[0 if value else 1]
    if name in _MOMENTS:
        return _moment(str(value))
    if name in _HOURS:
        return hours_in_words(str(value))
    return _cut(_code_in_words(name, value))


def hours_in_words(hours: str) -> str:
    """Hours in OSM syntax as one would say them; as they stand where there are no words."""
    return "不开门" if hours == "off" else _cut(wording.hours(hours, "zh") or hours)


def move_of(changes: Mapping[str, Sequence[Any]], lon: float, lat: float) -> Move | None:
    """The move that the changes tell of; lon, lat: what holds for a part that did not change."""
    if not any(name in changes for name in _POSITION):
        return None
    pairs = [changes.get(name, (now, now)) for name, now in (("lon", lon), ("lat", lat))]
    (west, east), (south, north) = pairs
    if None in (west, east, south, north):
        return None
    return Move(west, south, east, north, distance_m(west, south, east, north))


def _whole_move(changes: Mapping[str, Sequence[Any]]) -> Move | None:
    return move_of(changes, 0.0, 0.0) if changes.keys() >= set(_POSITION) else None


def metres_in_words(metres: float) -> str:
    """A distance moved: to the metre below a kilometre."""
    if metres < 1:
        return "不到 1 米"
    return f"{metres:.0f} 米" if metres < _KM else f"{metres / _KM:.1f} 公里"


def _moved(move: Move) -> Line:
    before = f"{move.from_lon:.{_DIGITS}f}, {move.from_lat:.{_DIGITS}f}"
    after = f"{move.to_lon:.{_DIGITS}f}, {move.to_lat:.{_DIGITS}f}"
    return Line("位置", before, after, f"移了 {metres_in_words(move.metres)}")


def _amenities(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Line]:
    codes = sorted(before.keys() | after.keys(), key=lambda one: _AMENITY_ORDER.get(one, 99))
    for code in codes:
        if before.get(code) != after.get(code):
            label = AMENITY_BY_CODE[code].zh if code in AMENITY_BY_CODE else code
            yield Line(f"设施 · {label}", _fact(before.get(code)), _fact(after.get(code)))


def _fact(fact: Mapping[str, Any] | None) -> str:
    if fact is None:
        return UNKNOWN
    told = [_STATES.get(str(fact.get("state")), str(fact.get("state")))]
    if fact.get("quantity") is not None:
        told.append(f"{fact['quantity']} 个")
    told += [str(fact[name]) for name in ("note", "fee") if fact.get(name)]
    if fact.get("verified_at"):
        told.append(f"{_moment(str(fact['verified_at']))} 核实")
    return _cut("，".join(told))


def _dated(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Line]:
    label = LABELS["hours_exceptions"]
    for entry in before:
        if entry not in after:
            yield Line(label, _entry(entry), ABSENT)
    for entry in after:
        if entry not in before:
            yield Line(label, ABSENT, _entry(entry))


def _entry(entry: Mapping[str, Any]) -> str:
    first, last = str(entry.get("first_day")), str(entry.get("last_day"))
    days = first if first == last else f"{first} 至 {last}"
    hours = hours_in_words(str(entry.get("opening_hours")))
    reason = entry.get("reason")
    return _cut(f"{days} {hours}" + (f"（{reason}）" if reason else ""))


def _code_in_words(name: str, value: Any) -> str:
    vocabulary = VOCABULARIES.get(name)
    if vocabulary is not None and value in set(vocabulary):
        return vocabulary(value).zh
    if isinstance(value, float):
        return f"{value:.{_DIGITS}f}" if name in _DEGREES else f"{value:g}"
    return str(value)


def _moment(told: str) -> str:
    local = dt.datetime.fromisoformat(told).astimezone(SHANGHAI)
    return local.strftime("%Y-%m-%d %H:%M")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"

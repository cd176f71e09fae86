"""What two stations have, field by field, in words; what differs is marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from station_map.domain.duplicates import Choice, choices
from station_map.domain.fields import LABELS, label_of
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.store import accounts, duplicate_pairs
from station_map.store.duplicate_pairs import Around
from station_map.store.edits import Snapshot
from station_map.store.station_photos import photos_of
from station_map.web.admin.differences import ABSENT, UNKNOWN, Words
from station_map.web.photos import shown
from station_map.web.runtime import database

FIRST: Final = "first"
SECOND: Final = "second"
_NOT_SHOWN: Final = frozenset({"code", "name", "photos", "demo"})
_DIGITS: Final = 6


class Beside(NamedTuple):
    """One side's head: the station, its pictures, and what stands around it."""

    station: Snapshot
    name: str
    letter: str
    photos: Sequence[Any]
    around: Around
    verified: str


class Option(NamedTuple):
    """A choice in words. default: FIRST or SECOND."""

    key: str
    label: str
    first: str
    second: str
    default: str


class Same(NamedTuple):
    """A field of which both say the same."""

    label: str
    words: str


def beside(station: Snapshot, letter: str) -> Beside:
    """The head of a side."""
    document = station.document
    checked = _words(station).value("verified_at", document.get("verified_at"))
    who = document.get("verified_by")
    return Beside(
        station,
        str(document["name"]),
        letter,
        shown(station.code, str(document["name"]), photos_of(database(), station.code)),
        duplicate_pairs.around(database(), station.id),
        "没有核实过" if checked == UNKNOWN else f"{checked}{f'，{who}' if who else ''}",
    )


def _words(station: Snapshot) -> Words:
    return Words({str(station.adcode): station.district or str(station.adcode)}, contacts=True)


def options(first: Snapshot, second: Snapshot) -> list[Option]:
    """What the two tell differently, in words."""
    found = choices(first.document, second.document)
    areas = accounts.known_areas(database(), {str(s.adcode) for s in (first, second) if s.adcode})
    words = Words(areas, contacts=True)
    return [
        Option(
            one.key,
            f"设施 · {AMENITY_BY_CODE[one.amenity].zh}" if one.amenity else one.label,
            _value(words, one, one.kept),
            _value(words, one, one.gone),
            FIRST if one.default == "kept" else SECOND,
        )
        for one in found
    ]


def _value(words: Words, one: Choice, values: tuple[Any, ...]) -> str:
    if one.amenity is not None:
        told = words.value("amenities", {one.amenity: values[0]} if values[0] else None)
        return told.partition(" ")[2] or told
    if one.key == "position":
        return f"{values[0]:.{_DIGITS}f}, {values[1]:.{_DIGITS}f}"
    known = [
        (name, value) for name, value in zip(one.fields, values, strict=True) if value is not None
    ]
    if not known:
        return UNKNOWN
    if len(one.fields) == 1:
        return words.value(*known[0])
    first, *others = known
    more = (f"{label_of(name)} {words.value(name, value)}" for name, value in others)
    return "；".join((words.value(*first), *more))


def same(first: Snapshot, second: Snapshot) -> list[Same]:
    """What both tell alike, and is known."""
    differ = {name for one in choices(first.document, second.document) for name in one.fields}
    words = _words(first)
    return [
        Same(label_of(name), words.value(name, value))
        for name in LABELS
        if name not in differ | _NOT_SHOWN
        and (value := first.document.get(name)) == second.document.get(name)
        and words.value(name, value) not in {UNKNOWN, ABSENT}
    ]


def kept_both(first: Snapshot, second: Snapshot) -> list[Option]:
    """What is not chosen because both stay: titles and other names."""
    words = _words(first)
    return [
        Option(
            name,
            label_of(name),
            words.value(name, first.document.get(name) or None),
            words.value(name, second.document.get(name) or None),
            "",
        )
        for name in ("aliases", "honours", "photos")
        if first.document.get(name) or second.document.get(name)
    ]

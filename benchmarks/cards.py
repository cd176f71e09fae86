"""Rows of `station_card` for synthetic stations, for measuring speed only.

The product derives cards in the database (`station_refresh`), from stations and their
amenities. Ten million of them would take hours that way, so here the same text is made
directly; tests/benchmarks/test_cards.py holds both ways to be equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.generate_stations import AMENITY_CODES, STATES, YES, Batch, Numbers
from station_map.domain.hours import Timetable
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.store.facets import FACET_ID
from station_map.store.timetables import facets_of

COLUMNS: Final = (
    "station_id, code, status, demo, opening_hours, timetable_id, position, facet_ids, known_amenity_ids,"
    " properties, search_text"
)
# Well-known binary of a point in EPSG:4326, as hexadecimal digits, before its coordinates.
_POINT: Final = "0101000020E6100000"
_POINT_DIGITS: Final = 32

# Ids in the order of the columns of `Batch.amenities`, and those columns in the order of ids.
_IDS: Final = np.array([AMENITY_BY_CODE[code].id for code in AMENITY_CODES])
_BY_ID: Final = np.argsort(_IDS)


def copy_lines(
    batch: Batch, timetables: Mapping[str, int], rows: Numbers | None = None
) -> Iterator[str]:
    """Lines of COPY's text format, in the order of `COLUMNS`; only `rows` when given.

    timetables: ids by opening hours ("" is unknown) of those without exceptions.

    No generated text holds a character that COPY would want escaped. A station's number
    in its seed (from 0) plus one is its id.
    """
    wanted = range(len(batch)) if rows is None else rows.tolist()
    points = _point_digits(batch)
    ordered = batch.amenities[:, _BY_ID]
    for row in wanted:
        states = ordered[row]
        known = np.flatnonzero(states)
        amenity_ids = _IDS[_BY_ID[known]].tolist()
        offered = _IDS[_BY_ID[np.flatnonzero(states == YES)]].tolist()
        name, code = str(batch.name[row]), str(batch.code[row])
        hours, in_use = str(batch.opening_hours[row]), batch.status[row] == "open"
        yield "\t".join((
            str(batch.first + row + 1),
            code,
            str(batch.status[row]),
            "f",
            hours or "\\N",
            str(timetables[hours]) if in_use else "\\N",
            _POINT + points[row * _POINT_DIGITS : (row + 1) * _POINT_DIGITS],
            _array([*offered, *_categories(batch, row), *(_hours(hours) if in_use else ())]),
            _array(amenity_ids),
            _properties(batch, row, states[known], known),
            f"{code} {name}  {batch.address[row]}".lower(),
        )) + "\n"  # fmt: skip


def _point_digits(batch: Batch) -> str:
    """Hexadecimal digits of (lon, lat), 32 a station."""
    return np.column_stack((batch.lon, batch.lat)).astype("<f8").tobytes().hex()


def _array(numbers: list[int]) -> str:
    return "{" + ",".join(map(str, sorted(numbers))) + "}"


def _categories(batch: Batch, row: int) -> list[int]:
    facts = (
        ("kind", str(batch.kind[row])),
        ("service_level", str(batch.service_level[row])),
        ("access_method", str(batch.access_method[row])),
        ("status", str(batch.status[row])),
        ("registration_required", _YES_NO[str(batch.registration_required[row])]),
        ("always_open", "true" if batch.opening_hours[row] == "24/7" else ""),
    )
    return [FACET_ID[fact] for fact in facts if fact[1]]


@cache
def _hours(expression: str) -> tuple[int, ...]:
    return tuple(facets_of(Timetable(expression or None)))


_YES_NO: Final = {"yes": "true", "no": "false", "": ""}


def _properties(batch: Batch, row: int, states: NDArray[np.int8], known: Numbers) -> str:
    amenities = {
        AMENITY_CODES[at]: STATES[state] for at, state in zip(_BY_ID[known], states, strict=True)
    }
    required = _YES_NO[str(batch.registration_required[row])]
    return json.dumps(
        {
            "code": str(batch.code[row]),
            "name": str(batch.name[row]),
            "kind": str(batch.kind[row]),
            "service_level": str(batch.service_level[row]) or None,
            "status": str(batch.status[row]),
            "district": None,
            "adcode": None,
            "address": str(batch.address[row]),
            "opening_hours": str(batch.opening_hours[row]) or None,
            "hours_text": str(batch.hours_text[row]) or None,
            "amenities": amenities,
            "access_method": str(batch.access_method[row]) or None,
            "registration_required": json.loads(required) if required else None,
            "seats": None,
            "honours": [],
            "verified_at": None,
            "reported_locked": False,
            "demo": False,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )

"""Stations as documents: reading what one is, and writing what some of its fields become.

Writing is for the inside of `store.changing.changing`, which locks, records and derives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString, NamedTuple, cast

import psycopg

from station_map.store.columns import FIELD_TYPES

# Columns that are written as they are told; the position is written from lon and lat.
COLUMNS: Final = ("aliases", *cast("tuple[LiteralString, ...]", tuple(FIELD_TYPES)))

_READ: Final[LiteralString] = """
SELECT s.id, s.code, s.name, s.adcode, s.version, station_document(s)
FROM station s WHERE s.id = ANY (%(ids)s) ORDER BY s.code
"""

_TOLD: Final[LiteralString] = "unnest(%(ids)s::bigint[], %(fields)s::jsonb[]) AS told (id, fields)"

_ASSIGNED: Final[LiteralString] = ",\n    ".join(
    f"{name} = CASE WHEN fields ? '{name}' THEN (wanted).{name} ELSE s.{name} END"
    for name in COLUMNS
)
_COLUMNS: Final[LiteralString] = f"""
UPDATE station s SET
    {_ASSIGNED},
    position = CASE WHEN fields ?| '{{lon,lat}}'::text[] THEN ST_Point(
        coalesce((fields ->> 'lon')::float8, s.lon), coalesce((fields ->> 'lat')::float8, s.lat),
        4326)::geography ELSE s.position END
FROM (SELECT id, fields, jsonb_populate_record(NULL::station, fields) AS wanted FROM {_TOLD}) told
WHERE s.id = told.id
"""

_AMENITIES_GONE: Final[LiteralString] = f"""
DELETE FROM station_amenity sa USING {_TOLD}, amenity a
WHERE sa.station_id = told.id AND fields ? 'amenities' AND a.id = sa.amenity_id
    AND NOT fields -> 'amenities' ? a.code
"""
_AMENITIES: Final[LiteralString] = f"""
INSERT INTO station_amenity AS sa
    (station_id, amenity_id, state, quantity, note, fee, verified_at)
SELECT told.id, a.id, f.state, f.quantity, f.note, f.fee, f.verified_at
FROM {_TOLD}
CROSS JOIN LATERAL jsonb_each(fields -> 'amenities') AS one (code, fact)
JOIN amenity a USING (code)
CROSS JOIN LATERAL jsonb_to_record(fact)
    AS f (state text, quantity integer, note text, fee text, verified_at timestamptz)
WHERE fields ? 'amenities'
ON CONFLICT (station_id, amenity_id) DO UPDATE SET
    state = excluded.state, quantity = excluded.quantity, note = excluded.note,
    fee = excluded.fee, verified_at = excluded.verified_at
WHERE (sa.state, sa.quantity, sa.note, sa.fee, sa.verified_at) IS DISTINCT FROM
    (excluded.state, excluded.quantity, excluded.note, excluded.fee, excluded.verified_at)
"""

_HONOURS_GONE: Final[LiteralString] = f"""
DELETE FROM station_honour h USING {_TOLD}
WHERE h.station_id = told.id AND fields ? 'honours' AND NOT fields -> 'honours' ? h.honour
"""
_HONOURS: Final[LiteralString] = f"""
INSERT INTO station_honour (station_id, honour)
SELECT told.id, honour FROM {_TOLD}
CROSS JOIN LATERAL jsonb_array_elements_text(fields -> 'honours') AS one (honour)
WHERE fields ? 'honours'
ON CONFLICT DO NOTHING
"""

# All of them anew: entries that begin on the same day stand in the order of their ids.
_DAYS_GONE: Final[LiteralString] = f"""
DELETE FROM station_hours_exception e USING {_TOLD}
WHERE e.station_id = told.id AND fields ? 'hours_exceptions'
"""
_DAYS: Final[LiteralString] = f"""
INSERT INTO station_hours_exception (station_id, first_day, last_day, opening_hours, reason)
SELECT told.id, d.first_day, d.last_day, d.opening_hours, d.reason FROM {_TOLD}
CROSS JOIN LATERAL jsonb_array_elements(fields -> 'hours_exceptions')
    WITH ORDINALITY AS one (entry, place)
CROSS JOIN LATERAL jsonb_to_record(entry)
    AS d (first_day date, last_day date, opening_hours text, reason text)
WHERE fields ? 'hours_exceptions'
ORDER BY told.id, place
"""

_BELONGING: Final[Mapping[str, tuple[LiteralString, ...]]] = {
    "amenities": (_AMENITIES_GONE, _AMENITIES),
    "honours": (_HONOURS_GONE, _HONOURS),
    "hours_exceptions": (_DAYS_GONE, _DAYS),
}
_OF_STATION: Final = frozenset({*COLUMNS, "lon", "lat"})
WRITABLE: Final = _OF_STATION | _BELONGING.keys()
"""Fields that `put_fields` writes."""


class Standing(NamedTuple):
    """A station as it is now."""

    id: int
    code: str
    name: str
    adcode: str | None
    version: int
    document: dict[str, Any]


def standing(connection: psycopg.Connection, stations: Sequence[int]) -> list[Standing]:
    """The stations as they are, by code; those that do not exist are left out."""
    found = connection.execute(_READ, {"ids": list(stations)}).fetchall()
    return [Standing(*row) for row in found]


def put_fields(connection: psycopg.Connection, fields: Mapping[int, Mapping[str, Any]]) -> None:
    """Write values of documents' fields, by station; None is unknown, lists and amenities whole.

    Raises KeyError for a field that is not written this way.
    """
    named = {name for one in fields.values() for name in one}
    if unknown := named - WRITABLE:
        raise KeyError(*sorted(unknown))
    values = {
        "ids": list(fields),
        "fields": [json.dumps(dict(one), ensure_ascii=False) for one in fields.values()],
    }
    if named & _OF_STATION:
        connection.execute(_COLUMNS, values)
    for name, statements in _BELONGING.items():
        if name in named:
            for statement in statements:
                connection.execute(statement, values)

"""Stations that a revert takes away again, and those that it brings back.

`store/changing.py` records what becomes of stations that stay. A station that goes leaves all
that it was in its last revision; one that comes back gets its old number, code and facts from
there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, LiteralString

import psycopg

from station_map.store.areas import district_at
from station_map.store.changing import derive
from station_map.store.documents import COLUMNS, put_fields

REASONS: Final[Mapping[str, str]] = {
    "changed": "后来又有人改过",
    "reported": "有骑手报过",
    "kept": "已经交给了站点管理员",
    "photos": "已经有照片",
    "events": "已经安排了活动",
    "dated": "在一批驿站的特别日子里",
    "gone": "这个驿站后来被删除了",
    "demo": "是示例数据，不再恢复",
    "merged": "合并到别的驿站了，要在合并的页面撤销",
    "replaced": "它的编号或者来源编号现在是别的驿站的",
}
"""Why a station is left as it is, in words."""

_TOUCHES: Final[Mapping[str, LiteralString]] = {
    "reported": "EXISTS (SELECT FROM report x WHERE x.station_id = n.id)",
    "kept": "EXISTS (SELECT FROM account_station x WHERE x.station_id = n.id)",
    "photos": "EXISTS (SELECT FROM station_photo x WHERE x.station_id = n.id)",
    "events": "EXISTS (SELECT FROM service_event x WHERE x.station_id = n.id)",
    "dated": "EXISTS (SELECT FROM station_hours_override x WHERE x.station_id = n.id)",
}
_SINCE: Final[Mapping[str, LiteralString]] = {
    "revision": "true",
    "change_set": "r.change_set_id IS DISTINCT FROM %(number)s",
    "import_run": "r.import_run_id IS DISTINCT FROM %(number)s",
}
_TOUCHED: Final[LiteralString] = f"""
SELECT n.id,
    EXISTS (SELECT FROM revision r
        WHERE r.station_id = n.id AND r.id > n.created AND {{since}}),
    {", ".join(_TOUCHES.values())}
FROM unnest(%(ids)s::bigint[], %(created)s::bigint[]) AS n (id, created)
"""
_TAKEN: Final[LiteralString] = """
SELECT n.id FROM unnest(%(ids)s::bigint[], %(codes)s::text[], %(sources)s::text[],
    %(source_ids)s::text[]) AS n (id, code, source, source_id)
WHERE EXISTS (SELECT FROM station s WHERE s.code = n.code)
    OR EXISTS (SELECT FROM station s WHERE s.source = n.source AND s.source_id = n.source_id)
"""

_MERGED: Final[LiteralString] = (
    "SELECT former_id FROM station_former WHERE former_id = ANY (%(ids)s)"
)

_SAYS: Final[LiteralString] = (
    "current_setting('station_map.actor'), current_setting('station_map.origin')"
)
_DELETE: Final[LiteralString] = f"""
WITH gone AS (
    DELETE FROM station s WHERE s.id = ANY (%(ids)s)
    RETURNING s.id, s.code, station_document(s) AS document
)
INSERT INTO revision (station_id, station_code, actor, origin, action, changes, reason,
    change_set_id)
SELECT id, code, {_SAYS}, 'deleted', jsonb_difference(document, '{{}}'), %(reason)s, %(change_set)s
FROM gone ORDER BY id
"""

_NAMES: Final[LiteralString] = ", ".join(COLUMNS)
_VALUES: Final[LiteralString] = ", ".join(f"(wanted).{name}" for name in COLUMNS)
# Its version counts on: who still has a page of it open must not overwrite it unseen.
_RESTORE: Final[LiteralString] = f"""
INSERT INTO station (id, code, position, adcode, version, {_NAMES})
OVERRIDING SYSTEM VALUE
SELECT id, code, place::geography, {district_at("place")},
    (SELECT count(*) + 1 FROM revision r WHERE r.station_id = told.id), {_VALUES}
FROM (
    SELECT id, code, jsonb_populate_record(NULL::station, fields) AS wanted,
        ST_Point((fields ->> 'lon')::float8, (fields ->> 'lat')::float8, 4326) AS place
    FROM unnest(%(ids)s::bigint[], %(codes)s::text[], %(fields)s::jsonb[])
        AS given (id, code, fields)
) told
ORDER BY id
"""
_RECORD: Final[LiteralString] = f"""
INSERT INTO revision (station_id, station_code, actor, origin, action, reason, change_set_id)
SELECT id, code, {_SAYS}, 'created', %(reason)s, %(change_set)s
FROM station WHERE id = ANY (%(ids)s) ORDER BY id
"""
_BELONGING: Final = ("amenities", "honours", "hours_exceptions")


def touched(
    connection: psycopg.Connection, created: Mapping[int, int], what: str, number: int
) -> dict[int, tuple[str, ...]]:
    """Of new stations, with the revisions that made them: what has happened to them since.

    what, number: what is taken back; its own revisions do not count. Keys of REASONS.
    """
    if not created:
        return {}
    names = ("changed", *_TOUCHES)
    values = {"ids": list(created), "created": list(created.values()), "number": number}
    found = connection.execute(_TOUCHED.replace("{since}", _SINCE[what]), values)
    return {
        station: tuple(name for name, is_so in zip(names, flags, strict=True) if is_so)
        for station, *flags in found
    }


def replaced(
    connection: psycopg.Connection, gone: Mapping[int, tuple[str, Mapping[str, Any]]]
) -> frozenset[int]:
    """Of stations that are gone, by code and document: those in whose place another stands.

    It has the same code, or the same number at the same source: the file came once more.
    """
    if not gone:
        return frozenset()
    values = {
        "ids": list(gone),
        "codes": [code for code, _ in gone.values()],
        "sources": [document.get("source") for _, document in gone.values()],
        "source_ids": [document.get("source_id") for _, document in gone.values()],
    }
    return frozenset(station for (station,) in connection.execute(_TAKEN, values))


def merged(connection: psycopg.Connection, gone: Iterable[int]) -> frozenset[int]:
    """Of stations that are gone, those that were merged into others."""
    found = connection.execute(_MERGED, {"ids": list(gone)})
    return frozenset(station for (station,) in found)


def delete(
    connection: psycopg.Connection, stations: Sequence[int], marks: Mapping[str, object]
) -> None:
    """Delete stations; their revisions hold what they were. marks: `reason`, `change_set`."""
    if stations:
        connection.execute(_DELETE, {"ids": list(stations), **marks})


def restore(
    connection: psycopg.Connection,
    stations: Mapping[int, tuple[str, Mapping[str, Any]]],
    marks: Mapping[str, object],
) -> None:
    """Bring stations back, with their codes and all that their documents tell but photos."""
    if not stations:
        return
    told = [{"aliases": [], **document} for _, document in stations.values()]
    values = {
        "ids": list(stations),
        "codes": [code for code, _ in stations.values()],
        "fields": [json.dumps(one, ensure_ascii=False) for one in told],
        **marks,
    }
    connection.execute(_RESTORE, values)
    belonging = {
        station: {name: document[name] for name in _BELONGING if document.get(name)}
        for station, (_, document) in stations.items()
    }
    put_fields(connection, belonging)
    connection.execute(_RECORD, values)
    derive(connection, list(stations))

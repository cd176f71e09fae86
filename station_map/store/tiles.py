"""What the map's tiles are made of: where every station is, and the encoding by PostGIS.

Positions and filterable facts of all stations are read once and then kept up by what changed since
(`store/unseen.py`, docs/adr/0045).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray

from station_map.store import stations, unseen
from station_map.store.database import Database
from station_map.store.facets import SIGNATURE_BITS
from station_map.store.hot import HotStatement

EXTENT: Final = 4096
"""Steps from one side of a tile to the other, as ST_AsMVT has them."""
NAME_LENGTH: Final = 60
"""Letters of a name in a tile; a name may be 1,024 long, and a tile must stay small."""
NO_TIMETABLE: Final = -1
_BLOCK: Final = 5_000

type Ints = NDArray[np.int64]
type Floats = NDArray[np.float64]
type Words = NDArray[np.uint64]

_WORDS: Final = SIGNATURE_BITS // 64
_PLACES: Final[LiteralString] = """
SELECT station_id, ST_X(merc), ST_Y(merc), coalesce(timetable_id, -1),
    array_to_string(facet_ids, ' ')
FROM station_card
"""


class Read(NamedTuple):
    """Some stations as columns; row by row the same station.

    x, y: Web Mercator, metres. timetables: NO_TIMETABLE where there is none. facets: SIGNATURE_BITS
    bits a station in words of 64, facet n being bit n % 64 of word n // 64.
    """

    ids: Ints
    x: Floats
    y: Floats
    timetables: Ints
    facets: Words


@dataclass(frozen=True, slots=True)
class News:
    """What became of stations since a snapshot.

    seen: the snapshot that this was read in. gone: ids to forget, None for all. read: as they are.
    """

    seen: str
    gone: frozenset[int] | None
    read: Read


def read_news(database: Database, seen: str | None) -> News:
    """What changed since the snapshot `seen`, in one state of the database; all when it is None."""
    with database.long_reading() as connection:
        [(now,)] = connection.execute(unseen.SNAPSHOT).fetchall()
        ids = None
        if seen is not None:
            ids = unseen.told(connection.execute(unseen.CHANGED, {"seen": seen}).fetchall())
        if ids is None:
            return News(now, None, _columns(connection, _PLACES, {}))
        asked = _PLACES + " WHERE station_id = ANY (%(ids)s)"
        return News(now, frozenset(ids), _columns(connection, asked, {"ids": ids}))


def _columns(
    connection: psycopg.Connection, statement: LiteralString, values: dict[str, object]
) -> Read:
    cursor = connection.execute(statement, values, binary=True)
    # In blocks: other threads of the process answer riders meanwhile.
    blocks = [_block(rows) for rows in iter(lambda: cursor.fetchmany(_BLOCK), [])]
    return Read._make(map(np.concatenate, zip(*(blocks or [_block([])]), strict=True)))


def _block(rows: Sequence[tuple[Any, ...]]) -> Read:
    ids, x, y, timetables, facets = zip(*rows, strict=True) if rows else ((),) * 5
    return Read(
        np.array(ids, np.int64),
        np.array(x, np.float64),
        np.array(y, np.float64),
        np.array(timetables, np.int64),
        facet_words(facets),
    )


def facet_words(told: Sequence[str]) -> Words:
    """Bits of facets from their numbers with blanks between them, one text a station."""
    words = np.zeros((len(told), _WORDS), np.uint64)
    numbers = np.fromstring(" ".join(told), np.int64, sep=" ")
    counts = [text.count(" ") + 1 if text else 0 for text in told]
    owner = np.repeat(np.arange(len(told)), counts)
    bits = np.uint64(1) << (numbers % 64).astype(np.uint64)
    np.bitwise_or.at(words, (owner, numbers // 64), bits)
    return words


def ids_meeting(database: Database, names: list[str], parameters: dict[str, object]) -> Ints:
    """Ids of the stations that meet named conditions (keys of `stations.CONDITIONS`), in order."""
    where: LiteralString = " AND ".join([stations.CONDITIONS[name] for name in names])
    statement: LiteralString = "SELECT station_id FROM station_card WHERE " + where
    found = database.rows_planned_anew(statement, parameters)
    return np.sort(np.array([number for (number,) in found], np.int64))


class Card(NamedTuple):
    """One station as a tile tells it. lon, lat: degrees, WGS-84; x, y: Web Mercator, metres.

    name: at most NAME_LENGTH letters. The others are what its state depends on.
    """

    station_id: int
    code: str
    lon: float
    lat: float
    x: float
    y: float
    name: str
    kind: str | None
    opening_hours: str | None
    status: str
    suspended_until: Any
    exceptions: str | None


CARDS: Final[LiteralString] = f"""
SELECT station_id, code, lon, lat, ST_X(merc), ST_Y(merc), left(p.name, {NAME_LENGTH}), p.kind,
    opening_hours, status, suspended_until, exceptions
FROM station_card, json_to_record(properties::json) AS p (name text, kind text)
WHERE station_id = ANY (%(ids)s) ORDER BY code
"""


def cards(database: Database, ids: Sequence[int]) -> list[Card]:
    """The stations with these ids, by code; those that are no more are left out."""
    if not ids:
        return []
    return [Card(*row) for row in database.rows(CARDS, {"ids": list(ids)})]


# Places are those of the tile already: nothing is cut off or moved.
ENCODE: Final = HotStatement(f"""
SELECT coalesce((
    SELECT ST_AsMVT(c, 'clusters', {EXTENT}, 'place') FROM (
        SELECT ST_Point(x, y) AS place, count, open, unknown
        FROM json_to_recordset((%(told)s::json) -> 'clusters')
            AS c (x integer, y integer, count integer, open integer, unknown integer)) c
), '') || coalesce((
    SELECT ST_AsMVT(s, 'stations', {EXTENT}, 'place') FROM (
        SELECT ST_Point(x, y) AS place, code, name, kind, status, state, always_open
        FROM json_to_recordset((%(told)s::json) -> 'stations') AS s (x integer, y integer,
            code text, name text, kind text, status text, state text, always_open boolean)) s
), '')
""")


def encode(
    database: Database, clusters: list[dict[str, Any]], singles: list[dict[str, Any]]
) -> bytes:
    """A vector tile of two layers. x, y: steps of the tile, EXTENT from side to side, y down."""
    if not clusters and not singles:
        return b""
    told = json.dumps({"clusters": clusters, "stations": singles}, ensure_ascii=False)
    return database.hot(ENCODE, {"told": told}).get_value(0, 0) or b""


_MANY: Final = "SELECT count(*) FROM (SELECT FROM station_card LIMIT %(most)s) found"


def more_than(database: Database, count: int) -> bool:
    """Whether there are more stations than `count`; cheap however many there are."""
    [(found,)] = database.rows(_MANY, {"most": count + 1})
    return bool(found > count)

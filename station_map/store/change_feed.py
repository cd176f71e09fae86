"""Every change of every station in one order, for whoever keeps a copy.

A reader's place is what it has seen: a snapshot of the database (`store/unseen.py`). What is visible
now and was not then is a batch, told in the order of the revisions' numbers, because those of
transactions say nothing of which came first at a station (docs/adr/0046).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, LiteralString, NamedTuple

from station_map.errors import CursorGone
from station_map.store.database import Database
from station_map.store.unseen import between
from station_map.store.writing import writing

# Of a snapshot as text; a cursor goes into an address.
_LONGEST: Final = 1_000


class Cursor(NamedTuple):
    """A place in the feed. seen: the snapshot (`pg_snapshot` as text) up to which all was read,
    None: nothing was. batch: the snapshot that ends the batch which is being read, None: no batch
    is. revision: the last one read of it.
    """

    epoch: int
    seen: str | None = None
    batch: str | None = None
    revision: int = 0


class FeedChange(NamedTuple):
    """One change. card: JSON text of the station's properties as they are now, lon, lat: degrees,
    WGS-84; all None when it is no more. successor: the code that a merged station's leads to.
    """

    id: int
    at: dt.datetime
    action: str
    code: str
    card: str | None
    lon: float | None
    lat: float | None
    successor: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of the feed. cursor: where the next one begins. more: whether it holds any now."""

    changes: tuple[FeedChange, ...]
    cursor: Cursor
    more: bool


_EPOCH: Final[LiteralString] = """
SELECT e.id, e.settled FROM feed_epoch e, pg_control_system() c
WHERE e.id = (SELECT max(id) FROM feed_epoch) AND e.cluster = c.system_identifier
    AND e.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_BEGIN: Final[LiteralString] = """
INSERT INTO feed_epoch (id, cluster, database, settled)
SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, c.system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()),
    (SELECT coalesce(max(id), 0) FROM revision)
FROM pg_control_system() c RETURNING id, settled
"""
# It changes nothing, but needs the table for itself: whoever writes has committed then, and all
# that is there is settled. LOCK TABLE would want a right that nobody has (migration 0012).
_WAIT_FOR_WRITERS: Final = "ALTER TABLE revision ALTER COLUMN xid SET DEFAULT pg_current_xact_id()"
_NOW: Final = "SELECT pg_current_snapshot()::text, pg_snapshot_xmin(pg_current_snapshot())::text"

# What an epoch began with was there before all of its snapshots; its transactions are not ours.
_THEN: Final[LiteralString] = """
SELECT r.id FROM revision r
WHERE r.id > %(revision)s AND r.id <= %(settled)s
ORDER BY r.id LIMIT %(limit)s
"""
_SINCE: Final[LiteralString] = f"""
SELECT r.id FROM revision r
WHERE r.id > greatest(%(revision)s, %(settled)s)
    AND {between("%(batch)s::pg_snapshot")}
    AND pg_visible_in_snapshot(r.xid, %(batch)s::pg_snapshot)
ORDER BY r.id LIMIT %(limit)s
"""
# Whether it was reported locked is of the moment, and no change of the station: it is left out.
_TOLD: Final[LiteralString] = """
SELECT r.id, r.at, r.action, r.station_code,
    replace(replace(c.properties, ',"reported_locked":false', ''), ',"reported_locked":true', ''),
    c.lon, c.lat,
    CASE WHEN c.station_id IS NULL THEN (
        SELECT s.code FROM station_former f JOIN station s ON s.id = f.station_id
        WHERE f.code = r.station_code) END
FROM revision r LEFT JOIN station_card c ON c.station_id = r.station_id
WHERE r.id = ANY (%(ids)s) ORDER BY r.id
"""
_NOTHING: Final = "1:1:"  # no transaction was seen


def read_feed(database: Database, since: Cursor | None, limit: int) -> Feed:
    """Up to `limit` changes after `since`, from the first one on when it is None.

    Nothing is left out and nothing comes twice, whoever writes meanwhile; of one station, changes
    come in the order in which they were made. Raises CursorGone.
    """
    epoch, settled = _epoch(database)
    place = since or Cursor(epoch)
    _check(place, epoch)
    batch = place.batch or _snapshot(database)
    asked = {
        "revision": place.revision,
        "settled": settled,
        "batch": batch,
        "limit": limit + 1,
    }
    ids = [] if place.seen else _ids(database, _THEN, asked)
    if len(ids) <= limit:
        wanted = {**asked, "seen": place.seen or _NOTHING, "limit": limit + 1 - len(ids)}
        ids += _ids(database, _SINCE, wanted)
    more, ids = len(ids) > limit, ids[:limit]
    changes = tuple(FeedChange(*row) for row in database.rows(_TOLD, {"ids": ids}))
    here = Cursor(epoch, place.seen, batch, ids[-1]) if more else Cursor(epoch, batch)
    return Feed(changes, here, more=more)


def end_of_feed(database: Database) -> Cursor:
    """Behind every change that the feed holds now."""
    epoch, _settled = _epoch(database)
    return Cursor(epoch, _snapshot(database))


def _ids(database: Database, statement: LiteralString, asked: dict[str, object]) -> list[int]:
    # A batch may be one change or a nation's import: each has a plan of its own.
    return [number for (number,) in database.rows_planned_anew(statement, asked)]


def _snapshot(database: Database) -> str:
    """Of this moment; where very many are writing, of before the first of them."""
    [(now, oldest)] = database.rows(_NOW)
    return now if len(now) <= _LONGEST else f"{oldest}:{oldest}:"


def _check(place: Cursor, epoch: int) -> None:
    if place.epoch != epoch:
        raise CursorGone(
            "数据库从备份恢复过，这个位置已经不准了，请重新取全部站点。"
            " The database was restored; begin anew with all stations, then since=now."
        )


def _epoch(database: Database) -> tuple[int, int]:
    """The number of the epoch, and the last revision that it began with.

    Numbers of transactions mean nothing in another cluster, and a restored database may lack what
    a cursor has passed: both begin an epoch.
    """
    rows = database.rows(_EPOCH)
    if not rows:
        with writing(database, actor="feed", origin="system") as unit:
            unit.execute(_WAIT_FOR_WRITERS)
            rows = unit.execute(_EPOCH).fetchall() or unit.execute(_BEGIN).fetchall()
    epoch, settled = rows[0]
    return epoch, settled

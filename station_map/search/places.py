"""Where all stations are, in order along one curve, so that each tile of a map is one stretch.

The curve (Z-order) goes through the quarters of the world, of each quarter through its quarters and
so on: whatever the zoom, the stations of a tile lie between two numbers, and those of a
smaller square inside it too. Nothing is sorted or searched through for an answer.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from threading import Lock, Thread
from typing import Final, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg_pool import PoolClosed

from station_map.geo.distance import MERCATOR_WORLD_M
from station_map.store import tiles, unseen
from station_map.store.database import Database
from station_map.store.tiles import Floats, Ints, Read

DEPTH: Final = 26
"""How often the world is quartered: down to squares of 0.6 m at the equator."""
# However well changes are followed, what was read once is not trusted for ever: beside the
# requests all is read anew.
MAX_AGE_S: Final = 3_600.0
_REMEMBERED: Final = 32
READ_AHEAD_MOST: Final = 1_000_000
"""More stations than this are read when the first tile is asked for: they take gigabytes for a while."""

_log = logging.getLogger(__name__)

type Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Places:
    """All stations as columns, in the order of the curve; for reading only.

    curve: place on it, 2 * DEPTH bits. x, y: from 0 (180° W, 85° N) to 1 (180° E, 85° S) of the
    square map. The others as in `store.tiles.Read`. timetables: all that occur. meeting: for
    conditions that were asked of the database, which stations meet them.
    """

    seen: str
    read_at: float
    curve: Ints
    x: Floats
    y: Floats
    columns: Read
    timetables: frozenset[int]
    meeting: OrderedDict[object, Bools] = field(default_factory=OrderedDict)

    def stretch(self, z: int, x: int, y: int) -> slice:
        """The stations of a tile."""
        low = int(curve_of(np.array([x]), np.array([y]))[0]) << 2 * (DEPTH - z)
        high = low + (1 << 2 * (DEPTH - z))
        first, last = np.searchsorted(self.curve, [low, high])
        return slice(int(first), int(last))

    def remember(self, key: object, ids: Ints) -> Bools:
        """Which stations have one of the sorted `ids`, kept under `key`."""
        found = np.isin(self.columns.ids, ids, assume_unique=True)
        self.meeting[key] = found
        while len(self.meeting) > _REMEMBERED:
            self.meeting.popitem(last=False)
        return found


def curve_of(column: Ints, row: Ints) -> Ints:
    """Places on the curve of squares, from their column and row (each below 2**DEPTH)."""
    return _spread(column) | _spread(row) << 1


class _Step(NamedTuple):
    shift: int
    mask: int


_STEPS: Final = (
    _Step(16, 0x0000_FFFF_0000_FFFF),
    _Step(8, 0x00FF_00FF_00FF_00FF),
    _Step(4, 0x0F0F_0F0F_0F0F_0F0F),
    _Step(2, 0x3333_3333_3333_3333),
    _Step(1, 0x5555_5555_5555_5555),
)


def _spread(numbers: Ints) -> Ints:
    """Each bit moved to twice its place."""
    spread = numbers.astype(np.int64)
    for shift, mask in _STEPS:
        spread = (spread | spread << shift) & mask
    return spread


def placed(seen: str, read: Read) -> Places:
    """Stations in the order of the curve; at one place by id."""
    x = np.clip(read.x / MERCATOR_WORLD_M + 0.5, 0.0, np.nextafter(1.0, 0.0))
    y = np.clip(0.5 - read.y / MERCATOR_WORLD_M, 0.0, np.nextafter(1.0, 0.0))
    squares = 1 << DEPTH
    curve = curve_of((x * squares).astype(np.int64), (y * squares).astype(np.int64))
    order = np.lexsort((read.ids, curve))
    # Facets word by word: a filter seldom asks for more than one of them.
    columns = Read._make(np.asfortranarray(column[order]) for column in read)
    held = frozenset(np.unique(columns.timetables).tolist()) - {tiles.NO_TIMETABLE}
    return Places(seen, time.monotonic(), curve[order], x[order], y[order], columns, held)


class KeptPlaces:
    """The places of one database's stations, kept up in this process."""

    def __init__(self) -> None:
        self._kept: Places | None = None
        self._lock = Lock()
        self._reader: Thread | None = None

    def now(self, database: Database) -> Places:
        """The places as they are. What was committed before this is in them."""
        kept = self._kept
        if kept is None or unseen.changed_since(database, kept.seen) != []:
            kept = self._brought_up(database, kept)
        if time.monotonic() - kept.read_at >= MAX_AGE_S:
            self.read_beside(database.url)
        return kept

    def read_beside(self, url: str) -> Thread:
        """All places anew, by a thread and a connection of its own; nobody who asks waits for it.

        Only who asks before anything was ever read waits, for this instead of reading himself.
        Returns the thread; the one that is running already, if any.
        """
        running = self._reader
        if running is None or not running.is_alive():
            name = "station-map-places"
            running = self._reader = Thread(
                target=self._read_all, args=(url,), name=name, daemon=True
            )
            running.start()
        return running

    def _brought_up(self, database: Database, kept: Places | None) -> Places:
        with self._lock:
            mine = self._kept
            # Somebody else may have done it while this one waited.
            if mine is None or mine is kept or unseen.changed_since(database, mine.seen) != []:
                mine = self._kept = _read(database, mine)
            return mine

    def _read_all(self, url: str) -> None:
        database = Database(url, pool_size=1)
        try:
            if self._kept is not None:
                self._kept = _read(database, None)
                return
            if tiles.more_than(database, READ_AHEAD_MOST):
                return
            with self._lock:
                if self._kept is None:
                    self._kept = _read(database, None)
        except (psycopg.Error, PoolClosed) as error:
            # Who asks for a tile reads them, or is told what is wrong.
            _log.warning("places of stations were not read ahead: %s", type(error).__name__)
        finally:
            database.close()


def _read(database: Database, before: Places | None) -> Places:
    news = tiles.read_news(database, None if before is None else before.seen)
    if before is None or news.gone is None:
        return placed(news.seen, news.read)
    stay = ~np.isin(before.columns.ids, np.array(sorted(news.gone), np.int64))
    columns = zip(before.columns, news.read, strict=True)
    read = Read._make(np.concatenate([old[stay], new]) for old, new in columns)
    # As a whole they are as old as before.
    return replace(placed(news.seen, read), read_at=before.read_at)

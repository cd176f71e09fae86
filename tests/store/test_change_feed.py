"""The feed of changes: whoever follows it has everything once, in order, whoever writes meanwhile."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from station_map.errors import CursorGone
from station_map.store.change_feed import Cursor, FeedChange, end_of_feed, read_feed
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import merge, rows, station
from tests.store.test_merge import ids, join

_CODES = "SELECT id FROM station ORDER BY id"


def all_of(database: Database, since: Cursor | None = None, limit: int = 3) -> list[FeedChange]:
    """Page by page, to where the feed ends now."""
    found: list[FeedChange] = []
    while True:
        feed = read_feed(database, since, limit)
        found += feed.changes
        since = feed.cursor
        if not feed.more:
            return found


def told(changes: list[FeedChange]) -> list[tuple[str, str]]:
    return [(change.action, change.code) for change in changes]


@contextmanager
def open_change(database: Database, station_id: int, seats: int) -> Iterator[None]:
    """A change of a station that commits when the block ends."""
    with writing(database, actor="test") as unit:
        with changing(unit, [station_id]):
            unit.execute("UPDATE station SET seats = %s WHERE id = %s", (seats, station_id))
        yield


def test_all_there_ever_was_and_what_comes_then(database: Database) -> None:
    first, second = (row.code for row in merge(database, station("甲"), station("乙", 116.9)))
    assert told(all_of(database)) == [("created", first), ("created", second)]
    here = end_of_feed(database)
    assert all_of(database, here) == []
    merge(database, station("甲", seats=4))
    (change,) = all_of(database, here)
    assert (change.action, change.code) == ("updated", first)
    assert '"seats":4' in (change.card or "")
    assert "reported_locked" not in (change.card or "")
    assert (change.lon, change.lat) == (116.798, 33.956)


def test_what_commits_late_is_not_missed(database: Database) -> None:
    merge(database, station("甲"), station("乙", 116.9))
    (early,), (late,) = rows(database, _CODES)
    here = end_of_feed(database)
    with open_change(database, late, 7):
        # Its revision has the lower number, and commits last; the other does not wait for it.
        with open_change(database, early, 8):
            pass
        first = read_feed(database, here, 10)
        assert len(first.changes) == 1
    then = read_feed(database, first.cursor, 10)
    assert len(then.changes) == 1
    assert then.changes[0].id < first.changes[0].id


def test_a_tombstone_says_where_a_merged_station_leads(database: Database) -> None:
    merge(database, station("甲"), station("乙", 116.8001))
    codes = dict(rows(database, "SELECT name, code FROM station"))
    here = end_of_feed(database)
    numbers = ids(database)
    join(database, numbers["甲"], numbers["乙"])
    changes = all_of(database, here)
    tombstone = next(change for change in changes if change.action == "deleted")
    assert (tombstone.code, tombstone.successor) == (codes["乙"], codes["甲"])
    assert (tombstone.card, tombstone.lon) == (None, None)


def test_nothing_is_missed_or_repeated_while_many_write(database: Database) -> None:
    merge(database, *(station(f"站{n}", 116.5 + n / 100) for n in range(20)))
    ids = [number for (number,) in rows(database, _CODES)]
    here = end_of_feed(database)
    done = threading.Event()
    faults: list[Exception] = []

    def write(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(40):
            some = dice.sample(ids, dice.randint(1, 4))
            try:
                with writing(database, actor="test") as unit, changing(unit, some):
                    unit.execute(
                        "UPDATE station SET seats = %s WHERE id = ANY (%s)",
                        (dice.randrange(10_000), some),
                    )
            except psycopg.Error as error:
                faults.append(error)

    writers = [threading.Thread(target=write, args=(seed,)) for seed in range(4)]
    seen: list[FeedChange] = []

    def follow() -> None:
        place = here
        while True:
            last = done.is_set()
            feed = read_feed(database, place, 7)
            seen.extend(feed.changes)
            place = feed.cursor
            if last and not feed.more:
                return

    reader = threading.Thread(target=follow)
    for thread in (*writers, reader):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()

    assert faults == []
    written = rows(database, "SELECT id FROM revision WHERE action = 'updated'")
    assert len(seen) == len(written) > 100
    assert {change.id for change in seen} == {number for (number,) in written}
    by_station: dict[str, list[int]] = {}
    for change in seen:
        by_station.setdefault(change.code, []).append(change.id)
    # Of one station each change waits for the one before: its order is that of the numbers.
    assert all(numbers == sorted(numbers) for numbers in by_station.values())


def test_a_restored_database_begins_anew(database: Database) -> None:
    before = end_of_feed(database)
    # As a dump brings it into another cluster: transactions that this one has not seen yet.
    with psycopg.connect(database.url) as connection:
        connection.execute(
            "ALTER TABLE revision ALTER COLUMN xid SET DEFAULT '9000000000000000'::xid8"
        )
    merge(database, station("甲"), station("乙", 116.9))
    with psycopg.connect(database.url) as connection:
        connection.execute("UPDATE feed_epoch SET cluster = cluster - 1")
    with pytest.raises(CursorGone):
        read_feed(database, before, 10)
    merge(database, station("丙", 117.0))
    assert [change.action for change in all_of(database, limit=1)] == ["created"] * 3
    assert all_of(database, end_of_feed(database)) == []

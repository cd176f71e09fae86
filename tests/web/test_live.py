"""What devices say, kept for seconds: no read for each request, the same in every process."""

from __future__ import annotations

import datetime as dt
import json
import threading

import psycopg
import pytest

from station_map.store.database import Database
from station_map.store.live import Said
from station_map.web import live
from station_map.web.live import REFRESH_S, LiveTable, member

LIMIT = dt.timedelta(minutes=15)
AT = dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)
ONE = {"340603-00001": (Said("bays_free", "12", AT),)}


class Clock:
    """`time.monotonic` that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stands = Clock()
    monkeypatch.setattr(live, "time", stands)
    return stands


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[live.Fresh]:
    """What each read will find, the next first; one that is asked is taken away."""
    found: list[live.Fresh] = []
    monkeypatch.setattr(live, "fresh", lambda _database, _limit: found.pop(0))
    return found


def test_it_is_read_once_in_so_many_seconds(
    database: Database, clock: Clock, reads: list[live.Fresh]
) -> None:
    table = LiveTable()
    reads += [ONE, {}]
    assert [table.now(database, LIMIT) for _ in range(3)] == [ONE] * 3
    clock.now += REFRESH_S - 0.01
    assert table.now(database, LIMIT) == ONE
    clock.now += 0.01
    assert table.now(database, LIMIT) == {}
    assert reads == []


def test_who_took_something_in_reads_anew(
    database: Database, clock: Clock, reads: list[live.Fresh]
) -> None:
    table = LiveTable()
    reads += [{}, ONE]
    assert table.now(database, LIMIT) == {}
    table.forget()
    assert table.now(database, LIMIT) == ONE


def test_others_go_on_while_one_reads(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = LiveTable()
    monkeypatch.setattr(live, "fresh", lambda *_: ONE)
    assert table.now(database, LIMIT) == ONE
    clock.now += REFRESH_S
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*_: object) -> live.Fresh:
        begun.set()
        assert go_on.wait(60)
        return {}

    monkeypatch.setattr(live, "fresh", slowly)
    one = threading.Thread(target=table.now, args=(database, LIMIT))
    one.start()
    assert begun.wait(60)
    assert table.now(database, LIMIT) == ONE
    go_on.set()
    one.join()
    assert table.now(database, LIMIT) == {}


def test_a_table_that_cannot_be_read_is_empty(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> live.Fresh:
        raise psycopg.OperationalError("gone")

    monkeypatch.setattr(live, "fresh", broken)
    assert LiveTable().now(database, LIMIT) == {}


def test_a_member_says_values_and_times_in_their_order() -> None:
    said = (
        Said("occupancy", "7", AT),
        Said("door", "locked", AT - dt.timedelta(minutes=1)),
        Said("bays_free", "12", AT),
    )
    told = json.loads(f"{{{member(said)}}}")["live"]
    assert told == {
        "door": {"value": "locked", "observed_at": "2026-11-22T08:29:00Z"},
        "bays_free": {"value": 12, "observed_at": "2026-11-22T08:30:00Z"},
        "occupancy": {"value": 7, "observed_at": "2026-11-22T08:30:00Z"},
    }
    assert list(told) == ["door", "bays_free", "occupancy"]

"""Counting visits: once an hour, some of a network, and nothing kept but numbers."""

from __future__ import annotations

import datetime as dt
import threading

import psycopg
import pytest

from station_map.domain.visits import HOUR, NETWORK_MOST, Tap
from station_map.errors import NotFound
from station_map.store.database import Database
from station_map.store.visit_counts import visits_by_hour, visits_by_station
from station_map.store.visits import count_visit
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import save, station

# 23:30 of a Sunday in China.
SUNDAY = dt.datetime(2026, 11, 22, 15, tzinfo=dt.UTC)
DAY = dt.date(2026, 11, 22)


@pytest.fixture
def code(database: Database) -> str:
    (code,) = save(database, [station("甲")])
    return code


def tap(code: str, person: int = 1, network: int = 1, hour: dt.datetime = SUNDAY) -> Tap:
    return Tap(code, hour, person, network)


def test_a_second_tap_within_the_hour_counts_nothing(database: Database, code: str) -> None:
    assert count_visit(database, tap(code))
    assert not count_visit(database, tap(code))
    assert count_visit(database, tap(code, person=2))
    assert rows(database, "SELECT hour, visits FROM visit_hourly") == [(SUNDAY, 2)]


def test_the_next_hour_counts_anew_and_forgets_the_marks(database: Database, code: str) -> None:
    count_visit(database, tap(code))
    assert count_visit(database, tap(code, hour=SUNDAY + HOUR))
    assert rows(database, "SELECT hour FROM visit_tap") == [(SUNDAY + HOUR,)]
    assert value(database, "SELECT count(*) FROM visit_hourly") == 2


def test_one_network_cannot_count_without_end(database: Database, code: str) -> None:
    counted = [count_visit(database, tap(code, person=n)) for n in range(NETWORK_MOST + 3)]
    assert sum(counted) == NETWORK_MOST
    assert count_visit(database, tap(code, person=999, network=2))
    assert value(database, "SELECT visits FROM visit_hourly") == NETWORK_MOST + 1


def test_taps_at_the_same_moment_are_counted_one_by_one(database: Database, code: str) -> None:
    start = threading.Barrier(4)

    def press(person: int) -> None:
        start.wait()
        for _ in range(3):
            count_visit(database, tap(code, person=person))

    threads = [threading.Thread(target=press, args=(n // 2,)) for n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert value(database, "SELECT visits FROM visit_hourly") == 2


def test_there_is_no_such_station(database: Database) -> None:
    with pytest.raises(NotFound):
        count_visit(database, tap("none"))
    assert value(database, "SELECT count(*) FROM visit_tap") == 0


def test_a_visit_is_no_change_of_the_station(database: Database, code: str) -> None:
    before = rows(database, "SELECT version, updated_at FROM station")
    revisions = value(database, "SELECT count(*) FROM revision")
    count_visit(database, tap(code))
    assert rows(database, "SELECT version, updated_at FROM station") == before
    assert value(database, "SELECT count(*) FROM revision") == revisions


def test_nothing_is_kept_but_place_hour_and_number(database: Database) -> None:
    columns = "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{}' ORDER BY 1"
    kept = rows(database, columns.format("visit_hourly"))  # type: ignore[arg-type]
    assert kept == [("hour",), ("station_id",), ("visits",)]
    for_this_hour = rows(database, columns.format("visit_tap"))  # type: ignore[arg-type]
    assert for_this_hour == [("hour",), ("network",), ("person",), ("station_id",)]
    assert (
        value(database, "SELECT relpersistence::text FROM pg_class WHERE relname = 'visit_tap'")
        == "u"
    )


@pytest.mark.parametrize("column", ["person", "network"])
def test_no_longer_mark_fits(database: Database, code: str, column: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        count_visit(database, tap(code, **{column: 65_536}))


def test_periods_are_days_of_china(database: Database) -> None:
    first, second = save(database, [station("甲"), station("乙", 116.90, 34.02)])
    for number in range(3):
        count_visit(database, tap(first, person=number))  # Sunday, the hour from 23
        count_visit(database, tap(second, person=number, hour=SUNDAY + HOUR))  # Monday, from 0
    count_visit(database, tap(first, hour=SUNDAY + HOUR))
    assert [(one.code, one.visits) for one in visits_by_station(database, DAY, DAY)] == [(first, 3)]
    both = visits_by_station(database, DAY, DAY + dt.timedelta(days=1))
    assert [(one.code, one.visits) for one in both] == [(first, 4), (second, 3)]
    assert (both[0].lon, both[0].lat) == (116.798, 33.956)
    assert (both[0].district, both[0].place.adcode) == ("相山区", "340603")
    numbers = [one.place.station or 0 for one in both]
    monday = DAY + dt.timedelta(days=1)
    assert visits_by_hour(database, DAY, monday, numbers) == {(6, 23): 3, (0, 0): 4}
    assert visits_by_hour(database, DAY, monday, numbers[:1]) == {(6, 23): 3, (0, 0): 1}
    assert visits_by_hour(database, DAY, monday, []) == {}


def test_a_station_that_goes_takes_its_counts_along(database: Database, code: str) -> None:
    count_visit(database, tap(code))
    people.execute(database, "DELETE FROM station")
    assert value(database, "SELECT count(*) FROM visit_hourly") == 0
    assert value(database, "SELECT count(*) FROM visit_tap") == 0

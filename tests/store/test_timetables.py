"""Timetables in the database say what their hours say, whatever has been worked out."""

from __future__ import annotations

import datetime as dt
import random
import time

import psycopg
import pytest

from station_map.domain.hours import SHANGHAI, Code, Timetable, rules_in_force
from station_map.domain.vocabulary import Status
from station_map.store import timetables
from station_map.store.database import Database
from station_map.store.facets import FACET_ID
from tests.domain.hours.expressions import expression
from tests.store.merging import merge, rows, station, value

HOURS = ("24/7", "Mo-Fr 08:30-12:00,14:30-18:00; PH off", "20:00-04:00", "18:00+", None)


def this_minute() -> int:
    return int(time.time()) // 60


def fill(database: Database, *hours: str | None) -> None:
    merge(
        database,
        *(station(f"站{n}", 116 + n / 100, opening_hours=text) for n, text in enumerate(hours)),
    )


def stored(database: Database) -> dict[int, Timetable]:
    found = rows(
        database,
        "SELECT id, opening_hours, exceptions, nullif(back_on, '-infinity') FROM timetable",
    )
    return {number: timetables._timetable(*told) for number, *told in found}


def assert_right(database: Database, minute: int) -> None:
    said = timetables.openings(database, minute, fresh=True)
    for number, timetable in stored(database).items():
        code = timetable.code_at(minute)
        assert (number in said.open_ids) is (code is Code.OPEN)
        assert (number in said.unknown_ids) is (code is Code.UNKNOWN)
        assert (number in said.closed_ids) is (code is Code.CLOSED)


def test_stations_with_the_same_hours_share_a_timetable(database: Database) -> None:
    fill(database, "24/7", "24/7", "08:00-18:00", None, None)
    found = rows(
        database,
        "SELECT c.opening_hours, count(DISTINCT c.timetable_id), min(t.opening_hours)"
        " FROM station_card c JOIN timetable t ON t.id = c.timetable_id GROUP BY 1 ORDER BY 1",
    )
    assert found == [("08:00-18:00", 1, "08:00-18:00"), ("24/7", 1, "24/7"), (None, 1, "")]
    assert value(database, "SELECT count(*) FROM timetable") == 3


def test_only_stations_that_a_clock_matters_to_have_one(database: Database) -> None:
    day = dt.date(2026, 12, 1)
    merge(
        database,
        *(station(s.value, 116.5 + n / 10, opening_hours="24/7", status=s) for n, s in enumerate(Status)),
        station("暂停到", opening_hours="24/7", status=Status.SUSPENDED, suspended_until=day),
    )  # fmt: skip
    found = rows(
        database,
        "SELECT s.name, nullif(t.back_on, '-infinity') FROM station s"
        " JOIN station_card c ON c.station_id = s.id JOIN timetable t ON t.id = c.timetable_id"
        " ORDER BY 1",
    )
    assert found == [("open", None), ("暂停到", day)]


@pytest.mark.parametrize("days", [0, 20, 50, -3, 300])
def test_what_is_said_is_what_the_hours_say(database: Database, days: int) -> None:
    dice = random.Random(days)
    fill(database, *HOURS, *(expression(dice) for _ in range(60)))
    for _ in range(8):
        assert_right(database, this_minute() + days * 1440 + dice.randrange(1440))


@pytest.mark.parametrize(
    "damage",
    [
        "computed_from = NULL, computed_until = NULL, computed_by = NULL, open = '{}'",
        "computed_by = 'an older calendar', open = '{[-infinity,infinity)}', unknown = '{}'",
        "computed_from = '2020-01-01', computed_until = '2020-01-02', open = '{}'",
    ],
)
def test_what_does_not_count_is_not_believed_and_is_worked_out_anew(
    database: Database, damage: str
) -> None:
    fill(database, *HOURS)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE timetable SET {damage}")
    assert_right(database, this_minute() + 3 * 24 * 60)
    assert_right(database, this_minute())
    current = "computed_by = %s AND computed_from <= now() AND computed_until > now()"
    with psycopg.connect(database.url) as connection:
        statement = f"SELECT count(*) FROM timetable WHERE {current}"
        assert connection.execute(statement, [rules_in_force()]).fetchone() == (len(HOURS),)


def test_no_more_than_some_are_worked_out_at_a_time(database: Database) -> None:
    fill(database, *HOURS)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE timetable SET computed_by = NULL")
        assert timetables.work_out(connection, 2) == 2
        assert timetables.work_out(connection, 2) == 2
        assert timetables.work_out(connection) == 1
        assert timetables.work_out(connection) == 0


def test_facets_hold_the_hours_at_which_it_may_be_open(database: Database) -> None:
    fill(database, *HOURS)
    for hours, facets in rows(
        database, "SELECT opening_hours, array(SELECT unnest(facet_ids) INTERSECT"
        " SELECT id FROM facet WHERE dimension IN ('open_hour', 'hours_unknown')) FROM station_card",
    ):  # fmt: skip
        timetable = Timetable(hours)
        expected = {FACET_ID["open_hour", str(hour)] for hour in timetable.possible_hours()}
        if timetable.ever_unknown():
            expected.add(FACET_ID["hours_unknown", "true"])
        assert set(facets) == expected


def test_a_card_written_without_preparation_is_right_and_settled_later(
    database: Database,
) -> None:
    fill(database, "24/7")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE station SET opening_hours = '09:00-17:00'")
        connection.exec_driver_sql("SELECT station_refresh(array_agg(id)) FROM station")
    facets = set(value(database, "SELECT facet_ids FROM station_card"))
    hours = [FACET_ID["open_hour", str(hour)] for hour in range(24)]
    assert facets.issuperset([*hours, FACET_ID["hours_unknown", "true"]])
    assert_right(database, this_minute())
    with database.engine.begin() as connection:
        timetables.settle(connection)
    settled = set(value(database, "SELECT facet_ids FROM station_card"))
    assert facets - settled == {*(set(hours) - set(hours[9:17])), FACET_ID["hours_unknown", "true"]}
    assert settled < facets


def test_exceptions_are_part_of_the_meaning(database: Database) -> None:
    fill(database, "09:00-17:00", "09:00-17:00")
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO station_hours_exception"
            " (station_id, first_day, last_day, opening_hours, reason)"
            " SELECT min(id), DATE '2026-07-01', DATE '2026-07-09', '08:00-22:00', '高温'"
            " FROM station"
        )
        connection.exec_driver_sql("SELECT station_refresh(array_agg(id)) FROM station")
    evening = int(dt.datetime(2026, 7, 5, 20, tzinfo=SHANGHAI).timestamp()) // 60
    said = timetables.openings(database, evening, fresh=True)
    assert len(said.open_ids) == len(said.closed_ids - said.open_ids) == 1
    assert value(database, "SELECT count(DISTINCT timetable_id) FROM station_card") == 2
    assert said.open_facet == FACET_ID["open_hour", "20"]


def test_new_timetables_are_noticed(database: Database) -> None:
    fill(database, "24/7")
    known = timetables.openings(database, this_minute(), fresh=True)
    assert not timetables.has_newcomers(database, known)
    fill(database, "24/7", "09:00-17:00")
    assert timetables.has_newcomers(database, known)
    assert timetables.openings(database, known.minute) is known
    fresh = timetables.openings(database, known.minute, fresh=True)
    assert not timetables.has_newcomers(database, fresh)


def test_a_timetable_that_is_new_passes_until_it_is_known(database: Database) -> None:
    known = timetables.Openings(0, frozenset({1, 9}), frozenset({3}), frozenset({2, 8, 17}))
    passing = {
        name: {
            number
            for (number,) in database.rows(
                f"SELECT timetable_id FROM generate_series(0, 40) AS timetable_id WHERE {test}",
                {"not_open": known.not_open, "not_unknown": known.not_unknown},
            )
        }
        for name, test in (("open", timetables.IS_OPEN), ("unknown", timetables.IS_UNKNOWN))
    }
    others = set(range(41)) - known.known_ids
    assert passing == {"open": {1, 9} | others, "unknown": {3} | others}


def test_two_that_add_the_same_hours_at_once_agree(database: Database) -> None:
    fill(database, "24/7", "09:00-17:00")
    change = "UPDATE station SET opening_hours = '10:00-20:00' WHERE name = %s RETURNING id"
    with psycopg.connect(database.url) as first, psycopg.connect(database.url) as second:
        for connection, name in ((first, "站0"), (second, "站1")):
            [(number,)] = connection.execute(change, [name]).fetchall()
            if connection is second:
                first.commit()
            connection.execute("SELECT station_refresh(ARRAY[%s::bigint])", [number])
    found = "SELECT count(DISTINCT timetable_id), count(timetable_id) FROM station_card"
    assert rows(database, found) == [(1, 2)]

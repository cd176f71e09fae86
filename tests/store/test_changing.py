"""Changing stations: recorded, derived, one after the other, and not at all when nothing changes."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from station_map.store.changing import Changing, changing
from station_map.store.database import Database
from station_map.store.stations import get_station
from station_map.store.writing import writing
from tests.store.merging import LAT, LON, merge, rows, station, value
from tests.support import people

HOSTILE = "{{7*7}}</script>`${alert(1)}`{% raw"


@pytest.fixture
def ids(database: Database) -> list[int]:
    merge(database, station("甲", seats=4), station("乙", LON + 0.02), station("丙", LON + 0.04))
    return [number for (number,) in rows(database, "SELECT id FROM station ORDER BY code")]


def change(
    database: Database, stations: list[int], statement: Any, *values: object, **more: Any
) -> Changing:
    with (
        writing(database, actor="王") as connection,
        changing(connection, stations, **more) as made,
    ):
        connection.execute(statement, values)
    return made


def test_a_change_is_recorded_and_seen(database: Database, ids: list[int]) -> None:
    statement = "UPDATE station SET name = %s, seats = NULL WHERE id = %s"
    made = change(database, ids, statement, HOSTILE, ids[0], reason="门牌换了", change_set=7)
    [told] = made.changes
    assert (told.station_id, told.version) == (ids[0], 2)
    assert told.changes == {"name": ["甲", HOSTILE], "seats": [4, None]}
    query = (
        "SELECT id, station_id, actor, origin, action, changes, reason, change_set_id"
        " FROM revision WHERE action = 'updated'"
    )
    assert rows(database, query) == [
        (told.revision, ids[0], "王", "form", "updated", told.changes, "门牌换了", 7)
    ]
    assert value(database, "SELECT version FROM station WHERE id = %s", ids[0]) == 2
    assert HOSTILE in get_station(database, told.code).card
    found = "SELECT station_id FROM station_card WHERE search_text LIKE '%%alert(1)%%'"
    assert rows(database, found) == [(ids[0],)]
    assert value(database, "SELECT count(*) FROM station_words") == 3


def test_what_changes_nothing_writes_nothing(database: Database, ids: list[int]) -> None:
    made = change(database, ids, "UPDATE station SET name = name")
    assert made.changes == []
    assert value(database, "SELECT count(*) FROM revision") == 3
    assert value(database, "SELECT max(version) FROM station") == 1


def test_the_district_follows_the_position(database: Database, ids: list[int]) -> None:
    assert value(database, "SELECT adcode FROM station WHERE id = %s", ids[0]) == "340603"
    statement = "UPDATE station SET position = ST_Point(%s, %s, 4326)::geography WHERE id = %s"
    [told] = change(database, ids, statement, 125.0, 30.0, ids[0]).changes
    assert told.changes == {
        "lon": [LON, 125.0],
        "lat": [LAT, 30.0],
        "adcode": ["340603", None],
    }


@pytest.mark.parametrize(
    ("statement", "field", "after"),
    [
        (
            """INSERT INTO station_amenity (station_id, amenity_id, state)
            SELECT %s, id, 'broken' FROM amenity WHERE code = 'wifi'""",
            "amenities",
            {"wifi": {"state": "broken"}},
        ),
        (
            "INSERT INTO station_honour (station_id, honour) VALUES (%s, 'model')",
            "honours",
            ["model"],
        ),
        (
            """INSERT INTO station_hours_exception
                (station_id, first_day, last_day, opening_hours, reason)
            VALUES (%s, '2027-02-05', '2027-02-12', 'off', '春节')""",
            "hours_exceptions",
            [
                {
                    "first_day": "2027-02-05",
                    "last_day": "2027-02-12",
                    "opening_hours": "off",
                    "reason": "春节",
                }
            ],
        ),
    ],
)
def test_what_belongs_to_a_station_is_part_of_it(
    database: Database, ids: list[int], statement: str, field: str, after: object
) -> None:
    [told] = change(database, ids, statement, ids[1]).changes
    assert told.station_id == ids[1]
    assert {name: pair[1] for name, pair in told.changes.items()} == {field: after}


def test_a_change_that_fails_is_not_made_at_all(database: Database, ids: list[int]) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        change(database, ids, "UPDATE station SET seats = id - %s - 1", ids[0])
    assert value(database, "SELECT max(version) FROM station") == 1


def test_those_that_change_the_same_stations_wait_for_each_other(
    database: Database, ids: list[int]
) -> None:
    """In opposite orders, each adding a seat: no deadlock, no lost seat, true differences."""

    def add(stations: list[int]) -> None:
        for _ in range(10):
            change(database, stations, "UPDATE station SET seats = coalesce(seats, 0) + 1")

    threads = [threading.Thread(target=add, args=(order,)) for order in (ids, list(reversed(ids)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(database, "SELECT seats, version FROM station ORDER BY code") == [
        (24, 21),
        (20, 21),
        (20, 21),
    ]
    told = rows(
        database,
        "SELECT changes -> 'seats' FROM revision WHERE station_id = %s AND action = 'updated'"
        " ORDER BY id",
        ids[0],
    )
    assert [pair for (pair,) in told] == [[number, number + 1] for number in range(4, 24)]


@pytest.mark.parametrize("table", ["revision", "change_set"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET actor = 'somebody'", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_record_can_only_be_added_to(
    database: Database, fresh_database: Database, table: str, statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        people.execute(database, statement.format(table))
    # ... nor after taking the right back, which an owner can: then the trigger refuses.
    people.execute(fresh_database, f"GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        people.execute(fresh_database, statement.format(table))

"""The service calendar of a station: its own and its areas' services, soonest first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from station_map.domain.service_event import Event
from station_map.domain.vocabulary import EventKind
from station_map.errors import Conflict, InputError, NotFound
from station_map.store.database import Database
from station_map.store.events import MOST, At, enter, events_at, stored_events, withdraw
from station_map.store.freshness import latest_revision
from tests.store.merging import merge, rows, station

TODAY = dt.date(2026, 11, 22)


def on(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


def put(database: Database, title: str, first: int, last: int, **place: Any) -> None:
    starts_at = place.pop("starts_at", None)
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql(
            "INSERT INTO service_event (station_id, adcode, kind, title, first_day, last_day,"
            " starts_at, source) VALUES ((SELECT id FROM station WHERE code = %(code)s),"
            " %(adcode)s, 'night_school', %(title)s, %(first)s, %(last)s, %(starts_at)s, '总工会')",
            {"code": None, "adcode": None, "title": title, "first": on(first), "last": on(last)}
            | {"starts_at": starts_at}
            | place,
        )


def titles(database: Database, code: str) -> list[str]:
    return [event.title for event in events_at(database, code, TODAY)]


def test_today_and_later_soonest_first(database: Database) -> None:
    here, there = (one.code for one in merge(database, station("甲"), station("乙", 116.9, 34.1)))
    assert titles(database, here) == []
    put(database, "昨天的", -3, -1, code=here)
    put(database, "下周的", 7, 7, code=here)
    put(database, "今晚的", 0, 0, code=here, starts_at=dt.time(19))
    put(database, "一直在办的", -9, 9, code=here, starts_at=dt.time(9))
    put(database, "别处的", 0, 0, code=there)
    assert titles(database, here) == ["一直在办的", "今晚的", "下周的"]
    event = events_at(database, here, TODAY)[1]
    assert (event.kind, event.first_day, event.last_day) == ("night_school", TODAY, TODAY)
    assert (event.starts_at, event.ends_at, event.all_over) == (dt.time(19), None, False)
    assert event.source == "总工会"


def test_an_areas_services_are_at_all_its_stations(database: Database) -> None:
    inside, outside = (
        one.code for one in merge(database, station("区内"), station("省外", 118.6, 24.9))
    )
    put(database, "全区的", 0, 3, adcode="340603")
    put(database, "全市的", 1, 3, adcode="340600")
    put(database, "邻区的", 0, 3, adcode="340602")
    assert titles(database, inside) == ["全区的", "全市的"]
    assert all(event.all_over for event in events_at(database, inside, TODAY))
    assert titles(database, outside) == []


def test_a_long_calendar_is_cut_after_its_soonest(database: Database) -> None:
    (here,) = (one.code for one in merge(database, station("甲")))
    for day in reversed(range(MOST + 3)):
        put(database, f"第{day}天", day, day, code=here)
    assert titles(database, here) == [f"第{day}天" for day in range(MOST)]


def test_what_is_entered_is_told(database: Database) -> None:
    (here,) = (one.code for one in merge(database, station("甲")))
    number, count = enter_one(database, At(station=here), note="带上身份证")
    assert count == 1
    (event,) = events_at(database, here, TODAY)
    assert (event.title, event.note, event.all_over) == ("量血压", "带上身份证", False)
    assert (event.starts_at, event.ends_at) == (dt.time(9), dt.time(11, 30))
    (stored,) = stored_events(database, everything=False, today=TODAY)
    assert (stored.id, stored.station, stored.place) == (number, here, "甲")
    assert stored.created_by == "test"


def test_a_withdrawn_one_is_shown_nowhere_and_stays_on_record(database: Database) -> None:
    (here,) = (one.code for one in merge(database, station("甲")))
    number, _ = enter_one(database, At(adcode="340600"))
    with database.transaction(actor="test", origin="form") as connection:
        assert withdraw(connection, number) == 1
    assert events_at(database, here, TODAY) == []
    assert stored_events(database, everything=False, today=TODAY) == []
    (stored,) = stored_events(database, everything=True, today=TODAY)
    assert stored.withdrawn_at is not None
    with (
        database.transaction(actor="test", origin="form") as connection,
        pytest.raises(Conflict),
    ):
        withdraw(connection, number)
    with (
        database.transaction(actor="test", origin="form") as connection,
        pytest.raises(NotFound),
    ):
        withdraw(connection, number + 1)


def test_each_station_of_the_place_has_its_revision(database: Database) -> None:
    inside, outside = (
        one.code for one in merge(database, station("区内"), station("省外", 118.6, 24.9))
    )
    stamp = latest_revision(database)
    number, count = enter_one(database, At(adcode="340603"))
    assert count == 1
    assert latest_revision(database) != stamp
    with database.transaction(actor="test", origin="form") as connection:
        withdraw(connection, number)
    told = {"id": number, "kind": "health_check", "title": "量血压"}
    told |= {"first_day": on(0).isoformat(), "last_day": on(1).isoformat()}
    assert rows(
        database,
        "SELECT station_code, origin, changes FROM revision WHERE changes ? 'service_event'"
        " ORDER BY id",
    ) == [
        (inside, "form", {"service_event": [None, told]}),
        (inside, "form", {"service_event": [told, None]}),
    ]
    versions = rows(database, "SELECT code, version FROM station ORDER BY code DESC")
    assert versions == [(inside, 3), (outside, 1)]


@pytest.mark.parametrize(
    "at",
    [
        At(),
        At(station="x", adcode="340600"),
        At(station="nowhere"),
        At(adcode="999999"),
    ],
)
def test_a_place_that_is_none(database: Database, at: At) -> None:
    with pytest.raises(InputError) as refused:
        enter_one(database, at)
    assert refused.value.allowed
    assert stored_events(database, everything=True, today=TODAY) == []


def enter_one(database: Database, at: At, **more: Any) -> tuple[int, int]:
    event = Event(
        kind=EventKind.HEALTH_CHECK,
        title="量血压",
        first_day=on(0),
        last_day=on(1),
        starts_at=dt.time(9),
        ends_at=dt.time(11, 30),
        source="市总工会",
        **more,
    )
    with database.transaction(actor="test", origin="form") as connection:
        return enter(connection, at, event)


def test_services_go_with_their_station(database: Database) -> None:
    (here,) = (one.code for one in merge(database, station("甲")))
    put(database, "今天的", 0, 0, code=here)
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM station")
    assert database.rows("SELECT count(*) FROM service_event") == [(0,)]

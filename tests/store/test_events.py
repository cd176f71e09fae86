"""The service calendar of a station: its own and its areas' services, soonest first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from station_map.store.database import Database
from station_map.store.events import MOST, events_at
from tests.store.merging import merge, station

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


def test_services_go_with_their_station(database: Database) -> None:
    (here,) = (one.code for one in merge(database, station("甲")))
    put(database, "今天的", 0, 0, code=here)
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM station")
    assert database.rows("SELECT count(*) FROM service_event") == [(0,)]

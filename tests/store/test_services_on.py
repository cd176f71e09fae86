"""Which stations have a service on a day; recurring ones on their days alone."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pytest

from station_map.domain.service_event import Event, checked_event, checked_recurring
from station_map.domain.vocabulary import EventKind
from station_map.search.filters import ServiceOn, StationFilter
from station_map.search.listing import ListQuery, list_stations
from station_map.search.nearest import NearestQuery, nearest
from station_map.store.database import Database
from station_map.store.events import At, enter, events_at, withdraw
from station_map.store.service_feed import of_area, of_station
from station_map.store.services_on import kinds_on
from tests.store.merging import merge, rows, station

TODAY = dt.date(2026, 11, 22)
DAY = dt.timedelta(days=1)


def put(
    database: Database,
    title: str,
    at: At,
    *,
    kind: EventKind = EventKind.LEGAL_CLINIC,
    first: dt.date = TODAY,
    last: dt.date | None = None,
    rule: str | None = None,
) -> int:
    told = Event(
        kind=kind, title=title, first_day=first, last_day=last or first, source="总工会", rule=rule
    )
    event = checked_event(told) if rule is None else checked_recurring(told, last)
    with database.transaction(actor="test", origin="form") as unit:
        return enter(unit, at, event)[0]


@pytest.fixture
def codes(database: Database) -> list[str]:
    """Two in 相山区, one in 杜集区, one far away."""
    places = ((116.80, 33.956), (116.81, 33.956), (116.90, 34.02), (118.58, 24.91))
    return [
        one.code for one in merge(database, *(station(f"站{n}", *p) for n, p in enumerate(places)))
    ]


def on(database: Database, day: dt.date, *kinds: EventKind) -> set[str]:
    """By list and by nearest, which must agree; and by the table for phones."""
    where = StationFilter(service=ServiceOn(day, kinds))
    listed = {row.code for row in list_stations(database, ListQuery(where)).rows}
    near = NearestQuery(116.80, 33.956, k=50, where=where)
    found = {hit.code for hit in nearest(database, near)}
    assert found == listed
    told = kinds_on(database, day)
    assert {c for c in told if not kinds or {*kinds} & {*told[c]}} == listed
    return listed


def test_a_service_of_one_station_and_of_areas(database: Database, codes: list[str]) -> None:
    assert on(database, TODAY) == set()
    put(database, "一站的", At(station=codes[0]))
    put(database, "区里的", At(adcode="340602"), kind=EventKind.JOIN_BY_QR)
    assert on(database, TODAY) == {codes[0], codes[2]}
    assert on(database, TODAY, EventKind.JOIN_BY_QR) == {codes[2]}
    assert on(database, TODAY, EventKind.JOB_FAIR) == set()
    assert on(database, TODAY + DAY) == set()
    number = put(database, "全市的", At(adcode="340600"), last=TODAY + DAY)
    assert on(database, TODAY + DAY) == set(codes[:3])
    with database.transaction(actor="test", origin="form") as unit:
        withdraw(unit, number)
    assert on(database, TODAY + DAY) == set()


def test_a_recurring_service_is_on_on_its_days(database: Database, codes: list[str]) -> None:
    put(database, "每周三", At(station=codes[0]), rule="FREQ=WEEKLY;BYDAY=WE;COUNT=3")
    wednesdays = {dt.date(2026, 11, 25), dt.date(2026, 12, 2), dt.date(2026, 12, 9)}
    for ahead in range(30):
        day = TODAY + ahead * DAY
        assert on(database, day) == ({codes[0]} if day in wednesdays else set())
    (event,) = events_at(database, codes[0], TODAY)
    assert (event.first_day, event.rule) == (dt.date(2026, 11, 25), "FREQ=WEEKLY;BYDAY=WE")
    (event,) = events_at(database, codes[0], dt.date(2026, 11, 26))
    assert event.first_day == dt.date(2026, 12, 2)
    assert events_at(database, codes[0], dt.date(2026, 12, 10)) == []


def test_what_is_next_comes_first(database: Database, codes: list[str]) -> None:
    here = At(station=codes[0])
    put(database, "每周三", here, rule="FREQ=WEEKLY;BYDAY=WE")
    put(database, "后天", here, first=TODAY + 2 * DAY)
    put(database, "月底", here, first=TODAY + 8 * DAY)
    assert [event.title for event in events_at(database, codes[0], TODAY)] == [
        "后天",
        "每周三",
        "月底",
    ]


def test_it_meets_other_conditions(database: Database, codes: list[str]) -> None:
    put(database, "全市的", At(adcode="340600"))
    where = StationFilter(service=ServiceOn(TODAY))
    for text, area, k in product((None, "站"), (None, "340603"), (1, 10)):
        hits = nearest(
            database, NearestQuery(116.80, 33.956, k=k, where=where, text=text, area=area)
        )
        expected = codes[:2] if area else codes[:3]
        assert [hit.code for hit in hits] == expected[:k]


def test_feeds_tell_what_is_there(database: Database, codes: list[str]) -> None:
    put(database, "一站的", At(station=codes[0]))
    put(database, "邻区的", At(adcode="340602"))
    put(database, "全市的", At(adcode="340600"))
    gone = put(database, "撤回的", At(station=codes[0]))
    with database.transaction(actor="test", origin="form") as unit:
        withdraw(unit, gone)
    titles = lambda events: {event.title for event in events}  # noqa: E731
    assert titles(of_station(database, codes[0], TODAY)) == {"一站的", "全市的"}
    assert titles(of_station(database, codes[0], TODAY + DAY)) == set()
    assert titles(of_area(database, "340603", TODAY)) == {"一站的", "全市的"}
    assert titles(of_area(database, "340602", TODAY)) == {"邻区的", "全市的"}
    assert titles(of_area(database, "340600", TODAY)) == {"一站的", "邻区的", "全市的"}
    assert titles(of_area(database, None, TODAY)) == {"一站的", "邻区的", "全市的"}


def test_days_go_with_their_event(database: Database, codes: list[str]) -> None:
    number = put(database, "天天", At(station=codes[0]), rule="FREQ=DAILY")
    assert len(rows(database, "SELECT day FROM service_day WHERE event_id = %s", number)) == 366

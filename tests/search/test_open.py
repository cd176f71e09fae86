"""Open at a moment: the same stations as asking each one's hours, whatever the moment."""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from sqlalchemy import text

from station_map.domain.hours import SHANGHAI, DatedException, Hours, StateCode, state_at
from station_map.domain.station import Station
from station_map.domain.travel import TravelMode, seconds_per_metre
from station_map.domain.vocabulary import Kind, Status
from station_map.errors import DatabaseUnusable, InputError
from station_map.search import opening
from station_map.search.filters import StationFilter
from station_map.search.listing import ListQuery, Page, list_stations
from station_map.search.nearest import NearestQuery, nearest
from station_map.search.opening import OpenAt
from station_map.store.database import Database
from station_map.store.timetables import Openings
from tests.domain.hours.expressions import expression
from tests.web.stations import having, save, scattered, station

TYPICAL = (
    *("24/7", "24/7", "08:00-18:00", "Mo-Fr 08:30-12:00,14:30-18:00; PH off", "20:00-06:00"),
    *("Mo-Su 07:00-24:00", "Sa,Su,PH 09:00-16:00", "18:00-02:00; PH off", "18:00+", "06:00-22:00"),
    *(None, None, "每天", "sunrise-sunset"),
)
OPEN_CODES = {StateCode.OPEN, StateCode.CLOSING_SOON}
# Around every holiday and make-up workday of 2026 as they fall, and the rest of the year.
EVENTFUL = (
    *("2026-01-01", "2026-01-04", "2026-02-14", "2026-02-15", "2026-02-23", "2026-02-28"),
    *("2026-04-04", "2026-05-01", "2026-05-05", "2026-05-09", "2026-06-19", "2026-09-20"),
    *("2026-09-25", "2026-10-01", "2026-10-07", "2026-10-10", "2026-12-31"),
)


def minute_of(moment: dt.datetime) -> int:
    return int(moment.timestamp()) // 60


def some_hours(dice: random.Random) -> str | None:
    return dice.choice(TYPICAL) if dice.random() < 0.5 else expression(dice)


def some_exceptions(dice: random.Random) -> list[DatedException]:
    found = []
    for _ in range(dice.choice((0, 0, 0, 1, 2))):
        first = dt.date(2026, 1, 1) + dt.timedelta(days=dice.randrange(380))
        last = first + dt.timedelta(days=dice.randrange(30))
        hours = dice.choice(("off", "24/7", "08:00-22:00", "20:00-05:00"))
        found.append(DatedException(first, last, hours, dice.choice(("高温", ""))))
    return found


class Known:
    """Stations by code, each with what its state depends on."""

    def __init__(self, database: Database, count: int, seed: int) -> None:
        dice = random.Random(seed)
        self.database = database
        self.stations = [self._station(dice, place) for place in scattered(count, seed)]
        self.codes = save(database, self.stations)
        exceptions = {code: some_exceptions(dice) for code in self.codes}
        self._store(exceptions)
        self.hours = {
            code: Hours(
                expression=s.opening_hours,
                status=s.status or Status.OPEN,
                suspended_until=s.suspended_until,
                exceptions=tuple(reversed(exceptions[code])),  # the newest counts first
            )
            for code, s in zip(self.codes, self.stations, strict=True)
        }

    def _station(self, dice: random.Random, place: Station) -> Station:
        status = dice.choice([Status.OPEN] * 6 + [Status.SUSPENDED] * 2 + [*Status])
        until = dt.date(2026, 1, 1) + dt.timedelta(days=dice.randrange(380))
        dated = status is Status.SUSPENDED and dice.random() < 0.7
        return Station(
            name=place.name,
            lon=place.lon,
            lat=place.lat,
            kind=place.kind,
            amenities=place.amenities,
            opening_hours=some_hours(dice),
            status=status,
            suspended_until=until if dated else None,
        )

    def _store(self, exceptions: dict[str, list[DatedException]]) -> None:
        statement = text(
            "INSERT INTO station_hours_exception"
            " (station_id, first_day, last_day, opening_hours, reason)"
            " SELECT id, :first, :last, :hours, :reason FROM station WHERE code = :code"
        )
        rows = [
            {"code": code, "first": one.first_day, "last": one.last_day,
             "hours": one.opening_hours, "reason": one.reason}
            for code, found in exceptions.items() for one in found
        ]  # fmt: skip
        with self.database.engine.begin() as connection:
            connection.execute(statement, rows)
            connection.exec_driver_sql("SELECT station_refresh(array_agg(id)) FROM station")

    def codes_in(self, minute: int, *wanted: StateCode) -> list[str]:
        moment = dt.datetime.fromtimestamp(minute * 60, SHANGHAI)
        return sorted(
            c for c, hours in self.hours.items() if state_at(hours, moment).code in wanted
        )


@pytest.fixture(scope="module")
def known(cluster) -> Iterator[Known]:
    from tests.support import clusters

    with clusters.cloned(cluster, f"open_{uuid.uuid4().hex[:12]}") as url:
        database = Database(url, pool_size=2)
        try:
            yield Known(database, 400, seed=11)
        finally:
            database.close()


@st.composite
def minutes_of_the_year(draw: st.DrawFn) -> int:
    """Any minute of 2026, half of them within two days of something special."""
    eventful = st.sampled_from(EVENTFUL).map(dt.date.fromisoformat)
    near = st.tuples(eventful, st.integers(-1, 1)).map(lambda p: p[0] + dt.timedelta(days=p[1]))
    day = draw(near | st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    clock = draw(st.integers(0, 1439) | st.sampled_from([0, 1, 359, 360, 480, 1080, 1439]))
    midnight = dt.datetime.combine(day, dt.time(), SHANGHAI)
    return minute_of(midnight) + clock


GEOD = Geod(ellps="WGS84")
points = st.one_of(
    st.tuples(st.floats(116.5, 117.2), st.floats(33.3, 34.2)),
    st.tuples(st.floats(70, 138), st.floats(0, 57)),
)
ANY_STATUS = tuple(Status)


def by_distance(known: Known, lon: float, lat: float) -> list[tuple[float, str]]:
    """Geodesic metres to every station, and its code, the nearest first."""
    lons = [s.lon for s in known.stations]
    lats = [s.lat for s in known.stations]
    away = GEOD.inv([lon] * len(lons), [lat] * len(lats), lons, lats)[2]
    return sorted(zip(away, known.codes, strict=True))


def codes_of(page: Page) -> list[str]:
    return [row.code for row in page.rows]


def now() -> int:
    return minute_of(dt.datetime.now(SHANGHAI))


@given(minute=minutes_of_the_year())
@settings(max_examples=150, deadline=None)
def test_a_list_holds_what_is_open_then(known: Known, minute: int) -> None:
    where = StationFilter(open_at=OpenAt(minute))
    page = list_stations(known.database, ListQuery(where, limit=1000))
    assert codes_of(page) == known.codes_in(minute, *OPEN_CODES)
    assert page.number_matched == len(page.rows) == page.unknown_from
    assert page.number_unknown == len(known.codes_in(minute, StateCode.UNKNOWN))


@given(offset=st.integers(-24 * 60, 36 * 24 * 60))
@settings(max_examples=100, deadline=None)
def test_the_weeks_that_are_worked_out_give_the_same(known: Known, offset: int) -> None:
    where = StationFilter(open_at=OpenAt(now() + offset))
    page = list_stations(known.database, ListQuery(where, limit=1000))
    assert codes_of(page) == known.codes_in(now() + offset, *OPEN_CODES)


@given(minute=minutes_of_the_year(), limit=st.integers(1, 60))
@settings(max_examples=25, deadline=None)
def test_unknown_hours_are_a_group_of_their_own_after_all_others(
    known: Known, minute: int, limit: int
) -> None:
    is_open = known.codes_in(minute, *OPEN_CODES)
    unknown = known.codes_in(minute, StateCode.UNKNOWN)
    where = StationFilter(open_at=OpenAt(minute, unknown=True))
    seen: list[tuple[str, bool]] = []
    cursor = None
    while True:
        page = list_stations(known.database, ListQuery(where, limit=limit, cursor=cursor))
        assert page.number_matched == len(is_open) + len(unknown)
        assert page.number_unknown == len(unknown)
        seen += [(code, at >= page.unknown_from) for at, code in enumerate(codes_of(page))]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [*((code, False) for code in is_open), *((code, True) for code in unknown)]


@given(point=points, minute=minutes_of_the_year(), k=st.integers(1, 40))
@settings(max_examples=120, deadline=None)
def test_no_limit_cuts_off_an_open_station(
    known: Known, point: tuple[float, float], minute: int, k: int
) -> None:
    is_open = set(known.codes_in(minute, *OPEN_CODES))
    expected = [code for _, code in by_distance(known, *point) if code in is_open][:k]
    where = StationFilter(statuses=ANY_STATUS, open_at=OpenAt(minute))
    hits = nearest(known.database, NearestQuery(*point, k=k, where=where))
    assert [hit.code for hit in hits] == expected
    assert not any(hit.hours_unknown for hit in hits)


@given(point=points, minute=minutes_of_the_year(), radius=st.floats(1_000, 3_000_000))
@settings(max_examples=60, deadline=None)
def test_unknown_hours_come_after_all_that_are_open(
    known: Known, point: tuple[float, float], minute: int, radius: float
) -> None:
    states = ((set(known.codes_in(minute, *OPEN_CODES)), False),
              (set(known.codes_in(minute, StateCode.UNKNOWN)), True))  # fmt: skip
    near = [code for away, code in by_distance(known, *point) if away <= radius]
    expected = [(code, mark) for group, mark in states for code in near if code in group][:60]
    where = StationFilter(statuses=ANY_STATUS, open_at=OpenAt(minute, unknown=True))
    query = NearestQuery(*point, k=60, max_distance_m=radius, where=where)
    hits = nearest(known.database, query)
    assert [(hit.code, hit.hours_unknown) for hit in hits] == expected


def arriving(known: Known, minute: int, away: float, code: str, mode: TravelMode) -> StateCode:
    moment = dt.datetime.fromtimestamp(minute * 60, SHANGHAI)
    travel = dt.timedelta(seconds=away * seconds_per_metre(mode))
    return state_at(known.hours[code], moment + travel).code


@given(
    point=points,
    minute=minutes_of_the_year() | st.integers(0, 30 * 1440).map(lambda offset: now() + offset),
    k=st.integers(1, 30),
    mode=st.sampled_from(TravelMode),
)
@settings(max_examples=120, deadline=None)
def test_on_arrival_the_hours_count_when_one_gets_there(
    known: Known, point: tuple[float, float], minute: int, k: int, mode: TravelMode
) -> None:
    told = [
        (code, arriving(known, minute, away, code, mode))
        for away, code in by_distance(known, *point)
    ]
    expected = [(code, False) for code, state in told if state in OPEN_CODES]
    expected += [(code, True) for code, state in told if state is StateCode.UNKNOWN]
    at = OpenAt(minute, unknown=True, arriving=mode)
    where = StationFilter(statuses=ANY_STATUS, open_at=at)
    hits = nearest(known.database, NearestQuery(*point, k=k, where=where))
    assert [(hit.code, hit.hours_unknown) for hit in hits] == expected[:k]


def test_unknown_amenities_and_unknown_hours_are_told_apart(database: Database) -> None:
    minute = now()
    stations = [
        station("都知道", 116.80, opening_hours="24/7", amenities=having("wifi")),
        station("设备不清楚", 116.81, opening_hours="24/7"),
        station("时间不清楚", 116.82, amenities=having("wifi")),
        station("都不清楚", 116.83),
        station("关着", 116.84, opening_hours="off", amenities=having("wifi")),
        station("没有", 116.85, opening_hours="24/7", amenities=having(wifi="no")),
    ]
    names = dict(zip(save(database, stations), (s.name for s in stations), strict=True))
    where = StationFilter(
        statuses=(Status.OPEN,),
        amenities=("wifi",),
        amenity_unknown=True,
        open_at=OpenAt(minute, unknown=True),
    )
    hits = nearest(database, NearestQuery(116.9, 33.956, where=where))
    assert [(names[hit.code], hit.unknown, hit.hours_unknown) for hit in hits] == [
        ("都知道", (), False),
        ("设备不清楚", ("wifi",), False),
        ("时间不清楚", (), True),
        ("都不清楚", ("wifi",), True),
    ]


def test_the_nearest_see_new_hours_at_once(database: Database) -> None:
    where = StationFilter(statuses=(Status.OPEN,), open_at=OpenAt(now()))
    query = NearestQuery(116.8, 33.95, where=where)
    save(database, [station("甲", opening_hours="off")])
    assert nearest(database, query) == []
    [code] = save(database, [station("甲", opening_hours="24/7")])
    assert [hit.code for hit in nearest(database, query)] == [code]


def test_open_holds_beside_other_filters(known: Known) -> None:
    minute = minute_of(dt.datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI))
    where = StationFilter(
        amenities=("wifi",), kinds=(Kind.DRIVER_HOME, Kind.UNION_STATION), open_at=OpenAt(minute)
    )
    is_open = set(known.codes_in(minute, *OPEN_CODES))
    expected = [
        code
        for code, s in zip(known.codes, known.stations, strict=True)
        if code in is_open and s.kind in where.kinds
        and "wifi" in s.amenities and s.amenities["wifi"].state == "yes"
    ]  # fmt: skip
    assert expected
    page = list_stations(known.database, ListQuery(where, limit=1000))
    assert codes_of(page) == sorted(expected)


def test_a_cursor_of_the_second_group_is_refused_where_there_is_none(known: Known) -> None:
    minute = now()
    both = StationFilter(open_at=OpenAt(minute, unknown=True))
    count = len(known.codes_in(minute, *OPEN_CODES))
    cursor = list_stations(known.database, ListQuery(both, limit=count + 1)).next_cursor
    with pytest.raises(InputError, match="cursor"):
        list_stations(
            known.database, ListQuery(StationFilter(open_at=OpenAt(minute)), cursor=cursor)
        )
    with pytest.raises(InputError, match="cursor"):
        list_stations(known.database, ListQuery(cursor=cursor))


def test_new_hours_count_at_once(database: Database) -> None:
    where = StationFilter(open_at=OpenAt(now()))
    save(database, [station("甲", opening_hours="off")])
    assert codes_of(list_stations(database, ListQuery(where))) == []
    [code] = save(database, [station("甲", opening_hours="24/7")])
    assert codes_of(list_stations(database, ListQuery(where))) == [code]
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE station SET opening_hours = '00:00-24:00'")
        connection.exec_driver_sql("SELECT station_refresh(array_agg(id)) FROM station")
    page = list_stations(database, ListQuery(where))
    assert [json.loads(row.card)["opening_hours"] for row in page.rows] == ["00:00-24:00"]


def test_hours_that_never_settle_are_told_as_such(database: Database) -> None:
    def read(known: Openings) -> int:
        return known.minute

    with pytest.raises(DatabaseUnusable, match="开放时间"):
        opening.settled(database, now(), read, lambda _, __: False)

"""Stations for planning say what the store says, and no more."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from station_map.domain.hours import PLAIN_WEEKS, SHANGHAI, Code, Timetable
from station_map.domain.vocabulary import AMENITIES, Audience, Kind, Status
from station_map.geo.box import SERVICE_BOX, Box
from station_map.store.database import Database
from station_map.store.planning import NO, UNKNOWN, YES, read_planning_stations
from tests.store.merging import merge, rows, station
from tests.web.stations import having, save, scattered

MONDAY = dt.date(2026, 11, 23)


def week(database: Database, hours: str | None, monday: dt.date | None = None) -> np.ndarray:
    merge(database, station("甲", opening_hours=hours))
    return read_planning_stations(database, SERVICE_BOX, monday=monday).open[0]


def test_each_station_as_it_is_stored(database: Database) -> None:
    save(database, scattered(120, seed=5))
    found = read_planning_stations(database, SERVICE_BOX, statuses=list(Status))
    told = rows(
        database,
        "SELECT id, code, name, lon, lat, status, kind, audience, seats, adcode, demo"
        " FROM station ORDER BY id",
    )
    columns = (found.ids.tolist(), found.codes, found.names, *found.lonlat.T.tolist())
    seats = [None if np.isnan(n) else int(n) for n in found.seats]
    more = (found.status, found.kinds, found.audiences, seats, found.adcodes, found.demo.tolist())
    assert list(zip(*columns, *more, strict=True)) == told
    states = {
        (number, amenity): state
        for number, amenity, state in rows(
            database, "SELECT station_id, amenity_id, state FROM station_amenity"
        )
    }
    meaning = {"yes": YES, "no": NO, "broken": NO, "partial": UNKNOWN, None: UNKNOWN}
    assert set(states.values()) == {"yes", "no", "broken", "partial"}
    for amenity in AMENITIES:
        expected = [meaning[states.get((number, amenity.id))] for number in found.ids.tolist()]
        assert found.amenities[amenity.code].tolist() == expected


def test_only_those_of_a_box_and_a_status(database: Database) -> None:
    merge(
        database,
        station("里", 116.80, 33.95),
        station("边", 116.90, 33.95),
        station("外", 117.50, 33.95),
        station("筹", 116.81, 33.95, status=Status.PLANNED),
    )
    box = Box(116.7, 33.9, 116.9, 34.0)
    assert set(read_planning_stations(database, box).names) == {"里", "边"}
    planned = read_planning_stations(database, box, ("open", "planned"))
    assert set(planned.names) == {"里", "边", "筹"}
    nowhere = read_planning_stations(database, Box(80, 40, 81, 41))
    assert nowhere.lonlat.shape == (0, 2)
    assert nowhere.open.shape == (0, 168)


@pytest.mark.parametrize(
    "hours", ["24/7", "Mo-Fr 08:00-18:00", "20:00-04:00", "Sa,Su 10:00-16:30", "18:00+", None]
)
def test_an_hour_is_what_each_of_its_minutes_says(database: Database, hours: str | None) -> None:
    found = week(database, hours)
    timetable = Timetable(hours)
    start = int(dt.datetime(2024, 1, 1, tzinfo=SHANGHAI).timestamp()) // 60
    for hour in range(168):
        codes = {timetable.code_at(start + hour * 60 + minute, PLAIN_WEEKS) for minute in range(60)}
        if Code.CLOSED in codes:
            assert found[hour] == NO
        else:
            assert found[hour] == (YES if codes == {Code.OPEN} else UNKNOWN)


def test_unknown_hours_are_unknown_and_half_an_hour_is_not_an_hour(database: Database) -> None:
    assert (week(database, None) == UNKNOWN).all()
    half = week(database, "Mo 08:30-10:00")
    assert half[8:11].tolist() == [NO, YES, NO]


def test_the_usual_week_knows_no_holiday_and_a_certain_one_does(database: Database) -> None:
    hours = "Mo-Fr 08:00-18:00; PH off"
    assert week(database, hours)[9] == YES
    # National day 2025 is a Wednesday.
    holiday = read_planning_stations(database, SERVICE_BOX, monday=dt.date(2025, 9, 29)).open[0]
    assert holiday[[9, 33, 57]].tolist() == [YES, YES, NO]


def test_a_suspension_ends_in_its_week(database: Database) -> None:
    back = MONDAY + dt.timedelta(days=2)
    merge(
        database,
        station("归", status=Status.SUSPENDED, suspended_until=back, opening_hours="24/7"),
        station("停", 116.9, status=Status.SUSPENDED, opening_hours="24/7"),
    )
    found = read_planning_stations(database, SERVICE_BOX, ("suspended",), MONDAY)
    by_name = dict(zip(found.names, found.open, strict=True))
    assert by_name["归"].tolist() == [NO] * 48 + [YES] * 120
    assert not by_name["停"].any()


def test_weeks_begin_on_monday(database: Database) -> None:
    with pytest.raises(ValueError, match="no Monday"):
        read_planning_stations(database, SERVICE_BOX, monday=MONDAY + dt.timedelta(days=1))


def test_kind_audience_and_amenities_of_one(database: Database) -> None:
    merge(
        database,
        station(
            "甲",
            kind=Kind.DRIVER_HOME,
            audience=Audience.EVERYONE,
            seats=6,
            amenities=having("microwave", shower="partial", toilet="broken"),
        ),
    )
    found = read_planning_stations(database, SERVICE_BOX)
    assert (found.kinds, found.audiences, found.seats.tolist()) == (
        ("driver_home",),
        ("everyone",),
        [6.0],
    )
    said = {code: int(mask[0]) for code, mask in found.amenities.items()}
    assert (said["microwave"], said["shower"], said["toilet"], said["fuel"]) == (
        YES,
        UNKNOWN,
        NO,
        UNKNOWN,
    )

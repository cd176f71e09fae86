"""Lists: filters, boxes, areas, text and pages; one station."""

from __future__ import annotations

import contextlib
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import Datum, Status
from station_map.errors import InputError, NotFound
from station_map.search.filters import StationFilter
from station_map.search.listing import ListQuery, get_station, list_stations
from station_map.store.database import Database
from tests.web.stations import HOSTILE_NAMES, save, scattered


def codes_of(database: Database, query: ListQuery) -> list[str]:
    return [row.code for row in list_stations(database, query).rows]


def test_pages_hold_every_station_once_in_order(database: Database) -> None:
    codes = save(database, scattered(57))
    seen: list[str] = []
    cursor = None
    while True:
        page = list_stations(database, ListQuery(limit=10, cursor=cursor))
        assert page.number_matched == 57
        seen += [row.code for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == sorted(codes)


def test_a_last_page_that_is_full_has_no_next(database: Database) -> None:
    save(database, scattered(10))
    assert list_stations(database, ListQuery(limit=10)).next_cursor is None


def test_a_station_deleted_between_pages_loses_no_other(database: Database) -> None:
    codes = sorted(save(database, scattered(20)))
    first = list_stations(database, ListQuery(limit=10))
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM station WHERE code = '{codes[9]}'")
    rest = list_stations(database, ListQuery(limit=10, cursor=first.next_cursor))
    assert [row.code for row in rest.rows] == codes[10:]


@pytest.mark.parametrize("cursor", ["", "!", "AA", "/w", "💣", "a" * 200])
def test_a_broken_cursor_is_refused(database: Database, cursor: str) -> None:
    with pytest.raises(InputError) as caught:
        list_stations(database, ListQuery(cursor=cursor))
    assert caught.value.parameter == "cursor"


@given(cursor=st.text(max_size=100))
@settings(max_examples=200, deadline=None)
def test_no_cursor_breaks_the_list(_worker_database, cursor: str) -> None:  # noqa: PT019
    database = _worker_database.database
    with contextlib.suppress(InputError):
        assert list_stations(database, ListQuery(cursor=cursor)).rows == []


@pytest.mark.parametrize("limit", [0, -1, 1001])
def test_a_limit_out_of_range_is_refused(database: Database, limit: int) -> None:
    with pytest.raises(InputError):
        list_stations(database, ListQuery(limit=limit))


def test_a_box_holds_what_lies_in_it(database: Database) -> None:
    stations = scattered(200)
    codes = save(database, stations)
    west, south, east, north = box = (116.6, 33.5, 116.9, 34.0)
    inside = sorted(
        code
        for code, s in zip(codes, stations, strict=True)
        if west <= s.lon <= east and south <= s.lat <= north
    )
    assert inside
    assert codes_of(database, ListQuery(bbox=box, limit=1000)) == inside


def test_the_whole_world_is_a_box(database: Database) -> None:
    save(database, scattered(5))
    page = list_stations(database, ListQuery(bbox=(-180.0, -90.0, 180.0, 90.0)))
    assert page.number_matched == 5


def test_a_box_ends_where_it_says(database: Database) -> None:
    # Half a metre beyond each edge: nearer than single precision can tell on the map.
    edge, beyond = 116.8, 5e-6
    save(database, [Station(name="边", lon=edge, lat=33.95)])
    inside = ListQuery(bbox=(edge, 33.9, 117.0, 34.0))
    outside = ListQuery(bbox=(edge + beyond, 33.9, 117.0, 34.0))
    assert list_stations(database, inside).number_matched == 1
    assert list_stations(database, outside).number_matched == 0


@pytest.mark.parametrize(
    ("phone", "public"),
    [
        ("0561-3936430", True),
        ("4008123123", True),
        ("13800000000", False),
        ("老站长 138-0000-0000", False),
        ("0561-3936430 / 13800000000", False),
    ],
)
def test_a_persons_own_phone_and_name_stay_inside(
    database: Database, phone: str, *, public: bool
) -> None:
    [code] = save(
        database, [Station(name="站", lon=116.8, lat=33.95, phone=phone, verified_by="站长")]
    )
    card = json.loads(get_station(database, code).card)
    assert card["phone"] == (phone if public else None)
    assert "verified_by" not in card


def test_a_city_holds_its_districts(database: Database) -> None:
    codes = save(database, scattered(200))
    by_area = {
        area: codes_of(database, ListQuery(area=area, limit=1000))
        for area in ("340600", "340602", "340603", "340604", "340621")
    }
    city = by_area.pop("340600")
    assert city == sorted(code for code in codes if code.startswith("3406"))
    assert city == sorted(itertools.chain.from_iterable(by_area.values()))
    assert codes_of(database, ListQuery(area="999999")) == []


def test_every_status_is_listed_unless_asked(database: Database) -> None:
    save(database, [Station(name=s, lon=116.8, lat=33.95, status=s) for s in Status])
    assert list_stations(database, ListQuery()).number_matched == len(Status)
    only = ListQuery(where=StationFilter(statuses=(Status.CLOSED, Status.PLANNED)))
    cards = [json.loads(row.card) for row in list_stations(database, only).rows]
    assert {card["status"] for card in cards} == {"closed", "planned"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("邮政", True),
        ("淮海路", True),
        ("ＡＢＣ", True),
        ("abc", True),
        ("老火车站", True),
        ("旧名", True),
        ("100%", True),
        ("%", True),
        ("_", False),
        ("1000", False),
        ("\\", False),
        ("濉溪", False),
    ],
)
def test_text_is_looked_for_as_it_stands(database: Database, text: str, *, found: bool) -> None:
    save(
        database,
        [
            Station(
                name="淮海路邮政工会驿站 Abc",
                lon=116.8,
                lat=33.95,
                aliases=("旧名",),
                address="相山路 100% 号",
                landmark="老火车站对面",
            )
        ],
    )
    assert bool(codes_of(database, ListQuery(text=text))) is found


def test_hostile_names_come_back_as_they_are(database: Database) -> None:
    codes = save(database, [Station(name=n, lon=116.8, lat=33.95) for n in HOSTILE_NAMES])
    rows = list_stations(database, ListQuery(limit=1000)).rows
    names = {row.code: json.loads(row.card)["name"] for row in rows}
    assert names == dict(zip(codes, HOSTILE_NAMES, strict=True))
    for code, name in names.items():
        assert json.loads(get_station(database, code).card)["name"] == name


def test_one_station_holds_everything_that_is_known(database: Database) -> None:
    told = Station(
        name="一站",
        lon=116.8,
        lat=33.95,
        source_lon=116.806,
        source_lat=33.948,
        source_datum=Datum.GCJ02,
        seats=12,
        note="门朝东",
        amenities={"microwave": AmenityFact("yes", 2, "自带饭盒", "免费")},
    )
    [code] = save(database, [told])
    row = get_station(database, code)
    card = json.loads(row.card)
    assert (row.lon, row.lat) == (116.8, 33.95)
    assert (card["seats"], card["note"], card["district"]) == (12, "门朝东", "相山区")
    assert (card["source_lon"], card["source_lat"], card["source_datum"]) == (
        116.806,
        33.948,
        "gcj02",
    )
    assert card["amenities"] == {"microwave": "yes"}
    assert card["amenity_facts"]["microwave"] == {
        "state": "yes",
        "quantity": 2,
        "note": "自带饭盒",
        "fee": "免费",
    }


def test_a_station_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        get_station(database, "340603-99999")

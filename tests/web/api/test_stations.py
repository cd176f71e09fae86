"""/api/v1/stations and one station."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.domain.station import Station
from station_map.domain.vocabulary import Datum, Kind, Status
from station_map.geo.datum import from_wgs84
from station_map.store.database import Database
from station_map.web.api.models import (
    ProblemDetails,
    StationFeature,
    StationItems,
    StationPage,
)
from tests.web.api.conftest import Population
from tests.web.stations import having, save, station

PATH = "/api/v1/stations"


def ask(client: FlaskClient, **query: object) -> StationPage:
    got = client.get(PATH, query_string=urlencode(query))
    assert got.status_code == 200, got.text
    assert got.mimetype == "application/geo+json"
    return StationPage.model_validate_json(got.data)


def next_link(page: StationPage | StationItems) -> str | None:
    return next((link.href for link in page.links if link.rel == "next"), None)


def walk(client: FlaskClient, **query: object) -> list[StationPage]:
    pages = [ask(client, **query)]
    while (href := next_link(pages[-1])) is not None:
        pages.append(StationPage.model_validate_json(client.get(href).data))
    return pages


def ids(*pages: StationPage) -> list[str]:
    return [feature.id for page in pages for feature in page.features]


def names(page: StationPage) -> set[str]:
    return {feature.properties.name for feature in page.features}


def test_all_statuses_and_a_hundred_a_page(client: FlaskClient, population: Population) -> None:
    page = ask(client)
    assert page.numberMatched == 300
    assert page.numberReturned == len(page.features) == 100
    every = walk(client, limit=1000)
    assert {f.properties.status for f in every[0].features} == {s.value for s in Status}


@pytest.mark.parametrize("limit", [1, 7, 100, 299, 300, 301, 1000])
def test_paging_gives_each_station_once(
    client: FlaskClient, population: Population, limit: int
) -> None:
    if limit == 1:
        pages = walk(client, limit=1, kind="driver_home", status="suspended,closed")
        expected = {
            code
            for code, s in population.by_code.items()
            if s.kind is Kind.DRIVER_HOME and s.status in (Status.SUSPENDED, Status.CLOSED)
        }
    else:
        pages, expected = walk(client, limit=limit), set(population.by_code)
    assert expected
    assert len(ids(*pages)) == len(expected)
    assert set(ids(*pages)) == expected
    assert {page.numberMatched for page in pages} == {len(expected)}
    assert all(page.numberReturned == len(page.features) <= limit for page in pages)


def test_the_next_page_keeps_what_was_asked(client: FlaskClient, population: Population) -> None:
    href = next_link(ask(client, kind="driver_home,mobile_station", limit=5, crs="gcj02"))
    assert href is not None
    query = parse_qs(urlsplit(href).query)
    assert query["kind"] == ["driver_home,mobile_station"]
    assert (query["limit"], query["crs"]) == (["5"], ["gcj02"])
    second = StationPage.model_validate_json(client.get(href).data)
    assert second.crs is Datum.GCJ02
    third = next_link(second)
    assert third is not None
    assert len(parse_qs(urlsplit(third).query)["cursor"]) == 1


BENT = {
    "shortened": lambda cursor: cursor[:-1],
    "lengthened": lambda cursor: cursor + "A",
    "reversed": lambda cursor: cursor[::-1],
    "one letter": lambda _: "x",
    "huge": lambda _: "0" * 512,
}


@pytest.mark.parametrize("bend", BENT.values(), ids=BENT)
def test_a_bent_cursor_is_refused_or_harmless(
    client: FlaskClient, population: Population, bend: Any
) -> None:
    href = next_link(ask(client, limit=10))
    assert href is not None
    cursor = parse_qs(urlsplit(href).query)["cursor"][0]
    got = client.get(PATH, query_string={"limit": 10, "cursor": bend(cursor)})
    assert got.status_code in (200, 400)
    if got.status_code == 400:
        told = ProblemDetails.model_validate_json(got.data)
        assert told.errors
        assert told.errors[0].parameter == "cursor"


@pytest.mark.parametrize(
    "cursor", ["", "%00", "../../etc", "a b", "x" * 600, "驿站", "-1", "9" * 40]
)
def test_an_invented_cursor_is_refused(client: FlaskClient, cursor: str) -> None:
    got = client.get(PATH, query_string={"cursor": cursor})
    assert got.status_code == 400
    assert got.mimetype == "application/problem+json"


def test_a_rectangle(client: FlaskClient, population: Population) -> None:
    west, south, east, north = 116.7, 33.7, 116.9, 34.0

    def inside(s: Station) -> bool:
        return west <= s.lon <= east and south <= s.lat <= north

    expected = {code for code, s in population.by_code.items() if inside(s)}
    assert expected
    page = ask(client, bbox=f"{west},{south},{east},{north}", limit=1000)
    assert set(ids(page)) == expected
    assert page.numberMatched == len(expected)


@pytest.mark.parametrize("sides", ["-180,-90,180,90", "-180,-85,180,85", "0,0,180,90"])
def test_a_rectangle_as_large_as_the_globe(
    client: FlaskClient, population: Population, sides: str
) -> None:
    for crs in Datum:
        assert ask(client, bbox=sides, crs=crs.value).numberMatched == 300


def test_a_rectangle_in_another_datum(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲", 116.8, 33.95), station("乙", 116.81, 33.96)])
    lon, lat = (float(v) for v in from_wgs84(116.8, 33.95, Datum.BD09))
    around = f"{lon - 0.001},{lat - 0.001},{lon + 0.001},{lat + 0.001}"
    page = ask(client, bbox=around, crs="bd09")
    assert names(page) == {"甲"}
    assert page.features[0].geometry.coordinates == pytest.approx([lon, lat], abs=2e-7)
    assert names(ask(client, bbox=around)) == set()


def test_an_area_is_a_district_or_a_whole_city(client: FlaskClient, database: Database) -> None:
    save(database, [station("相山", 116.798, 33.956), station("濉溪", 116.767, 33.65)])
    save(database, [station("泉州", 118.6, 24.9)])
    assert names(ask(client, area="340603")) == {"相山"}
    assert names(ask(client, area="340600")) == {"相山", "濉溪"}
    assert names(ask(client)) == {"相山", "濉溪", "泉州"}


@pytest.mark.parametrize("text", ["淮海路", "邮政", " 淮海路邮政 "])
def test_text(client: FlaskClient, database: Database, text: str) -> None:
    save(database, [station("淮海路邮政工会驿站"), station("人民路驿站", 116.9, 33.9)])
    assert names(ask(client, q=text)) == {"淮海路邮政工会驿站"}


@pytest.mark.parametrize(
    ("text", "match"), [("huaihai", "exact"), ("怀海", "sound"), ("准海路邮政", "similar")]
)
def test_text_by_sound(client: FlaskClient, database: Database, text: str, match: str) -> None:
    save(database, [station("淮海路邮政工会驿站"), station("人民路驿站", 116.9, 33.9)])
    page = ask(client, q=text)
    assert names(page) == {"淮海路邮政工会驿站"}
    assert page.textMatch == match
    assert ask(client).textMatch is None


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "%_%", "a%", '"', "{{7*7}}", "😀"])
def test_text_is_no_pattern(client: FlaskClient, database: Database, text: str) -> None:
    save(database, [station(f"驿站{text}"), station("人民路驿站", 116.9, 33.9)])
    assert names(ask(client, q=text)) == {f"驿站{text}"}


def test_filters_are_those_of_nearest(client: FlaskClient, database: Database) -> None:
    save(
        database,
        [
            station("甲", amenities=having("wifi", "toilet"), kind=Kind.DRIVER_HOME),
            station("乙", amenities=having("wifi", toilet="no")),
            station("丙", amenities=having("wifi")),
        ],
    )
    assert names(ask(client, amenity="wifi,toilet")) == {"甲"}
    assert names(ask(client, kind="driver_home")) == {"甲"}


def test_plain_objects(client: FlaskClient, population: Population) -> None:
    got = client.get(PATH, query_string={"f": "json", "limit": 20, "crs": "gcj02"})
    assert got.mimetype == "application/json"
    items = StationItems.model_validate_json(got.data)
    assert len(items.items) == items.numberReturned == 20
    assert items.numberMatched == 300
    for item in items.items:
        stored = population.by_code[item.code]
        shown = [float(v) for v in from_wgs84(stored.lon, stored.lat, Datum.GCJ02)]
        assert [item.lon, item.lat] == pytest.approx(shown, abs=2e-7)
    href = next_link(items)
    assert href is not None
    assert "f=json" in href
    assert len(StationItems.model_validate_json(client.get(href).data).items) == 20


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=117,33,116,34", "bbox"),
        ("bbox=33.7,116.6,34.1,117.1", "bbox"),
        ("bbox=nan,0,1,1", "bbox"),
        ("area=3406", "area"),
        ("area=%E7%9B%B8%E5%B1%B1%E5%8C%BA", "area"),
        ("q=", "q"),
        ("q=%00", "q"),
        ("q=" + "x" * 65, "q"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("f=xml", "f"),
        ("crs=4326", "crs"),
        ("amenity=sauna", "amenity"),
        ("k=5", "k"),
        ("lon=1", "lon"),
        ("limit=1&limit=2", "limit"),
        ("amenity=wifi&amenity_unknown=include", "amenity_unknown"),
    ],
)
def test_bad_parameters_are_named(client: FlaskClient, query: str, parameter: str) -> None:
    got = client.get(f"{PATH}?{query}")
    assert got.status_code == 400, got.text
    told = ProblemDetails.model_validate_json(got.data)
    assert told.errors
    assert told.errors[0].parameter == parameter
    assert told.errors[0].allowed
    assert told.errors[0].example


def test_one_station_has_every_field(client: FlaskClient, database: Database) -> None:
    (code,) = save(
        database,
        [station("甲", seats=12, landmark="邮局旁", amenities=having("wifi", toilet="broken"))],
    )
    got = client.get(f"{PATH}/{code}")
    assert got.status_code == 200
    assert got.mimetype == "application/geo+json"
    feature = StationFeature.model_validate_json(got.data)
    assert feature.id == feature.properties.code == code
    assert feature.properties.seats == 12
    assert feature.properties.amenities == {"wifi": "yes", "toilet": "broken"}
    assert json.loads(got.data)["properties"]["landmark"] == "邮局旁"
    assert feature.geometry.coordinates == [116.798, 33.956]


def test_one_station_in_another_datum(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲")])
    got = json.loads(client.get(f"{PATH}/{code}?crs=bd09").data)
    shown = [float(v) for v in from_wgs84(116.798, 33.956, Datum.BD09)]
    assert got["geometry"]["coordinates"] == pytest.approx(shown, abs=2e-7)


@pytest.mark.parametrize(
    "code", ["340603-99999", "%00", "%FF", "x" * 65, "驿站", "' OR 1=1 --", "."]
)
def test_no_such_station(client: FlaskClient, code: str) -> None:
    got = client.get(f"{PATH}/{code}")
    assert got.status_code == 404
    assert ProblemDetails.model_validate_json(got.data).type.endswith(":not-found")


def test_one_station_takes_no_filter(client: FlaskClient) -> None:
    assert client.get(f"{PATH}/340603-00001?k=1").status_code == 400

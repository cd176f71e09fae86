"""Part 1, core and GeoJSON: the rules of the abstract test suite (OGC 17-069r4, annex A)."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from station_map.web.ogc.landing import CONFORMS_TO
from tests.ogc.conftest import COUNT
from tests.web.stations import save, station

STATIONS = "/ogc/collections/stations/items"
AREAS = "/ogc/collections/areas/items"


def rels(told: dict, rel: str) -> list[dict]:
    return [one for one in told["links"] if one["rel"] == rel]


def path_of(link: dict) -> str:
    """Of a link, which must be absolute, what the test client asks for."""
    parts = urlsplit(link["href"])
    assert parts.scheme == "http"
    assert parts.netloc
    return parts.path + (f"?{parts.query}" if parts.query else "")


# -- /req/core/root-…, api-definition-…, conformance-… --------------------------------------


def test_the_landing_page_leads_to_everything(ogc, client: FlaskClient) -> None:
    told = ogc("")
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        for one in rels(told, rel):
            answer = client.get(path_of(one))
            assert answer.status_code == 200, one
            assert answer.content_type.replace(" ", "").startswith(one["type"].partition(";")[0])
    assert len(rels(told, "service-desc")) == 2


def test_conformance_names_its_classes(ogc) -> None:
    told = ogc("conformance")["conformsTo"]
    assert told == list(CONFORMS_TO)
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in told
    assert len(told) == len(set(told))


def test_ogc_without_its_slash_leads_there(client: FlaskClient) -> None:
    answer = client.get("/ogc")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/ogc/")


# -- /req/core/fc-md-…, sfc-md-… ------------------------------------------------------------


def test_each_collection_is_described_alone_as_in_the_list(ogc, codes: list[str]) -> None:
    listed = ogc("collections")
    assert {one["id"] for one in listed["collections"]} == {"stations", "areas"}
    assert rels(listed, "self")
    assert rels(listed, "alternate")
    for one in listed["collections"]:
        alone = ogc(f"collections/{one['id']}")
        assert {k: v for k, v in alone.items() if k != "links"} == {
            k: v for k, v in one.items() if k != "links"
        }
        for link in rels(one, "items"):
            assert link in rels(alone, "items")
            assert link["type"] in {"application/geo+json", "text/html"}


def test_the_extent_holds_every_station(ogc, codes: list[str]) -> None:
    told = ogc("collections/stations")["extent"]
    west, south, east, north = told["spatial"]["bbox"][0]
    first, last = told["temporal"]["interval"][0]
    for one in ogc(f"{STATIONS}?limit=1000")["features"]:
        lon, lat = one["geometry"]["coordinates"]
        assert west - 1e-6 <= lon <= east + 1e-6
        assert south - 1e-6 <= lat <= north + 1e-6
        assert first <= one["properties"]["updated_at"] <= last


def test_an_empty_collection_has_no_extent_and_no_items(ogc) -> None:
    assert ogc("collections/stations")["extent"] == {}
    told = ogc(STATIONS)
    assert told["features"] == []
    assert told["numberMatched"] == told["numberReturned"] == 0


# -- /req/core/fc-response, fc-limit-…, fc-links, fc-numberMatched … -------------------------


def test_items_are_a_feature_collection(ogc, codes: list[str]) -> None:
    told = ogc(STATIONS)
    assert told["type"] == "FeatureCollection"
    assert told["numberMatched"] == COUNT
    assert told["numberReturned"] == len(told["features"]) == 100
    moment = dt.datetime.fromisoformat(told["timeStamp"])
    assert abs(moment - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=10)
    assert rels(told, "self")
    assert [one["type"] for one in rels(told, "alternate")] == ["text/html"]


def test_a_feature_has_the_public_properties_and_no_other(ogc, codes: list[str]) -> None:
    properties = ogc(STATIONS)["features"][0]["properties"]
    assert set(properties) == {
        *("code", "name", "kind", "service_level", "status", "district", "adcode", "address"),
        *("opening_hours", "hours_text", "amenities", "access_method", "registration_required"),
        *("seats", "honours", "verified_at", "demo", "reported_locked", "state", "updated_at"),
    }


def test_invented_stations_are_told(ogc, codes: list[str]) -> None:
    invented = ogc(f"{STATIONS}?demo=true")
    assert invented["demo"] is True
    assert all(one["properties"]["demo"] for one in invented["features"])
    assert ogc(f"{STATIONS}?demo=false")["demo"] is False


@pytest.mark.parametrize("limit", [1, 7, 100, 240])
def test_pages_hold_each_feature_once_in_order(ogc, codes: list[str], limit: int) -> None:
    seen, path = [], f"{STATIONS}?limit={limit}"
    while path:
        told = ogc(path)
        assert told["numberMatched"] == COUNT
        assert told["numberReturned"] <= limit
        seen += [one["id"] for one in told["features"]]
        following = rels(told, "next")
        path = path_of(following[0]) if following else ""
    assert seen == codes


def test_pages_are_stable_while_stations_come_and_go(
    ogc, codes: list[str], database: Database
) -> None:
    first = ogc(f"{STATIONS}?limit=50")
    seen = [one["id"] for one in first["features"]]
    save(database, [station("新站", code="0000"), station("新站二", 117.0, 33.5, code="zzzz")])
    path = path_of(rels(first, "next")[0])
    while path:
        told = ogc(path)
        seen += [one["id"] for one in told["features"]]
        path = path_of(rels(told, "next")[0]) if rels(told, "next") else ""
    assert len(seen) == len(set(seen))
    assert seen == [*codes, "zzzz"]


def test_only_a_first_page_counts_anew(ogc, codes: list[str], database: Database) -> None:
    """Counting takes longer than reading a page, and a client reads many."""
    first = ogc(f"{STATIONS}?limit=50")
    save(database, [station("新站", code="zzzz")])
    assert ogc(path_of(rels(first, "next")[0]))["numberMatched"] == COUNT
    assert ogc(f"{STATIONS}?limit=50")["numberMatched"] == COUNT + 1
    other = rels(ogc(f"{STATIONS}?limit=50&status=open"), "next")[0]
    assert ogc(path_of(other))["numberMatched"] < COUNT


def test_a_limit_beyond_the_greatest_is_the_greatest(ogc, codes: list[str]) -> None:
    assert ogc(f"{STATIONS}?limit=100000")["numberReturned"] == COUNT


def test_the_next_page_keeps_what_was_asked(ogc, codes: list[str]) -> None:
    box = "116.5,33.3,117.1,34.2"
    told = ogc(f"{STATIONS}?limit=5&bbox={box}&kind=union_station")
    following = ogc(path_of(rels(told, "next")[0]))
    assert following["numberMatched"] == told["numberMatched"]
    assert all(one["properties"]["kind"] == "union_station" for one in following["features"])


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=-1", "limit=x", "limit=1.5", "limit=", "limit=1&limit=2"),
        *("bbox=1,2,3", "bbox=1,2,3,x", "bbox=1,2,3,4,5", "bbox=", "bbox=0,50,1,40"),
        *("bbox=0,0,181,1", "bbox=0,-91,1,1", "bbox=0,0,9,1,1,5", "bbox=nan,0,1,1"),
        *("datetime=yesterday", "datetime=../..", "datetime=/", "datetime=2026-13-01T00:00:00Z"),
        *("datetime=2026-02-01/2026-01-01", "datetime=2026-01-01T00:00:00", "datetime=1/2/3"),
        *("unknown=1", "BBOX=1,2,3,4", "f=xml", "cursor=%00", "cursor=x"),
        *("kind=castle", "seats=many", "demo=perhaps", "name="),
        *("crs=EPSG%3A9999", "bbox-crs=x", "filter-crs=http%3A%2F%2Fx"),
        *("filter=", "filter=nonsense+%3D+1", "filter-lang=cql2-json", "filter-lang=ecql"),
        "%ff=1",
        "name=%ff",
    ],
)
def test_what_is_wrong_is_told(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{STATIONS}?{query}")
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    told = answer.get_json(force=True)
    assert told["status"] == 400
    assert told["detail"]


@pytest.mark.parametrize(
    "path",
    ["", "conformance", "collections", "collections/stations", "collections/stations/queryables"],
)
@pytest.mark.parametrize("query", ["x=1", "f=xml", "f=json&f=html"])
def test_every_resource_refuses_what_it_does_not_know(
    client: FlaskClient, path: str, query: str
) -> None:
    answer = client.get(f"/ogc/{path}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "collections/rivers",
        "collections/rivers/items",
        "collections/stations/items/none",
        "collections/stations/items/%00",
        "collections/stations/items/a%20b",
        "collections/areas/items/000000",
        "collections/areas/items/x",
        "nothing",
    ],
)
def test_what_is_not_there_is_told(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/ogc/{path}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


# -- /req/core/fc-bbox-… --------------------------------------------------------------------


def inside(feature: dict, west: float, south: float, east: float, north: float) -> bool:
    lon, lat = feature["geometry"]["coordinates"]
    return west <= lon <= east and south <= lat <= north


@pytest.mark.parametrize(
    "box", [(116.5, 33.3, 116.9, 33.9), (72, 4, 136, 54), (0, 0, 1, 1), (-180, -90, 180, 90)]
)
def test_a_box_holds_what_lies_in_it(ogc, codes: list[str], box) -> None:
    everything = ogc(f"{STATIONS}?limit=1000")["features"]
    wanted = [one["id"] for one in everything if inside(one, *box)]
    west, south, east, north = box
    for sides in (f"{west},{south},{east},{north}", f"{west},{south},-10,{east},{north},9000"):
        told = ogc(f"{STATIONS}?limit=1000&bbox={sides}")
        assert [one["id"] for one in told["features"]] == wanted
        assert told["numberMatched"] == len(wanted)


def test_a_box_across_the_antimeridian(ogc, database: Database) -> None:
    places = {"far-east": 179.5, "far-west": -179.5, "here": 116.8}
    save(database, [station(name, lon, 33.9, code=name) for name, lon in places.items()])
    told = ogc(f"{STATIONS}?bbox=170,30,-170,40")
    assert [one["id"] for one in told["features"]] == ["far-east", "far-west"]
    assert ogc(f"{STATIONS}?bbox=-170,30,170,40")["numberMatched"] == 1


def test_a_point_is_a_box_too(ogc, database: Database) -> None:
    save(database, [station("一", 116.8, 33.9)])
    assert ogc(f"{STATIONS}?bbox=116.8,33.9,116.8,33.9")["numberMatched"] == 1
    assert ogc(f"{AREAS}?bbox=116.8,33.9,116.8,33.9")["numberMatched"] >= 1


# -- /req/core/fc-time-… --------------------------------------------------------------------


@pytest.fixture
def changed(database: Database) -> dict[str, str]:
    """Stations by code, with when they last changed."""
    times = {
        "a": "2026-01-01T00:00:00.5Z",
        "b": "2026-02-01T12:00:00Z",
        "c": "2026-03-01T23:59:59Z",
    }
    save(database, [station(code, 116.8 + n, code=code) for n, code in enumerate(times)])
    with database.transaction(actor="test", origin="system") as connection:
        for code, moment in times.items():
            connection.exec_driver_sql(
                "UPDATE station SET updated_at = %(moment)s WHERE code = %(code)s",
                {"code": code, "moment": moment},
            )
    return times


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-01-01T00:00:00Z", "a"),
        ("2026-01-01T08:00:00+08:00", "a"),
        ("2026-02-01", "b"),
        ("2026-02-01T12:00:01Z", ""),
        ("2026-01-01T00:00:00Z/2026-02-01T12:00:00Z", "ab"),
        ("2026-02-01/..", "bc"),
        ("2026-02-01/", "bc"),
        ("../2026-02-01", "ab"),
        ("/2026-02-01T00:00:00Z", "a"),
        ("2026-03-01/2026-03-01", "c"),
        ("2030-01-01/..", ""),
    ],
)
def test_times_of_the_last_change(ogc, changed, asked: str, found: str) -> None:
    told = ogc(f"{STATIONS}?datetime={quote(asked)}")
    assert "".join(one["id"] for one in told["features"]) == found
    assert told["numberMatched"] == len(found)


def test_areas_have_no_time_and_all_match(ogc) -> None:
    every = ogc(AREAS)["numberMatched"]
    assert every > 0
    assert ogc(f"{AREAS}?datetime=1999-01-01T00:00:00Z")["numberMatched"] == every


# -- property filters ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [("kind", "driver_home"), ("status", "open"), ("registration_required", False), ("seats", 12)],
)
def test_a_property_is_asked_for_by_its_name(ogc, codes: list[str], name: str, value) -> None:
    everything = ogc(f"{STATIONS}?limit=1000")["features"]
    wanted = [one["id"] for one in everything if one["properties"][name] == value]
    told = ogc(f"{STATIONS}?limit=1000&{name}={str(value).lower()}")
    assert [one["id"] for one in told["features"]] == wanted


def test_text_is_asked_for_as_it_is(ogc, database: Database) -> None:
    save(database, [station("100%_'\"", code="x"), station("100", 117.0, code="y")])
    told = ogc(f"{STATIONS}?name={quote('100%_\'"', safe='')}")
    assert [one["id"] for one in told["features"]] == ["x"]


# -- /req/core/f-…, GeoJSON ------------------------------------------------------------------


def test_one_feature_is_as_in_the_list_with_its_links(ogc, codes: list[str]) -> None:
    [listed] = ogc(f"{STATIONS}?limit=1")["features"]
    alone = ogc(f"{STATIONS}/{listed['id']}")
    assert {k: v for k, v in alone.items() if k != "links"} == listed
    for rel in ("self", "alternate", "collection"):
        assert rels(alone, rel), rel


def test_an_area_is_a_polygon_in_the_order_of_rfc_7946(ogc) -> None:
    from shapely.geometry import shape

    told = ogc(f"{AREAS}?limit=1000")
    assert told["numberMatched"] == told["numberReturned"] == len(told["features"]) > 1
    for one in told["features"]:
        outline = shape(one["geometry"])
        assert all(part.exterior.is_ccw for part in outline.geoms)
        assert outline.is_valid
        assert ogc(f"{AREAS}/{one['id']}")["geometry"] == one["geometry"]
        assert one["properties"]["adcode"] == one["id"]


@pytest.mark.parametrize("path", [STATIONS, AREAS])
def test_geojson_says_so(client: FlaskClient, path: str, codes: list[str]) -> None:
    for asked in ({}, {"Accept": "application/geo+json"}, {"Accept": "*/*"}):
        assert client.get(path, headers=asked).mimetype == "application/geo+json"
    for form in ("json", "geojson"):
        page = {"Accept": "text/html"}
        assert client.get(f"{path}?f={form}", headers=page).mimetype == "application/geo+json"


# -- HTTP ------------------------------------------------------------------------------------


def test_what_is_held_is_not_sent_again(client: FlaskClient, codes: list[str]) -> None:
    for path in ("/ogc/", f"{STATIONS}?limit=2&status=planned", f"{AREAS}?limit=1"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304, path
        assert not again.data
        other = client.get(path, headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200
        assert "max-age=60" in first.headers["Cache-Control"]
        assert "Accept" in re.split(r",\s*", first.headers["Vary"])


def test_head_and_options(client: FlaskClient, codes: list[str]) -> None:
    for path in ("/ogc/", "/ogc/collections/stations", STATIONS, f"{STATIONS}/{codes[0]}"):
        head = client.head(path)
        assert head.status_code == 200
        assert not head.data
        asked = client.options(path, headers={"Origin": "https://elsewhere.example"})
        assert asked.status_code == 200
        assert {"GET", "HEAD", "OPTIONS"} <= set(asked.headers["Allow"].split(", "))
        assert client.post(path).status_code == 405


def test_pages_of_other_sites_may_read(client: FlaskClient, codes: list[str]) -> None:
    for path in ("/ogc/", STATIONS, f"{STATIONS}?limit=0"):
        answer = client.get(path, headers={"Origin": "https://elsewhere.example"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Set-Cookie" not in answer.headers

"""Vector tiles: nothing lost, nothing twice, the same stations as in the lists."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from station_map.domain.station import Station
from station_map.domain.vocabulary import Status
from station_map.search.tiles import EXTENT, MAX_ZOOM, MOST_SINGLES
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.tiles import NAME_LENGTH
from station_map.store.writing import writing
from station_map.web.api.models import ProblemDetails
from tests.web.stations import HOSTILE_NAMES, having, save, station
from tests.web.tiles.conftest import Layers, Read, all_tiles, count


def tile_of(z: int, lon: float, lat: float) -> tuple[int, int, int]:
    """The tile that holds a place."""
    n = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * n), int(y * n)


def codes(layers: Layers) -> list[str]:
    return [one["properties"]["code"] for one in layers.get("stations", [])]


def test_each_zoom_counts_every_station_once(read: Read, population: dict[str, Station]) -> None:
    totals: Counter[int] = Counter()
    alone: Counter[tuple[int, str]] = Counter()
    for z, _x, _y, layers in all_tiles(read, 9):
        totals[z] += count(layers)
        alone.update((z, code) for code in codes(layers))
        for layer in layers.values():
            for one in layer:
                assert all(0 <= step < EXTENT for step in one["geometry"]["coordinates"])
    assert totals == dict.fromkeys(range(10), len(population))
    assert set(alone.values()) == {1}


def test_stations_on_a_border_are_in_one_tile(database: Database, read: Read) -> None:
    edges = [(112.5, 33.956), (90.0, 33.956), (112.5, 31.952162), (112.5, 0.0)]
    save(database, [station(f"边{n}", lon, lat) for n, (lon, lat) in enumerate(edges)])
    totals: Counter[int] = Counter()
    for z, _x, _y, layers in all_tiles(read, 15):
        totals[z] += count(layers)
    assert totals == dict.fromkeys(range(16), len(edges))


def test_from_a_zoom_on_each_station_is_alone_with_what_is_public(
    database: Database, read: Read, client: FlaskClient
) -> None:
    (code,) = save(database, [station("淮海路驿站", opening_hours="24/7", phone="13812345678")])
    told = client.get(f"/api/v1/stations/{code}").json
    assert told is not None
    layers = read(*tile_of(14, 116.798, 33.956))
    assert [one["properties"] for one in layers["stations"]] == [
        {
            "code": code,
            "name": "淮海路驿站",
            "kind": told["properties"]["kind"],
            "status": "open",
            "state": told["properties"]["state"]["code"],
            "always_open": True,
        }
    ]
    assert "clusters" not in layers


def test_a_cluster_stands_in_the_middle_of_its_members(
    database: Database, client: FlaskClient
) -> None:
    hours = ["24/7", "24/7", None, "off"]
    places = [(116.60, 33.90), (116.62, 33.90), (116.62, 33.92), (116.60, 33.92)]
    save(
        database,
        [
            station(f"站{n}", *place, opening_hours=said)
            for n, (place, said) in enumerate(zip(places, hours, strict=True))
        ],
    )
    z, x, y = tile_of(6, *places[0])
    told = client.get(f"/tiles/stations/{z}/{x}/{y}.json").json
    assert told is not None
    (one,) = told["clusters"]
    assert [one["count"], one["open"], one["unknown"]] == [4, 2, 1]
    assert [one["lon"], one["lat"]] == pytest.approx([116.61, 33.91], abs=1e-4)
    assert one["box"] == pytest.approx([116.60, 33.90, 116.62, 33.92], abs=1e-6)
    assert told["stations"] == []


QUERIES = (
    "amenity=microwave",
    "amenity=microwave,drinking_water&kind=union_station,driver_home",
    "preset=hot_meal",
    "preset=toilet,open_24h",
    "status=open,suspended",
    "open=now",
    "open=now&open_unknown=include&status=open",
    "open=2026-11-25T03:00",
    "access_method=open_door,staff&service_level=smart",
    "registration_required=false",
    "seats=10",
    "audience=everyone",
    "honour=national_most_beautiful,AAA",
    "area=340600",
    "q=1",
    "service=today",
    "q=站3&area=340600&status=open",
)


@pytest.mark.parametrize("query", QUERIES)
def test_filters_choose_what_the_list_chooses(
    read: Read, client: FlaskClient, population: dict[str, Station], query: str
) -> None:
    found = client.get(f"/api/v1/stations?limit=1000&{query}").json
    assert found is not None
    listed = {feature["id"] for feature in found["features"]}
    assert listed < set(population)
    assert count(read(0, 0, 0, query)) == len(listed)
    tiles = {tile_of(MAX_ZOOM, spot.lon, spot.lat) for spot in population.values()}
    alone = [code for place in tiles for code in codes(read(*place, query))]
    assert sorted(alone) == sorted(listed)


def test_states_are_those_of_the_moment_asked_for(database: Database, read: Read) -> None:
    save(database, [station("白天", opening_hours="Mo-Su 08:00-18:00")])
    place = tile_of(14, 116.798, 33.956)
    (by_day,) = read(*place, "open=2026-11-25T10:00")["stations"]
    (late,) = read(*place, "open=2026-11-25T17:45")["stations"]
    assert [by_day["properties"]["state"], late["properties"]["state"]] == ["open", "closing_soon"]
    assert read(*place, "open=2026-11-25T19:00") == {}


def test_a_change_is_in_the_next_tile(database: Database, read: Read) -> None:
    first, second = save(database, [station("甲"), station("乙", 116.799, 33.957)])
    place = tile_of(14, 116.798, 33.956)
    assert codes(read(*place)) == [first, second]
    [(number,)] = database.rows("SELECT id FROM station WHERE code = %(c)s", {"c": second})
    with writing(database, actor="test") as unit, changing(unit, [number]):
        unit.execute(
            "UPDATE station SET position = ST_Point(117.5, 33.957, 4326)::geography WHERE id = %s",
            [number],
        )
    assert codes(read(*place)) == [first]
    assert codes(read(*tile_of(14, 117.5, 33.957))) == [second]
    (third,) = save(database, [station("丙", 116.7985, 33.9565)])
    assert codes(read(*place)) == sorted([first, third])
    with database.transaction(actor="test", origin="system") as unit:
        unit.execute(
            text(
                "INSERT INTO revision (station_id, station_code, actor, origin, action)"
                " SELECT id, code, 'test', 'system', 'deleted' FROM station WHERE code = :code"
            ),
            {"code": first},
        )
        unit.execute(text("DELETE FROM station WHERE code = :code"), {"code": first})
    assert codes(read(*place)) == [third]


def test_hostile_names_are_text_and_bounded(database: Database, read: Read) -> None:
    names = dict(
        zip(save(database, [station(name) for name in HOSTILE_NAMES]), HOSTILE_NAMES, strict=True)
    )
    (found,) = {json.dumps(read(*tile_of(14, 116.798, 33.956))["stations"], ensure_ascii=False)}
    told = {one["properties"]["code"]: one["properties"]["name"] for one in json.loads(found)}
    assert told == {code: name[:NAME_LENGTH] for code, name in names.items()}


def test_a_tile_of_too_many_is_clustered_and_small(
    database: Database, client: FlaskClient, read: Read
) -> None:
    many = [
        station(
            f"{n:03}" + "😀" * 200,
            116.798 + n % 40 * 1e-4,
            33.956 + n // 40 * 1e-4,
            opening_hours="24/7",
        )
        for n in range(MOST_SINGLES + 100)
    ]
    save(database, many)
    z, x, y = tile_of(14, 116.798, 33.956)
    got = client.get(f"/tiles/stations/{z}/{x}/{y}.mvt")
    assert len(got.data) < 100_000
    totals: Counter[int] = Counter()
    for zoom, _x, _y, layers in all_tiles(read, 16):
        totals[zoom] += count(layers)
        assert len(layers.get("stations", [])) <= MOST_SINGLES
    assert totals == dict.fromkeys(range(17), len(many))


def test_most_singles_with_the_longest_names_stay_under_100_kb(
    database: Database, client: FlaskClient
) -> None:
    save(
        database,
        [
            station(f"{n:03}" + "😀" * 200, 116.798 + n % 20 * 1e-4, 33.956 + n // 20 * 1e-4)
            for n in range(MOST_SINGLES)
        ],
    )
    z, x, y = tile_of(13, 116.798, 33.956)
    sizes = [
        len(client.get(f"/tiles/stations/{z + 1}/{2 * x + e}/{2 * y + s}.mvt").data)
        for e in (0, 1)
        for s in (0, 1)
    ]
    assert 60_000 < max(sizes) < 100_000


# -- HTTP -------------------------------------------------------------------------------------


def test_who_holds_a_tile_is_told_so(database: Database, client: FlaskClient) -> None:
    save(database, [station("甲", opening_hours="24/7")])
    first = client.get("/tiles/stations/5/26/12.mvt")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(
        "/tiles/stations/5/26/12.mvt", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert [again.status_code, again.data] == [304, b""]
    save(database, [station("乙", 117.0, 33.9)])
    third = client.get(
        "/tiles/stations/5/26/12.mvt", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert third.status_code == 200


def test_a_tile_is_compressed_for_who_takes_it(
    client: FlaskClient, population: dict[str, Station]
) -> None:
    plain = client.get("/tiles/stations/3/6/3.mvt")
    packed = client.get("/tiles/stations/3/6/3.mvt", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_a_tile_without_stations_is_empty(client: FlaskClient, database: Database) -> None:
    got = client.get("/tiles/stations/14/0/0.mvt")
    assert [got.status_code, got.data] == [200, b""]
    assert client.get("/tiles/stations/14/0/0.json").json == {"clusters": [], "stations": []}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("0/0/x.mvt", 400),
        ("0/-1/0.mvt", 400),
        ("1.5/0/0.mvt", 400),
        ("٣/0/0.mvt", 400),
        ("99999999999999999999/0/0.mvt", 400),
        ("0/{{7*7}}/0.mvt", 400),
        ("0/0/1.mvt", 404),
        ("5/32/0.mvt", 404),
        (f"{MAX_ZOOM + 1}/0/0.mvt", 404),
        ("0/0/0.png", 404),
        ("0/0/0", 404),
        ("0/0/0.mvt?bbox=1,2,3,4", 400),
        ("0/0/0.mvt?amenity=nonsense", 400),
        ("0/0/0.mvt?open=arrival", 400),
    ],
)
def test_what_is_no_tile_is_told(client: FlaskClient, path: str, status: int) -> None:
    got = client.get(f"/tiles/stations/{path}")
    assert got.status_code == status
    assert got.mimetype == "application/problem+json"
    assert ProblemDetails.model_validate_json(got.data).status == status


# -- TileJSON and style -------------------------------------------------------------------------


def test_tilejson_tells_where_the_stations_are(
    client: FlaskClient, population: dict[str, Station], read: Read
) -> None:
    told: Any = client.get("/tiles/stations.json?amenity=microwave").json
    assert told["tilejson"] == "3.0.0"
    assert told["tiles"] == ["http://localhost/tiles/stations/{z}/{x}/{y}.mvt?amenity=microwave"]
    west, south, east, north = told["bounds"]
    spots = population.values()
    assert [west, east] == pytest.approx([min(s.lon for s in spots), max(s.lon for s in spots)])
    assert [south, north] == pytest.approx([min(s.lat for s in spots), max(s.lat for s in spots)])
    fields = {layer["id"]: set(layer["fields"]) for layer in told["vector_layers"]}
    seen: dict[str, set[str]] = {}
    for _z, _x, _y, layers in all_tiles(read, 4):
        for name, features in layers.items():
            seen.setdefault(name, set()).update(key for f in features for key in f["properties"])
    assert seen == fields
    assert told["maxzoom"] == MAX_ZOOM
    assert told["attribution"]


def test_tilejson_of_no_stations_has_bounds(client: FlaskClient, database: Database) -> None:
    told: Any = client.get("/tiles/stations.json").json
    assert told["bounds"] == [70, 0, 138, 57]


def test_filters_that_are_wrong_are_refused_at_once(client: FlaskClient) -> None:
    assert client.get("/tiles/stations.json?color=red").status_code == 400


def test_the_style_draws_what_tiles_hold_and_asks_nobody_else(
    client: FlaskClient, database: Database
) -> None:
    style: Any = client.get("/tiles/style.json").json
    about: Any = client.get("/tiles/stations.json").json
    assert style["sources"]["stations"]["url"] == "http://localhost/tiles/stations.json"
    layers = {layer["id"] for layer in about["vector_layers"]}
    assert {layer["source-layer"] for layer in style["layers"]} == layers
    assert not {"glyphs", "sprite"} & set(style)


def test_seats_and_amenities_together(database: Database, read: Read) -> None:
    wanted = station("甲", seats=20, amenities=having("microwave"), status=Status.OPEN)
    save(database, [wanted, station("乙", seats=20), station("丙", amenities=having("microwave"))])
    layers = read(*tile_of(14, 116.798, 33.956), "seats=10&amenity=microwave")
    assert [one["properties"]["name"] for one in layers["stations"]] == ["甲"]

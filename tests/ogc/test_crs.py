"""Part 2: coordinate reference systems by reference (OGC 18-058r1, annex A)."""

from __future__ import annotations

import numpy as np
import pytest
from flask.testing import FlaskClient
from pyproj import Transformer
from shapely import transform
from shapely.geometry import shape

from station_map.store.database import Database
from tests.web.stations import save, station

ITEMS = "collections/stations/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
SYSTEMS = [CRS84, EPSG + "4326", EPSG + "3857", EPSG + "4490"]


def authority(uri: str) -> str:
    return "OGC:CRS84" if uri == CRS84 else "EPSG:" + uri.removeprefix(EPSG)


def places(told: dict) -> dict[str, tuple[float, float]]:
    return {one["id"]: tuple(one["geometry"]["coordinates"]) for one in told["features"]}


def test_collections_list_their_systems(ogc) -> None:
    listed = ogc("collections")
    assert listed["crs"] == SYSTEMS
    for one in listed["collections"]:
        assert one["crs"] == SYSTEMS
        assert one["storageCrs"] == CRS84


@pytest.mark.parametrize("uri", SYSTEMS)
def test_coordinates_are_those_of_the_system(
    ogc, client: FlaskClient, codes: list[str], uri: str
) -> None:
    """PROJ says where each place is; its axes are those of the authority."""
    plain = places(ogc(f"{ITEMS}?limit=1000"))
    answer = client.get(f"/ogc/{ITEMS}?limit=1000&crs={uri}")
    assert answer.headers["Content-Crs"] == f"<{uri}>"
    told = places(answer.get_json(force=True))
    project = Transformer.from_crs("OGC:CRS84", authority(uri))
    tolerance = 0.02 if uri.endswith("3857") else 1e-6
    for code, (lon, lat) in plain.items():
        assert told[code] == pytest.approx(project.transform(lon, lat), abs=tolerance)
    one = client.get(f"/ogc/{ITEMS}/{codes[0]}?crs={uri}")
    assert one.headers["Content-Crs"] == f"<{uri}>"
    assert tuple(one.get_json(force=True)["geometry"]["coordinates"]) == told[codes[0]]


def test_without_a_system_it_is_crs84(client: FlaskClient, codes: list[str]) -> None:
    for path in (f"/ogc/{ITEMS}", f"/ogc/{ITEMS}/{codes[0]}", "/ogc/collections/areas/items"):
        assert client.get(path).headers["Content-Crs"] == f"<{CRS84}>"


@pytest.mark.parametrize("uri", SYSTEMS)
def test_outlines_are_in_the_system(ogc, uri: str) -> None:
    plain = {one["id"]: one for one in ogc("collections/areas/items")["features"]}
    project = Transformer.from_crs("OGC:CRS84", authority(uri))
    for one in ogc(f"collections/areas/items?crs={uri}")["features"]:
        told = shape(one["geometry"])
        wanted = transform(
            shape(plain[one["id"]]["geometry"]),
            lambda xy: np.column_stack(project.transform(xy[:, 0], xy[:, 1])),
        )
        assert np.allclose(told.bounds, wanted.bounds, atol=0.1, rtol=0)
        assert told.area == pytest.approx(wanted.area, rel=1e-4)


@pytest.mark.parametrize("uri", SYSTEMS)
@pytest.mark.parametrize("collection", ["stations", "areas"])
def test_a_box_is_read_in_its_system(ogc, codes: list[str], uri: str, collection: str) -> None:
    west, south, east, north = 116.7, 33.6, 116.95, 33.95
    path = f"collections/{collection}/items?limit=1000"
    wanted = list(map_ids(ogc(f"{path}&bbox={west},{south},{east},{north}")))
    assert wanted
    project = Transformer.from_crs("OGC:CRS84", authority(uri))
    sides = [*project.transform(west, south), *project.transform(east, north)]
    told = ogc(f"{path}&bbox={','.join(map(repr, sides))}&bbox-crs={uri}")
    assert list(map_ids(told)) == wanted


def map_ids(told: dict):
    return (one["id"] for one in told["features"])


def test_a_box_of_mercator_across_the_antimeridian(ogc, database: Database) -> None:
    save(
        database,
        [station(name, lon, 33.9, code=name) for name, lon in {"e": 179.5, "w": -179.5}.items()],
    )
    sides = "19000000,4000000,-19000000,4100000"
    told = ogc(f"{ITEMS}?bbox={sides}&bbox-crs={EPSG}3857")
    assert sorted(map_ids(told)) == ["e", "w"]


@pytest.mark.parametrize(
    "query",
    [
        f"bbox=116,33,117,34&bbox-crs={EPSG}4326",  # east first: 116 is no latitude
        f"bbox=99999999,0,99999999,1&bbox-crs={EPSG}3857",
        f"crs={EPSG}32650",
        "crs=",
        f"crs={CRS84}&crs={CRS84}",
    ],
)
def test_what_no_system_holds_is_refused(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/ogc/{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("uri", SYSTEMS[1:])
def test_curies_mean_the_same(client: FlaskClient, codes: list[str], uri: str) -> None:
    short = f"[EPSG:{uri.removeprefix(EPSG)}]"
    answer = client.get(f"/ogc/{ITEMS}", query_string={"crs": short})
    assert answer.headers["Content-Crs"] == f"<{uri}>"

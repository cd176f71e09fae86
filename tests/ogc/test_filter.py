"""Part 3 and CQL2: queryables, and filters against what plain Python says of the same features."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import from_wkt
from shapely.geometry import shape

from station_map.domain.vocabulary import AMENITIES
from station_map.store.database import Database
from tests.ogc.conftest import COUNT
from tests.web.stations import save, station

ITEMS = "/ogc/collections/stations/items"
BOX = "POLYGON((116.6 33.5,117 33.4,117.05 34,116.7 34.1,116.6 33.5))"
HOLED = f"POLYGON({BOX[8:-1]},(116.7 33.6,116.9 33.6,116.9 33.9,116.7 33.9,116.7 33.6))"


@pytest.fixture
def everything(ogc, codes: list[str]) -> list[dict[str, Any]]:
    return ogc(f"{ITEMS}?limit=1000")["features"]


def found(client: FlaskClient, told: str, **more: str) -> list[str]:
    answer = client.get(ITEMS, query_string={"filter": told, "limit": "1000", **more})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    features = answer.get_json(force=True)
    assert features["numberMatched"] == len(features["features"])
    return [one["id"] for one in features["features"]]


# A condition on the properties (p) and the geometry (g), or None where SQL says unknown.
type Oracle = Callable[[dict[str, Any], Any], bool | None]


def known(name: str, test: Callable[[Any], bool]) -> Oracle:
    return lambda p, g: None if p[name] is None else test(p[name])


CASES: list[tuple[str, Oracle]] = [
    ("kind = 'driver_home'", lambda p, g: p["kind"] == "driver_home"),
    ("'driver_home' = kind", lambda p, g: p["kind"] == "driver_home"),
    ("kind <> 'driver_home'", lambda p, g: p["kind"] != "driver_home"),
    ("seats >= 20", known("seats", lambda v: v >= 20)),
    ("seats > 20.5", known("seats", lambda v: v > 20.5)),
    ("20 > seats", known("seats", lambda v: v < 20)),
    ("NOT (seats >= 20)", known("seats", lambda v: v < 20)),
    ("seats BETWEEN 5 AND 15", known("seats", lambda v: 5 <= v <= 15)),
    ("seats NOT BETWEEN 5 AND 15", known("seats", lambda v: not 5 <= v <= 15)),
    ("seats IN (1, 2, 3, 10)", known("seats", lambda v: v in {1, 2, 3, 10})),
    ("kind IN ('driver_home','partner_station')",
     lambda p, g: p["kind"] in {"driver_home", "partner_station"}),
    ("kind NOT IN ('driver_home')", lambda p, g: p["kind"] != "driver_home"),
    ("access_method IS NULL", lambda p, g: p["access_method"] is None),
    ("access_method IS NOT NULL", lambda p, g: p["access_method"] is not None),
    ("registration_required", known("registration_required", lambda v: v)),
    ("NOT registration_required", known("registration_required", lambda v: not v)),
    ("registration_required = FALSE", known("registration_required", lambda v: not v)),
    ("demo = TRUE", lambda p, g: p["demo"]),
    ("TRUE", lambda p, g: True),
    ("name LIKE '站1%'", lambda p, g: p["name"].startswith("站1")),
    ("name LIKE '站_'", lambda p, g: len(p["name"]) == 2),
    ("name NOT LIKE '%1%'", lambda p, g: "1" not in p["name"]),
    ("CASEI(kind) = CASEI('DRIVER_Home')", lambda p, g: p["kind"] == "driver_home"),
    ("CASEI(kind) LIKE casei('D%')", lambda p, g: p["kind"].startswith("d")),
    ("CASEI(kind) IN (CASEI('DRIVER_HOME'), 'x')", lambda p, g: p["kind"] == "driver_home"),
    ("code = name OR seats < 0", lambda p, g: p["code"] == p["name"]),
    ("code < name", lambda p, g: p["code"] < p["name"]),
    ("adcode LIKE '3406%' AND status = 'open'",
     lambda p, g: (p["adcode"] or "").startswith("3406") and p["status"] == "open"),
    # AND goes before OR.
    ("status = 'closed' OR status = 'open' AND kind = 'driver_home'",
     lambda p, g: p["status"] == "closed" or (p["status"] == "open" and p["kind"] == "driver_home")),
    ("(status = 'closed' OR status = 'open') AND NOT (kind = 'driver_home' OR seats > 10)",
     lambda p, g: p["status"] in {"closed", "open"} and p["kind"] != "driver_home"
     and p["seats"] is not None and p["seats"] <= 10),
    ("amenities.microwave = 'yes'", lambda p, g: p["amenities"].get("microwave") == "yes"),
    ("amenities.microwave IS NULL", lambda p, g: "microwave" not in p["amenities"]),
    ("amenities.wifi IN ('no','broken')",
     lambda p, g: p["amenities"].get("wifi") in {"no", "broken"}),
    ("A_CONTAINS(amenities_yes, ('microwave','wifi'))",
     lambda p, g: {"microwave", "wifi"} <= yes(p)),
    ("A_OVERLAPS(amenities_yes, ('microwave','wifi'))",
     lambda p, g: bool({"microwave", "wifi"} & yes(p))),
    ("A_CONTAINS(honours, ('model'))", lambda p, g: "model" in p["honours"]),
    ("A_EQUALS(honours, ('model'))", lambda p, g: p["honours"] == ["model"]),
    ("A_CONTAINEDBY(honours, ('model','AAA'))", lambda p, g: set(p["honours"]) <= {"model", "AAA"}),
    ("A_CONTAINS(('model','AAA'), honours)", lambda p, g: set(p["honours"]) <= {"model", "AAA"}),
    ("T_AFTER(updated_at, DATE('2020-01-01'))", lambda p, g: True),
    ("T_BEFORE(updated_at, DATE('2020-01-01'))", lambda p, g: False),
    ("verified_at >= TIMESTAMP('2026-05-01T00:00:00Z')",
     known("verified_at", lambda v: v >= "2026-05-01T00:00:00Z")),
    ("verified_at BETWEEN DATE('2026-03-01') AND DATE('2026-06-30')",
     known("verified_at", lambda v: "2026-03-01" <= v < "2026-07-01")),
    ("S_INTERSECTS(geometry, BBOX(116.6,33.5,117,34))",
     lambda p, g: 116.6 <= g.x <= 117 and 33.5 <= g.y <= 34),
    (f"S_INTERSECTS(geometry, {BOX})", lambda p, g: from_wkt(BOX).intersects(g)),
    (f"S_WITHIN(geometry, {HOLED})", lambda p, g: g.within(from_wkt(HOLED))),
    (f"S_CONTAINS({BOX}, geometry)", lambda p, g: from_wkt(BOX).contains(g)),
    (f"NOT S_INTERSECTS(geometry, {BOX})", lambda p, g: not from_wkt(BOX).intersects(g)),
    (f"S_DISJOINT(geometry, {BOX})", lambda p, g: not from_wkt(BOX).intersects(g)),
    (f"S_INTERSECTS(geometry, GEOMETRYCOLLECTION({BOX}, POINT(1 2)))",
     lambda p, g: from_wkt(BOX).intersects(g)),
    (f"S_TOUCHES(geometry, {BOX}) OR S_CROSSES(geometry, {BOX}) OR S_OVERLAPS(geometry, {BOX})",
     lambda p, g: False),
]  # fmt: skip


def yes(p: dict[str, Any]) -> set[str]:
    return {code for code, state in p["amenities"].items() if state == "yes"}


def test_filters_mean_what_python_says(everything, client: FlaskClient) -> None:
    told_apart = 0
    for told, oracle in CASES:
        wanted = [
            one["id"] for one in everything if oracle(one["properties"], shape(one["geometry"]))
        ]
        assert found(client, told) == wanted, told
        told_apart += 0 < len(wanted) < COUNT
    assert told_apart > 35  # most of them hold for some and not for others


def test_a_point_equals_itself(client: FlaskClient, database: Database) -> None:
    save(database, [station("一", 116.75, 33.875, code="x")])
    assert found(client, "S_EQUALS(geometry, POINT(116.75 33.875))") == ["x"]
    assert found(client, "S_INTERSECTS(geometry, BBOX(116.75,33.875,116.75,33.875))") == ["x"]
    assert found(client, "S_EQUALS(geometry, POINT(116.75 33.8750001))") == []


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ("T_AFTER(updated_at, TIMESTAMP('2026-01-15T00:00:00Z'))", "bc"),
        ("T_BEFORE(updated_at, TIMESTAMP('2026-02-01T12:00:00Z'))", "a"),
        ("T_EQUALS(updated_at, TIMESTAMP('2026-02-01T12:00:00Z'))", "b"),
        ("T_DISJOINT(updated_at, TIMESTAMP('2026-02-01T12:00:00Z'))", "ac"),
        ("T_DURING(updated_at, INTERVAL('2025-12-31','2026-03-02'))", "abc"),
        ("T_DURING(updated_at, INTERVAL('2026-01-01T00:00:00Z','2026-03-01T23:59:59Z'))", "b"),
        ("T_INTERSECTS(updated_at, INTERVAL('..','2026-02-01'))", "ab"),
        ("T_INTERSECTS(updated_at, INTERVAL('2026-02-01','..'))", "bc"),
        ("T_STARTS(INTERVAL(updated_at,'2026-04-01'), INTERVAL('2026-02-01T12:00:00Z','..'))", "b"),
        ("T_MEETS(INTERVAL('2025-01-01',updated_at), INTERVAL('2026-02-01T12:00:00Z','..'))", "b"),
        ("T_METBY(INTERVAL(updated_at,'..'), INTERVAL('..','2026-03-01T23:59:59Z'))", "c"),
        ("T_OVERLAPS(INTERVAL('2025-01-01',updated_at), INTERVAL('2026-01-15','2026-02-15'))", "b"),
        ("T_CONTAINS(INTERVAL('2026-01-01T00:00:00Z','2026-02-02T00:00:00Z'), updated_at)", "b"),
        ("T_FINISHES(updated_at, INTERVAL('..','2026-02-01T12:00:00Z'))", "b"),
        ("updated_at = DATE('2026-02-01')", "b"),
        ("updated_at <> DATE('2026-02-01')", "ac"),
        ("updated_at < DATE('2026-02-01')", "a"),
        ("updated_at <= DATE('2026-02-01')", "ab"),
        ("DATE('2026-02-01') <= updated_at", "bc"),
        ("updated_at > DATE('2026-02-01')", "c"),
        ("updated_at >= '2026-03-01T23:59:59Z'", "c"),
        ("updated_at > verified_at", ""),
        ("updated_at IN (DATE('2026-01-01'), DATE('2026-03-01'))", "ac"),
    ],
)  # fmt: skip
def test_times(client: FlaskClient, database: Database, told: str, codes: str) -> None:
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
    assert "".join(found(client, told)) == codes


@pytest.mark.parametrize(
    ("system", "shape_there"),
    [
        ("OGC/1.3/CRS84", "POLYGON((116.6 33.5,117 33.5,117 34,116.6 33.5))"),
        ("EPSG/0/4326", "POLYGON((33.5 116.6,33.5 117,34 117,33.5 116.6))"),
        ("EPSG/0/4490", "POLYGON((33.5 116.6,33.5 117,34 117,33.5 116.6))"),
        ("EPSG/0/3857",
         "POLYGON((12979852.6 3961860.2,13024380.4 3961860.2,13024380.4 4028802,12979852.6 3961860.2))"),
    ],
)  # fmt: skip
def test_geometries_are_read_in_their_system(
    client: FlaskClient, codes: list[str], system: str, shape_there: str
) -> None:
    plain = found(
        client, "S_INTERSECTS(geometry, POLYGON((116.6 33.5,117 33.5,117 34,116.6 33.5)))"
    )
    uri = f"http://www.opengis.net/def/crs/{system}"
    told = f"S_INTERSECTS(geometry, {shape_there})"
    assert found(client, told, **{"filter-crs": uri, "filter-lang": "cql2-text"}) == plain
    assert plain


def test_areas_are_filtered_too(ogc) -> None:
    told = ogc("/ogc/collections/areas/items?filter=S_CONTAINS(geometry,POINT(116.79%2033.95))")
    assert {one["properties"]["level"] for one in told["features"]} >= {"district"}
    one = ogc("/ogc/collections/areas/items?filter=adcode='340603'&bbox=116,33,118,35")
    assert [a["id"] for a in one["features"]] == ["340603"]
    assert ogc("/ogc/collections/areas/items?level=district")["numberMatched"] == 4


# -- what is refused -------------------------------------------------------------------------

REFUSED = [
    *("", " ", "kind =", "kind == 'x'", "kind = 'x' garbage", "(kind = 'x'", "kind = 'x"),
    *("nothing = 1", "password = 'x'", "s.name = 'x'", '"c.code" = 1', "station = 'x'"),
    *("kind = 1", "seats = 'many'", "seats LIKE '1%'", "demo > FALSE", "geometry = 'x'"),
    *("honours = 'model'", "honours", "kind", "seats", "1 = 1", "'a' = 'a'", "'a'", "5"),
    *("name LIKE code", "name LIKE 'a\\'", "name LIKE 5", "seats + 1 = 2", "seats * 2 = 4"),
    *("pg_sleep(5)", "name = pg_sleep(5)", "lower(name) = 'x'", "ACCENTI(name) = 'x'"),
    *("A_CONTAINS(honours, ('none'))", "A_CONTAINS(name, ('x'))", "A_CONTAINS(honours, (1))"),
    *("A_CONTAINS(('model'), ('model'))", "A_NOTHING(honours, ('model'))"),
    *("T_AFTER(name, DATE('2026-01-01'))", "T_AFTER(updated_at, DATE('2026-02-31'))"),
    *("T_AFTER(updated_at, 5)", "T_NEVER(updated_at, DATE('2026-01-01'))", "updated_at > 5"),
    *("T_AFTER(updated_at, INTERVAL('2026-01-01'))", "T_AFTER(updated_at)"),
    *("S_INTERSECTS(geometry, POINT(200 0))", "S_INTERSECTS(name, POINT(1 1))"),
    *("S_INTERSECTS(geometry, geometry)", "S_INTERSECTS(POINT(1 1), POINT(1 1))"),
    *("S_INTERSECTS(geometry, 'POINT(1 1)')", "S_INTERSECTS(geometry, POLYGON((0 0,1 1,0 0)))"),
    *("S_WITHIN(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))", "S_INTERSECTS(geometry, BBOX(1,2))"),
    *("S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(1 1)))", "S_NEAR(geometry, POINT(1 1))"),
    *("S_INTERSECTS(geometry, BBOX(0,5,1,1))", "CASEI(seats) = 'x'", "CASEI() = 'x'"),
    "(" * 40 + "demo" + ")" * 40,
    "NOT " * 60 + "demo",
    "-" * 60 + "1 = seats",
    " AND ".join(["demo"] * 500),
    "name = '" + "x" * 4_100 + "'",
    "name = 'a\0b'",
]


@pytest.mark.parametrize("told", REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_filter_is_refused_with_words(client: FlaskClient, told: str) -> None:
    answer = client.get(ITEMS, query_string={"filter": told})
    # A query that is too long for any address is told so.
    assert answer.status_code == (414 if len(told) > 3_900 else 400), answer.text
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json(force=True)
    assert answer.status_code == 414 or "filter" in str(problem["errors"])


TOKENS = st.sampled_from(
    ["(", ")", ",", "'", '"', "a", "kind", "seats", "geometry", "updated_at", "honours", "=", "<>",
     "<", ">=", "AND", "OR", "NOT", "IN", "LIKE", "BETWEEN", "IS", "NULL", "TRUE", "1", "-2.5", "1e9",
     "'x'", "DATE('2026-01-01')", "TIMESTAMP('x')", "INTERVAL('..','..')", "POINT(1 2)", "BBOX(1,2,3,4)",
     "POLYGON((0 0,1 0,1 1,0 0))", "S_INTERSECTS(", "T_AFTER(", "A_CONTAINS(", "CASEI(", "+", "*",
     "/", "^", "%", "div", "驿站", "\n", "\\", ";", "--", "demo"]
)  # fmt: skip


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TOKENS, min_size=1, max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_text_breaks_the_server(client: FlaskClient, told: str) -> None:
    answer = client.get(ITEMS, query_string={"filter": told})
    assert answer.status_code in {200, 400}, told


# -- queryables ------------------------------------------------------------------------------


def test_queryables_are_a_schema(ogc, client: FlaskClient) -> None:
    for collection in ("stations", "areas"):
        path = f"/ogc/collections/{collection}/queryables"
        answer = client.get(path)
        assert answer.mimetype == "application/schema+json"
        told = answer.get_json(force=True)
        assert told["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert told["$id"].endswith(path)
        assert told["type"] == "object"
        assert told["additionalProperties"] is False
        assert told["properties"]["geometry"]["x-ogc-role"] == "primary-geometry"
        [link] = [
            one
            for one in ogc(f"collections/{collection}")["links"]
            if one["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/queryables"
        ]
        assert link["href"].split("?")[0] == told["$id"]


def test_every_queryable_can_be_asked_for(client: FlaskClient, codes: list[str]) -> None:
    for collection in ("stations", "areas"):
        path = f"/ogc/collections/{collection}"
        told = client.get(f"{path}/queryables").get_json(force=True)["properties"]
        asked = ["S_INTERSECTS(geometry, BBOX(70,0,140,60))"]
        asked += [f"{name} IS NULL OR {name} IS NOT NULL" for name in told if name != "geometry"]
        every = client.get(f"{path}/items").get_json(force=True)["numberMatched"]
        for one in asked:
            answer = client.get(f"{path}/items", query_string={"filter": one}).get_json(force=True)
            wanted = (
                0 if "IS NULL" in one and told[one.split()[0]].get("type") == "array" else every
            )
            assert answer.get("numberMatched") in {every, wanted}, one
    assert {f"amenities.{one.code}" for one in AMENITIES} <= set(
        client.get("/ogc/collections/stations/queryables").get_json(force=True)["properties"]
    )


def test_a_filter_goes_with_everything_else(ogc, everything) -> None:
    told = ogc(
        f"{ITEMS}?limit=2&kind=driver_home&bbox=72,4,136,54&datetime=2020-01-01/..&filter=seats>5"
    )
    wanted = [
        one["id"]
        for one in everything
        if one["properties"]["kind"] == "driver_home" and (one["properties"]["seats"] or 0) > 5
    ]
    assert told["numberMatched"] == len(wanted)
    assert [one["id"] for one in told["features"]] == wanted[:2]

"""The demo stations: made again byte by byte, in the vocabulary, where they say they are."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod
from shapely.geometry import Point, shape

from station_map.domain.hours_text import hours_from_text
from station_map.domain.opening_hours import check_opening_hours
from station_map.domain.vocabulary import (
    AMENITY_BY_CODE,
    AMENITY_STATES,
    AccessMethod,
    Audience,
    BuilderType,
    Honour,
    HostType,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)
from station_map.resources import geodata_dir

FOLDER = geodata_dir() / "demo"
Feature = dict[str, Any]
CARD = [
    "code",
    "name",
    "kind",
    "service_level",
    "status",
    "district",
    "adcode",
    "address",
    "opening_hours",
    "hours_text",
    "amenities",
    "access_method",
    "registration_required",
    "seats",
    "honours",
    "verified_at",
    "demo",
]


@pytest.fixture(scope="module")
def features() -> list[Feature]:
    found: list[Feature] = json.loads((FOLDER / "stations.geojson").read_text(encoding="utf-8"))[
        "features"
    ]
    return found


@pytest.fixture(scope="module")
def stations(features: list[Feature]) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in features]


def metres(a: list[float], b: list[float]) -> float:
    return float(Geod(ellps="WGS84").inv(a[0], a[1], b[0], b[1])[2])


def test_the_generator_makes_the_committed_file(tmp_path: Path) -> None:
    made = tmp_path / "made.geojson"
    subprocess.run([sys.executable, str(FOLDER / "generate.py"), str(made)], check=True)
    assert made.read_bytes() == (FOLDER / "stations.geojson").read_bytes()


def test_the_file_is_small_and_has_one_station_a_line(features: list[Feature]) -> None:
    content = (FOLDER / "stations.geojson").read_bytes()
    assert len(content) < 700_000
    assert content.count(b"\n") == len(features) + 2
    codes = [feature["id"] for feature in features]
    assert codes == sorted(codes)


def test_counts_are_the_published_ones(stations: list[dict[str, Any]]) -> None:
    assert len(stations) == 713
    smart = [s for s in stations if s["service_level"] == "smart"]
    assert len(smart) == 107
    assert {s["opening_hours"] for s in smart} == {"24/7"}
    honours = Counter(honour for s in stations for honour in s["honours"])
    assert honours["national_most_beautiful"] == 14
    assert [s["name"][:3] for s in stations if s["adcode"] == "350500"] == ["泉州市"]
    assert Counter(s["kind"] for s in stations) == {
        "union_station": 553,
        "partner_station": 128,
        "driver_home": 18,
        "mobile_station": 14,
    }


def test_districts_share_the_stations_like_the_people(stations: list[dict[str, Any]]) -> None:
    counts = Counter(s["adcode"] for s in stations)
    assert counts == {"340602": 87, "340603": 198, "340604": 90, "340621": 337, "350500": 1}


def test_every_station_says_that_it_is_a_demo(features: list[Feature]) -> None:
    for feature in features:
        assert feature["properties"]["demo"] is True
        assert feature["id"] == feature["properties"]["code"]
        assert list(feature["properties"])[: len(CARD)] == CARD


def test_codes_never_look_like_those_of_the_store(stations: list[dict[str, Any]]) -> None:
    codes = [s["code"] for s in stations]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(rf"{s['adcode']}-D\d{{4}}", s["code"]) for s in stations)


@pytest.mark.parametrize(
    ("field", "vocabulary"),
    [
        ("kind", Kind),
        ("service_level", ServiceLevel),
        ("status", Status),
        ("host_type", HostType),
        ("builder_type", BuilderType),
        ("access_method", AccessMethod),
        ("audience", Audience),
    ],
)
def test_codes_come_from_the_vocabulary(
    stations: list[dict[str, Any]], field: str, vocabulary: type[Labelled]
) -> None:
    used = {s[field] for s in stations if s.get(field) is not None}
    assert used <= {member.value for member in vocabulary}
    assert len(used) > 2


def test_amenities_and_honours_come_from_the_vocabulary(stations: list[dict[str, Any]]) -> None:
    states = Counter(state for s in stations for state in s["amenities"].values())
    assert set(states) == set(AMENITY_STATES)
    for s in stations:
        assert set(s["amenities"]) <= set(AMENITY_BY_CODE)
        assert set(s["honours"]) <= {honour.value for honour in Honour}
        detailed = {*s.get("amenity_quantities", {}), *s.get("amenity_fees", {})}
        assert all(s["amenities"][code] != "no" for code in detailed)


def test_points_lie_inside_their_district(features: list[Feature]) -> None:
    text = (geodata_dir() / "boundaries" / "huaibei_districts.geojson").read_text(encoding="utf-8")
    areas = {
        f["properties"]["adcode"]: (f["properties"]["name"], shape(f["geometry"]))
        for f in json.loads(text)["features"]
    }
    for feature in features:
        properties, point = feature["properties"], Point(feature["geometry"]["coordinates"])
        if properties["adcode"] == "350500":
            assert properties["district"] is None
            assert point.distance(Point(118.6, 24.9)) < 0.1
            continue
        name, outline = areas[properties["adcode"]]
        assert properties["district"] == name
        assert outline.contains(point), properties["code"]


def test_coordinates_have_six_decimals_and_stations_stand_apart(features: list[Feature]) -> None:
    points = [feature["geometry"]["coordinates"] for feature in features]
    assert all(round(value, 6) == value for point in points for value in point)
    near = [
        (a, b) for a, b in combinations(points, 2) if abs(a[0] - b[0]) + abs(a[1] - b[1]) < 0.002
    ]
    assert near
    assert min(metres(a, b) for a, b in near) > 40


def test_names_are_unique_within_100_m(features: list[Feature]) -> None:
    by_name: dict[str, list[list[float]]] = defaultdict(list)
    for feature in features:
        by_name[feature["properties"]["name"]].append(feature["geometry"]["coordinates"])
    for points in by_name.values():
        assert all(metres(a, b) > 100 for a, b in combinations(points, 2))
    assert all(5 <= len(name) <= 32 for name in by_name)


def test_hours_are_valid_and_spelled_as_the_store_spells_them(
    stations: list[dict[str, Any]],
) -> None:
    used = {s[key] for s in stations for key in ("opening_hours", "staffed_hours") if s.get(key)}
    assert len(used) > 25
    assert [hours for hours in used if check_opening_hours(hours) != hours] == []


def test_hours_say_what_their_text_says(stations: list[dict[str, Any]]) -> None:
    pairs = {(s["hours_text"], s["opening_hours"]) for s in stations if s["hours_text"]}
    assert len(pairs) > 25
    assert [pair for pair in pairs if hours_from_text(pair[0]).opening_hours != pair[1]] == []


def test_hours_hold_the_hard_cases(stations: list[dict[str, Any]]) -> None:
    used = {s["opening_hours"] for s in stations}
    for part in ("12:00,14:30", "PH off", "10:00-02:00", "May-Sep", "24/7"):
        assert any(hours and part in hours for hours in used), part
    unknown = {s["hours_text"] for s in stations if s["opening_hours"] is None}
    assert {None, "同银行营业时间"} <= unknown


def test_suspended_stations_say_until_when_and_why(stations: list[dict[str, Any]]) -> None:
    for s in stations:
        suspended = s["status"] == "suspended"
        assert ("suspended_until" in s) is suspended
        assert ("status_reason" in s) is (s["status"] != "open")
        if suspended:
            assert dt.date.fromisoformat(s["suspended_until"]) > dt.date(2026, 11, 20)
    counts = Counter(s["status"] for s in stations)
    assert counts["suspended"] == 19
    assert set(counts) == {status.value for status in Status}


def test_driver_homes_stand_by_a_main_road_with_bays(stations: list[dict[str, Any]]) -> None:
    homes = [s for s in stations if s["kind"] == "driver_home"]
    for home in homes:
        assert home["name"].endswith("司机之家")
        assert home["amenities"]["truck_parking"] == "yes"
        assert re.fullmatch(r"K\d+\+\d{3}", home["road_stake"])
        assert home.get("bays_free", 0) <= home["bays_total"]
    assert any(home["bays_total"] < 20 for home in homes)
    grades = {honour for home in homes for honour in home["honours"]}
    assert {"AAA", "AAAA"} <= grades
    others = {honour for s in stations if s["kind"] != "driver_home" for honour in s["honours"]}
    assert not others & {"AAA", "AAAA", "AAAAA"}


def test_knowledge_has_an_age_or_none(stations: list[dict[str, Any]]) -> None:
    seen = [dt.datetime.fromisoformat(s["verified_at"]) for s in stations if s["verified_at"]]
    zone = dt.timezone(dt.timedelta(hours=8))
    assert {moment.utcoffset() for moment in seen} == {dt.timedelta(hours=8)}
    assert min(seen) >= dt.datetime(2026, 1, 1, tzinfo=zone)
    assert max(seen) < dt.datetime(2026, 11, 21, tzinfo=zone)
    assert 60 < len(stations) - len(seen) < 140


def test_nobody_can_be_called_or_named(stations: list[dict[str, Any]]) -> None:
    for s in stations:
        assert "phone" not in s
        assert "operator" not in s
        assert s.get("verified_by") in {None, "工会巡查", "站点自报", "职工反馈"}

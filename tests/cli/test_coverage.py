"""`station-map coverage`: from a file of demand to tables, JSON and csv."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
from click.testing import CliRunner, Result
from pyproj import Geod

from station_map.cli import main
from station_map.domain.vocabulary import Audience, Kind, Status
from station_map.exporters.planning import paper
from station_map.store.database import Database
from tests.exporters.plates.stations import small_faces
from tests.store.merging import merge, station
from tests.web.stations import HOSTILE_NAMES, having

LON, LAT = 116.798, 33.956


def grid(path: Path, side: int = 21, step: float = 0.001) -> np.ndarray:
    """A square of cells about the place, ten people each."""
    y, x = np.divmod(np.arange(side * side), side)
    places = np.column_stack([LON + (x - side // 2) * step, LAT + (y - side // 2) * step])
    lines = [f"{lon:.6f},{lat:.6f},10" for lon, lat in places.tolist()]
    path.write_text("\n".join(["lon,lat,weight", *lines]), encoding="utf-8")
    return np.round(places, 6)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["coverage", *map(str, arguments)])


def told(*arguments: object) -> dict[str, Any]:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def within(places: np.ndarray, metres: float, *stations: tuple[float, float]) -> int:
    """People within a distance of one of the stations."""
    near = np.zeros(len(places), dtype=bool)
    for lon, lat in stations:
        n = len(places)
        away = Geod(ellps="WGS84").inv(*places.T, np.full(n, lon), np.full(n, lat))[2]
        near |= away <= metres
    return int(near.sum()) * 10


def share(result: dict[str, Any], label: str) -> tuple[float, float]:
    [found] = [one for one in result["shares"] if one["label"] == label]
    return sum(found["demand"]["low"]), sum(found["demand"]["high"])


@pytest.fixture
def demand(tmp_path: Path) -> tuple[Path, np.ndarray]:
    path = tmp_path / "demand.csv"
    return path, grid(path)


def test_what_is_known_and_what_may_be(outside: Database, demand: tuple[Path, np.ndarray]) -> None:
    path, places = demand
    east = (LON + 0.006, LAT)
    merge(
        outside,
        station("全天", LON, LAT, opening_hours="24/7", amenities=having("microwave"), seats=4),
        station("不知", *east, amenities=having(shower="yes")),
        station("停", LON - 0.006, LAT, status=Status.SUSPENDED, opening_hours="24/7"),
    )
    plain = told("--points", path)
    both = within(places, 500, (LON, LAT), east)
    assert share(plain, "500 m") == (both, both)
    one = within(places, 500, (LON, LAT))
    night = told("--points", path, "--hours", "night")
    assert share(night, "500 m") == (one, both)
    at = told("--points", path, "--at", "2026-11-24T22:30")
    assert share(at, "500 m") == (one, both)
    warm = told("--points", path, "--amenity", "microwave")
    assert share(warm, "500 m") == (one, both)
    ride = told("--points", path, "--minutes", "2", "--mode", "ebike")
    assert share(ride, "2 min ebike")[0] == within(places, 500 / 1.3, (LON, LAT), east)
    assert ride["counted"] == [2, 2, 3]
    assert sum(ride["demand"]) == 4410


def test_kinds_and_audiences(outside: Database, demand: tuple[Path, np.ndarray]) -> None:
    path, places = demand
    spots = [(LON + 0.007 * n, LAT) for n in (-1, 0, 1)]
    merge(
        outside,
        station("甲", *spots[0], kind=Kind.DRIVER_HOME, audience=Audience.EVERYONE),
        station("乙", *spots[1], kind=Kind.UNION_STATION, audience=Audience.UNION_MEMBERS),
        station("丙", *spots[2], kind=Kind.UNION_STATION),
    )
    of_kind = told("--points", path, "--kind", "union_station")
    both = within(places, 300, *spots[1:])
    assert share(of_kind, "300 m") == (both, both)
    # Everyone is anyone; who is not told of may be.
    outdoor = told("--points", path, "--audience", "outdoor_workers")
    assert share(outdoor, "300 m") == (
        within(places, 300, spots[0]),
        within(places, 300, spots[0], spots[2]),
    )


def test_groups(outside: Database, demand: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    path, places = demand
    merge(outside, station("甲", LON, LAT))
    districts = told("--points", path)
    assert any(name.startswith("340603") for name in districts["groups"])
    assert sum(districts["demand"]) == 4410
    city = told("--points", path, "--by", "city")
    assert city["groups"][0].startswith("340600")
    cells = told("--points", path, "--by", "h3:8")
    assert len(cells["groups"]) > 4
    assert share(cells, "500 m") == share(districts, "500 m")
    ring = [[116.7, LAT], [116.9, LAT], [116.9, 34.0], [116.7, 34.0], [116.7, LAT]]
    areas = tmp_path / "片区.geojson"
    feature = {
        "type": "Feature",
        "properties": {"name": HOSTILE_NAMES[0]},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    own = told("--points", path, "--by", areas)
    assert own["groups"] == [HOSTILE_NAMES[0], "outside"]
    assert own["demand"] == [(places[:, 1] >= LAT).sum() * 10, (places[:, 1] < LAT).sum() * 10]


def test_layers_of_demand(outside: Database, tmp_path: Path) -> None:
    merge(outside, station("甲", LON, LAT))
    # With none brought in there is the synthetic one, and it is said to be that.
    made = told("--by", "district")
    assert made["synthetic"] is True
    census = dict(zip(made["groups"], made["demand"], strict=True))
    assert {name[:6] for name in made["groups"][:-1]} == {"340602", "340603", "340604", "340621"}
    assert census["outside"] == 0
    assert "synthetic" in run().output
    one = told("--area", "340603", "--by", "city")
    assert sum(one["demand"]) == next(v for name, v in census.items() if name[:6] == "340603")
    assert one["groups"][0].startswith("340600")
    file = tmp_path / "orders.csv"
    rows = ["lon,lat,weight", "116.798,33.956,40", "116.9,33.956,60", "116.7,33.956,"]
    file.write_text("\n".join(rows), encoding="utf-8")
    words = ["demand", "import", str(file), "--name", "orders", "--unit", "单", "--datum", "wgs84"]
    brought = CliRunner().invoke(main, words)
    assert brought.exit_code == 0, brought.output
    orders = told("--demand", "orders", "--by", "all")
    assert (orders["unit"], orders["synthetic"]) == ("单", False)
    assert share(orders, "300 m") == (40, 40)
    # What nobody knows is neither counted nor hidden.
    assert orders["unknown_cells"] == 1
    assert "1 处需求不清楚" in run("--demand", "orders").output
    assert run("--demand", "nothing").exit_code != 0
    assert run("--points", file, "--demand", "orders").exit_code == 2


def test_two_scenarios(outside: Database, demand: tuple[Path, np.ndarray]) -> None:
    path, places = demand
    spots = [(LON, LAT), (LON + 0.006, LAT)]
    merge(outside, station("甲", *spots[0]), station("乙", *spots[1], status=Status.PLANNED))
    planned = told("--points", path, "--with-planned", "--radius", "500")["comparison"]
    assert sum(planned["before"]) == within(places, 500, spots[0])
    assert sum(planned["after"]) == within(places, 500, *spots)
    assert sum(planned["lost"]) == 0
    code = next(iter(told("--points", path)["codes"]))
    closed = told("--points", path, "--without", code, "--radius", "500")["comparison"]
    assert sum(closed["after"]) == 0
    assert sum(closed["lost"]) == within(places, 500, spots[0])
    assert run("--points", path, "--without", "340603-99999").exit_code == 2


def test_tables_and_csv_with_hostile_names(
    outside: Database, demand: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    path, _ = demand
    names = ["[red]红[/red]", *HOSTILE_NAMES]
    merge(
        outside,
        *(station(name, LON + 0.0001 * n, LAT, seats=n) for n, name in enumerate(names)),
        station("演示", LON, LAT + 0.02, demo=True),
    )
    done = run("--points", path, "--by", "all")
    assert done.exit_code == 0, done.output
    assert "Coverage" in done.output
    assert "demo data" in done.output
    table = tmp_path / "表.txt"
    assert run("--points", path, "--by", "all", "--out", table).exit_code == 0
    text = table.read_text(encoding="utf-8")
    assert "[red]红[/red]" in text
    # The largest gap is named by its district and what stands near.
    assert any("相山区 · " in line and " 116." in line for line in text.splitlines())
    ring = [[116.7, 33.9], [116.9, 33.9], [116.9, 34.0], [116.7, 34.0], [116.7, 33.9]]
    feature = {
        "type": "Feature",
        "properties": {"name": "\x1b[31m片区\u202e"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    areas = tmp_path / "areas.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    steered = run("--points", path, "--by", areas).output
    assert "[31m片区" in steered
    assert not {"\x1b", "\u202e"} & set(steered)
    file = tmp_path / "表.csv"
    made = run("--points", path, "--by", "all", "--format", "csv", "--out", file)
    assert made.exit_code == 0, made.output
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    total = next(row for row in rows if (row["indicator"], row["group"]) == ("demand", "all"))
    assert float(total["low"]) == 4410
    assert {row["indicator"] for row in rows} >= {"share", "overlap", "hour_of_week", "amenity"}


def test_reports_to_take_along(
    outside: Database,
    demand: tuple[Path, np.ndarray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(paper, "find_faces", small_faces)
    path, _ = demand
    merge(outside, *(station(n, LON + 0.001 * k, LAT) for k, n in enumerate(HOSTILE_NAMES)))
    for form in ("pdf", "xlsx", "gpkg", "zip"):
        out = tmp_path / f"报告.{form}"
        done = run("--points", path, "--by", "h3:8", "--format", form, "--out", out)
        assert done.exit_code == 0, done.output
        assert f"→ {out}" in done.output
        assert out.stat().st_size > 1000
        assert run("--points", path, "--format", form).exit_code == 2
        nowhere = run("--points", path, "--format", form, "--out", tmp_path / "no" / "x")
        assert nowhere.exit_code == 2
        assert "cannot be written to" in nowhere.output
    assert len(pyogrio.read_dataframe(tmp_path / "报告.gpkg", layer="cells")) == 441
    assert len(pyogrio.read_dataframe(tmp_path / "报告.gpkg", layer="hexagons")) > 4


def test_nobody_and_nowhere(outside: Database, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("lon,lat,weight\n", encoding="utf-8")
    assert sum(told("--points", empty)["demand"]) == 0
    assert run("--points", empty).exit_code == 0
    alone = tmp_path / "alone.csv"
    alone.write_text("lon,lat,weight\n80.5,40.5,3\n", encoding="utf-8")
    found = told("--points", alone)
    assert share(found, "1000 m") == (0, 0)
    assert found["distances"]["sure"]["mean"][-1] is None
    assert run("--points", alone).exit_code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lon,lat\n1,2\n", "lacks columns"),
        ("lon,lat,weight\n116.8,33.9,-1\n", "row 2"),
        ("lon,lat,weight\n116.8,33.9,nan\n", "row 2"),
        ("lon,lat,weight\n116.8,33.9,1\n33.9,116.8,1\n", "row 3"),
        ("lon,lat,weight\n116.8,33.9\n", "row 2"),
    ],
)
def test_a_file_that_is_wrong_is_refused_where_it_is_wrong(
    outside: Database, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text(text, encoding="utf-8")
    done = run("--points", path)
    assert done.exit_code == 1
    assert said in done.output
    path.write_bytes(text.encode("utf-16"))
    assert run("--points", path).exit_code == 1


@pytest.mark.parametrize(
    "wrong",
    [
        ("--radius", "abc"),
        ("--radius", "0"),
        ("--minutes", ",".join(["1"] * 13)),
        ("--at", "nachts"),
        ("--at", "2026-11-24T22:00", "--hours", "night"),
        ("--amenity", "{{7*7}}"),
        ("--by", "h3:99"),
        ("--by", "h3:x"),
        ("--by", "nowhere.gpkg"),
        ("--kind", "bank"),
    ],
)
def test_what_cannot_be_asked(
    outside: Database, demand: tuple[Path, np.ndarray], wrong: tuple[str, ...]
) -> None:
    done = run("--points", demand[0], *wrong)
    assert done.exit_code == 2, done.output


def test_a_file_that_holds_no_areas(
    outside: Database, demand: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    wrong = tmp_path / "x.geojson"
    wrong.write_text("{", encoding="utf-8")
    assert run("--points", demand[0], "--by", wrong).exit_code == 1
    point = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Point", "coordinates": [1, 2]},
    }
    wrong.write_text(json.dumps({"type": "FeatureCollection", "features": [point]}))
    assert run("--points", demand[0], "--by", wrong).exit_code == 1

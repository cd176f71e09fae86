"""`station-map site`: from files of demand and candidates to plans with a proof."""

from __future__ import annotations

import csv
import io
import json
import signal
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from click.testing import CliRunner, Result

from station_map.cli import main, site
from station_map.exporters.planning import paper
from station_map.store.database import Database
from tests.exporters.plates.stations import small_faces
from tests.store.merging import merge, station
from tests.web.stations import HOSTILE_NAMES

LAT = 33.956
# Four places 2 km apart or more: 10, 20, 30 and 40 people; the first has a station.
LONS = (116.70, 116.73, 116.76, 116.79)
PLAIN = ("甲", "乙", "丙", "丁")


@pytest.fixture
def demand(outside: Database, tmp_path: Path) -> Path:
    merge(outside, station("旧站", LONS[0], LAT, seats=4))
    path = tmp_path / "demand.csv"
    rows = [f"{lon},{LAT},{10 * n}" for n, lon in enumerate(LONS, 1)]
    path.write_text("\n".join(["lon,lat,weight", *rows]), encoding="utf-8")
    return path


def places(tmp_path: Path, names: tuple[str, ...] = PLAIN, extra: str = "") -> Path:
    path = tmp_path / "places.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["lon", "lat", "name", "cost", "capacity", "status"])
        for n, name in enumerate(names):
            writer.writerow([LONS[n % 4], LAT, name, 1, 25, extra])
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["site", *map(str, arguments)])


def told(*arguments: object) -> dict[str, Any]:
    done = run(*arguments, "--format", "json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("words", "objective", "opened"),
    [
        ("--goal cover -p 2", 80, ["丁", "丙"]),
        ("--goal share --share 0.8", 2, ["丁", "丙"]),
        ("--goal budget --budget 1.5", 50, ["丁"]),
        ("--goal p-center -p 3", 0, ["乙", "丙", "丁"]),
        ("--goal p-median -p 3", 0, ["乙", "丙", "丁"]),
        ("--goal backup -p 1", 37.5, ["丁"]),
        # The old station has room for 80, each new one for 25.
        ("--goal capacitated -p 1", 35, ["丙"]),
        ("--goal relocate --close 1 --open 1", 40, ["丁"]),
        ("--goal phases --phases 1,1", 130, ["丁", "丙"]),
    ],
)
def test_every_goal(
    demand: Path, tmp_path: Path, words: str, objective: float, opened: list[str]
) -> None:
    found = told("--points", demand, "--candidates", places(tmp_path), *words.split())
    assert found["objective"] == pytest.approx(objective)
    assert found["bound"] == pytest.approx(objective)
    assert (found["gap"], found["stopped"]) == (0, "optimal")
    if words.startswith("--goal capacitated"):
        assert found["sites"][0]["name"] in {"丙", "丁"}  # 25 of either is all that fits
    else:
        assert sorted(one["name"] for one in found["sites"]) == sorted(opened)
    assert sum(one["demand"] for one in found["shares"][1:]) == found["total"] == 100


def test_plan_is_told_and_repeats(demand: Path, tmp_path: Path) -> None:
    words = ("--points", demand, "--candidates", places(tmp_path), "-p", 2)
    first, again = told(*words), told(*words)
    assert [one["adds"] for one in first["sites"]] == [40, 30]
    assert (first["shares"][0]["before"], first["shares"][0]["after"]) == (10, 80)
    del first["seconds"], again["seconds"]
    assert first == again
    assert len(first["demand_digest"]) == len(first["stations_digest"]) == 64
    text = run(*words).output
    assert "10.0% → 80.0% / 100" in text
    assert "已证明最优" in text


def test_no_plan_is_said_in_words(demand: Path, tmp_path: Path) -> None:
    words = ("--points", demand, "--candidates", places(tmp_path, PLAIN[:2]))
    done = run(*words, "--goal", "share", "--share", "1", "--format", "json")
    assert done.exit_code == site.INFEASIBLE
    found = json.loads(done.stdout)
    assert (found["stopped"], found["objective"], found["sites"]) == ("infeasible", None, [])
    assert found["reason"]["zh"]
    assert "无解" in done.stderr


def test_ctrl_c_gives_what_there_is(
    demand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station_map.planning import siting

    solve = siting.solve

    def interrupted(*given: Any, **options: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return solve(*given, **options)

    monkeypatch.setattr(siting, "solve", interrupted)
    before = signal.getsignal(signal.SIGINT)
    words = ("--points", demand, "--candidates", places(tmp_path), "-p", 2)
    done = run(*words, "--goal", "backup", "--format", "json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["stopped"]) == (site.INTERRUPTED, "interrupted")
    assert found["shares"][0]["before"] == 10
    assert found["bound"] >= (found["objective"] or 0)
    assert "已中断" in done.stderr
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("form", ["text", "json", "csv", "geojson"])
def test_hostile_names(demand: Path, tmp_path: Path, form: str) -> None:
    names = (*HOSTILE_NAMES, "=cmd|' /C calc'!A0", "\x1b[31mred", "[bold]x")
    # All are required, so all are told.
    file = places(tmp_path, names, extra="required")
    out = tmp_path / "out"
    words = ("--points", demand, "--candidates", file, "-p", len(names), "--out", out)
    done = run(*words, "--format", form)
    assert done.exit_code == 0, done.output
    text = out.read_text(encoding="utf-8-sig")
    if form == "text":
        assert "\x1b" not in text
        assert "[bold]x" in text
    elif form == "csv":
        cells = [row["name"] for row in csv.DictReader(io.StringIO(text, newline=""))]
        assert len(cells) == len(names)
        assert not any(cell.startswith("=") for cell in cells)
    else:
        found = json.loads(text)
        rows = found["sites"] if form == "json" else [f["properties"] for f in found["features"]]
        assert sorted(one["name"] for one in rows) == sorted(names)


def test_reports_to_take_along(
    demand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "find_faces", small_faces)
    words = ("--points", demand, "--candidates", places(tmp_path), "-p", 2)
    for form in ("pdf", "xlsx", "gpkg", "zip"):
        out = tmp_path / f"报告.{form}"
        done = run(*words, "--format", form, "--out", out)
        assert done.exit_code == 0, done.output
        assert out.stat().st_size > 1000
        assert run(*words, "--format", form).exit_code == 2
    sites = pyogrio.read_dataframe(tmp_path / "报告.gpkg", layer="sites")
    assert sites["name"].tolist() == ["丁", "丙"]
    # No plan is an answer, too, and is written before the exit code tells of it.
    out = tmp_path / "无解.pdf"
    impossible = ("--points", demand, "--candidates", places(tmp_path, PLAIN[:2]))
    done = run(*impossible, "--goal", "share", "--share", 1, "--format", "pdf", "--out", out)
    assert done.exit_code == site.INFEASIBLE
    assert out.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--goal cover", "-p"),
        ("--goal share", "--share"),
        ("-p 1 --radius 500 --minutes 5", "--minutes"),
        ("-p 1 --candidates nowhere.csv", "nowhere.csv"),
        ("-p 1 --area 340603", "--points"),
        ("--goal phases --phases 1,x", "1,x"),
        ("--goal capacitated -p 1", "--capacity"),
        ("-p 9", "open"),
    ],
)
def test_bad_use(demand: Path, words: str, said: str) -> None:
    done = run("--points", demand, *words.split())
    assert done.exit_code == 2
    assert said in done.output


@pytest.mark.parametrize(
    "text",
    ["lon,name\n1,2", "lon,lat\n1,2", "lon,lat,status\n116.7,33.95,existing", "lon,lat\nx,y"],
)
def test_bad_candidates(demand: Path, tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text, encoding="utf-8")
    done = run("--points", demand, "-p", 1, "--candidates", file)
    assert done.exit_code == 1
    assert "bad.csv" in done.output


def test_areas_spacing_and_floors(demand: Path, tmp_path: Path) -> None:
    ring = [[116.78, 33.9], [116.8, 33.9], [116.8, 34.0], [116.78, 34.0], [116.78, 33.9]]
    areas = tmp_path / "no.geojson"
    areas.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    words = ("--points", demand, "--candidates", places(tmp_path), "-p", 1)
    found = told(*words, "--exclude", areas)
    assert ([one["name"] for one in found["sites"]], found["excluded"]) == (["丙"], 1)
    # Nothing nearer than 4 km to the station: the second place is too near.
    assert told(*words, "--spacing", 4000)["objective"] == 50
    assert run(*words, "--floor", 0.99).exit_code == site.INFEASIBLE


def test_demo_city(outside: Database) -> None:
    found = told("--area", "340603", "-p", 2, "--cells", 40, "--radius", 500)
    assert found["synthetic"] is True
    assert len(found["sites"]) == 2
    assert found["shares"][0]["after"] > found["shares"][0]["before"] == 0
    assert "synthetic" in run("--area", "340603", "-p", 1, "--cells", 9, "--format", "csv").output

"""`station-map export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from station_map.cli import main
from station_map.store.database import Database
from tests.web.stations import having, save, station


def test_a_file_with_filters(outside: Database, tmp_path: Path) -> None:
    save(outside, [station("甲", amenities=having("wifi")), station("乙", lon=116.9)])
    path = tmp_path / "out.geojson"
    got = CliRunner().invoke(main, ["export", str(path), "--amenity", "wifi", "--datum", "gcj02"])
    assert got.exit_code == 0, got.output
    told = json.loads(path.read_text(encoding="utf-8"))
    assert [one["properties"]["name"] for one in told["features"]] == ["甲"]
    assert told["crs"] == "gcj02"
    assert list(tmp_path.iterdir()) == [path]


def test_standard_output_holds_the_file_alone(outside: Database) -> None:
    save(outside, [station("甲")])
    got = CliRunner().invoke(main, ["export", "-", "--format", "geojson"])
    assert json.loads(got.stdout)["features"][0]["properties"]["name"] == "甲"


@pytest.mark.parametrize(
    "words", [["a.exe"], ["-"], ["a.csv", "--amenity", "gold"], ["a.kml", "--datum", "bd09"]]
)
def test_bad_use_leaves_nothing(
    outside: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(main, ["export", *words]).exit_code == 2
    assert not [one for one in tmp_path.iterdir() if one.is_file()]

"""The shipped census figures are those of the source, and add up."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from station_map.resources import geodata_dir

Rows = dict[str, dict[str, str]]
FIGURES = {
    "population": "人口数_合计",
    "urban": "城镇人口",
    "rural": "乡村人口",
    "family_households": "家庭户数",
}


@pytest.fixture(scope="module")
def rows() -> Rows:
    path = geodata_dir() / "census" / "huaibei_2020.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["adcode"]: row for row in csv.DictReader(lines)}


def test_the_city_has_its_published_total(rows: Rows) -> None:
    assert rows["340600"]["population"] == "1970265"
    assert [row["level"] for row in rows.values()] == ["city"] + ["district"] * 4


@pytest.mark.parametrize("figure", FIGURES)
def test_districts_add_up_to_the_city(rows: Rows, figure: str) -> None:
    districts = sum(int(row[figure]) for row in rows.values() if row["level"] == "district")
    assert districts == int(rows["340600"][figure])


def test_urban_and_rural_make_the_population(rows: Rows) -> None:
    for row in rows.values():
        assert int(row["urban"]) + int(row["rural"]) == int(row["population"])


def test_figures_are_those_of_the_source(rows: Rows, shared_data: Path) -> None:
    path = shared_data / "census" / "huaibei_2020_county.csv"
    with path.open(encoding="utf-8-sig", newline="") as lines:
        source = {row["区划代码"]: row for row in csv.DictReader(lines)}
    assert set(source) == set(rows)
    for adcode, row in rows.items():
        assert row["name"] == source[adcode]["区县"]
        assert {ours: row[ours] for ours in FIGURES} == {
            ours: source[adcode][theirs] for ours, theirs in FIGURES.items()
        }

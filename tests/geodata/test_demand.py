"""The synthetic residents: the census's sums, the same bytes everywhere, said to be made up."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import numpy as np

from station_map.domain.demand_synthetic import synthetic_residents
from station_map.importers.demand.synthetic import FACTS, census_districts, ensure_demand
from station_map.resources import geodata_dir
from station_map.store.database import Database
from station_map.store.demand_blocks import sums_by_district
from station_map.store.demand_layers import layers
from station_map.store.writing import writing
from tests.store.demand_help import IN_DUJI, bring, read

FOLDER = geodata_dir() / "demand"


def census(shared_data: Path) -> dict[str, int]:
    with (shared_data / "census" / "huaibei_2020_county.csv").open(encoding="utf-8-sig") as stream:
        found = {row["区划代码"]: int(row["人口数_合计"]) for row in csv.DictReader(stream)}
    return {adcode: count for adcode, count in found.items() if adcode != "340600"}


def test_the_sums_are_the_census_exactly(shared_data: Path) -> None:
    _, residents, adcodes = synthetic_residents(census_districts())
    named = np.array(adcodes)
    wanted = census(shared_data)
    assert {one: int(residents[named == one].sum()) for one in wanted} == wanted
    assert residents.sum() == 1_970_265


def test_the_generator_makes_the_bytes_that_are_told(tmp_path: Path) -> None:
    target = tmp_path / "table.csv"
    done = subprocess.run(
        [sys.executable, str(FOLDER / "make.py"), str(target)],
        capture_output=True, text=True, check=True, env={"PYTHONPATH": str(FOLDER.parent.parent)},
    )  # fmt: skip
    told = (FOLDER / "SOURCE.md").read_text("utf-8")
    assert f"`{done.stdout.strip()}`" in told
    lines = target.read_text("utf-8").splitlines()
    assert "合成" in lines[0]
    assert f"{len(lines) - 1:,} cells" in told


def test_an_empty_database_gets_it_and_says_that_it_is_made_up(
    database: Database, shared_data: Path
) -> None:
    stored = ensure_demand(database)
    assert stored is not None
    assert stored.synthetic
    assert "合成数据" in stored.title
    assert ensure_demand(database) is None
    with database.reading() as connection:
        sums = sums_by_district(connection, stored.id, stored.adcodes)
    assert {adcode: total for adcode, total, _ in sums} == census(shared_data)
    found = read(database)
    assert found.synthetic
    assert found.mix == "synthetic@1"
    assert found.weight.sum() == 1_970_265


def test_a_real_layer_is_meant_before_it(database: Database) -> None:
    ensure_demand(database)
    bring(database, "real", [(*IN_DUJI, 1.0)])
    assert read(database).mix == "real@1"
    assert not read(database).synthetic
    assert ensure_demand(database) is None


def test_it_is_not_made_where_somebody_brought_a_layer(database: Database) -> None:
    bring(database, "real", [(*IN_DUJI, 1.0)])
    assert ensure_demand(database) is None
    with database.reading() as connection:
        assert [one.name for one in layers(connection)] == ["real"]


def test_made_by_two_at_once_it_is_there_once(database: Database) -> None:
    ensure_demand(database)
    from station_map.domain.demand import DemandKind
    from station_map.store.demand_layers import LayerWriter

    lonlat, residents, _ = synthetic_residents(census_districts())
    with writing(database, actor="system", origin="system") as unit:
        writer = LayerWriter(unit, FACTS, replace=True)
        writer.add(lonlat, residents)
        _, changed = writer.finish(DemandKind.SYNTHETIC, "wgs84")
    assert not changed

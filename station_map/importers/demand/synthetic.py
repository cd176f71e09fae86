"""The synthetic layer: made of census, outlines and town centres that ship with the product."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import shapely

from station_map.domain.demand import SYNTHETIC_NAME, DemandKind, LayerFacts
from station_map.domain.demand_synthetic import CensusDistrict, Town, synthetic_residents
from station_map.importers.reference import ensure_areas, shipped_areas
from station_map.resources import geodata_dir
from station_map.store.database import Database
from station_map.store.demand_layers import LayerWriter, StoredLayer, first_layer
from station_map.store.writing import writing

CENSUS: Final = Path("census") / "huaibei_2020.csv"
TOWNS: Final = Path("demo") / "recipe.toml"
FACTS: Final = LayerFacts(
    name=SYNTHETIC_NAME,
    title="常住人口（合成数据，不是真实分布）",
    unit="人",
    as_of="2020-11-01",
    source="各县区合计是 2020 年普查的，区内分布由程序生成 district sums of the 2020 census, the rest invented",
    licence="MIT",
)


def census_districts() -> Iterator[CensusDistrict]:
    """The districts of the census with their outlines and town centres."""
    outlines = {area.adcode: shapely.from_wkb(area.geometry_wkb) for area in shipped_areas()}
    towns = _towns()
    with (geodata_dir() / CENSUS).open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["level"] == "district":
                adcode = row["adcode"]
                urban, rural = int(row["urban"]), int(row["rural"])
                yield CensusDistrict(adcode, urban, rural, outlines[adcode], towns[adcode])


def _towns() -> dict[str, tuple[Town, ...]]:
    recipe = tomllib.loads((geodata_dir() / TOWNS).read_text(encoding="utf-8"))
    found: dict[str, list[Town]] = {}
    for place in recipe["place"]:
        found.setdefault(place["adcode"], []).append(_town(place))
    return {adcode: tuple(towns) for adcode, towns in found.items()}


def _town(place: dict[str, Any]) -> Town:
    return Town(place["lon"], place["lat"], float(place["spread"]), float(place["weight"]))


def ensure_demand(database: Database) -> StoredLayer | None:
    """Make the synthetic layer when there is no layer at all; None when there is one.

    Whoever computes with demand calls this first, so that there always is some.
    """
    with database.reading() as connection:
        if first_layer(connection) is not None:
            return None
    ensure_areas(database)
    lonlat, residents, _ = synthetic_residents(census_districts())
    with writing(database, actor="system", origin="system") as unit:
        writer = LayerWriter(unit, FACTS, replace=True)
        writer.add(lonlat, residents)
        stored, _ = writer.finish(DemandKind.SYNTHETIC, "wgs84")
    return stored

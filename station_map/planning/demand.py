"""Demand before it is grouped: of the layers that are stored, or of a file."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import FloatArray
from station_map.errors import FileRefused
from station_map.geo.box import SERVICE_BOX, Box
from station_map.importers.demand.synthetic import ensure_demand
from station_map.store.database import Database
from station_map.store.demand import read_demand

# Far enough that stations beyond the last demand count: more than any threshold.
MARGIN_DEG: Final = 0.3
MOST_POINTS: Final = 20_000_000
_HEADS: Final = ("lon", "lat", "weight")
_EXAMPLE: Final = "lon,lat,weight"


@dataclass(frozen=True, eq=False)
class Points:
    """Demand before it is grouped: lonlat (n, 2), weight (n,); what it is.

    district: (n,) places in `adcodes`, -1 outside; None when it has to be found by place.
    unknown: how many places of unknown weight there are beside these.
    """

    lonlat: FloatArray
    weight: FloatArray
    unit: str
    source: str
    synthetic: bool
    district: NDArray[np.int16] | None = None
    adcodes: tuple[str, ...] = ()
    unknown: int = 0


def from_layers(database: Database, mix: str | None, area: str | None) -> Points:
    """Demand of the layers that are stored, by a mix, in an area; some is made if there is none."""
    ensure_demand(database)
    with database.long_reading() as connection:
        found = read_demand(connection, mix, area=area)
    return Points(
        lonlat=found.lonlat,
        weight=found.weight,
        unit=found.unit,
        source=found.mix,
        synthetic=found.synthetic,
        district=found.area,
        adcodes=found.adcodes,
        unknown=sum(layer.unknown for layer in found.layers),
    )


def from_file(path: Path) -> Points:
    """Demand from csv with the columns lon, lat, weight (degrees WGS-84). Raises FileRefused."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            found = np.array(list(_rows(path, csv.DictReader(stream))), dtype=np.float64)
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(
            f"{path.name} 不是 UTF-8 的 csv / is no csv in UTF-8", parameter="points"
        ) from error
    table = found.reshape(-1, 3)
    return Points(table[:, :2], table[:, 2], "points", path.name, synthetic=False)


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[float, float, float]]:
    if not set(_HEADS) <= set(reader.fieldnames or ()):
        raise FileRefused(
            f"{path.name} 缺列 / lacks columns",
            parameter="points",
            allowed=_EXAMPLE,
            example=_EXAMPLE,
        )
    for number, row in enumerate(reader, 2):
        try:
            lon, lat, weight = (float(row[head]) for head in _HEADS)
        except (TypeError, ValueError):
            lon = lat = weight = math.nan
        good = SERVICE_BOX.contains(lon, lat) and 0 <= weight < math.inf
        if not good or number > MOST_POINTS:
            raise FileRefused(
                f"{path.name} 第 {number} 行有误 / row {number} is wrong",
                parameter="points",
                allowed="degrees (WGS-84) inside the service area, weight at least 0",
                example="116.798,33.956,120",
            )
        yield lon, lat, weight


def box_about(lonlat: FloatArray) -> Box:
    """The box of demand, with the stations around it."""
    if not len(lonlat):
        return SERVICE_BOX
    (west, south), (east, north) = lonlat.min(axis=0).tolist(), lonlat.max(axis=0).tolist()
    return Box(west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)

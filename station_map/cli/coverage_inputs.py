"""What `coverage` computes from: demand, stations and areas, as arrays."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import NO, UNKNOWN, YES, FloatArray
from station_map.coverage.groups import Groups, by_area, by_code, by_h3, whole
from station_map.coverage.inputs import Demand, Stations
from station_map.domain.vocabulary import Audience, Status
from station_map.errors import FileRefused, InputError
from station_map.geo.box import SERVICE_BOX, Box
from station_map.importers.demand.synthetic import ensure_demand
from station_map.store.areas import AreaOutline, area_outlines
from station_map.store.database import Database
from station_map.store.demand import read_demand
from station_map.store.planning import PlanningStations, read_planning_stations

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
            f"{path.name} 不是 UTF-8 的 csv / is no csv in UTF-8", parameter="--points"
        ) from error
    table = found.reshape(-1, 3)
    return Points(table[:, :2], table[:, 2], "points", path.name, synthetic=False)


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[tuple[float, float, float]]:
    if not set(_HEADS) <= set(reader.fieldnames or ()):
        raise FileRefused(
            f"{path.name} 缺列 / lacks columns",
            parameter="--points",
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
                parameter="--points",
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


def grouped(database: Database, points: Points, by: str) -> Groups:
    """Groups by "all", "district", "city", "h3:8", or a file of areas. Raises InputError."""
    lonlat = points.lonlat
    if by == "all":
        return whole(len(lonlat))
    if by.startswith("h3:"):
        return by_h3(lonlat, _resolution(by))
    if by in {"district", "city"}:
        return _districts(database, points, city=by == "city")
    return _by_file(Path(by), lonlat)


def _resolution(by: str) -> int:
    digits = by.removeprefix("h3:")
    # by_h3 says what is allowed.
    return int(digits) if digits.isdecimal() and len(digits) < 4 else -1


def _districts(database: Database, points: Points, *, city: bool) -> Groups:
    outlines = area_outlines(database)
    names = {area.adcode: area.name for area in outlines}
    districts = [area for area in outlines if area.level == "district"]
    found = _by_district(points, districts)
    if not city:
        return found
    parents = [area.parent_adcode or f"{area.adcode[:4]}00" for area in districts]
    labels = [f"{adcode} {names.get(adcode, '')}".strip() for adcode in parents]
    return by_code([None if n < 0 else labels[n] for n in found.index.tolist()])


def _by_district(points: Points, districts: Sequence[AreaOutline]) -> Groups:
    names = tuple(f"{area.adcode} {area.name}" for area in districts)
    if points.district is None:
        import shapely

        shapes = [shapely.from_geojson(area.geojson) for area in districts]
        return by_area(points.lonlat, names, shapes)
    # As the layer has it: so its sums by district stay what they are. -1 stays -1.
    place = {area.adcode: number for number, area in enumerate(districts)}
    number = np.array([*(place.get(adcode, -1) for adcode in points.adcodes), -1], np.int32)
    return Groups(names, number[points.district])


def _by_file(path: Path, lonlat: FloatArray) -> Groups:
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.is_file():
        raise InputError(
            f"{path} 不是文件，也不是分组方式 / is neither a file nor a way to group",
            parameter="--by",
            allowed="all, district, city, h3:0 to h3:10, or a file of areas",
            example="district",
        )
    try:
        frame = pyogrio.read_dataframe(path)
        shapes = frame.geometry if frame.crs is None else frame.to_crs(4326).geometry
    except (DataSourceError, DataLayerError, AttributeError, ValueError) as error:
        raise FileRefused(
            f"{path.name} 读不出面 / holds no areas that can be read", parameter="--by"
        ) from error
    names = frame["name"] if "name" in frame else [str(n) for n in range(1, len(frame) + 1)]
    return by_area(lonlat, [str(name) for name in names], _areas(path, list(shapes)))


def _areas(path: Path, shapes: list[Any]) -> list[Any]:
    if any(shape is None or shape.geom_type not in {"Polygon", "MultiPolygon"} for shape in shapes):
        raise FileRefused(f"{path.name} 里有不是面的 / holds what is no area", parameter="--by")
    return shapes


def stations_of(
    database: Database, box: Box, monday: dt.date | None, *, planned: bool
) -> PlanningStations:
    """All that may matter, those planned with them if wanted."""
    statuses = [Status.OPEN, Status.SUSPENDED, *([Status.PLANNED] if planned else [])]
    return read_planning_stations(database, box, statuses, monday)


def as_input(
    found: PlanningStations,
    kinds: Sequence[str],
    audiences: Sequence[str],
    *,
    planned: bool = False,
    without: Sequence[str] = (),
    dated: bool = False,
) -> Stations:
    """The arrays of a run. A station for everyone serves every audience; one that says none may.

    planned: those planned count, too. without: codes of those that do not. dated: the hours are
    of a certain week, and tell of suspensions themselves.
    """
    counting = {Status.OPEN, *([Status.PLANNED] if planned else [])}
    counting |= {Status.SUSPENDED} if dated else set()
    counts = np.array([YES if status in counting else NO for status in found.status], np.int8)
    if kinds:
        counts[[kind not in kinds for kind in found.kinds]] = NO
    if audiences:
        wanted = {*audiences, Audience.EVERYONE}
        told = np.array(
            [UNKNOWN if who is None else YES if who in wanted else NO for who in found.audiences],
            np.int8,
        )
        counts = np.where((counts == NO) | (told == NO), NO, told).astype(np.int8)
    counts[[code in without for code in found.codes]] = NO
    return Stations(
        lonlat=found.lonlat,
        codes=found.codes,
        counts=counts,
        open=found.open,
        seats=found.seats,
        amenities=found.amenities,
    )


def demand_of(points: Points, groups: Groups) -> Demand:
    """The demand of a run."""
    return Demand(
        points.lonlat,
        points.weight,
        groups,
        unit=points.unit,
        source=points.source,
        synthetic=points.synthetic,
        unknown=points.unknown,
    )

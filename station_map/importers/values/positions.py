"""Coordinates of many rows at once: read, repaired when exchanged, checked, made WGS-84."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from station_map.domain.vocabulary import Datum
from station_map.geo.box import SERVICE_BOX
from station_map.geo.coordinates import exchanged_mask
from station_map.geo.datum import to_wgs84
from station_map.importers.values.coordinate_cells import Pair, pair_of_cell, pair_of_cells
from station_map.importers.values.remarks import Remark

Floats = NDArray[np.float64]
# 1 cm, as the API answers: a file that comes back from there must find the same figures.
_DECIMALS: Final = 7
# Latitudes and longitudes of China do not overlap, so an exchange is certain.
_EXCHANGED: Final = Remark(
    "repair", "经度和纬度写反了，已调换", "longitude and latitude were exchanged; put right"
)
_FULL_WIDTH: Final = Remark(
    "repair", "坐标里有全角数字，已改为半角", "full-width digits in the coordinates; read as digits"
)


@dataclass(slots=True)
class Positions:
    """Of one chunk of rows; arrays are as long as the chunk.

    lon, lat: degrees WGS-84, NaN where refused. source_lon, source_lat: as given, in the
    given datum, in the right order. remarks: refusals and repairs by row of the chunk.
    """

    lon: Floats
    lat: Floats
    source_lon: Floats
    source_lat: Floats
    remarks: dict[int, list[Remark]]


def read_pairs(lons: Sequence[Any], lats: Sequence[Any]) -> Positions:
    """Positions from two columns, not yet in WGS-84 (see `settle`)."""
    positions = _empty(len(lons))
    slow = [
        index
        for index, (lon, lat) in enumerate(zip(lons, lats, strict=True))
        if type(lon) is not float or type(lat) is not float
    ]
    if slow:
        skip = set(slow)
        quick = [index for index in range(len(lons)) if index not in skip]
        positions.source_lon[quick] = [lons[index] for index in quick]
        positions.source_lat[quick] = [lats[index] for index in quick]
        for index in slow:
            _put(positions, index, pair_of_cells(lons[index], lats[index]))
    else:
        positions.source_lon[:] = lons
        positions.source_lat[:] = lats
    return positions


def read_cells(cells: Sequence[Any]) -> Positions:
    """Positions from one column that holds both figures, not yet in WGS-84."""
    positions = _empty(len(cells))
    for index, cell in enumerate(cells):
        _put(positions, index, pair_of_cell(cell))
    return positions


def settle(positions: Positions, datums: Sequence[Datum | None]) -> None:
    """Put exchanged pairs right, refuse what lies outside the service box, convert the rest.

    datums: one for each row; None refuses the row.
    """
    _exchange(positions)
    _refuse_outside(positions)
    for index, datum in enumerate(datums):
        if datum is None and not np.isnan(positions.source_lon[index]):
            _refuse(
                positions,
                index,
                "没有写明坐标系",
                "nothing says which datum the coordinates are in",
            )
    for datum in set(datums) - {None}:
        _convert(positions, np.array([d is datum for d in datums]), datum)
    for index in np.flatnonzero(np.isnan(positions.lon)).tolist():
        if not any(r.severity == "refusal" for r in positions.remarks.get(index, ())):
            _refuse(positions, index, "坐标不是数字", "the position is not a number")


def _empty(count: int) -> Positions:
    lon, lat, source_lon, source_lat = (np.full(count, np.nan) for _ in range(4))
    return Positions(lon, lat, source_lon, source_lat, {})


def _put(positions: Positions, index: int, pair: Pair) -> None:
    if pair.refusal is not None:
        positions.remarks.setdefault(index, []).append(pair.refusal)
        return
    positions.source_lon[index] = pair.lon
    positions.source_lat[index] = pair.lat
    if pair.full_width:
        positions.remarks.setdefault(index, []).append(_FULL_WIDTH)
    if pair.exchanged:
        positions.remarks.setdefault(index, []).append(_EXCHANGED)


def _exchange(positions: Positions) -> None:
    lon, lat = positions.source_lon, positions.source_lat
    for index in np.flatnonzero(exchanged_mask(lon, lat)).tolist():
        lon[index], lat[index] = lat[index], lon[index]
        positions.remarks.setdefault(index, []).append(_EXCHANGED)


def _refuse_outside(positions: Positions) -> None:
    box = SERVICE_BOX
    lon, lat = positions.source_lon, positions.source_lat
    zero = (lon == 0) | (lat == 0)
    outside = ~np.isnan(lon) & ~(
        (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)
    )
    for index in np.flatnonzero(outside | zero).tolist():
        figures = f"{lon[index]:.10g}, {lat[index]:.10g}"
        if zero[index]:
            _refuse(positions, index, "坐标是 0，等于没有坐标", "zero is no position")
        else:
            _refuse(
                positions,
                index,
                f"坐标 {figures} 不在中国及周边范围内",
                f"{figures} is not in or around China",
            )


def _refuse(positions: Positions, index: int, zh: str, en: str) -> None:
    positions.source_lon[index] = np.nan
    positions.source_lat[index] = np.nan
    positions.remarks.setdefault(index, []).append(Remark("refusal", zh, en))


def _convert(positions: Positions, chosen: NDArray[np.bool_], datum: Datum | None) -> None:
    usable = chosen & ~np.isnan(positions.source_lon)
    if datum is None or not usable.any():
        return
    lon, lat = to_wgs84(positions.source_lon[usable], positions.source_lat[usable], datum.value)
    positions.lon[usable] = np.round(lon, _DECIMALS)
    positions.lat[usable] = np.round(lat, _DECIMALS)

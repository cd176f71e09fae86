"""Residents where nobody has counted them by place: made up, but with the census's sums.

Each district's urban and rural residents are laid on cells of about 100 m: the urban around the
centres of its towns, the rural on villages strewn by a fixed seed. Whole persons are dealt by
largest remainder, so that they add up to the census exactly. Only sums, products, quotients and
whole numbers are used, none of which a machine may round in its own way: every machine makes the
same cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Hashes = NDArray[np.uint64]

SEED: Final = 20201101  # the census's reference day
# Half a cell, in ten-millionths of a degree: about 50 m either way at 34° N.
HALF_LON: Final = 5_400
HALF_LAT: Final = 4_500
PER_DEGREE: Final = 1e7
_KM_LON: Final = 92.5e-7  # of a ten-millionth of a degree
_KM_LAT: Final = 110.9e-7

_URBAN_REACH: Final = 6.0  # times a town's spread; beyond it nobody lives in town
_URBAN_FILLED: Final = 0.8  # of the cells in town: the others are parks, works, water
_VILLAGE_CELLS: Final = 5  # a village's square has as many cells a side
_VILLAGES: Final = 0.42  # of those squares
_VILLAGE_FILLED: Final = 0.85
_FINENESS: Final = float(1 << 24)


@dataclass(frozen=True, slots=True)
class Town:
    """A centre: degrees WGS-84, how far it spreads (km), its part of the district's townspeople."""

    lon: float
    lat: float
    spread_km: float
    weight: float


@dataclass(frozen=True, slots=True)
class CensusDistrict:
    """A district with its residents of the census, and its outline (degrees WGS-84)."""

    adcode: str
    urban: int
    rural: int
    outline: shapely.Geometry
    towns: tuple[Town, ...]


def synthetic_residents(districts: Iterable[CensusDistrict]) -> tuple[Floats, Floats, list[str]]:
    """Cells (n, 2) in degrees WGS-84, residents (n,), whole and above zero; adcodes, one a cell.

    A cell lies in the first district that holds its centre.
    """
    ordered = sorted(districts, key=lambda one: one.adcode)
    taken: set[tuple[int, int]] = set()
    cells: list[Whole] = []
    residents: list[Whole] = []
    adcodes: list[str] = []
    for district in ordered:
        positions = _unclaimed(_cells_in(district.outline), taken)
        dealt = _residents(positions, district)
        lived = dealt > 0
        cells.append(positions[lived])
        residents.append(dealt[lived])
        adcodes += [district.adcode] * int(lived.sum())
    lonlat = np.concatenate(cells) / PER_DEGREE
    return lonlat, np.concatenate(residents).astype(np.float64), adcodes


def _cells_in(outline: shapely.Geometry) -> Whole:
    """Centres of the cells in an outline, in ten-millionths of a degree, from south-west."""
    west, south, east, north = (round(bound * PER_DEGREE) for bound in outline.bounds)
    lons = np.arange(west // (2 * HALF_LON), east // (2 * HALF_LON) + 1) * 2 * HALF_LON + HALF_LON
    lats = np.arange(south // (2 * HALF_LAT), north // (2 * HALF_LAT) + 1) * 2 * HALF_LAT + HALF_LAT
    grid = np.stack(np.meshgrid(lons, lats), axis=-1).reshape(-1, 2).astype(np.int64)
    shapely.prepare(outline)
    degrees = grid / PER_DEGREE
    inside: Whole = grid[shapely.intersects_xy(outline, degrees[:, 0], degrees[:, 1])]
    return inside


def _unclaimed(positions: Whole, taken: set[tuple[int, int]]) -> Whole:
    """Cells that no district before has; neighbours share a line, and few centres lie on one."""
    keys = list(map(tuple, positions.tolist()))
    free = np.array([key not in taken for key in keys], dtype=bool)
    taken.update(keys)
    unclaimed: Whole = positions[free]
    return unclaimed


def _residents(positions: Whole, district: CensusDistrict) -> Whole:
    town = _town_density(positions, district.towns)
    village = _village_density(positions)
    return deal(district.urban, town) + deal(district.rural, village)


def _town_density(positions: Whole, towns: Sequence[Town]) -> Whole:
    """How dense the town is at each cell, in whole parts; zero out of town."""
    density = np.zeros(len(positions))
    for town in towns:
        east = (positions[:, 0] - round(town.lon * PER_DEGREE)) * _KM_LON
        north = (positions[:, 1] - round(town.lat * PER_DEGREE)) * _KM_LAT
        away = (east * east + north * north) / (town.spread_km * town.spread_km)
        near = away < _URBAN_REACH
        fall = 1.0 + away
        density += np.where(near, town.weight / (fall * fall * fall), 0.0)
    noise = _uniform(positions, 1)
    density *= 0.3 + 1.4 * noise
    density[_uniform(positions, 2) >= _URBAN_FILLED] = 0.0
    return _in_parts(density)


def _village_density(positions: Whole) -> Whole:
    """The same for villages: squares of some cells, some of them lived in."""
    side = np.array([2 * HALF_LON, 2 * HALF_LAT], dtype=np.int64) * _VILLAGE_CELLS
    squares = positions // side
    size = 0.15 + _uniform(squares, 4) * _uniform(squares, 5)
    density = size * (0.3 + 1.4 * _uniform(positions, 6))
    density[_uniform(squares, 3) >= _VILLAGES] = 0.0
    density[_uniform(positions, 7) >= _VILLAGE_FILLED] = 0.0
    return _in_parts(density)


def _in_parts(density: Floats) -> Whole:
    most = float(density.max()) if len(density) else 0.0
    if most <= 0.0:
        return np.zeros(len(density), dtype=np.int64)
    return np.floor(density * (_FINENESS / most)).astype(np.int64)


def deal(total: int, parts: Whole) -> Whole:
    """Whole numbers in proportion to `parts` that add up to `total`: largest remainders first.

    total · max(parts) must stay below 2⁶³. Raises ValueError when there is something to deal and
    every part is zero.
    """
    everything = int(parts.sum())
    if everything == 0:
        if total:
            raise ValueError("there is nobody to deal to")
        return np.zeros(len(parts), dtype=np.int64)
    dealt, rest = np.divmod(total * parts, everything)
    left = total - int(dealt.sum())
    first = np.argsort(-rest, kind="stable")[:left]
    dealt[first] += 1
    return np.asarray(dealt, dtype=np.int64)


def _uniform(positions: Whole, stream: int) -> Floats:
    """A number from 0 to 1 for each position, always the same one (splitmix64)."""
    mixed = _mixed(positions[:, 0].astype(np.uint64) + np.uint64(SEED * 1_000 + stream))
    mixed = _mixed(mixed ^ positions[:, 1].astype(np.uint64))
    return (mixed >> np.uint64(11)) / float(1 << 53)


def _mixed(numbers: Hashes) -> Hashes:
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))

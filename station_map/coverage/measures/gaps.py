"""8. Gaps: clusters of uncovered demand, the largest demand first.

A cell is part of a gap when it is not covered and has at least `floor` demand: by default the mean of
all cells that have any. Else the thinly peopled country around and between would join everything
to one gap. Two such cells belong to one gap when a chain of them joins the two, each no more than
1.5 cells from the next, so that cells that touch at a corner do. These are the connected components
of a graph (Hopcroft and Tarjan, Communications of the ACM 16 (1973) 372-378). The demand of all gaps
and what is scattered over the other uncovered cells add up to what is not covered. A gap's shape is the union of its cells, drawn coarser
for a large one: `step_m` says how coarse.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from station_map.coverage.arrays import BoolArray, FloatArray
from station_map.coverage.inputs import Demand
from station_map.geo.chord import LEAST_RADIUS_M, cartesian

_TOUCH: Final = 1.5
# A little more than a half, so that no seam is left between squares.
_HALF: Final = 0.51
_ROUNDING: Final = 1e-9
_CELLS_DRAWN: Final = 2_000
_SAMPLE: Final = 2_000
_NEXT: Final = 8
_SAME_M: Final = 0.001
_DEFAULT_CELL_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class GapRule:
    """most: how many are told. cell_m: side of a cell. floor: least demand of a cell of a gap."""

    most: int
    cell_m: float
    floor: float


@dataclass(frozen=True, eq=False, kw_only=True)
class GapFigures:
    """lon, lat: its middle by demand, degrees WGS-84. certain: demand that no station covers even

    if all that is unknown counts. nearest_m: from its cell that is nearest to a station; mean_m:
    from where its people are (inf: no station counts).
    """

    demand: float
    certain: float
    cells: int
    lon: float
    lat: float
    nearest_m: float
    mean_m: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Gap(GapFigures):
    """shape: a shapely Polygon or MultiPolygon, WGS-84, right to step_m."""

    shape: Any
    step_m: float


@dataclass(frozen=True, eq=False)
class Gaps:
    """count: how many there are; demand: of all; scattered: of uncovered cells below the floor;

    worst: those told. cell_m: side of a cell.
    """

    count: int
    demand: float
    scattered: float
    floor: float
    cell_m: float
    worst: tuple[Gap, ...]


def cell_side_m(lonlat: FloatArray) -> float:
    """The usual distance from a place to the next one: the median over a spread sample."""
    tree = cKDTree(cartesian(lonlat))
    asked = tree.data[:: max(tree.n // _SAMPLE, 1)]
    found = tree.query(asked, k=range(1, 1 + _NEXT))[0]
    # Several may stand at one place; a millimetre apart is the same one.
    away = np.where(found > _SAME_M, found, np.inf).min(axis=1)
    away = away[np.isfinite(away)]
    return float(np.median(away)) if len(away) else _DEFAULT_CELL_M


def usual_floor(weight: FloatArray) -> float:
    """The mean of the cells that have any demand; 0 when none has."""
    some = weight[weight > 0]
    # The mean of equal numbers may come out a little above them.
    return float(some.mean()) * (1.0 - _ROUNDING) if len(some) else 0.0


@dataclass(frozen=True, eq=False)
class Clusters:
    """Gaps before they are described: `worst` holds the cells of each that is told."""

    count: int
    demand: float
    scattered: float
    worst: tuple[NDArray[np.int64], ...]


def gaps(
    demand: Demand,
    covered: BoolArray,
    perhaps: BoolArray,
    distance: FloatArray,
    rule: GapRule,
) -> Gaps:
    """covered, perhaps: whether each cell is covered by what counts, or may; distance: (n,)."""
    found = clusters(demand, covered, rule)
    told = tuple(_gap(demand, cells, perhaps, distance, rule.cell_m) for cells in found.worst)
    return Gaps(found.count, found.demand, found.scattered, rule.floor, rule.cell_m, told)


def clusters(
    demand: Demand, covered: BoolArray, rule: GapRule, touching: NDArray[np.int64] | None = None
) -> Clusters:
    """Which cells make up the gaps. touching: `touching_cells`, if they are at hand."""
    empty = ~covered & (demand.weight > 0)
    dense = demand.weight >= rule.floor
    bare = np.flatnonzero(empty & dense)
    if touching is None:
        pairs = _touching(demand.lonlat[bare], rule.cell_m)
    else:
        number = np.full(demand.n, -1)
        number[bare] = np.arange(len(bare))
        pairs = number[touching]
        pairs = pairs[(pairs >= 0).all(axis=1)]
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(bare), len(bare)))
    count, label = connected_components(graph, directed=False) if len(bare) else (0, bare)
    weight = demand.weight[bare]
    sums = np.bincount(label, weights=weight, minlength=count)
    worst = np.argsort(-sums, kind="stable")[: rule.most]
    order = np.argsort(label, kind="stable")
    ends = np.searchsorted(label[order], np.arange(count + 1))
    return Clusters(
        count=int(count),
        demand=float(weight.sum()),
        scattered=float(demand.weight[empty & ~dense].sum()),
        worst=tuple(bare[order[ends[n] : ends[n + 1]]] for n in worst.tolist()),
    )


def touching_cells(demand: Demand, rule: GapRule) -> NDArray[np.int64]:
    """All pairs of cells that could belong to one gap, (pairs, 2): the same whatever is covered."""
    dense = np.flatnonzero((demand.weight >= rule.floor) & (demand.weight > 0))
    return dense[_touching(demand.lonlat[dense], rule.cell_m)]


def _touching(lonlat: FloatArray, cell_m: float) -> NDArray[np.int64]:
    if not len(lonlat):
        return np.empty((0, 2), dtype=np.int64)
    tree = cKDTree(cartesian(lonlat))
    return np.asarray(tree.query_pairs(_TOUCH * cell_m, output_type="ndarray"), dtype=np.int64)


def _gap(
    demand: Demand,
    cells: NDArray[np.int64],
    perhaps: BoolArray,
    distance: FloatArray,
    cell_m: float,
) -> Gap:
    step = cell_m * math.ceil(math.sqrt(len(cells) / _CELLS_DRAWN))
    return Gap(
        **figures(demand, cells, perhaps, distance),
        shape=outline(demand.lonlat[cells], cell_m, step),
        step_m=step,
    )


def figures(
    demand: Demand, cells: NDArray[np.int64], perhaps: BoolArray, distance: FloatArray
) -> dict[str, Any]:
    """What `GapFigures` holds of a cluster, by name. perhaps, distance: as in `gaps`."""
    weight, away = demand.weight[cells], distance[cells]
    total = float(weight.sum())
    lon, lat = (weight @ demand.lonlat[cells] / total).tolist()
    return {
        "demand": total,
        "certain": float(weight[~perhaps[cells]].sum()),
        "cells": len(cells),
        "lon": lon,
        "lat": lat,
        "nearest_m": float(away.min()),
        "mean_m": float(weight @ away / total),
    }


def outline(lonlat: FloatArray, cell_m: float, step_m: float) -> Any:
    """The union of squares of a side of `step_m` about the places, which are `cell_m` apart.

    With a step larger than a cell, they are the squares of a grid laid over the places.
    """
    low = lonlat.min(axis=0)
    up = math.degrees(step_m / LEAST_RADIUS_M)
    side = np.array([up / math.cos(math.radians(float(lonlat[:, 1].mean()))), up])
    if step_m > cell_m:
        lonlat = np.unique(np.rint((lonlat - low) / side), axis=0) * side + low
    # Squares side by side in one row become one box: fewer to unite. Its edges are where the
    # places are, not where a grid would have them that is not quite theirs.
    row = np.rint((lonlat[:, 1] - low[1]) / side[1])
    order = np.lexsort((lonlat[:, 0], row))
    (lon, lat), row = lonlat[order].T, row[order]
    fresh = np.ones(len(row), dtype=bool)
    fresh[1:] = (row[1:] != row[:-1]) | (np.diff(lon) > _TOUCH * side[0])
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(row)) - 1
    half = side * _HALF
    boxes = shapely.box(
        lon[first] - half[0],
        np.minimum.reduceat(lat, first) - half[1],
        lon[last] + half[0],
        np.maximum.reduceat(lat, first) + half[1],
    )
    return shapely.union_all(boxes)

"""1. The share of demand, and of area, that has a station within reach.

    share_g = Σ_{i in g} w_i [min_j d_ij ≤ r]  /  Σ_{i in g} w_i

w_i is the demand of cell i, d_ij its distance to station j, r the radius, g a group; the area's
share has the cell's area in the place of w_i. Church and ReVelle, The maximal covering location
problem, Papers of the Regional Science Association 32 (1974) 101-118, name a cell covered so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from station_map.coverage.arrays import BoolArray
from station_map.coverage.inputs import Demand
from station_map.coverage.measures.bands import Band, band


@dataclass(frozen=True, eq=False)
class Share:
    """Demand and area within `limit` by group; their shares are by the sums of the run."""

    label: str
    limit: float
    demand: Band
    area: Band


def share(demand: Demand, label: str, limit: float, sure: BoolArray, possible: BoolArray) -> Share:
    """sure, possible: bool (n,), whether a station that counts, or may, lies within the limit."""
    area = np.ones(demand.n) if demand.area is None else demand.area
    return Share(
        label,
        limit,
        band(demand.groups, demand.weight, sure, possible),
        band(demand.groups, area, sure, possible),
    )

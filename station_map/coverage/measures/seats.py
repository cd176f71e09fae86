"""6. Seats by two-step floating catchment, and demand split into served, short and not covered.

    R_j = S_j / Σ_{k: d_kj ≤ c} w_k f(d_kj)        seats a head at station j
    A_i = Σ_{j: d_ij ≤ c} R_j f(d_ij)              seats a head for cell i

2SFCA has f = 1 (Luo and Wang, Environment and Planning B 30 (2003) 865-884); E2SFCA lets f fall
with distance (Luo and Qi, Health & Place 15 (2009) 1100-1107): in steps 1, 0.68, 0.22 over thirds of
the catchment c, or as exp(-d² / 2 (c/2)²). Σ w_i A_i is the number of seats that anybody reaches.

Of the demand w_i within c of a station, min(1, u A_i) w_i is served, u being the workers that one
seat serves; the rest is short of capacity; what is beyond c of every station is not covered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from station_map.coverage.arrays import BoolArray, FloatArray, quotient
from station_map.coverage.inputs import Decay, Demand
from station_map.coverage.measures.bands import Band
from station_map.coverage.neighbours import Neighbours

STEPS: Final = (1.0, 0.68, 0.22)


@dataclass(frozen=True, eq=False)
class Split:
    """Demand by group, (groups,) each; they add up to the demand of the group."""

    served: FloatArray
    short: FloatArray
    uncovered: FloatArray


@dataclass(frozen=True, eq=False)
class Load:
    """A station's: demand (after f) that comes to it, and that by its seats; None: unknown."""

    code: str
    demand: float
    seats: float | None
    per_seat: float | None


@dataclass(frozen=True, eq=False)
class Seats:
    """per_1000: seats a 1,000 of demand by group and then the whole, of what is known, and with

    `assumed` seats at each of the `unknown` stations that do not tell theirs. short: demand that is
    short of capacity, as a band; it need not lie between the two that `sure` and `possible` have.
    """

    limit: float
    decay: Decay
    per_1000_low: FloatArray
    per_1000_high: FloatArray
    sure: Split
    possible: Split
    short: Band
    unknown: int
    assumed: float
    overloaded: tuple[Load, ...]


@dataclass(frozen=True, eq=False)
class Catchment:
    """access: seats a head, (n,). potential: demand that comes to each station, (stations,)."""

    access: FloatArray
    potential: FloatArray


def decay_of(cost: FloatArray, limit: float, decay: Decay) -> FloatArray:
    """The factor f of each pair's cost, 0 to `limit`."""
    if decay == "none":
        return np.ones(len(cost))
    if decay == "gaussian":
        bell: FloatArray = np.exp(-cost * cost / (2.0 * (limit / 2.0) ** 2))
        return bell
    # A ring's outer edge belongs to it.
    edges = np.array([limit / 3.0, limit * 2.0 / 3.0])
    return np.array(STEPS)[np.searchsorted(edges, cost)]


def catchment(
    neighbours: Neighbours, factor: FloatArray, weight: FloatArray, seats: FloatArray
) -> Catchment:
    """factor: f of each pair; weight: (n,); seats: (stations,), 0 for those that do not count.

    A station within whose catchment there is no demand has nobody to share its seats.
    """
    potential = neighbours.station_sums(factor * weight[neighbours.demand])
    ratio = quotient(seats, potential, 0.0)
    return Catchment(neighbours.sums(factor * ratio[neighbours.station]), potential)


def split(demand: Demand, covered: BoolArray, access: FloatArray, each: float) -> Split:
    """covered: bool (n,); access: seats a head; each: workers that one seat serves."""
    served = np.where(covered, demand.weight * np.minimum(1.0, each * access), 0.0)
    held = demand.groups.sum(np.where(covered, demand.weight, 0.0))
    took = np.minimum(demand.groups.sum(served), held)
    return Split(took, held - took, demand.groups.sum(np.where(covered, 0.0, demand.weight)))


def short_of(
    demand: Demand,
    covered: tuple[BoolArray, BoolArray],
    access: tuple[FloatArray, FloatArray],
    each: float,
) -> Band:
    """covered, access: of what is known, and with what may be; both can only rise."""
    left = [demand.weight * (1.0 - np.minimum(1.0, each * got)) for got in access]
    return Band(demand.groups.sum(left[1] * covered[0]), demand.groups.sum(left[0] * covered[1]))


def per_1000(demand: Demand, access: FloatArray) -> FloatArray:
    """Seats a 1,000 of demand, by group and then the whole; NaN without demand."""
    held, seats = demand.groups.sum(demand.weight), demand.groups.sum(demand.weight * access)
    weights, totals = np.append(held, held.sum()), np.append(seats, seats.sum())
    return quotient(1000.0 * totals, weights)


def loads(
    codes: tuple[str, ...], potential: FloatArray, seats: FloatArray, counts: BoolArray, most: int
) -> tuple[Load, ...]:
    """Those with the most demand a seat first; those of unknown seats are in no order and left out.

    seats: (stations,), NaN for unknown. A station without a seat comes before all with one.
    """
    known = np.flatnonzero(counts & ~np.isnan(seats) & (potential > 0))
    with np.errstate(divide="ignore"):
        each = potential[known] / seats[known]
    first = known[np.lexsort((-potential[known], -each))[:most]]
    return tuple(
        Load(
            codes[j],
            float(potential[j]),
            float(seats[j]),
            float(potential[j] / seats[j]) if seats[j] > 0 else None,
        )
        for j in first
    )

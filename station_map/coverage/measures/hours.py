"""4. Coverage by the hour of the week, and by day, night, weekend and around the clock.

    low_h  = Σ w_i [some station within r is known to be open in hour h]
    high_h = Σ w_i [some station within r is open, or may be, in hour h]

An hour counts as open when the station is open in all of it. For a class H of hours, the mean over
H and the demand covered in every hour of H, which need not be by the same station.
Coverage that changes with the hours of service: Weber and Kwan, Bringing time back in, Professional
Geographer 54 (2002) 226-240; Neutens et al., Environment and Planning A 42 (2010) 1613-1635.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from station_map.coverage.arrays import FloatArray
from station_map.coverage.bits import Answers
from station_map.coverage.inputs import Demand, HoursClass
from station_map.coverage.measures.bands import Band
from station_map.coverage.moments import CLASSES


@dataclass(frozen=True, eq=False)
class OfClass:
    """mean: demand covered in the mean hour; always: in every hour of the class; by group."""

    mean: Band
    always: Band


@dataclass(frozen=True, eq=False)
class Hours:
    """low, high: demand by group and hour of the week, (groups, 168). classes: by name."""

    low: FloatArray
    high: FloatArray
    classes: Mapping[HoursClass, OfClass]


def hours(demand: Demand, sure: Answers, possible: Answers) -> Hours:
    """sure, possible: the 168 questions "is one open" of stations that are, or may be, open."""
    size = demand.groups.size
    low = sure.weights(demand.weight, demand.groups.slot, size)
    high = possible.weights(demand.weight, demand.groups.slot, size)
    classes = {
        name: OfClass(
            Band(low[:, these].mean(axis=1), high[:, these].mean(axis=1)),
            Band(_always(demand, sure, these), _always(demand, possible, these)),
        )
        for name, these in CLASSES.items()
    }
    return Hours(low, high, classes)


def _always(
    demand: Demand, answers: Answers, these: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> FloatArray:
    held = answers.patterns[:, these].all(axis=1)
    return demand.groups.sum(demand.weight * held[answers.number])

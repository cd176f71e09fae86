"""Cells of demand for a map: where they are, once; and one character for each at every move.

A character is printable ASCII, so that it stands in JSON as itself and compresses well.
"""

from __future__ import annotations

import json
import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from station_map.coverage.arrays import BoolArray, FloatArray

# Metres to the nearest station; a class goes up to its number, the last is beyond all of them.
DISTANCES_M: Final = (250, 500, 750, 1000, 1500, 2000, 3000)
DEMAND_CLASSES: Final = 5
_FIRST: Final = ord("0")
_A_DEGREE: Final = 100_000  # about a metre
_DISTANCE_CLASSES: Final = len(DISTANCES_M) + 1
_NICE: Final = (1.0, 2.0, 5.0, 10.0)
NOT_COVERED, COVERED, MAYBE = 0, 1, 2


def characters(numbers: NDArray[Any]) -> str:
    """Small whole numbers, (n,), one character each."""
    return (numbers + _FIRST).astype(np.uint8).tobytes().decode("ascii")


def cover_and_distance(covered: BoolArray, perhaps: BoolArray, distance: FloatArray) -> str:
    """Eight times the cover (0 not, 1 covered, 2 unknown) and the class of the distance."""
    cover = np.where(covered, COVERED, np.where(perhaps, MAYBE, NOT_COVERED))
    return characters(cover * _DISTANCE_CLASSES + np.searchsorted(DISTANCES_M, distance))


def demand_breaks(weight: FloatArray) -> list[float]:
    """Where classes of demand end: round numbers up to about the 98th percentile, rising."""
    some = weight[weight > 0]
    top = float(np.quantile(some, 0.98)) if len(some) else 1.0
    last = _nice(top)
    found = [last]
    while len(found) < DEMAND_CLASSES - 1:
        found.append(_nice(found[-1] / 2.2))
    return found[::-1]


def _nice(number: float) -> float:
    """The nearest of 1, 2, 5, 10, 20 …"""
    power = 10.0 ** math.floor(math.log10(number))
    best = min(_NICE, key=lambda one: abs(math.log(one * power / number)))
    return float(f"{best * power:.6g}")


def ground(lonlat: FloatArray, weight: FloatArray, cell_m: float) -> str:
    """A JSON document: positions as differences of whole 1/100,000 degrees, and demand classes.

    Class 0 has no demand; class k has more than the (k - 1)th break.
    """
    whole = np.rint(lonlat * _A_DEGREE).astype(np.int64)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64))
    breaks = demand_breaks(weight)
    classes = np.where(weight > 0, 1 + np.searchsorted(breaks, weight), 0)
    told = {
        "scale": _A_DEGREE,
        "cell_m": round(cell_m, 1),
        "lon": steps[:, 0].tolist(),
        "lat": steps[:, 1].tolist(),
        "breaks": breaks,
        "demand": characters(classes),
    }
    return json.dumps(told, separators=(",", ":"))

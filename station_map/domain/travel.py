"""How long a way takes: an estimate from the straight distance, the same everywhere we tell one."""

from __future__ import annotations

from typing import Final

from station_map.domain.vocabulary import Labelled

# Streets are longer than the straight line: the share usual in gridded Chinese towns.
DETOUR_FACTOR: Final = 1.3


class TravelMode(Labelled):
    """How a rider comes."""

    WALK = "walk", "步行", "on foot"
    EBIKE = "ebike", "电动车", "by e-bike"
    CAR = "car", "开车", "by car"


# In towns, stops included.
_METRES_PER_SECOND: Final = {
    TravelMode.WALK: 5 / 3.6,
    TravelMode.EBIKE: 15 / 3.6,
    TravelMode.CAR: 30 / 3.6,
}


def seconds_per_metre(mode: TravelMode) -> float:
    """Seconds for each metre of straight distance, the detour included."""
    return DETOUR_FACTOR / _METRES_PER_SECOND[mode]

"""Hours of the week, from Monday 0 to 1 o'clock in China: 168; and the classes planners ask for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from station_map.coverage.arrays import HOURS_A_WEEK, UNKNOWN, YES, BoolArray, TriArray, both, every
from station_map.coverage.inputs import Asked, HoursClass, Moment, Stations
from station_map.errors import InputError

_HOUR: Final = np.arange(HOURS_A_WEEK) % 24
_DAY: Final = np.arange(HOURS_A_WEEK) // 24
_BY_DAY: Final = (_HOUR >= 8) & (_HOUR < 20)

# day: Monday to Friday 8 to 20; night: every night 22 to 6; weekend: Saturday, Sunday 8 to 20.
CLASSES: Final[Mapping[HoursClass, BoolArray]] = {
    "day": _BY_DAY & (_DAY < 5),
    "night": (_HOUR >= 22) | (_HOUR < 6),
    "weekend": _BY_DAY & (_DAY >= 5),
    "24h": np.ones(HOURS_A_WEEK, dtype=bool),
}


def meeting(stations: Stations, asked: Asked) -> TriArray:
    """Whether each station counts for what is asked, (m,). Raises InputError for an amenity."""
    return with_amenities(stations, open_at(stations, asked.moment), asked.amenities)


def open_at(stations: Stations, moment: Moment) -> TriArray:
    """Whether it counts and is open; at no moment in particular its hours do not matter."""
    if moment.hour is not None:
        return both(stations.counts, stations.open[:, moment.hour])
    if moment.hours is not None:
        return both(stations.counts, every(stations.open[:, CLASSES[moment.hours]]))
    return stations.counts


def with_amenities(stations: Stations, counts: TriArray, wanted: tuple[str, ...]) -> TriArray:
    """The same with all of some amenities."""
    for code in wanted:
        if code not in stations.amenities:
            raise InputError(
                f"there is no amenity {code!r} 没有这种设施",
                parameter="amenity",
                allowed=", ".join(sorted(stations.amenities)) or "none here",
            )
        counts = both(counts, stations.amenities[code])
    return counts


def sure(mask: TriArray) -> BoolArray:
    """What is known to count: the low end of every band."""
    found: BoolArray = mask == YES
    return found


def possible(mask: TriArray) -> BoolArray:
    """What counts or may: the high end."""
    found: BoolArray = (mask == YES) | (mask == UNKNOWN)
    return found

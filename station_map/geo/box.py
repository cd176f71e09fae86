"""Rectangles of longitude and latitude, and the one this service answers for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from station_map.errors import InputError

BOX_EXAMPLE: Final = "116.6,33.7,117.1,34.1"
_ALLOWED: Final = (
    "west,south,east,north in degrees (WGS-84): four numbers, west < east, south < north"
)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees; its edges belong to it. It never crosses the antimeridian."""

    west: float
    south: float
    east: float
    north: float

    def contains(self, lon: float, lat: float) -> bool:
        """Whether the position lies in the box or on its edge; NaN never does."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    @classmethod
    def parse(cls, text: str, *, parameter: str = "bbox") -> Box:
        """Read "west,south,east,north" (degrees).

        Raises InputError, naming `parameter`, when that is not four finite numbers within
        ±180 and ±90 in rising order.
        """
        west, south, east, north = _four_numbers(text, parameter)
        if not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
            raise _refusal(f"{text!r} leaves the globe 超出经纬度范围", parameter)
        if west >= east or south >= north:
            raise _refusal(
                f"{text!r}: west must be less than east and south less than north "
                "西须小于东、南须小于北",
                parameter,
            )
        return cls(west, south, east, north)


def _four_numbers(text: str, parameter: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise _refusal(f"{text!r} is not four numbers 不是四个数字", parameter) from None
    if not all(map(math.isfinite, (west, south, east, north))):
        raise _refusal(f"{text!r} is not four finite numbers 不是四个有限的数字", parameter)
    return west, south, east, north


def _refusal(message: str, parameter: str) -> InputError:
    return InputError(message, parameter=parameter, allowed=_ALLOWED, example=BOX_EXAMPLE)


SERVICE_BOX: Final = Box(west=70.0, south=0.0, east=138.0, north=57.0)
"""Where "nearest" is answered: China, its seas and a margin around them."""

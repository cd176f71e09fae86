"""Areas with an outline: provinces, cities and districts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

AreaLevel = Literal["province", "city", "district"]
AREA_LEVELS: Final[tuple[AreaLevel, ...]] = get_args(AreaLevel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One administrative area.

    adcode: six digits of GB/T 2260, the area's key ("340603").
    parent_adcode: adcode of the area above it; None where that one is not held.
    geometry_wkb: WKB of a MultiPolygon, degrees, longitude first, WGS-84.
    source: where the outline comes from, in words fit for people.
    """

    adcode: str
    name: str
    level: AreaLevel
    parent_adcode: str | None
    geometry_wkb: bytes
    source: str

"""One or two cells as a pair of degrees, or the reason why not, with what was repaired."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from station_map.geo.coordinates import Position, Refusal, parse_cell, parse_pair
from station_map.importers.values.remarks import Remark

_FULL_WIDTH: Final = re.compile("[\uff10-\uff19]")


@dataclass(frozen=True, slots=True)
class Pair:
    """lon, lat: degrees in the sheet's datum, unless refused. What was repaired on the way."""

    lon: float = 0.0
    lat: float = 0.0
    refusal: Remark | None = None
    full_width: bool = False
    exchanged: bool = False


def pair_of_cells(lon: Any, lat: Any) -> Pair:
    """A longitude cell and a latitude cell."""
    return _pair(parse_pair(lon, lat), f"{lon}{lat}")


def pair_of_cell(cell: Any) -> Pair:
    """One cell with both figures, in either order."""
    return _pair(parse_cell(cell), str(cell))


def _pair(found: Position | Refusal, text: str) -> Pair:
    if isinstance(found, Refusal):
        return Pair(refusal=Remark("refusal", found.zh, found.en))
    full_width = _FULL_WIDTH.search(text) is not None
    return Pair(found.lon, found.lat, None, full_width, found.exchanged)

"""Places that are named by their H3 cell."""

from __future__ import annotations

import re
from typing import Any, Final

from station_map.importers.values.remarks import Remark, shown
from station_map.importers.values.texts import text_of

_FORM: Final = re.compile(r"(?:0x)?([0-9a-f]{15})", re.IGNORECASE)


def centre_of(cell: Any) -> tuple[float, float] | Remark:
    """Longitude and latitude (degrees, WGS-84) of a cell's centre, or why there is none.

    Cells are named by 15 hexadecimal digits, or by the whole number that they spell.
    """
    import h3

    if isinstance(cell, int) and not isinstance(cell, bool):
        name = f"{cell:x}"
    else:
        written = text_of(cell)
        name = f"{int(written):x}" if written.isdecimal() and len(written) > 15 else written.lower()
    match = _FORM.fullmatch(name)
    if match is None or not h3.is_valid_cell(match[1]):
        return Remark(
            "refusal", f"“{shown(cell)}”不是 H3 编号", f"{shown(cell)!r} names no H3 cell"
        )
    lat, lon = h3.cell_to_latlng(match[1])
    return lon, lat

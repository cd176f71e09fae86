"""Rows of a sheet that are no stations: totals, headings, repeated headers, foot notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from station_map.importers.tables.keys import key_of
from station_map.importers.values.remarks import Remark

_LOOKED_AT: Final = 4
_TOTAL: Final = re.compile(
    r"(?:合计|总计|小计|共计|总数|本页合计|累计|total|subtotal|grandtotal|sum)\d*(?:个|家|座|处)?"
)
_FOOT: Final = re.compile(
    r"(?:备?注|说明|填表人?|制表人?|审核人?|单位负责人|填报单位|填报人|日期|note|remarks?)[:：]"
)
_MAX_TOTAL_CHARS: Final = 16
_FEW_CELLS: Final = 2

TOTAL_ROW: Final = Remark("warning", "合计行，不是驿站", "a row of totals, not a station")
HEADING_ROW: Final = Remark("warning", "小标题或说明，不是驿站", "a heading or note, not a station")
HEADER_ROW: Final = Remark("warning", "重复的表头", "the header again")


def why_no_station(row: Sequence[Any], name: str, labels: Collection[str]) -> Remark | None:
    """Why a row is left out, or None when it describes a station.

    name: what its name column holds, cleaned. labels: titles of the columns.
    """
    if _is_total(row):
        return TOTAL_ROW
    if name in labels:
        return HEADER_ROW
    if name and not _FOOT.match(name):
        return None
    filled = [cell for cell in row if cell not in ("", None)]
    # Two figures may be a position whose station has no name: that is for a person to see.
    figures = sum(1 for cell in filled if not isinstance(cell, str))
    return HEADING_ROW if len(filled) <= _FEW_CELLS and figures < _FEW_CELLS else None


def _is_total(row: Sequence[Any]) -> bool:
    for cell in row[:_LOOKED_AT]:
        short = isinstance(cell, str) and 0 < len(cell) <= _MAX_TOTAL_CHARS
        if short and _TOTAL.fullmatch(key_of(cell)):
            return True
    return False

"""Rows of a sheet that are no stations: totals, headings, repeated headers, foot notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, Final

from station_map.importers.tables.keys import key_of
from station_map.importers.values.remarks import Remark

_LOOKED_AT: Final = 4
_LATIN_INITIALS: Final = frozenset("tTsSgGＴｔＳｓＧｇ")
_TOTAL: Final = re.compile(
    r"(?:合计|总计|小计|共计|总数|本页合计|累计|total|subtotal|grandtotal|sum)\d*(?:个|家|座|处)?"
)
_FOOT: Final = re.compile(
    r"(?:备?注|说明|填表人?|制表人?|审核人?|单位负责人|填报单位|填报人|日期|note|remarks?)[:：]",
    re.IGNORECASE,
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
    if name in labels:
        return HEADER_ROW
    if name and not _FOOT.match(name):
        return None
    filled = [cell for cell in row if cell not in ("", None)]
    # Two figures may be a position whose station has no name: that is for a person to see.
    figures = sum(1 for cell in filled if not isinstance(cell, str))
    return HEADING_ROW if len(filled) <= _FEW_CELLS and figures < _FEW_CELLS else None


def may_be_heading(name: str) -> bool:
    """Whether a row with this name is worth a look by `why_no_station`."""
    return not name or _FOOT.match(name) is not None


def total_rows(columns: Sequence[Sequence[Any]]) -> set[int]:
    """Indices of rows of totals; the word stands in one of the first columns."""
    return {
        index
        for column in columns[:_LOOKED_AT]
        for index, cell in enumerate(column)
        if isinstance(cell, str)
        # The sieve first: this looks at every row.
        and ("计" in cell or "总" in cell or cell[:1] in _LATIN_INITIALS)
        and len(cell) <= _MAX_TOTAL_CHARS
        and _TOTAL.fullmatch(key_of(cell))
    }

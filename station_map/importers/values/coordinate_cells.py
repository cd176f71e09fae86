"""One or two cells as a pair of degrees, or the reason why not."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from station_map.importers.values.remarks import Remark, shown
from station_map.importers.values.texts import is_blank_word, text_of

_FULL_WIDTH: Final = re.compile("[\uff10-\uff19]")


@dataclass(frozen=True, slots=True)
class Pair:
    """lon, lat: degrees as given; NaN-free unless refused. full_width: read from such digits."""

    lon: float = 0.0
    lat: float = 0.0
    refusal: Remark | None = None
    full_width: bool = False


def pair_of_cells(lon: Any, lat: Any) -> Pair:
    missing = _missing(lon, lat)
    if missing: return Pair(refusal=missing)
    try:
        a, b = (float(unicodedata.normalize("NFKC", text_of(x))) for x in (lon, lat))
    except ValueError:
        return Pair(refusal=Remark("refusal", f"看不懂坐标“{shown(lon)}，{shown(lat)}”", f"cannot read {shown(lon)}, {shown(lat)}"))
    return Pair(a, b, None, bool(_FULL_WIDTH.search(f"{lon}{lat}")))


def pair_of_cell(cell: Any) -> Pair:
    if is_blank_word(cell): return Pair(refusal=_missing(cell, cell))
    a, _, b = unicodedata.normalize("NFKC", text_of(cell)).partition(",")
    return pair_of_cells(a, b)


def _missing(*cells: Any) -> Remark | None:
    """A refusal when a cell says nothing, quoting what it holds."""
    if not any(is_blank_word(cell) for cell in cells):
        return None
    words = "、".join(dict.fromkeys(shown(cell) for cell in cells if text_of(cell)))
    if not words:
        return Remark("refusal", "没有坐标（空白）", "no position (blank)")
    return Remark("refusal", f"没有坐标（写着“{words}”）", f"no position (it says {words!r})")

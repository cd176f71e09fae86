"""Cells as text: cleaned of what cannot be stored or seen, otherwise as written."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

# Control characters (NUL cannot be stored), byte-order marks, zero-width space.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\u200b\ufffe\uffff\ud800-\udfff]"
)
_SPACES: Final = re.compile(r"\s+")
_ANY_FULL_WIDTH: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_FULL_WIDTH: Final = {
    code: code - 0xFEE0
    for first, last in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A))
    for code in range(first, last + 1)
}
BLANK_WORDS: Final = frozenset(
    ("", "-", "--", "—", "——", "/", "\\", "无数据", "不详", "未知", "不清楚", "不明", "待定", "待补", "待补充", "待核实",
     "暂缺", "暂无数据", "n/a", "na", "null", "none", "nan", "unknown", "?", "？", "tbd", "未填", "未填写")
)  # fmt: skip


def text_of(cell: Any) -> str:
    """A cell as people see it: 5.0 is "5"; white space at the ends is gone."""
    if isinstance(cell, str):
        text = cell
    elif isinstance(cell, bool):
        return "是" if cell else "否"
    elif isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    else:
        return str(cell)
    if not text.isprintable():
        text = _UNSEEN.sub("", text)
    return text.strip()


def line_of(cell: Any) -> str:
    """A cell as one line: runs of white space are one space."""
    if isinstance(cell, str) and cell.isprintable() and "  " not in cell:
        return cell.strip()
    return _SPACES.sub(" ", text_of(cell)).strip()


def folded(cell: Any) -> str:
    """A cell for comparing with words: half-width, lower case, without spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text_of(cell)).casefold())


def is_blank_word(cell: Any) -> bool:
    """Whether a cell says nothing: empty, a dash, 不详, 待定…"""
    return folded(cell) in BLANK_WORDS


def half_width_letters(text: str) -> str:
    """Full-width digits and letters made half-width; Chinese punctuation stays."""
    return text.translate(_FULL_WIDTH) if _ANY_FULL_WIDTH.search(text) else text

"""Names of stations: stray spaces and full-width letters repaired, everything else kept."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from station_map.importers.values.remarks import Remark
from station_map.importers.values.texts import half_width_letters, line_of

# The schema's bound (see store/schema/stations.py).
MAX_NAME_CHARS: Final = 4096
_SPACES: Final = re.compile(r"\s+")
_NO_NAME: Final = Remark("refusal", "没有驿站名称", "no name")
_TOO_LONG: Final = Remark(
    "refusal",
    f"名称超过 {MAX_NAME_CHARS} 个字",
    f"the name is longer than {MAX_NAME_CHARS} characters",
)
_SPACED: Final = Remark(
    "repair", "名称里有多余的空格，已去掉", "stray white space in the name; taken out"
)
_FULL_WIDTH: Final = Remark(
    "repair",
    "名称里有全角数字或字母，已改为半角",
    "full-width letters or digits in the name; made half-width",
)


def read_name(cell: Any) -> tuple[str, Remark | None]:
    """A name fit to store, and what was repaired or why it is refused."""
    if isinstance(cell, str) and cell.isalnum() and cell.isascii():
        return cell, None
    line = line_of(cell)
    if not line:
        return "", _NO_NAME
    name = half_width_letters(line)
    if len(name) > MAX_NAME_CHARS:
        return name[:200], _TOO_LONG
    if name != line:
        return name, _FULL_WIDTH
    if isinstance(cell, str) and line != cell:
        return name, _SPACED
    return name, None


def name_key(name: str) -> str:
    """Names with the same key are the same name (as the store compares them)."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", name)).lower()

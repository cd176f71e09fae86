"""Opening hours of a row, from whichever columns speak of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.hours_text import hours_from_text
from station_map.domain.opening_hours import check_opening_hours
from station_map.errors import InputError
from station_map.importers.values.marks import yes_no
from station_map.importers.values.remarks import Parsed, Remark, shown
from station_map.importers.values.texts import is_blank_word, line_of

ALWAYS: Final = "24/7"
# Excel shows a time as 09:00:00; its seconds mean nothing here.
_SECONDS: Final = re.compile(r"\b(\d{1,2}:\d{2}):00\b")


@dataclass(frozen=True, slots=True)
class Hours:
    """opening_hours: OSM syntax, None when unknown. text: what was written, kept as it is."""

    opening_hours: str | None = None
    text: str | None = None


NO_HOURS: Final = Hours()


def read_hours(cells: tuple[Any, Any, Any, Any, Any]) -> Parsed:
    """Hours from the cells of a row; "" for columns that do not exist.

    cells: free text; OSM syntax; opening and closing time of a day; 24小时 yes or no.
    An OSM text wins, then free text where it is certain, then a plain yes to "24 hours".
    """
    text, osm, opens, closes, always = cells
    written = _written(text, opens, closes)
    if not is_blank_word(osm):
        return _from_osm(line_of(osm), written)
    if written is None:
        return Parsed(Hours(ALWAYS) if yes_no(always).value is True else NO_HOURS)
    parsed = hours_from_text(written)
    certain = parsed.opening_hours if parsed.certain else None
    return Parsed(Hours(certain, written), _contradiction(certain, always, written))


def during(when: str, cell: Any) -> str:
    """A cell under 开放时间（夏季） as one would say it: 夏季7:00-19:00; "" when it says nothing."""
    if is_blank_word(cell):
        return ""
    text = line_of(cell)
    return text if when in text else f"{when}{text}"


def _written(text: Any, opens: Any, closes: Any) -> str | None:
    if not is_blank_word(text):
        return _SECONDS.sub(r"\1", line_of(text))
    if not is_blank_word(opens) and not is_blank_word(closes):
        return _SECONDS.sub(r"\1", f"{line_of(opens)}-{line_of(closes)}")
    return None


def _from_osm(osm: str, written: str | None) -> Parsed:
    try:
        return Parsed(Hours(check_opening_hours(osm), written))
    except InputError:
        remark = Remark(
            "warning",
            f"开放时间“{shown(osm)}”不是 OSM 写法，按未知处理",
            f"hours {shown(osm)!r} are not in OSM syntax; taken as unknown",
        )
        return Parsed(Hours(None, written or osm), remark)


def _contradiction(certain: str | None, always: Any, written: str) -> Remark | None:
    """A warning when the sheet says "24 hours" and other hours, or the reverse."""
    stated = yes_no(always).value
    if stated is None or certain is None or stated == (certain == ALWAYS):
        return None
    return Remark(
        "warning",
        f"“24小时”一列与开放时间“{shown(written)}”不一致，以开放时间为准",
        f"the 24-hour column contradicts the hours {shown(written)!r}; the hours are kept",
    )

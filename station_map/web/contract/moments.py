"""A moment in a query: now, on arrival, or an ISO 8601 time."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Final

from station_map.domain.hours import SHANGHAI
from station_map.web.contract.parameters import Refused, shown

NOW: Final = "now"
ARRIVAL: Final = "arrival"
DAYS: Final = 400
EXAMPLE: Final = "2026-11-23T08:30"
PATTERN: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+ -]\d\d:?\d\d)?"
_ISO: Final = re.compile(PATTERN, re.ASCII)
_MINUTE_S: Final = 60

type Moment = str | int
"""NOW, ARRIVAL, or whole minutes since 1970-01-01 UTC."""


def moment(*words: str) -> Callable[[str], Moment]:
    """Parser of one of `words`, or of a time at most DAYS days from now.

    A time without a zone is that of Asia/Shanghai. A blank before the zone's hours was a plus
    that nobody encoded.
    """

    def parse(text: str) -> Moment:
        if text in words:
            return text
        minute = _minute(text)
        if abs(minute * _MINUTE_S - time.time()) > DAYS * 86_400:
            raise Refused(
                f"{shown(text)} is more than {DAYS} days from now",
                f"{shown(text)} 离现在超过 {DAYS} 天",
            )
        return minute

    return parse


def _minute(text: str) -> int:
    if _ISO.fullmatch(text):
        try:
            when = dt.datetime.fromisoformat(text.replace(" ", "+"))
            zoned = when if when.tzinfo else when.replace(tzinfo=SHANGHAI)
            return int(zoned.timestamp() // _MINUTE_S)
        except (ValueError, OverflowError):  # 31 February; year 1 east of Greenwich
            pass
    raise Refused(
        f"{shown(text)!r} is no moment" if text else "nothing was given",
        f"“{shown(text)}”不是时间" if text else "没有填",
    )


def local_time(minute: int) -> str:
    """The minute as a value that this reads again: local time without a zone."""
    when = dt.datetime.fromtimestamp(minute * _MINUTE_S, SHANGHAI)
    return when.strftime("%Y-%m-%dT%H:%M")

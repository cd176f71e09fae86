"""When stations are open in the days ahead, for a phone that may have no signal by then.

Thousands of stations share few timetables, so each is told once, as stretches of minutes. A
phone needs no grammar of opening hours to read them, and knows where they end: beyond the
last day nothing is known.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from station_map.domain.hours import SHANGHAI, Code, Timetable, read_exceptions
from station_map.domain.vocabulary import Status
from station_map.store.stations import Row
from station_map.web.pages import wording

# From the midnight before now, so that at least seven whole days are ahead.
DAYS: Final = 8
_MINUTE_S: Final = 60
_DAY_MINUTES: Final = 24 * 60
_REMEMBERED: Final = 20_000


@dataclass(slots=True)
class SharedHours:
    """The timetables of one table of stations, numbered as they are met. day: in China."""

    day: dt.date
    _numbers: dict[Timetable, int] = field(default_factory=dict)

    def number(self, row: Row) -> int | None:
        """The place of a station's timetable; None for one that no clock opens."""
        suspended = row.status == Status.SUSPENDED
        if row.status not in {Status.OPEN, Status.SUSPENDED}:
            return None
        if suspended and row.suspended_until is None:
            return None
        meaning = Timetable(
            row.opening_hours,
            read_exceptions(row.exceptions),
            row.suspended_until if suspended else None,
        )
        return self._numbers.setdefault(meaning, len(self._numbers))

    def told(self) -> str:
        """The member `hours` as JSON text.

        from, until: minutes since 1970-01-01 UTC; starts and ends are counted from `from`.
        """
        first = _midnight(self.day)
        value = {
            "from": first,
            "until": first + DAYS * _DAY_MINUTES,
            "timetables": [_told(meaning, self.day) for meaning in self._numbers],
        }
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def today() -> dt.date:
    """The date in China."""
    return dt.datetime.now(SHANGHAI).date()


@lru_cache(maxsize=_REMEMBERED)
def _told(meaning: Timetable, day: dt.date) -> dict[str, Any]:
    return {
        "text": wording.hours(meaning.expression, "zh"),
        "text_en": wording.hours(meaning.expression, "en"),
        "open": _stretches(meaning, day, Code.OPEN),
        "unknown": _stretches(meaning, day, Code.UNKNOWN),
        "reasons": _reasons(meaning, day),
    }


def _reasons(meaning: Timetable, day: dt.date) -> list[tuple[int, int, str]]:
    """Why hours are others on certain dates: minutes since the first midnight, and words.

    Of several for one day the first counts, here as on the server.
    """
    last = day + dt.timedelta(days=DAYS - 1)
    first = _midnight(day)
    return [
        (
            _midnight(max(one.first_day, day)) - first,
            _midnight(min(one.last_day, last)) + _DAY_MINUTES - first,
            one.reason,
        )
        for one in meaning.exceptions
        if one.first_day <= last and one.last_day >= day
    ]


def _stretches(meaning: Timetable, day: dt.date, code: Code) -> list[int]:
    """Starts and ends in turn, minutes since the first midnight."""
    start = dt.datetime.combine(day, dt.time(), SHANGHAI)
    found = meaning.stretches(start, start + dt.timedelta(days=DAYS), code)
    first = _midnight(day)
    return [edge - first for stretch in found for edge in stretch]


def _midnight(day: dt.date) -> int:
    return int(dt.datetime.combine(day, dt.time(), SHANGHAI).timestamp()) // _MINUTE_S

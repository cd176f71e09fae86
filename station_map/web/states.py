"""The state of stations at the present minute: open until when, closed until when.

It depends on four stored facts and the minute alone, and stations share few hours, so the
answers of a minute are remembered and a request looks them up.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from station_map.domain.hours import (
    SHANGHAI,
    Hours,
    State,
    local_day,
    read_exceptions,
    state_at,
    state_text,
)
from station_map.domain.vocabulary import Status
from station_map.web.language import language, mark, t

_REMEMBERED: Final = 20_000
_MINUTE_S: Final = 60
_NEVER_OPEN: Final[dict[str, str]] = {
    Status.PLANNED: mark("筹建中，还没开放"),
    Status.CLOSED: mark("已经关闭"),
    Status.DELISTED: mark("已经摘牌"),
}


class Told(NamedTuple):
    """A state with its words (Chinese) and as the member `"state":{…}` of a JSON object.

    encoded: the member in UTF-8.
    """

    state: State
    words: str
    member: str
    encoded: bytes


class Stored(Protocol):
    """A row of the store that holds what the state depends on."""

    @property
    def opening_hours(self) -> str | None: ...

    @property
    def status(self) -> str: ...

    @property
    def suspended_until(self) -> dt.date | None: ...

    @property
    def exceptions(self) -> str | None: ...


def state_of(row: Stored, minute: int | None = None) -> Told:
    """The state of a stored station, now or in the given minute."""
    asked = this_minute() if minute is None else minute
    return told(row.opening_hours, row.status, row.suspended_until, asked, row.exceptions)


def this_minute() -> int:
    """Whole minutes since 1970-01-01 UTC."""
    return int(time.time()) // _MINUTE_S


def day_of(minute: int) -> dt.date:
    """The date in China in that minute."""
    return dt.datetime.fromtimestamp(minute * _MINUTE_S, SHANGHAI).date()


@lru_cache(maxsize=_REMEMBERED)
def told(
    opening_hours: str | None,
    status: str,
    suspended_until: dt.date | None,
    minute: int,
    exceptions: str | None = None,
) -> Told:
    """The state in the given minute of a station with these hours.

    exceptions: as the store tells them (see `read_exceptions`).
    """
    now = dt.datetime.fromtimestamp(minute * _MINUTE_S, dt.UTC)
    hours = _hours(opening_hours, status, suspended_until, exceptions)
    state = state_at(hours, now)
    always = "" if exceptions else _always(status, opening_hours)
    words = always or _NEVER_OPEN.get(status, "") or state_text(state, now) + _why(hours, now)
    value = {
        "code": state.code.value,
        "until": _iso(state.until),
        "next": _iso(state.next),
        "text": words,
    }
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    member = f'"state":{text}'
    return Told(state, words, member, member.encode())


def _hours(
    opening_hours: str | None,
    status: str,
    suspended_until: dt.date | None,
    exceptions: str | None,
) -> Hours:
    return Hours(
        expression=opening_hours,
        status=Status(status),
        suspended_until=suspended_until,
        exceptions=read_exceptions(exceptions),
    )


def state_in_words(row: Stored, minute: int) -> str:
    """The state of a stored station in the language of the page."""
    known = state_of(row, minute)
    if language() == "zh":
        return known.words
    if not row.exceptions and _always(row.status, row.opening_hours):
        return t("24 小时开放")
    if row.status in _NEVER_OPEN:
        return t(_NEVER_OPEN[row.status])
    now = dt.datetime.fromtimestamp(minute * _MINUTE_S, dt.UTC)
    words = state_text(known.state, now, language())
    if not row.exceptions:
        return words
    hours = _hours(row.opening_hours, row.status, row.suspended_until, row.exceptions)
    why = _reason(hours, now)
    return words + t("（%(why)s）", why=why) if why else words


def _always(status: str, opening_hours: str | None) -> str:
    """What to say of a station that never closes."""
    return "24 小时开放" if status == Status.OPEN and opening_hours == "24/7" else ""


def _why(hours: Hours, now: dt.datetime) -> str:
    """The reason of today's other hours, for example "（高温）"."""
    why = _reason(hours, now)
    return f"（{why}）" if why else ""


def _reason(hours: Hours, now: dt.datetime) -> str:
    today = local_day(now)
    holding = next((e for e in hours.exceptions if e.first_day <= today <= e.last_day), None)
    return holding.reason if holding else ""


def _iso(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")

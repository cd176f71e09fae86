"""Recurring services: which days a rule of RFC 5545 means, worked out once, when it is entered.

Whole days only, and never more than HORIZON ahead, so that a rule costs what its days cost.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

from dateutil.rrule import rrulestr

from station_map.errors import InputError

HORIZON: Final = dt.timedelta(days=1_098)  # three years
WITHOUT_END: Final = dt.timedelta(days=365)
LONGEST: Final = 200
EXAMPLE: Final = "FREQ=WEEKLY;BYDAY=WE"

_DAY: Final = "(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
        "INTERVAL": r"[1-9]\d{0,2}",
        "BYMONTH": r"(?:1[0-2]|[1-9])(?:,(?:1[0-2]|[1-9])){0,11}",
        "BYMONTHDAY": r"-?(?:3[01]|[12]\d|[1-9])(?:,-?(?:3[01]|[12]\d|[1-9])){0,30}",
        "BYDAY": rf"(?:[+-]?[1-5])?{_DAY}(?:,(?:[+-]?[1-5])?{_DAY}){{0,6}}",
        "BYSETPOS": r"-?[1-5]",
        "WKST": _DAY,
        "COUNT": r"[1-9]\d{0,2}",
        "UNTIL": r"\d{8}(?:T\d{6}Z?)?",
    }.items()
}
_ENDS: Final = frozenset({"COUNT", "UNTIL"})
_NTH: Final = re.compile(r"[+-]?\d")


class Recurrence(NamedTuple):
    """rule: without its end, which the last of `days` is. days: in order, at least one."""

    rule: str
    days: tuple[dt.date, ...]


def recurrence(rule: str, first_day: dt.date, last_day: dt.date | None) -> Recurrence:
    """The days that `rule` (the value of an RRULE) means from `first_day` on.

    last_day: none is later; without it, and without COUNT and UNTIL, a year. Raises InputError.
    """
    parts = _read(rule)
    last = _last(parts, first_day, last_day)
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    kept = ";".join(f"{name}={parts[name]}" for name in _PARTS if name in parts.keys() - _ENDS)
    days = _days(kept, first_day, last)[:count]
    if not days:
        raise _refused(f"{rule}：这些日子里一天也没有。 It means no day at all.")
    return Recurrence(kept, days)


def _days(rule: str, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    begin = dt.datetime.combine(first, dt.time())
    end = dt.datetime.combine(last, dt.time()).strftime("%Y%m%dT%H%M%S")
    try:
        return tuple(moment.date() for moment in rrulestr(f"{rule};UNTIL={end}", dtstart=begin))
    except (ValueError, OverflowError):
        raise _refused(f"{rule} 读不懂。 The rule cannot be read.") from None


def _read(rule: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    plain = rule.strip().upper().removeprefix("RRULE:")
    if len(plain) > LONGEST:
        raise _refused("规则太长。 The rule is too long.")
    for part in plain.split(";"):
        name, _, value = part.partition("=")
        form = _PARTS.get(name)
        if form is None or name in parts or form.fullmatch(value) is None:
            raise _refused(f"{part[:40]!r} 不行。 {part[:40]!r} cannot be taken.")
        parts[name] = value
    if "FREQ" not in parts or parts.keys() >= _ENDS:
        raise _refused(
            "要有 FREQ；COUNT 和 UNTIL 只能有一个。 FREQ is needed, and one end at most."
        )
    nth = _NTH.match(parts.get("BYDAY", ""))
    if nth is not None and parts["FREQ"] not in {"MONTHLY", "YEARLY"}:
        raise _refused("第几个星期几只能按月、按年。 A numbered weekday is for months and years.")
    return parts


def _last(parts: dict[str, str], first: dt.date, last: dt.date | None) -> dt.date:
    ends = [first + HORIZON]
    if "UNTIL" in parts:
        try:
            ends.append(dt.datetime.strptime(parts["UNTIL"][:8], "%Y%m%d").date())  # noqa: DTZ007 - a day
        except ValueError:
            raise _refused("UNTIL 不是日期。 UNTIL is no date.") from None
    if last is not None:
        ends.append(last)
    elif "UNTIL" not in parts and "COUNT" not in parts:
        ends.append(first + WITHOUT_END)
    return min(ends)


def _refused(message: str) -> InputError:
    return InputError(
        message,
        parameter="rule",
        allowed="RFC 5545: FREQ=DAILY, WEEKLY, MONTHLY or YEARLY with " + ", ".join(_PARTS),
        example=EXAMPLE,
    )

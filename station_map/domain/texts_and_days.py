"""What people enter about a stretch of days: its first and last day, and lines of text."""

from __future__ import annotations

import datetime as dt
from typing import Final

from station_map.errors import InputError

MAX_DAYS: Final = 366
EARLIEST: Final = dt.date(2000, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)


def check_days(first_day: dt.date, last_day: dt.date) -> None:
    """Raises InputError when they are out of order, too many or too far off."""
    days = (last_day - first_day).days + 1
    if not (EARLIEST <= first_day <= last_day <= LATEST and days <= MAX_DAYS):
        raise InputError(
            f"{first_day} 到 {last_day} 不行：最后一天不能早于第一天，最多 {MAX_DAYS} 天。"
            f" {first_day} to {last_day}: the last day may not come before the first, and"
            f" {MAX_DAYS} days are the most.",
            parameter="to",
            allowed=f"a day from the first on, {MAX_DAYS} days at most",
            example="--from 2026-07-10 --to 2026-07-20",
        )


def checked_line(given: str, parameter: str, name_zh: str, longest: int, example: str) -> str:
    """A line of text without blanks around it, of 1 to `longest` characters.

    parameter, name_zh: what it is called. Raises InputError.
    """
    said = given.strip()
    if not said or not _is_line(said, longest):
        raise InputError(
            f"{name_zh}要一行，1 到 {longest} 个字。 The {parameter} is one line of 1 to {longest}"
            " characters.",
            parameter=parameter,
            allowed=f"1 to {longest} characters",
            example=example,
        )
    return said


def line_if_any(
    given: str | None, parameter: str, name_zh: str, longest: int, example: str | None = None
) -> str | None:
    """The same of a line that may be left out; None for nothing and for blanks."""
    said = (given or "").strip() or None
    if said is not None and not _is_line(said, longest):
        raise InputError(
            f"{name_zh}要一行，最多 {longest} 个字。 The {parameter} is one line of at most"
            f" {longest} characters.",
            parameter=parameter,
            allowed=f"1 to {longest} characters",
            example=example,
        )
    return said


def _is_line(said: str, longest: int) -> bool:
    return len(said) <= longest and said.isprintable()

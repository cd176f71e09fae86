"""Other hours on certain dates for many stations at once: a heat wave, the Spring Festival."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours import schedule_of
from station_map.domain.opening_hours import check_opening_hours
from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError

MAX_DAYS: Final = 366
MAX_NOTE: Final = 200
EARLIEST: Final = dt.date(2000, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)
_CLOSED: Final = frozenset({"closed", "off"})
_HOURS_EXAMPLE: Final = "08:00-22:00"


class OverrideReason(Labelled):
    """Why many stations have other hours for a while."""

    HEAT = "heat", "高温", "heat"
    COLD_WAVE = "cold_wave", "寒潮", "cold wave"
    SPRING_FESTIVAL = "spring_festival", "春节", "Spring Festival"
    OTHER = "other", "临时调整", "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursOverride:
    """What is decided: first and last day included, hours in OSM syntax ("off": closed)."""

    first_day: dt.date
    last_day: dt.date
    opening_hours: str
    reason: OverrideReason
    note: str | None = None

    @property
    def words(self) -> str:
        """What people are shown as the reason."""
        return f"{self.reason.zh}：{self.note}" if self.note else self.reason.zh


def checked_override(
    first_day: dt.date, last_day: dt.date, hours: str, reason: OverrideReason, note: str | None
) -> HoursOverride:
    """An override within its bounds; "closed" may be said for "off".

    Raises InputError that names what is wrong.
    """
    _check_days(first_day, last_day)
    said = (note or "").strip() or None
    if said is not None and (len(said) > MAX_NOTE or not said.isprintable()):
        raise InputError(
            f"说明要一行，最多 {MAX_NOTE} 个字。 The note is one line of at most {MAX_NOTE}"
            " characters.",
            parameter="note",
            allowed=f"1 to {MAX_NOTE} characters",
        )
    return HoursOverride(
        first_day=first_day,
        last_day=last_day,
        opening_hours=_checked_hours(hours.strip()),
        reason=reason,
        note=said,
    )


def _check_days(first_day: dt.date, last_day: dt.date) -> None:
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


def _checked_hours(hours: str) -> str:
    if hours.lower() in _CLOSED:
        return "off"
    checked = check_opening_hours(hours)
    if schedule_of(checked) is None:
        raise InputError(
            f"{hours!r} 不能算出开没开。 {hours!r} cannot be evaluated.",
            parameter="hours",
            allowed="OpenStreetMap opening_hours syntax without sunrise or sunset, closed, 24/7",
            example=_HOURS_EXAMPLE,
        )
    return checked

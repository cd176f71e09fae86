"""Other hours on certain dates for many stations at once: a heat wave, the Spring Festival."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from station_map.domain.hours import schedule_of
from station_map.domain.opening_hours import check_opening_hours
from station_map.domain.texts_and_days import check_days, line_if_any
from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError

MAX_NOTE: Final = 200
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
    check_days(first_day, last_day)
    said = line_if_any(note, "note", "说明", MAX_NOTE)
    return HoursOverride(
        first_day=first_day,
        last_day=last_day,
        opening_hours=_checked_hours(hours.strip()),
        reason=reason,
        note=said,
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

"""One change for many stations: what each station's document becomes.

Each kind of change gives the fields that differ afterwards; none means that the station is as
wanted already. Documents are those of `domain/revisions.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from station_map.domain.hours import schedule_of
from station_map.domain.hours_override import HoursOverride, OverrideReason, checked_override
from station_map.domain.hours_text import hours_from_text
from station_map.domain.revisions import Document, same
from station_map.domain.vocabulary import (
    AMENITY_BY_CODE,
    AMENITY_STATES,
    AmenityState,
    Status,
)
from station_map.errors import InputError

AT_MOST: Final = 5_000
"""Stations that one action in a page may change."""

UNKNOWN: Final = "unknown"
MAX_STATUS_REASON: Final = 200
_HOURS_EXAMPLE: Final = "周一至周五 8:30-17:30"


@dataclass(frozen=True, slots=True)
class HoursChange:
    """The usual hours. opening_hours: OSM syntax, None: unknown. text: as it was written."""

    opening_hours: str | None
    text: str | None

    def fields(self, now: Document) -> dict[str, Any]:
        """What differs afterwards."""
        return _differing(now, {"opening_hours": self.opening_hours, "hours_text": self.text})

    def told(self) -> dict[str, Any]:
        """As it is kept on record."""
        return {"change": "hours", "opening_hours": self.opening_hours, "text": self.text}


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The status with its reason; a suspended station may have a day of reopening."""

    status: Status
    reason: str | None = None
    suspended_until: dt.date | None = None

    def fields(self, now: Document) -> dict[str, Any]:
        """What differs afterwards."""
        until = self.suspended_until
        wanted = {
            "status": self.status.value,
            "status_reason": self.reason,
            "suspended_until": None if until is None else until.isoformat(),
        }
        return _differing(now, wanted)

    def told(self) -> dict[str, Any]:
        """As it is kept on record."""
        return {"change": "status", **self.fields({})}


@dataclass(frozen=True, slots=True)
class AmenityChange:
    """What is known of one amenity; state None: unknown. Quantity, note and fee stay."""

    code: str
    state: AmenityState | None

    def fields(self, now: Document) -> dict[str, Any]:
        """What differs afterwards."""
        before = dict(now.get("amenities") or {})
        after = dict(before)
        if self.state is None:
            after.pop(self.code, None)
        else:
            after[self.code] = {**after.get(self.code, {}), "state": self.state}
        return _differing(now, {"amenities": after}) if after != before else {}

    def told(self) -> dict[str, Any]:
        """As it is kept on record."""
        return {"change": "amenity", "code": self.code, "state": self.state or UNKNOWN}


@dataclass(frozen=True, slots=True)
class DatedHours:
    """Other hours from a first to a last day, beside the usual ones."""

    override: HoursOverride

    def fields(self, now: Document) -> dict[str, Any]:
        """What differs afterwards; nothing when the same entry is there."""
        before = list(now.get("hours_exceptions") or [])
        entry = self._entry()
        if entry in before:
            return {}
        return {"hours_exceptions": sorted([*before, entry], key=lambda one: one["first_day"])}

    def _entry(self) -> dict[str, Any]:
        return {
            "first_day": self.override.first_day.isoformat(),
            "last_day": self.override.last_day.isoformat(),
            "opening_hours": self.override.opening_hours,
            "reason": self.override.words,
        }

    def told(self) -> dict[str, Any]:
        """As it is kept on record."""
        return {"change": "dated", **self._entry()}


type BulkChange = HoursChange | StatusChange | AmenityChange | DatedHours
Kind = Literal["dated", "hours", "status", "amenity"]


def _differing(now: Document, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if not same(now.get(name), value)}


# ---- as people give them ----------------------------------------------------------------


def hours_change(text: str) -> HoursChange:
    """The usual hours as somebody wrote them, in Chinese or OSM syntax. Raises InputError."""
    written = text.strip()
    if written in {UNKNOWN, "不清楚"}:
        return HoursChange(None, None)
    return HoursChange(read_hours(written, "hours"), written)


def read_hours(written: str, parameter: str) -> str:
    """Hours in OSM syntax out of a text that has exactly one meaning. Raises InputError."""
    parsed = hours_from_text(written)
    if parsed.opening_hours is None or schedule_of(parsed.opening_hours) is None:
        why = parsed.reason_zh or "不能算出开没开"
        raise InputError(
            f"看不懂这个时间（{why}）。可以写“{_HOURS_EXAMPLE}”“24小时”，或者 OSM 的写法"
            f" Mo-Su 08:00-22:00。 These hours are not understood: {parsed.reason_en}.",
            parameter=parameter,
            allowed="hours in Chinese words or OpenStreetMap syntax",
            example=_HOURS_EXAMPLE,
        )
    return parsed.opening_hours


def status_change(status: str, reason: str, until: str) -> StatusChange:
    """A status, with a reason and for a suspended station a day. Raises InputError."""
    if status not in set(Status):
        raise InputError("请选一个状态。 Choose a status.", parameter="status")
    chosen = Status(status)
    said = reason.strip() or None
    if said is not None and (len(said) > MAX_STATUS_REASON or not said.isprintable()):
        raise InputError(
            f"原因要一行，最多 {MAX_STATUS_REASON} 个字。 The reason is one line.",
            parameter="status_reason",
        )
    if said is None and chosen in {Status.SUSPENDED, Status.CLOSED, Status.DELISTED}:
        raise InputError(
            "请写原因，骑手会看到，比如“装修”。 Say why; riders will read it.",
            parameter="status_reason",
            example="装修",
        )
    day = read_day(until, "suspended_until") if until.strip() else None
    if day is not None and chosen is not Status.SUSPENDED:
        raise InputError(
            "只有“暂停”才写到哪一天。 Only a suspended station has a day of reopening.",
            parameter="suspended_until",
        )
    return StatusChange(chosen, said, day)


def amenity_change(code: str, state: str) -> AmenityChange:
    """An amenity and its state, "unknown" among them. Raises InputError."""
    if code not in AMENITY_BY_CODE:
        raise InputError("请选一样设施。 Choose an amenity.", parameter="amenity_code")
    if state == UNKNOWN:
        return AmenityChange(code, None)
    for known in AMENITY_STATES:
        if state == known:
            return AmenityChange(code, known)
    raise InputError(
        "请选：有、没有、部分、坏了，或者不清楚。 Choose yes, no, partial, broken or unknown.",
        parameter="amenity_state",
    )


def dated_hours(first: str, last: str, hours: str, reason: str, note: str) -> DatedHours:
    """Other hours for certain days; "休息" or "closed" for none. Raises InputError."""
    if reason not in set(OverrideReason):
        raise InputError("请选为什么。 Choose why.", parameter="override_reason")
    begins, ends = read_day(first, "first_day"), read_day(last, "last_day")
    written = hours.strip()
    shut = written.lower() in {"休息", "关门", "不开门", "closed", "off"}
    said = "off" if shut else read_hours(written, "dated_hours")
    try:
        override = checked_override(begins, ends, said, OverrideReason(reason), note)
    except InputError as error:
        error.parameter = {"to": "last_day", "hours": "dated_hours"}.get(
            error.parameter or "", error.parameter
        )
        raise
    return DatedHours(override)


def read_day(text: str, parameter: str) -> dt.date:
    """A day as a form's field gives it. Raises InputError."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            "请写日期，比如 2027-02-05。 A day is wanted, such as 2027-02-05.",
            parameter=parameter,
            example="2027-02-05",
        ) from None

"""One change of one station, as it goes to the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from station_map.domain.hours_text import hours_from_text
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Honour, Status
from station_map.errors import InputError


@dataclass(frozen=True, slots=True)
class Move:
    """A new position: lon, lat in degrees, WGS-84; as it was given, and in which datum."""

    lon: float
    lat: float
    source_lon: float
    source_lat: float
    source_datum: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StationEdit:
    """What is to be changed; what is not named stays.

    fields: by column of `station`, None for unknown. amenities: by code, None for unknown.
    """

    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    move: Move | None = None
    honours: tuple[Honour, ...] | None = None
    amenities: Mapping[str, AmenityFact | None] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def __bool__(self) -> bool:
        """Whether it changes anything at all."""
        return bool(self.fields or self.amenities or self.move or self.honours is not None)


def settled_status(
    status: str | None, changed: Mapping[str, Any], today: dt.date
) -> dict[str, Any]:
    """The status fields of a change, made to agree. status: the one that will hold.

    Only a suspended station has a day of return, and a reason is that of one status: both
    leave with it unless they are given anew. Raises InputError at the field.
    """
    settled = dict(changed)
    until = changed.get("suspended_until")
    if until is not None and status != Status.SUSPENDED:
        raise InputError(
            "只有暂停的驿站才写暂停到哪天。 Only a suspended station has a day of return.",
            parameter="suspended_until",
            allowed="a date with the status suspended",
            example="2026-12-31",
        )
    if until is not None and until <= today:
        raise InputError(
            f"{until} 已经过了，写重新开放的那一天，比如 {today + dt.timedelta(days=7)}。"
            f" {until} is past.",
            parameter="suspended_until",
            allowed="a day after today",
        )
    if "status" in changed:
        settled.setdefault("status_reason", None)
        if status != Status.SUSPENDED:
            settled["suspended_until"] = None
    return settled


def settled_hours(
    changed: Mapping[str, Any], typed: str, stored_text: str | None, now: dt.datetime
) -> dict[str, Any]:
    """The hours fields of a change, made to agree.

    typed: what was written for the hours. Words on the door that say other hours than the new
    ones are no longer true: they leave unless they are given anew, and Chinese words for the
    new hours take their place. A day of checking holds for the hours that were checked.
    """
    settled = dict(changed)
    if settled.pop("hours_checked", None):
        settled["hours_verified_at"] = now
    if "opening_hours" in changed:
        settled.setdefault("hours_verified_at", None)
        if "hours_text" not in changed:
            if not typed.isascii():
                settled["hours_text"] = " ".join(typed.split())
            elif stored_text and not _says(stored_text, changed["opening_hours"]):
                settled["hours_text"] = None
    return settled


def _says(text: str, hours: str | None) -> bool:
    return hours is not None and hours_from_text(text).opening_hours == hours

"""Everything that a station's page says, in parts that a template simply walks through.

facts.py      what is known in words, and what is not
groups.py     amenities by state
week.py       the hours as a table, and the days ahead that differ
status.py     suspended, closed, planned, delisted
minimum.py    the check of a 司机之家
calendar.py   services on today and next
nearby.py     where else one can go
outline.py    a drawing of the districts
json_ld.py    the same for programs
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.hours import DatedException, Place
from station_map.domain.vocabulary import AMENITIES
from station_map.web.language import language, t, tn
from station_map.web.pages import wording
from station_map.web.pages.cards import access_in_words, kind_in_words
from station_map.web.pages.details import facts as words
from station_map.web.pages.details.facts import Section
from station_map.web.pages.details.groups import AmenityGroup, amenity_groups
from station_map.web.pages.details.minimum import Minimum, minimum_of
from station_map.web.pages.details.status import StatusNote, status_note
from station_map.web.pages.details.week import Week, make_week

__all__ = ["Details", "make_details"]

_TOLD: Final = 6


@dataclass(frozen=True, slots=True)
class Details:
    """A station's page as far as its own facts go. facts: every public field.

    summary: one line for search engines and shared links. hours_text: the hours as the sheet wrote them, when they could not be read or a week does not
    tell all of them.
    """

    facts: dict[str, Any]
    summary: str
    status: StatusNote
    getting_in: Section
    accessibility: Section
    room: Section
    place: Section
    provenance: Section
    provenance_line: str
    amenities: tuple[AmenityGroup, ...]
    week: Week
    hours_text: str
    minimum: Minimum | None


def make_details(
    properties: str,
    lon: float,
    lat: float,
    today: dt.date,
    *,
    exceptions: Sequence[DatedException] = (),
    verified_by: str | None = None,
) -> Details:
    """The page of a station from the JSON text of all its fields; degrees in WGS-84.

    today: the date in China. exceptions: hours of certain days. verified_by: no person.
    """
    facts: dict[str, Any] = json.loads(properties)
    week = make_week(
        facts.get("opening_hours"),
        today,
        exceptions=exceptions,
        staffed=facts.get("staffed_hours"),
        place=Place(lon, lat),
    )
    return Details(
        facts=facts,
        summary=_summary(facts),
        status=status_note(facts, today),
        getting_in=words.getting_in(facts),
        accessibility=words.accessibility(facts),
        room=words.room(facts),
        place=words.place(facts, lon, lat),
        provenance=words.provenance(facts),
        provenance_line=words.provenance_line(facts, verified_by),
        amenities=amenity_groups(facts.get("amenities") or {}, facts.get("amenity_facts") or {}),
        week=week,
        hours_text=_hours_text(facts, week),
        minimum=minimum_of(facts),
    )


def _hours_text(facts: dict[str, Any], week: Week) -> str:
    hours = facts.get("opening_hours")
    if week.known and wording.hours(hours) is not None:
        return ""
    return facts.get("hours_text") or hours or ""


def _summary(facts: dict[str, Any]) -> str:
    place = facts.get("address") or facts.get("district") or ""
    kind = kind_in_words(facts)
    parts = (
        t("示例数据，不是真的驿站") if facts.get("demo") else "",
        t("%(kind)s，%(place)s", kind=kind, place=place) if place else kind,
        wording.hours(facts.get("opening_hours")) or t("开放时间不清楚"),
        access_in_words(facts),
        _have(facts.get("amenities") or {}),
    )
    return "".join(t("%(told)s。", told=part) for part in parts if part).strip()


def _have(states: dict[str, str]) -> str:
    have = [amenity for amenity in AMENITIES if states.get(amenity.code) == "yes"]
    if not have:
        return ""
    names = [one.zh if language() == "zh" else one.en for one in have[:_TOLD]]
    listed = t("、").join(names)
    if len(have) <= _TOLD:
        return t("有%(what)s", what=listed)
    return tn("有%(what)s等 %(num)s 样", len(have), what=listed)

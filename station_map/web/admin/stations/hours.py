"""The next 14 days as the hours in a form would have them, the week as a table, and certain dates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, jsonify, request

from station_map.domain.accounts import Action
from station_map.domain.editing.week_grid import WeekGrid, checked_grid, expression_of, grid_of
from station_map.domain.hours import (
    SHANGHAI,
    DatedException,
    DayKind,
    Place,
    Timeline,
    china_calendar,
)
from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.domain.hours_override import MAX_NOTE
from station_map.domain.opening_hours import MAX_LENGTH
from station_map.domain.texts_and_days import EARLIEST, LATEST, MAX_DAYS, line_if_any
from station_map.errors import InputError, LimitExceeded
from station_map.importers.values.dates import date_of
from station_map.store import hours_exceptions
from station_map.store.edits import Snapshot
from station_map.store.station_page import beside_station
from station_map.store.writing import writing
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.stations.controls import BY_NAME
from station_map.web.admin.stations.reading import hours_of
from station_map.web.admin.stations.shared import address_of, station_for
from station_map.web.pages.details.week import spans_in_words, spans_on
from station_map.web.runtime import database

AHEAD_DAYS: Final = 14
_LARGEST_GRID: Final = 1_000
_CLOSED: Final = frozenset({"", "off", "closed", "休息", "关门", "不开"})
_BIGGEST_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One of the days ahead, in words. why: what makes it another day than usual, or ""."""

    date: str
    weekday: str
    times: str
    staffed: str
    why: str
    today: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """expression: the hours in OSM syntax, "" when unknown. trouble: why they cannot be read.

    grid: rows of [start, end] minutes, Monday first, then holidays (None: as other days); None
    when a table cannot say it.
    """

    expression: str
    trouble: str
    staffed_trouble: str
    days: tuple[PreviewDay, ...]
    grid: tuple[tuple[tuple[int, int], ...] | None, ...] | None
    year_unknown: bool


def preview(
    station: Snapshot | None, values: Mapping[str, str], today: dt.date | None = None
) -> Preview:
    """The days ahead by what stands in the form, with the station's exceptions and overrides."""
    expression, trouble = _read("opening_hours", values, station)
    staffed, staffed_trouble = _read("staffed_hours", values, station)
    today = today or dt.datetime.now(SHANGHAI).date()
    exceptions: Sequence[DatedException] = ()
    place = None
    if station is not None:
        exceptions = beside_station(database(), station.code).exceptions
        place = Place(station.document["lon"], station.document["lat"])
    usual = Timeline(expression, exceptions, place=place)
    manned = Timeline(staffed, place=place)
    days = [today + dt.timedelta(days=n) for n in range(AHEAD_DAYS)]
    return Preview(
        expression or "",
        trouble,
        staffed_trouble,
        tuple(_day(usual, manned, day, today) for day in days),
        _rows(grid_of(expression)) if expression else ((),) * 7 + (None,),
        any(not usual.year_known(day) for day in days),
    )


def _read(name: str, values: Mapping[str, str], station: Snapshot | None) -> tuple[str | None, str]:
    text = values.get(name, "")[:MAX_LENGTH]
    if station is not None and text == station.document[name]:
        return text, ""  # what is stored needs no reading
    try:
        return hours_of(BY_NAME[name], text), ""
    except InputError as error:
        return None, in_chinese(error)


def _day(usual: Timeline, manned: Timeline, day: dt.date, today: dt.date) -> PreviewDay:
    exception = usual.exception(day)
    known = exception is not None or usual.schedule() is not None
    spans = spans_on(usual, day)
    if exception is not None:  # its reason stands beside the times already
        spans = tuple(span._replace(comment="") for span in spans)
    return PreviewDay(
        date=f"{day.month}月{day.day}日",
        weekday=WEEKDAYS_ZH[day.weekday()],
        times="、".join(spans_in_words(spans)) if known else "不清楚",
        staffed="、".join(spans_in_words(spans_on(manned, day))) if manned.schedule() else "",
        why=_why(day, exception),
        today=day == today,
    )


def _why(day: dt.date, exception: DatedException | None) -> str:
    if exception is not None:
        return exception.reason or "特别安排"
    calendar = china_calendar()
    kind, name = calendar.kind(day), calendar.name(day) or ""
    if kind is DayKind.HOLIDAY:
        return f"{name}放假"
    return f"{name}调休，要上班" if kind is DayKind.MAKEUP_WORKDAY else ""


def _rows(grid: WeekGrid | None) -> tuple[tuple[tuple[int, int], ...] | None, ...] | None:
    return None if grid is None else (*grid.days, grid.holidays)


@blueprint.get("/hours-preview")
def hours_preview() -> Response:
    """The same as JSON, for a script.

    `code`: the station, or none; `hours`, `staffed`: text; or `grid`: JSON of eight rows
    instead of `hours`, for which the text is told.
    """
    station = None
    if code := request.args.get("code", ""):
        _, station = station_for(Action.STATION_EDIT, code)
    values = {
        "opening_hours": request.args.get("hours", ""),
        "staffed_hours": request.args.get("staffed", ""),
    }
    if "grid" in request.args:
        try:
            values["opening_hours"] = expression_of(_sent_grid(request.args["grid"]))
        except InputError as error:
            return jsonify({"trouble": in_chinese(error), "days": []})
    found = preview(station, values)
    return jsonify(
        {
            "expression": found.expression,
            "trouble": found.trouble,
            "staffed_trouble": found.staffed_trouble,
            "grid": found.grid,
            "days": [
                {name: getattr(day, name) for name in PreviewDay.__dataclass_fields__}
                for day in found.days
            ],
        }
    )


def _sent_grid(text: str) -> WeekGrid:
    try:
        rows = json.loads(text) if len(text) <= _LARGEST_GRID else None
        *days, holidays = rows  # type: ignore[misc]
        spans = [[(int(a), int(b)) for a, b in row] for row in days]
        special = None if holidays is None else [(int(a), int(b)) for a, b in holidays]
    except (TypeError, ValueError, RecursionError):
        raise InputError(
            "时间表不完整。 The table is not whole.",
            parameter="grid",
            allowed="eight rows of spans in minutes",
        ) from None
    return checked_grid(spans, special)


# --- certain dates ----------------------------------------------------------------------------


@blueprint.post("/stations/<code>/exceptions")
def exception_add(code: str) -> Response:
    """Other hours on certain dates, at once."""
    account, station = station_for(Action.STATION_EDIT, code)
    form = given()
    try:
        said = _exception(form)
        with writing(database(), actor=account.name) as unit:
            hours_exceptions.add_exception(unit, station.code, said)
    except (InputError, LimitExceeded) as error:
        form.note(error)
        return page(
            "station_exceptions.html",
            status=BAD_REQUEST,
            station=station,
            name=station.document["name"],
            exceptions=hours_exceptions.exceptions_of(database(), station.code),
            exception_form=form,
        )
    return go(address_of(station.code, "/edit/hours#dates"))


@blueprint.post("/stations/<code>/exceptions/<int:number>/remove")
def exception_remove(code: str, number: int) -> Response:
    """Take such dates away. Raises NotFound."""
    account, station = station_for(Action.STATION_EDIT, code)
    with writing(database(), actor=account.name) as unit:
        hours_exceptions.remove_exception(unit, station.code, min(number, _BIGGEST_ID))
    return go(address_of(station.code, "/edit/hours#dates"))


def _exception(form: Form) -> DatedException:
    """Raises InputError at its field."""
    first = _date(form["first_day"], "first_day")
    last = _date(form["last_day"], "last_day") if form["last_day"].strip() else first
    if last < first or (last - first).days >= MAX_DAYS:
        raise InputError(
            f"最后一天不能早于第一天，最多 {MAX_DAYS} 天。 The last day may not come before the"
            " first.",
            parameter="last_day",
            allowed=f"a day from the first on, {MAX_DAYS} days at most",
        )
    text = form["hours"].strip()
    hours = "off" if text.lower() in _CLOSED else hours_of(BY_NAME["opening_hours"], text)
    reason = line_if_any(form["why"], "why", "原因", MAX_NOTE, example="春节")
    return DatedException(first, last, hours, reason or "")


def _date(text: str, name: str) -> dt.date:
    found = date_of(text).value
    if found is None or not EARLIEST <= found <= LATEST:
        raise InputError(
            "请写日期，比如 2027-02-05。 A date is needed.",
            parameter=name,
            allowed="a date",
            example="2027-02-05",
        )
    return dt.date(found.year, found.month, found.day)

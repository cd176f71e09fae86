"""The service calendar: what is on or will be, adding to it, and withdrawing from it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Final

from flask import Response

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.accounts.roles import Reach, reach
from station_map.domain.hours import SHANGHAI
from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.domain.service_event import Event, checked_event, checked_recurring
from station_map.domain.vocabulary import EventKind
from station_map.errors import InputError, NotFound
from station_map.store import accounts, events
from station_map.store.calendar_page import coming, kept_event
from station_map.store.live import place_of
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.pages.details.rules import rule_words
from station_map.web.runtime import database

_OWN: Final = f"{PATH}/calendar"
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)
_WEEKDAYS: Final = tuple(zip(("MO", "TU", "WE", "TH", "FR", "SA", "SU"), WEEKDAYS_ZH, strict=True))
_REPEATS: Final = (
    ("daily", "从第一天到最后一天，天天有"),
    ("weekly", "每周的某几天"),
    ("rule", "别的规则"),
)
# The names that the domain gives to what is wrong, and the form's own.
_FIELDS: Final = {"to": "last"}


@blueprint.get("/calendar")
def calendar() -> Response:
    """What is on or will be, and the form for one more."""
    return _calendar_page(Form({"repeat": "daily", "first": _today().isoformat()}))


@blueprint.post("/calendar")
def calendar_add() -> Response:
    """Enter a service at a station or all over an area."""
    form = given("weekdays")
    at, place = _where(form)
    event = _event(form)
    if form.trouble or event is None or at is None:
        return _calendar_page(form, status=BAD_REQUEST)
    me = require(Action.EVENT_EDIT, place)
    try:
        with database().transaction(actor=me.name, origin="form") as unit:
            events.enter(unit, at, event)
    except InputError as error:
        form.note(error)
        return _calendar_page(form, status=BAD_REQUEST)
    return go(_OWN)


@blueprint.post("/calendar/<int:number>/withdraw")
def calendar_withdraw(number: int) -> Response:
    """Take a service out; no page shows it any more."""
    me = require(Action.EVENT_EDIT, kept_event(database(), number).place)
    with database().transaction(actor=me.name, origin="form") as unit:
        events.withdraw(unit, number)
    return go(_OWN)


def _calendar_page(form: Form, *, status: int = 200) -> Response:
    me = identity.signed_in().account
    kept = [one for one in coming(database(), _today()) if _concerns(me, one.place)]
    return page(
        "calendar.html",
        status=status,
        form=form,
        kept=[
            {
                "event": one.event,
                "mine": may(me, Action.EVENT_EDIT, one.place),
                "recurs": one.event.rule and rule_words(one.event.rule),
            }
            for one in kept
        ],
        kinds=[(kind.value, kind.zh) for kind in EventKind],
        repeats=_REPEATS,
        weekdays=_WEEKDAYS,
        areas=_areas(me),
    )


def _concerns(me: Account, place: Place) -> bool:
    """Everybody sees what is held all over an area; of single stations, one's own."""
    return place.station is None or may(me, Action.EVENT_EDIT, place)


def _areas(me: Account) -> list[tuple[str, str]]:
    """Those in which this account may put something on for all stations."""
    if reach(me, Action.EVENT_EDIT) is Reach.STATIONS:
        return []
    return [
        (adcode, name)
        for adcode, name in accounts.areas_to_choose(database())
        if may(me, Action.EVENT_EDIT, Place(adcode=adcode))
    ]


def _where(form: Form) -> tuple[events.At | None, Place]:
    code, area = form["station"].strip(), form["area"]
    if bool(code) == bool(area):
        form.trouble["station"] = "写一个驿站编号，或者选一个地区，二选一。"
        return None, Place()
    if area:
        return events.At(adcode=area), Place(adcode=area)
    try:
        # PostgreSQL would refuse a NUL with an error; no code holds one.
        place = place_of(database(), code if _CODE.fullmatch(code) else "")
    except NotFound:
        form.trouble["station"] = "没有这个编号的驿站。编号印在门牌上，如 340603-00001。"
        return None, Place()
    return events.At(station=code), place


def _event(form: Form) -> Event | None:
    """What the form tells; None, with its trouble kept, when that cannot be."""
    first = form.read(_day, "first", _today())
    last = form.read(_day, "last", first) if form["last"] else None
    times = {name: form.read(_clock, name, None) for name in ("starts", "ends") if form[name]}
    kind = form.read(_kind, "kind", EventKind.COOLING_SUPPLIES)
    if form.trouble:
        return None
    told = Event(
        kind=kind,
        title=form["title"],
        first_day=first,
        last_day=last or first,
        source=form["source"],
        starts_at=times.get("starts"),
        ends_at=times.get("ends"),
        note=form["note"] or None,
    )
    try:
        rule = _rule(form)
        if rule is None:
            return checked_event(told)
        return checked_recurring(replace(told, rule=rule), last)
    except InputError as error:
        form.note(error)
        for name, own in _FIELDS.items():
            if name in form.trouble and name not in form.values:
                form.trouble[own] = form.trouble.pop(name)
        return None


def _rule(form: Form) -> str | None:
    """The RRULE that was chosen; None for every day. Raises InputError."""
    if form["repeat"] == "weekly":
        days = [code for code, _ in _WEEKDAYS if code in form.chosen("weekdays")]
        if not days:
            raise InputError("至少勾一天。 Choose a day at least.", parameter="weekdays")
        return f"FREQ=WEEKLY;BYDAY={','.join(days)}"
    return form["rule"] if form["repeat"] == "rule" else None


def _day(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        raise InputError("写成年-月-日，如 2026-11-25。 Such as 2026-11-25.") from None


def _clock(text: str) -> dt.time | None:
    try:
        return dt.datetime.strptime(text[:5], "%H:%M").time()  # noqa: DTZ007 - a time of day alone
    except ValueError:
        raise InputError("写成几点几分，如 14:30。 Such as 14:30.") from None


def _kind(text: str) -> EventKind:
    try:
        return EventKind(text)
    except ValueError:
        raise InputError("选一种。 Choose one.") from None


def _today() -> dt.date:
    return dt.datetime.now(SHANGHAI).date()

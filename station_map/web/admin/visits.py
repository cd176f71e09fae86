"""Counts of visits for planners: by station, district and hour of the week; as a page and as csv."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response

from station_map.domain.accounts import Account, Action, may, within
from station_map.domain.hours import local_day
from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.domain.visits import STEP, in_words, told
from station_map.errors import InputError
from station_map.exporters.visits import as_csv
from station_map.store.visit_counts import StationVisits, visits_by_hour, visits_by_station
from station_map.web.admin import identity
from station_map.web.admin.forms import BAD_REQUEST, Form
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.queue.reading import areas_of, asked, choice, now, query_of
from station_map.web.runtime import database, settings

_FIELDS: Final = ("first", "last", "area", "station")
_USUAL: Final = dt.timedelta(days=27)  # four weeks with today
_SHOWN: Final = 200
_LEVELS: Final = 4  # of the drawing, above none
_ALL_AREAS: Final = ("", "所有地区")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is counted. first, last: days of China. area, station: codes, "" for all."""

    first: dt.date
    last: dt.date
    area: str
    station: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of the week. words: its count, as it may be told. level: 0 to 4, for the drawing."""

    words: str
    level: int


@blueprint.get("/visits")
def visits() -> Response:
    """Which stations were visited how often, and when in the week."""
    me = identity.signed_in().account
    form, wanted = _asked(me)
    found = _within_reach(me, wanted) if not form.trouble else []
    week = visits_by_hour(
        database(), wanted.first, wanted.last, (one.place.station or 0 for one in found)
    )
    return page(
        "visits.html",
        status=BAD_REQUEST if form.trouble else 200,
        form=form,
        areas=[_ALL_AREAS, *areas_of(me)],
        counting=settings().count_visits,
        stations=[(one, in_words(one.visits)) for one in found[:_SHOWN]],
        left_out=max(0, len(found) - _SHOWN),
        total=in_words(sum(one.visits for one in found)),
        districts=_districts(found),
        week=_cells(week),
        weekdays=WEEKDAYS_ZH,
        step=STEP,
        file=query_of(form.values),
    )


@blueprint.get("/visits.csv")
def visits_csv() -> Response:
    """The whole list of stations as a file."""
    me = identity.signed_in().account
    form, wanted = _asked(me)
    if form.trouble:
        raise InputError(
            "日期、地区或驿站编号不对，请回到网页上看。 See the page for what is wrong."
        )
    body = as_csv(_within_reach(me, wanted), wanted.first, wanted.last)
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="visits.csv"'
    return response


def _asked(me: Account) -> tuple[Form, Asked]:
    """The filters of the address; what is wrong with them is in the form."""
    form = asked(*_FIELDS)
    today = local_day(now())
    last = form.read(_day, "last", today) if form["last"] else today
    first = form.read(_day, "first", last - _USUAL) if form["first"] else last - _USUAL
    most = settings().keep_visits_days
    if not form.trouble and not 0 <= (last - first).days < most:
        form.trouble["last"] = f"不能早于第一天，也不能隔 {most} 天以上。"
    options = (_ALL_AREAS, *areas_of(me))
    area = form.read(lambda text: choice(options, text, "area"), "area", "")
    values = {**form.values, "first": form["first"] or first.isoformat()}
    form.values = values | {"last": form["last"] or last.isoformat()}
    return form, Asked(first, last, area, form["station"].strip())


def _day(text: str) -> dt.date:
    """Raises InputError, for years as well that a database would refuse or no count is of."""
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        day = dt.date.min
    if not 2000 <= day.year <= 2200:
        raise InputError("写成年-月-日，如 2026-11-25。 Such as 2026-11-25.")
    return day


def _within_reach(me: Account, wanted: Asked) -> list[StationVisits]:
    """What the account may see of what is asked for."""
    return [
        one
        for one in visits_by_station(database(), wanted.first, wanted.last)
        if may(me, Action.VISIT_SEE, one.place)
        and (not wanted.station or one.code == wanted.station)
        and (not wanted.area or within(one.place.adcode or "", wanted.area))
    ]


def _districts(found: Sequence[StationVisits]) -> list[tuple[str, str]]:
    counts: Counter[str] = Counter()
    for one in found:
        counts[one.district or "地区未知"] += one.visits
    return [(name, in_words(visits)) for name, visits in counts.most_common()]


def _cells(week: dict[tuple[int, int], int]) -> list[list[Cell]]:
    """Weekdays by hours. Levels come from what is told, so the drawing tells no more."""
    most = max((told(visits) or STEP for visits in week.values()), default=STEP)

    def cell(visits: int) -> Cell:
        number = told(visits)
        level = 1 if number is None else -(-number * _LEVELS // most)
        return Cell(in_words(visits), level)

    return [[cell(week.get((day, hour), 0)) for hour in range(24)] for day in range(7)]

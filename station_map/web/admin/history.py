"""What was changed: of one station, of all that one may see, of one change set or import."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.hours import SHANGHAI
from station_map.errors import InputError, NotFound
from station_map.search.listing import get_station
from station_map.store import history
from station_map.store.history import Latest, Revision, Wanted
from station_map.web.admin import identity
from station_map.web.admin.differences import Line, Move, Words, area_names, move_of
from station_map.web.admin.forms import BAD_REQUEST, Form
from station_map.web.admin.gate import blueprint, page, require
from station_map.web.admin.maps import admin_map
from station_map.web.pages.small_map import SmallMap
from station_map.web.runtime import database

ORIGIN_WORDS: Final = {
    "form": "网页",
    "import": "导入台账",
    "api": "接口",
    "report": "骑手反映",
    "system": "系统",
}
ACTION_WORDS: Final = {"created": "新建", "updated": "改动", "deleted": "删除"}
SET_WORDS: Final = {"bulk": "批量修改", "revert": "撤销", "merge": "合并"}
_ACTOR_LONGEST: Final = 100
_BIGGEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A revision as a page shows it. number: of its move on the page's map."""

    revision: Revision
    lines: list[Line]
    origin: str
    action: str
    set_words: str
    move: Move | None = None
    number: int = 0


@blueprint.get("/stations/<code>/history")
def station_history(code: str) -> Response:
    """Every change of one station, the latest first, with a map of its moves."""
    get_station(database(), code)  # refuses what is no code before the database sees it
    place = history.station_place(database(), code)
    reader = require(Action.STATION_HISTORY, Place(place.id, place.adcode))
    found = history.latest(database(), reader, Wanted(station=place.id), before=_cursor())
    entries = in_words(found.revisions, reader, (place.lon, place.lat), on_map=True)
    return page(
        "history_station.html",
        place=place,
        entries=entries,
        next_page=_next(found),
        first_page=_cursor() is None,
        may_revert=may(reader, Action.STATION_REVERT, Place(place.id, place.adcode)),
        **moves_map(entries),
    )


@blueprint.get("/history")
def history_all() -> Response:
    """The latest changes of all stations that one may see, with a filter."""
    reader = identity.signed_in().account
    form = Form({name: request.args.get(name, "") for name in _FILTERS})
    wanted = _wanted(form)
    found = Latest([], None)
    if not form.trouble:
        found = history.latest(database(), reader, wanted, before=_cursor())
    return page(
        "history.html",
        status=BAD_REQUEST if form.trouble else 200,
        form=form,
        entries=in_words(found.revisions, reader, None),
        next_page=_next(found),
        origins=[("", "都看"), *ORIGIN_WORDS.items()],
        first_page=_cursor() is None,
    )


def in_words(
    revisions: Sequence[Revision],
    reader: Account,
    here: tuple[float, float] | None,
    *,
    on_map: bool = False,
) -> list[Entry]:
    """Revisions as a page shows them. here: where their station is now (degrees, WGS-84).

    on_map: moves get the numbers that they have on the page's map.
    """
    areas = area_names(one.changes for one in revisions)
    entries: list[Entry] = []
    number = 0
    for one in revisions:
        seen = may(reader, Action.CONTACTS_SEE, Place(one.station_id, one.adcode))
        lon, lat = here or (float("nan"), float("nan"))
        moved = {"lon", "lat"} & one.changes.keys()
        move = None
        if one.action == "updated" and moved and (here is not None or len(moved) == 2):
            move = move_of(one.changes, lon, lat)
        if move is not None and on_map:
            number += 1
        # What it was before it was new or after it was deleted says nothing.
        told = one.changes if one.action == "updated" else {}
        entries.append(
            Entry(
                revision=one,
                lines=Words(areas, contacts=seen).lines(told, move),
                origin=ORIGIN_WORDS.get(one.origin, one.origin),
                action=ACTION_WORDS.get(one.action, one.action),
                set_words=SET_WORDS.get(one.set_kind or "", one.set_kind or ""),
                move=move,
                number=number if move is not None else 0,
            )
        )
        if here is not None and move is not None:
            here = (move.from_lon, move.from_lat)  # where it was before, for those further down
    return entries


def moves_map(entries: Sequence[Entry]) -> dict[str, Any]:
    """The map of the moves among them for a template, or None: `map`, `moves` as JSON."""
    moved = [one for one in entries if one.move is not None]
    if not moved:
        return {"map": None, "moves": ""}
    chart = admin_map("moves.js")
    return {"map": chart, "moves": json.dumps([_figures(chart, one) for one in moved])}


def _figures(chart: SmallMap, entry: Entry) -> list[float]:
    move = entry.move
    assert move is not None  # noqa: S101 - asked for by the caller
    return [
        *chart.place(move.from_lon, move.from_lat),
        *chart.place(move.to_lon, move.to_lat),
        entry.number,
    ]


# ---- questions --------------------------------------------------------------------------

_FILTERS: Final = ("actor", "origin", "set", "run", "since", "until")


def _wanted(form: Form) -> Wanted:
    origin = form["origin"]
    if origin and origin not in ORIGIN_WORDS:
        form.trouble["origin"] = "请从列表里选。"
    actor = form["actor"].strip()
    if len(actor) > _ACTOR_LONGEST or not actor.isprintable():
        form.trouble["actor"] = f"最多 {_ACTOR_LONGEST} 个字。"
    until = form.read(_day, "until", None)
    return Wanted(
        actor=actor or None,
        origin=origin or None,
        change_set=form.read(_number, "set", None),
        import_run=form.read(_number, "run", None),
        since=form.read(_day, "since", None),
        until=None if until is None else until + dt.timedelta(days=1),
    )


def _day(text: str) -> dt.datetime | None:
    """Midnight in China of a day; None when nothing is given."""
    if not text.strip():
        return None
    try:
        day = dt.date.fromisoformat(text.strip())
        return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InputError("请写日期，比如 2026-11-22。 A day is wanted.") from None


def _number(text: str) -> int | None:
    told = text.strip()
    if not told:
        return None
    if not (told.isascii() and told.isdecimal() and int(told[:20]) <= _BIGGEST):
        raise InputError("请写编号，是一个数。 A number is wanted.")
    return int(told)


def _cursor() -> int | None:
    """Where the page before ended. Raises NotFound for what no page has given."""
    told = request.args.get("before")
    if told is None:
        return None
    if not (told.isascii() and told.isdecimal() and 0 < int(told[:20]) <= _BIGGEST):
        raise NotFound("page", told[:20])
    return int(told)


def _next(found: Latest) -> str | None:
    """The address of the next page: the same question, from where this one ends."""
    if found.before is None:
        return None
    kept = {name: value for name, value in request.args.items() if name != "before" and value}
    return f"{request.root_path}{request.path}?{urlencode({**kept, 'before': found.before})}"

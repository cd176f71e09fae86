"""Where riders want a station: map, list by district, and what planners decide."""

from __future__ import annotations

from typing import Final

from flask import Response, request, url_for

from station_map.domain.accounts import Account, Action, may
from station_map.domain.cases import checked_note
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.domain.wishes import WishStatus, check_decision
from station_map.errors import Conflict, InputError
from station_map.store import wishes as stored
from station_map.store.wishes import Wish
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.queue.reading import (
    PER_PAGE,
    areas_of,
    asked,
    choice,
    page_number,
    query_of,
    whole_number,
)
from station_map.web.admin.queue.spots import asked_datum, collection, point, spots_frame
from station_map.web.runtime import database

_CONFLICT: Final = 409
_MOST_VERSIONS: Final = 1_000_000
_STATUSES: Final = tuple((one.value, one.zh) for one in WishStatus)
_FILTER: Final = (("", "所有状态"), *_STATUSES)


@blueprint.get("/wishes")
def wishes() -> Response:
    """The map of all that the filter leaves, and the list by district, thirty a page."""
    me = identity.signed_in().account
    form = asked("status", "area", "page")
    status, area = _filter(form, me)
    number = page_number(form["page"])
    found, every = stored.wishes(
        database(), me, status=status, adcode=area, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    last = max(1, -(-every // PER_PAGE))
    return page(
        "wishes.html",
        status=BAD_REQUEST if form.trouble else 200,
        form=form,
        options={"status": _FILTER, "area": (("", "所有地区"), *areas_of(me))},
        wishes=found,
        every=every,
        number=number,
        last=last,
        before=query_of(form.values, page=number - 1) if number > 1 else None,
        after=query_of(form.values, page=number + 1) if number < last else None,
        districts=stored.by_district(database(), me),
        frame=spots_frame() if every else None,
        spots=query_of({name: form[name] for name in ("status", "area")}),
        amenity_words=_amenity_words(found),
    )


@blueprint.get("/wishes.json")
def wish_spots() -> Response:
    """The wishes of the filter for the map, at most MOST_MAPPED."""
    me = identity.signed_in().account
    status, area = _filter(asked("status", "area"), me)
    found, _ = stored.wishes(database(), me, status=status, adcode=area, limit=stored.MOST_MAPPED)
    datum = asked_datum()
    return collection(
        [
            point(
                one.lon,
                one.lat,
                datum,
                name=f"{one.status.zh}：{one.note[:60]}" if one.note else one.status.zh,
                look=one.status.value,
                href=url_for("admin.wish", number=one.id),
            )
            for one in found
        ]
    )


@blueprint.get("/wishes/<int:number>")
def wish(number: int) -> Response:
    """One wish, what was decided, and for planners the form."""
    found, me = _seen(number)
    return _wish_page(found, me, Form({"status": found.status.value}))


@blueprint.post("/wishes/<int:number>")
def wish_decide(number: int) -> Response:
    """Decide about a wish."""
    found = stored.wish(database(), number)
    me = require(Action.WISH_DECIDE, found.place)
    form = given()
    status = form.read(lambda told: WishStatus(choice(_STATUSES, told, "status")), "status", None)
    reason = form.read(lambda told: checked_note(told, "reason"), "reason", None)
    version = form.read(_version, "version", 0)
    if status is None or form.trouble:
        return _wish_page(found, me, form, status=BAD_REQUEST)
    try:
        check_decision(status, reason)
        with writing(database(), actor=me.name) as unit:
            stored.decide(unit, number, status, reason, version)
    except InputError as error:
        form.note(error)
        return _wish_page(found, me, form, status=BAD_REQUEST)
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return _wish_page(stored.wish(database(), number), me, form, status=_CONFLICT)
    return go(f"{request.root_path}{PATH}/wishes/{number}?done=1")


def _seen(number: int) -> tuple[Wish, Account]:
    found = stored.wish(database(), number)
    return found, require(Action.WISH_SEE, found.place)


def _version(told: str) -> int:
    return 0 if told == "0" else whole_number(told, _MOST_VERSIONS, 1)


def _filter(form: Form, me: Account) -> tuple[WishStatus | None, str | None]:
    areas = (("", ""), *areas_of(me))
    status = form.read(lambda told: choice(_FILTER, told, "status"), "status", "")
    area = form.read(lambda told: choice(areas, told, "area"), "area", "")
    return (WishStatus(status) if status else None), area or None


def _wish_page(found: Wish, me: Account, form: Form, *, status: int = 200) -> Response:
    return page(
        "wish.html",
        status=status,
        wish=found,
        form=form,
        statuses=_STATUSES,
        decisions=stored.decisions(database(), found.id),
        may_decide=may(me, Action.WISH_DECIDE, found.place),
        done=request.args.get("done", "") == "1",
        amenity_words=_amenity_words([found]),
    )


def _amenity_words(found: list[Wish]) -> dict[str, str]:
    return {code: AMENITY_BY_CODE[code].zh for one in found for code in one.amenities}

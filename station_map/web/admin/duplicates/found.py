"""Pairs of stations that may be one: the list, the likeliest first, and their map."""

from __future__ import annotations

from typing import Final

from flask import Response, request, url_for

from station_map.domain.accounts import Account
from station_map.store import duplicate_pairs as stored
from station_map.store.duplicate_pairs import Found
from station_map.web.admin import identity
from station_map.web.admin.forms import BAD_REQUEST, Form
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.queue.reading import (
    PER_PAGE,
    areas_of,
    asked,
    choice,
    page_number,
    query_of,
)
from station_map.web.admin.queue.spots import asked_datum, collection, point, spots_frame
from station_map.web.runtime import database

_DONE: Final = {
    "different": "记下了：不是同一个。除非哪一个搬了家、改了名，不再问。",
    "one_door": "记下了：两块牌子一个门。两页都在，座位只算一次。",
}


@blueprint.get("/duplicates")
def duplicates() -> Response:
    """The pairs within one's area, thirty a page."""
    me = identity.signed_in().account
    form = asked("area", "page")
    area = _area(form, me)
    number = page_number(form["page"])
    found = _found(me, area, number) if not form.trouble else Found([], 0, 0)
    last = max(1, -(-found.every // PER_PAGE))
    return page(
        "duplicates.html",
        status=BAD_REQUEST if form.trouble else 200,
        form=form,
        options={"area": (("", "所有地区"), *areas_of(me))},
        found=found,
        too_many=found.compared > stored.MOST_COMPARED,
        number=number,
        last=last,
        before=query_of(form.values, page=number - 1) if number > 1 else None,
        after=query_of(form.values, page=number + 1) if number < last else None,
        frame=spots_frame() if found.pairs else None,
        spots=query_of({"area": form["area"], "page": str(number)}),
        done=_DONE.get(request.args.get("done", "")),
    )


@blueprint.get("/duplicates.json")
def duplicate_spots() -> Response:
    """The stations of a page of pairs, for its map."""
    me = identity.signed_in().account
    form = asked("area", "page")
    found = _found(me, _area(form, me), page_number(form["page"]))
    datum = asked_datum()
    return collection(
        [
            point(
                side.lon,
                side.lat,
                datum,
                name=side.name,
                look="station",
                href=url_for("admin.duplicate_pair", code=pair.first.code, other=pair.second.code),
            )
            for pair in found.pairs
            for side in (pair.first, pair.second)
        ]
    )


def _area(form: Form, me: Account) -> str | None:
    areas = (("", ""), *areas_of(me))
    return form.read(lambda told: choice(areas, told, "area"), "area", "") or None


def _found(me: Account, area: str | None, number: int) -> Found:
    return stored.candidates(
        database(), me, district=area, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )

"""`/feed/changes.atom`: what changed lately, for feed readers."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Response, request

from station_map.errors import NotFound
from station_map.exporters.change_atom import Feed, atom
from station_map.exporters.stations.columns import FIELDS
from station_map.store.areas import area_outlines
from station_map.store.change_news import news
from station_map.web.api.stations import AREA
from station_map.web.caching import answer
from station_map.web.contract import Contract, Parameter, Refused
from station_map.web.contract.parameters import shown
from station_map.web.origin import origin
from station_map.web.pages.views import blueprint
from station_map.web.runtime import database, settings

PATH: Final = "/feed/changes.atom"
ATOM: Final = "application/atom+xml"
MAX_AGE_S: Final = 300
PAGE: Final = 50
_DIGITS: Final = 18
# What a change may tell that it changed: what everybody may read of a station.
_PUBLIC: Final = sorted({*FIELDS, "amenities", "hours_exceptions", "position"} - {"datum"})


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise Refused(f"{shown(text)} is no number of a change", f"{shown(text)} 不是变化的编号")
    return int(text)


BEFORE: Final = Parameter(
    name="before",
    parse=_number,
    schema={"type": "integer", "minimum": 0},
    allowed="the number of a change, as in the link to the next page",
    allowed_zh="变化的编号，下一页的链接里有",
    example="1200",
    description="Changes before this one.",
)
CONTRACT: Final = Contract(AREA, BEFORE)


@blueprint.get(PATH)
def changes_feed() -> Response:
    """One page of the feed, the newest change first. Raises NotFound for an unknown area."""
    values = CONTRACT.read(request.environ["QUERY_STRING"])
    area, before = values.get("area"), values.get("before")
    name = None if area is None else _name(area)
    found = news(database(), _PUBLIC, area, before, PAGE + 1)
    told = found[:PAGE]
    further = _address(area, told[-1].id) if len(found) > PAGE else None
    chosen = settings()
    feed = Feed(
        origin=origin(),
        topic="changes" if area is None else f"changes/{area}",
        name=name,
        here=_address(area, before),
        first=_address(area, None),
        next=further,
        publisher=chosen.data_attribution,
        licence=chosen.data_licence,
    )
    return answer(atom(feed, told), ATOM, max_age_s=MAX_AGE_S)


def _name(area: str) -> str:
    names = {one.adcode: one.name for one in area_outlines(database())}
    if area not in names:
        raise NotFound("area", area)
    return names[area]


def _address(area: str | None, before: int | None) -> str:
    asked = {"area": area, "before": before}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{origin()}{PATH}" + (f"?{query}" if query else "")

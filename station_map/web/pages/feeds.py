"""iCalendar feeds: what is on at a station, or in an area."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Final

from flask import Response, request

from station_map.domain.hours import SHANGHAI
from station_map.errors import NotFound
from station_map.exporters.calendar_feed import feed
from station_map.search.listing import get_station
from station_map.store.areas import area_outlines
from station_map.store.service_feed import FeedEvent, of_area, of_station
from station_map.web.api.stations import AREA
from station_map.web.caching import answer
from station_map.web.contract import Contract
from station_map.web.origin import origin
from station_map.web.pages.views import blueprint
from station_map.web.runtime import database

CALENDAR: Final = "text/calendar; charset=utf-8"
MAX_AGE_S: Final = 3_600
# So long a calendar that is fetched now and then still tells what was.
BEHIND: Final = dt.timedelta(days=31)
_CONTRACT: Final = Contract(AREA)
_NOTHING: Final = Contract()


@blueprint.get("/stations/<code>/calendar.ics")
def station_calendar(code: str) -> Response:
    """What is on at one station, what its areas offer included. Raises NotFound."""
    _NOTHING.read(request.environ["QUERY_STRING"])
    name = json.loads(get_station(database(), code).card)["name"]
    return _feed(name, of_station(database(), code, _since()))


@blueprint.get("/calendar.ics")
def area_calendar() -> Response:
    """What is on in a district or a city, and at all stations in it; everywhere without `area`."""
    area = _CONTRACT.read(request.environ["QUERY_STRING"]).get("area")
    name = None
    if area is not None:
        names = {one.adcode: one.name for one in area_outlines(database())}
        if area not in names:
            raise NotFound("area", area)
        name = names[area]
    return _feed(name, of_area(database(), area, _since()))


def _since() -> dt.date:
    return dt.datetime.now(SHANGHAI).date() - BEHIND


def _feed(name: str | None, events: Iterable[FeedEvent]) -> Response:
    return answer(feed(name, events, origin()), CALENDAR, max_age_s=MAX_AGE_S)

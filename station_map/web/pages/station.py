"""A station's page: everything known of it, what is unknown, and where else to go."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from station_map.search.listing import get_station
from station_map.store.areas import districts_around
from station_map.store.doors import beside as behind_the_door
from station_map.store.events import events_at
from station_map.store.station_page import beside_station
from station_map.store.station_photos import photos_of
from station_map.web.language import in_language, kept_language, language
from station_map.web.origin import origin
from station_map.web.pages.cards import make_card
from station_map.web.pages.details import make_details
from station_map.web.pages.details.calendar import services_of
from station_map.web.pages.details.json_ld import images_of, place_of
from station_map.web.pages.details.nearby import nearby
from station_map.web.pages.details.outline import Outline, draw_outline
from station_map.web.pages.links import map_links, tencent_url
from station_map.web.pages.query import RiderQuery, read_query
from station_map.web.pages.rendering import configured_basemap, page
from station_map.web.pages.sharing import share_station
from station_map.web.pages.small_map import small_map
from station_map.web.photos import shown
from station_map.web.runtime import database, live_now, settings
from station_map.web.states import day_of, this_minute

# What the QR of a plate adds to the address (exporters/plates/address.py).
_DOOR: Final = "door"


def station(code: str) -> Response:
    """Everything known of one station. Raises NotFound."""
    query = read_query(request.args, kept_language())
    row = get_station(database(), code)
    minute = this_minute()
    today = day_of(minute)
    beside = beside_station(database(), code)
    details = make_details(
        row.card,
        row.lon,
        row.lat,
        today,
        exceptions=beside.exceptions,
        verified_by=beside.verified_by,
    )
    said = live_now().get(code, ())
    card = make_card(row, position=query.position, minute=minute, said=said)
    bare_url = f"{origin()}/stations/{code}"
    url = in_language(bare_url, language())
    photos = shown(code, card.name, photos_of(database(), code))
    return page(
        "station.html",
        query=query,
        card=card,
        details=details,
        services=services_of(events_at(database(), code, today), today),
        nearby=nearby(database(), code, row.lon, row.lat, minute),
        outline=_outline(details.facts.get("adcode"), row.lon, row.lat),
        map=small_map(configured_basemap()),
        links=map_links(row.lon, row.lat, card.name),
        in_wechat=tencent_url(row.lon, row.lat, card.name),
        place=place_of(details.facts, details.week, url, row.lon, row.lat, today)
        | images_of(photos, origin()),
        photos=photos,
        same_door=behind_the_door(database(), code),
        url=url,
        site=origin(),
        share=share_station(card, details.summary, details.facts),
        bare_url=bare_url,
        around=_around(row.lon, row.lat),
        today=today,
        at_door=request.args.get("from") == _DOOR,
        counts_visits=settings().count_visits,
        visit_to=RiderQuery(language=kept_language()).address(f"/stations/{code}/visit"),
    )


def _around(lon: float, lat: float) -> str:
    return RiderQuery(position=(lon, lat), language=kept_language()).address()


def _outline(adcode: str | None, lon: float, lat: float) -> Outline | None:
    if adcode is None:
        return None
    return draw_outline(districts_around(database(), adcode), adcode, lon, lat)

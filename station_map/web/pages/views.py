"""Routes of the rider's pages: parse, ask, render."""

from __future__ import annotations

from statistics import fmean
from typing import Any, Final

from flask import Blueprint, Response, make_response, render_template, request

from station_map.domain.vocabulary import PRESETS
from station_map.errors import OutOfServiceArea
from station_map.geo.datum import from_wgs84
from station_map.maps.basemaps import Basemap, basemap
from station_map.maps.frame import FrameAssets, FrameParts, FrameView, draw_frame
from station_map.search.listing import get_station
from station_map.store.areas import AreaOutline, area_outlines
from station_map.store.stations import demo_presence
from station_map.web.assets import assets
from station_map.web.pages.cards import make_card
from station_map.web.pages.details import make_details
from station_map.web.pages.links import map_links
from station_map.web.pages.query import RiderQuery, preset_rules, read_query
from station_map.web.pages.results import Results, find
from station_map.web.runtime import database, settings

blueprint: Final = Blueprint("pages", __name__)

# Addresses hold a rider's position: nothing between us and the browser may keep the answer.
_PRIVATE: Final = "private, no-cache"
_BAD_REQUEST: Final = 400
# Where the map starts before anything is loaded: the city of the first operator.
_START: Final = (116.80, 33.78)
_ZOOM: Final = 11


@blueprint.get("/")
def home() -> Response:
    """The page: list and map."""
    areas = area_outlines(database())
    query, results = _answer(areas)
    return _page(
        "home.html",
        status=_BAD_REQUEST if query.problems else 200,
        query=query,
        results=results,
        districts=_districts(areas),
        presets=PRESETS,
        rules=preset_rules(),
        frame=_frame(areas),
    )


@blueprint.get("/parts/results")
def results_part() -> Response:
    """The list alone, as the page's own script asks for it."""
    query, results = _answer(area_outlines(database()))
    return _page("_results.html", query=query, results=results)


@blueprint.get("/parts/card/<code>")
def card_part(code: str) -> Response:
    """One card, for a pin that is not in the list."""
    query = read_query(request.args)
    row = get_station(database(), code)
    card = make_card(row, presets=query.presets, position=query.position)
    return _page("_card.html", query=query, card=card)


@blueprint.get("/stations/<code>")
def station(code: str) -> Response:
    """Everything known of one station."""
    query = read_query(request.args)
    row = get_station(database(), code)
    card = make_card(row, position=query.position)
    return _page(
        "station.html",
        query=query,
        card=card,
        details=make_details(row.card, row.lon, row.lat),
        links=map_links(row.lon, row.lat, card.name),
    )


def _answer(areas: list[AreaOutline]) -> tuple[RiderQuery, Results]:
    query = read_query(request.args)
    names = {area.adcode: area.name for area in areas}
    if query.district is not None and query.district not in names:
        query = query.forget_district()
    try:
        return query, find(database(), query, names.get(query.district or ""))
    except OutOfServiceArea:
        query = query.forget_position()
        return query, find(database(), query, names.get(query.district or ""))


def _districts(areas: list[AreaOutline]) -> list[tuple[str, str]]:
    return [(area.adcode, area.name) for area in areas if area.level == "district"]


def _frame(areas: list[AreaOutline]) -> FrameParts:
    built = assets()
    base = _basemap()
    districts = [area for area in areas if area.level == "district"]
    lon, lat = _START
    if districts:
        lon = fmean(area.lon for area in districts)
        lat = fmean(area.lat for area in districts)
    lon, lat = from_wgs84(lon, lat, base.datum)
    view = FrameView(
        lon=round(lon, 4),
        lat=round(lat, 4),
        zoom=_ZOOM,
        stations_url="/api/v1/stations/slim",
        areas_url="/api/v1/areas",
    )
    files = FrameAssets(built.url("leaflet.js"), built.url("leaflet.css"), built.url("rider.js"))
    return draw_frame(files, view, base)


def _basemap() -> Basemap:
    chosen = settings()
    return basemap(chosen.basemap, key=chosen.tianditu_key)


def _page(template: str, *, status: int = 200, **context: Any) -> Response:
    presence = demo_presence(database())
    response = make_response(render_template(template, presence=presence, **context), status)
    response.headers["Cache-Control"] = _PRIVATE
    return response

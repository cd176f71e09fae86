"""Routes of the rider's pages: parse, ask, render."""

from __future__ import annotations

from statistics import fmean
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, redirect, request
from werkzeug import Response as WerkzeugResponse

from station_map.domain.vocabulary import PRESETS
from station_map.errors import OutOfServiceArea
from station_map.geo.datum import from_wgs84
from station_map.maps.frame import FrameAssets, FrameParts, FrameView, draw_frame
from station_map.search.listing import get_station
from station_map.store.areas import AreaOutline, area_outlines
from station_map.store.tiles import more_than
from station_map.web.assets import assets
from station_map.web.language import kept_language, language, remember_choice
from station_map.web.origin import origin
from station_map.web.pages.cards import make_card
from station_map.web.pages.picks import AMENITY_FIELDS, FIELDS, seat_choices
from station_map.web.pages.query import RiderQuery, preset_rules, read_query
from station_map.web.pages.rendering import configured_basemap, page
from station_map.web.pages.results import Results, find
from station_map.web.pages.sharing import share_home
from station_map.web.pages.station import station
from station_map.web.photos import photo_file
from station_map.web.pictures import area_picture, station_picture
from station_map.web.runtime import database, live_now, settings

blueprint: Final = Blueprint("pages", __name__)
blueprint.before_request(remember_choice)

_BAD_REQUEST: Final = 400
# Where the map starts before anything is loaded: the city of the first operator.
_START: Final = (116.80, 33.78)
_ZOOM: Final = 11


@blueprint.get("/")
def home() -> Response:
    """The page: list and map."""
    areas = area_outlines(database())
    query, results = _answer(areas)
    return page(
        "home.html",
        status=_BAD_REQUEST if query.problems else 200,
        query=query,
        bare_url=f"{origin()}/" if query == RiderQuery(language=query.language) else None,
        share=share_home(query, dict(_districts(areas)), request.args.get("lock", "")),
        results=results,
        districts=_districts(areas),
        presets=PRESETS,
        fields=FIELDS,
        amenity_fields=AMENITY_FIELDS,
        seats=seat_choices(query.picks),
        rules=preset_rules(),
        frame=_frame(areas),
    )


@blueprint.get("/parts/results")
def results_part() -> Response:
    """The list alone, as the page's own script asks for it."""
    query, results = _answer(area_outlines(database()))
    return page("_results.html", query=query, results=results)


@blueprint.get("/parts/card/<code>")
def card_part(code: str) -> Response:
    """One card, for a pin that is not in the list."""
    query = read_query(request.args, kept_language())
    row = get_station(database(), code)
    said = live_now().get(code, ())
    card = make_card(row, presets=query.asked, position=query.position, said=said)
    return page("_card.html", query=query, card=card)


blueprint.get("/stations/<code>")(station)
blueprint.get("/stations/<code>/card.png")(station_picture)
blueprint.get("/card.png")(area_picture)
blueprint.get("/stations/<code>/photos/<int:number>.<any(jpg, webp):form>")(photo_file)


@blueprint.get("/stations/<code>/history")
def station_history(code: str) -> WerkzeugResponse:
    """To the page for those who keep the data: their cookie goes there alone."""
    return redirect(f"{request.root_path}/admin/stations/{quote(code, safe='')}/history", 303)


@blueprint.get("/planning")
def planning() -> WerkzeugResponse:
    """To the page for planners, with the question of the address."""
    query = request.query_string.decode("ascii", "ignore")
    target = f"{request.root_path}/admin/planning"
    return redirect(f"{target}?{query}" if query else target, 303)


def shell_page() -> Response:
    """The page with an empty list, the same for everyone: a phone keeps it for the road."""
    areas = area_outlines(database())
    return page(
        "home.html",
        kept_shell=True,
        query=RiderQuery(language=kept_language()),
        results=None,
        districts=_districts(areas),
        presets=PRESETS,
        fields=FIELDS,
        amenity_fields=AMENITY_FIELDS,
        seats=seat_choices(()),
        rules=preset_rules(),
        frame=_frame(areas),
    )


def _answer(areas: list[AreaOutline]) -> tuple[RiderQuery, Results]:
    query = read_query(request.args, kept_language())
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


def _many() -> bool:
    most = min(settings().map_tiles_from, settings().slim_max_stations)
    return more_than(database(), most)


def _frame(areas: list[AreaOutline]) -> FrameParts:
    built = assets()
    base = configured_basemap()
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
        tiles_url="/tiles/stations" if _many() else None,
    )
    files = FrameAssets(built.url("leaflet.js"), built.url("leaflet.css"), built.url("rider.js"))
    return draw_frame(files, view, base, english=language() == "en")

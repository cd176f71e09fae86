"""The page inside other sites' pages, the places on its map, and the script that sets it in.

Nothing here reads or sets a cookie, keeps anything in the browser, or redirects.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import lru_cache
from typing import Final

from flask import Blueprint, Response, render_template, request

from station_map.domain.hours.wording import Language
from station_map.maps.basemaps import Basemap, tile_hosts
from station_map.maps.frame import FrameAssets, FrameParts, FrameView, draw_frame
from station_map.resources import static_dir
from station_map.store.areas import area_name
from station_map.store.stations import demo_presence
from station_map.web.assets import assets
from station_map.web.caching import JSON, answer
from station_map.web.embed import policy
from station_map.web.embed.asked import Asked, read_asked
from station_map.web.embed.chips import chips
from station_map.web.embed.found import PLACES, listed, opened, places
from station_map.web.embed.options import PATH, Layout
from station_map.web.envelope import FRAMED
from station_map.web.language import TAGS, speaking
from station_map.web.pages import wording
from station_map.web.pages.rendering import configured_basemap
from station_map.web.runtime import database, settings

blueprint: Final = Blueprint("embed", __name__)

MAX_AGE_S: Final = 60
SCRIPT_AGE_S: Final = 3_600
_HTML: Final = "text/html; charset=utf-8"
_TAG: Final = re.compile("<[^>]*>")
# Where the map starts; its own module moves it before anything is drawn.
_VIEW: Final = FrameView(
    lon=116.80,
    lat=33.78,
    zoom=11,
    stations_url="/api/v1/stations/slim",
    areas_url="/api/v1/areas",
)


@blueprint.get(PATH, strict_slashes=False)
def page() -> Response:
    """The embed."""
    asked = _asked()
    chosen: Language = asked.options.lang or "zh"
    with speaking(chosen):
        frame = _frame(asked, chosen)
        body = _render(asked, frame)
    # The address of a visitor's position tells where a person is.
    alone = asked.position is not None
    response = answer(body, _HTML, max_age_s=0 if alone else MAX_AGE_S, shared=not alone)
    response.headers["Content-Language"] = TAGS[chosen]
    response.headers.update(
        policy.headers(
            settings().embed_origins,
            script="" if frame is None else str(frame.script),
            image_hosts=tile_hosts(settings().basemap) if frame else (),
            locate=asked.options.locate,
            kiosk=asked.options.kiosk,
        )
    )
    request.environ[FRAMED] = True
    return response


@blueprint.get(f"{PATH}spots")
def spots() -> Response:
    """The places on the map of an embed with these options, in the basemap's datum."""
    body = places(database(), _asked(), configured_basemap().datum)
    return answer(body, JSON, max_age_s=MAX_AGE_S)


@blueprint.get("/embed.js")
def script() -> Response:
    """The element `<station-map>`, for pages of other origins."""
    return answer(_script(assets().files["embed.js"]), "text/javascript", max_age_s=SCRIPT_AGE_S)


@lru_cache(maxsize=2)
def _script(file: str) -> bytes:
    return (static_dir() / file).read_bytes()


def _asked() -> Asked:
    """What is asked; an area that does not exist counts as not given."""
    asked = read_asked(request.args)
    area = asked.options.area
    if area is None or area_name(database(), area) is not None:
        return asked
    kept = tuple(name for name in asked.options.lock if name != "area")
    return replace(asked, options=asked.options.changed(area=None, lock=kept))


def _render(asked: Asked, frame: FrameParts | None) -> str:
    options = asked.options
    place = None if options.area is None else area_name(database(), options.area)
    station = opened(database(), asked)
    return render_template(
        "embed.html",
        asked=asked,
        options=options,
        place=place,
        presence=demo_presence(database()),
        station=station,
        results=None if station else listed(database(), asked, place),
        chips=chips(asked, place),
        frame=frame,
        most=PLACES,
        at_words=None if options.at is None else _moment(options.at),
        live_minutes=settings().live_max_age_minutes,
    )


def _moment(minute: int) -> str:
    when = dt.datetime.fromtimestamp(minute * 60, dt.UTC)
    return wording.moment(when.isoformat())


def _frame(asked: Asked, chosen: Language) -> FrameParts | None:
    """The same for every embed, so it is drawn once; where it looks stands in the page."""
    if asked.options.layout is Layout.ONLY:
        return None
    built = assets()
    files = FrameAssets(
        built.url("leaflet.js"), built.url("leaflet.css"), built.url("embed-map.js")
    )
    base = configured_basemap()
    if asked.options.kiosk:
        base = _without_links(base)
    return draw_frame(files, _VIEW, base, english=chosen == "en")


def _without_links(base: Basemap) -> Basemap:
    """The basemap with its source named, and no link to it."""
    return replace(
        base,
        attribution=_TAG.sub("", base.attribution),
        attribution_en=_TAG.sub("", base.attribution_en),
    )

"""Pages out of templates, with the headers that every page carries."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, make_response, render_template

from station_map.maps.basemaps import Basemap, basemap
from station_map.store.stations import demo_presence
from station_map.web import language
from station_map.web.runtime import database, settings

# Addresses hold a rider's position: nothing between us and the browser may keep the answer.
PRIVATE: Final = "private, no-cache"


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """The page `template` with what the header of every page needs."""
    presence = demo_presence(database())
    told = {"presence": presence, "live_minutes": settings().live_max_age_minutes, **context}
    response = make_response(render_template(template, **told), status)
    response.headers["Cache-Control"] = PRIVATE
    return language.tell(response)


def configured_basemap() -> Basemap:
    """What the operator wants below the stations."""
    chosen = settings()
    return basemap(chosen.basemap, key=chosen.tianditu_key)

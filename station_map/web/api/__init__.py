"""The JSON interface, version 1: `/api/v1/...` and its description.

filters     parameters that say which stations
nearest     the hot route
stations    lists and one station
changes     what changed since, for whoever keeps a copy
exports     files of stations
slim        every station in one compact table, for the map
reports     what riders tell
live        what devices tell, and its hours for planners
runs        coverage and siting, for programmes of planners
me          whose token is shown
reference   the vocabularies and the areas' outlines
docs        the description as a page
models      pydantic models of every answer; they document and check, they do not serve
models_kept the same of what is asked for once: all stations, areas, vocabularies
operations  one table of all routes, from which OpenAPI is made
"""

from __future__ import annotations

from flask import Blueprint

from station_map.web import requests
from station_map.web.api import (
    changes,
    docs,
    exports,
    live,
    me,
    nearest,
    openapi,
    reference,
    reports,
    runs,
    slim,
    stations,
)

blueprint = Blueprint("api", __name__)

# By rule, in one place: what is here must be in `operations.py` and in `access.py` too.
blueprint.add_url_rule("/api/v1/stations/nearest", view_func=nearest.nearest)
blueprint.add_url_rule("/api/v1/stations", view_func=stations.stations)
blueprint.add_url_rule("/api/v1/stations/slim", view_func=slim.slim)
blueprint.add_url_rule("/api/v1/stations/<code>", view_func=stations.station)
blueprint.add_url_rule(exports.PATH, endpoint="export", view_func=exports.stations)
blueprint.add_url_rule("/api/v1/amenities", view_func=reference.amenities)
blueprint.add_url_rule("/api/v1/areas", view_func=reference.areas)
blueprint.add_url_rule(changes.PATH, view_func=changes.changes)
blueprint.add_url_rule(
    "/api/v1/stations/<code>/reports", view_func=reports.report, methods=["POST"]
)
blueprint.add_url_rule(
    "/api/v1/stations/<code>/live", endpoint="live_push", view_func=live.push, methods=["POST"]
)
blueprint.add_url_rule(
    "/api/v1/stations/<code>/live/hours", endpoint="live_hours", view_func=live.hours
)
blueprint.add_url_rule("/api/v1/suggestions", view_func=reports.suggest, methods=["POST"])
blueprint.add_url_rule(me.PATH, view_func=me.me)
for _endpoint, _rule, _view, _method in runs.VIEWS:
    blueprint.add_url_rule(_rule, endpoint=_endpoint, view_func=_view, methods=[_method])
blueprint.add_url_rule("/api/openapi.json", view_func=openapi.openapi)
blueprint.add_url_rule(docs.PATH, view_func=docs.docs)

requests.allow(blueprint, "report", lambda chosen: chosen.report_photo_max_bytes * 4 // 3)

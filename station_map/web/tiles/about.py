"""What the tiles are: TileJSON 3.0, and a style that MapLibre draws them with."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response, request

from station_map.geo.box import SERVICE_BOX
from station_map.search.tiles import MAX_ZOOM
from station_map.web.caching import JSON, answer
from station_map.web.contract import Contract
from station_map.web.origin import origin
from station_map.web.runtime import database, runtime
from station_map.web.tiles.tile import CONTRACT, degrees_of

MAX_AGE_S: Final = 3_600
ATTRIBUTION: Final = "工会驿站数据：歇脚地图 station-map"
_STYLE_CONTRACT: Final = Contract()

# GDAL takes a field for a number only where its whole description is "Number".
_CLUSTER_FIELDS: Final = {"count": "Number", "open": "Number", "unknown": "Number"}
_CLUSTERS: Final = (
    "Several stations close together: count of them, how many are known to be open now, and of how"
    " many nobody knows."
)
_STATION_FIELDS: Final = {
    "code": "String",
    "name": "String",
    "kind": "String",
    "status": "String",
    "state": "String",
    "always_open": "Boolean",
}
_STATIONS: Final = (
    "One station each: code as in /api/v1/stations/{code}; at most 60 letters of its name; kind;"
    " status; state now (open, closing_soon, closed, suspended or unknown); whether it never closes."
)


def about() -> Response:
    """TileJSON. Filters that are given here are those of the tiles."""
    asked = request.environ["QUERY_STRING"]
    CONTRACT.read(asked)
    return answer(_text(_tilejson(asked)), JSON, max_age_s=MAX_AGE_S)


def style() -> Response:
    """A style for MapLibre: circles, sized by how many and coloured by how many are open."""
    _STYLE_CONTRACT.read(request.environ["QUERY_STRING"])
    return answer(_text(_style()), JSON, max_age_s=MAX_AGE_S)


def _text(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _tilejson(asked: str) -> dict[str, Any]:
    bounds = _bounds()
    west, south, east, north = bounds
    address = f"{origin()}{request.root_path}/tiles/stations/{{z}}/{{x}}/{{y}}.mvt"
    return {
        "tilejson": "3.0.0",
        "name": "工会驿站 union rest stations",
        "scheme": "xyz",
        "tiles": [f"{address}?{_quoted(asked)}" if asked else address],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": list(bounds),
        "center": [round((west + east) / 2, 6), round((south + north) / 2, 6), 4],
        "attribution": ATTRIBUTION,
        "vector_layers": [
            _layer("clusters", _CLUSTERS, _CLUSTER_FIELDS),
            _layer("stations", _STATIONS, _STATION_FIELDS),
        ],
    }


def _layer(name: str, said: str, fields: dict[str, str]) -> dict[str, Any]:
    return {
        "id": name,
        "description": said,
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "fields": fields,
    }


def _bounds() -> tuple[float, float, float, float]:
    """West, south, east, north of all stations; of the area served when there is none."""
    places = runtime().places.now(database())
    if not len(places.x):
        box = SERVICE_BOX
        return box.west, box.south, box.east, box.north
    west, north = degrees_of(float(places.x.min()), float(places.y.min()))
    east, south = degrees_of(float(places.x.max()), float(places.y.max()))
    return west, south, east, north


def _quoted(asked: str) -> str:
    """The query as it came, without what would be taken for a part of the template."""
    return asked.replace("{", "%7B").replace("}", "%7D")


_PAPER: Final = "#ffffff"
_OPEN: Final = "#15803d"
_SOON: Final = "#b45309"
_CLOSED: Final = "#6b7280"
_MANY: Final = "#c8161d"


def _style() -> dict[str, Any]:
    drawn = {"circle-stroke-color": _PAPER, "circle-stroke-width": 2}
    size = ["interpolate", ["linear"], ["log10", ["get", "count"]], 0.3, 10, 2, 18, 5, 34]
    states = ["open", _OPEN, "closing_soon", _SOON, _CLOSED]
    return {
        "version": 8,
        "name": "工会驿站 union rest stations",
        "sources": {
            "stations": {
                "type": "vector",
                "url": f"{origin()}{request.root_path}/tiles/stations.json",
            }
        },
        "layers": [
            {
                "id": "clusters",
                "type": "circle",
                "source": "stations",
                "source-layer": "clusters",
                "paint": {**drawn, "circle-color": _MANY, "circle-radius": size},
            },
            {
                "id": "stations",
                "type": "circle",
                "source": "stations",
                "source-layer": "stations",
                "paint": {
                    **drawn,
                    "circle-color": ["match", ["get", "state"], *states],
                    "circle-radius": 7,
                    # Unknown is neither open nor closed: hollow.
                    "circle-opacity": ["match", ["get", "state"], "unknown", 0.25, 1],
                    "circle-stroke-color": [
                        "match",
                        ["get", "state"],
                        "unknown",
                        _CLOSED,
                        _PAPER,
                    ],
                },
            },
        ],
    }

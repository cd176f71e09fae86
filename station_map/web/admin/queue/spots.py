"""A map of points: the house's frame, filled from a GeoJSON address by `admin/spots.js`."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, g, jsonify, request

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.maps.basemaps import tile_hosts
from station_map.maps.frame import FrameAssets, FrameParts, FrameView, draw_frame
from station_map.web.assets import assets
from station_map.web.caching import GEOJSON
from station_map.web.pages.rendering import configured_basemap
from station_map.web.runtime import settings

_DIGITS: Final = 6
# Where the city is; the module goes to its points as soon as it has them.
_VIEW: Final = FrameView(
    lon=116.80, lat=33.78, zoom=10, stations_url="/admin", areas_url="/api/v1/areas"
)


def spots_frame() -> FrameParts:
    """The frame for the current page, which may then load the basemap's pictures."""
    g.image_hosts = tile_hosts(settings().basemap)
    built = assets()
    files = FrameAssets(built.url("leaflet.js"), built.url("leaflet.css"), built.url("spots.js"))
    return draw_frame(files, _VIEW, configured_basemap())


def asked_datum() -> Datum:
    """The datum that the map asks its points in; WGS-84 for anything else."""
    try:
        return Datum(request.args.get("crs", ""))
    except ValueError:
        return Datum.WGS84


def point(lon: float, lat: float, datum: Datum, **properties: object) -> dict[str, Any]:
    """A GeoJSON feature. lon, lat: degrees, WGS-84; told in `datum`."""
    east, north = from_wgs84(lon, lat, datum)
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [round(east, _DIGITS), round(north, _DIGITS)],
        },
        "properties": properties,
    }


def collection(features: list[dict[str, Any]]) -> Response:
    """The features as an answer."""
    response: Response = jsonify({"type": "FeatureCollection", "features": features})
    response.mimetype = GEOJSON
    return response

"""A map of points: the house's frame, filled from a GeoJSON address by `admin/spots.js`."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, jsonify, request

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.maps.frame import FrameParts
from station_map.web.admin.maps import admin_map
from station_map.web.caching import GEOJSON

_DIGITS: Final = 6
_ZOOM: Final = 10  # the module goes to its points as soon as it has them


def spots_frame() -> FrameParts:
    """The frame for the current page, which may then load the basemap's pictures."""
    return admin_map("spots.js", _ZOOM).frame


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

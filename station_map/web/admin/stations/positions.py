"""Coordinates in every datum that they could be in, and the map on which they are moved.

Nothing here guesses: what a pair of figures would mean in each datum is shown side by side,
with how far that is from where the station is now, and somebody chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from station_map.domain.accounts import Action
from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.geo.datum import from_wgs84
from station_map.geo.distance import distance_m
from station_map.maps.basemaps import Basemap
from station_map.maps.frame import FrameParts
from station_map.store import edits
from station_map.store.edits import Snapshot
from station_map.web.admin.forms import in_chinese
from station_map.web.admin.gate import blueprint
from station_map.web.admin.maps import admin_map
from station_map.web.admin.stations.controls import LINE_LONGEST, position_text
from station_map.web.admin.stations.reading import figures_of
from station_map.web.admin.stations.shared import station_for
from station_map.web.pages.rendering import configured_basemap
from station_map.web.runtime import database

_DIGITS = 7
_FROM = {
    Datum.WGS84: "手机、GPS、天地图",
    Datum.GCJ02: "高德、腾讯、微信",
    Datum.BD09: "百度",
}
DATUMS = tuple((datum.value, datum.zh, _FROM[datum]) for datum in Datum)
"""Each datum with its name and who gives coordinates in it."""
_ZOOM = 16


@dataclass(frozen=True, slots=True)
class PositionReading:
    """What figures mean in one datum. lon, lat: WGS-84. distance_m: from the station; None
    without one. district: its name, "" outside all of them.
    """

    datum: Datum
    source: str
    lon: float
    lat: float
    distance_m: float | None
    district: str

    @property
    def distance(self) -> str:
        """As a person would say it."""
        if self.distance_m is None:
            return ""
        if self.distance_m < 1_000:
            return f"{self.distance_m:.0f} 米"
        return f"{self.distance_m / 1_000:.1f} 公里"


def readings_of(text: str, station: Snapshot | None) -> list[PositionReading]:
    """One for each datum. Raises InputError (parameter `position`)."""
    found = []
    for datum in Datum:
        move = figures_of(text, datum)
        district = edits.district_of(database(), move.lon, move.lat)
        found.append(
            PositionReading(
                datum,
                _FROM[datum],
                move.lon,
                move.lat,
                _distance(station, move.lon, move.lat),
                district.name if district else "",
            )
        )
    return found


def _distance(station: Snapshot | None, lon: float, lat: float) -> float | None:
    if station is None:
        return None
    return distance_m(station.document["lon"], station.document["lat"], lon, lat)


@blueprint.get("/position-readings")
def position_readings() -> Response:
    """The same as JSON, for a script: `code` of a station or none, `text` as it was typed."""
    station = None
    if code := request.args.get("code", ""):
        _, station = station_for(Action.STATION_EDIT, code)
    try:
        found = readings_of(request.args.get("text", "")[:LINE_LONGEST], station)
    except InputError as error:
        return jsonify({"error": in_chinese(error), "readings": []})
    base = configured_basemap()
    return jsonify({"error": "", "readings": [_told(one, base) for one in found]})


def _told(one: PositionReading, base: Basemap) -> dict[str, Any]:
    return {
        "datum": one.datum.value,
        "map": on_map(one.lon, one.lat, base),
        "text": position_text(one.lon, one.lat),
        "distance": one.distance,
        "district": one.district,
    }


# --- the map ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EditMap:
    """The house's frame with the pin that is moved. spot: where it is, in the map's datum."""

    frame: FrameParts
    datum: Datum
    spot: tuple[float, float]


def edit_map(lon: float, lat: float) -> EditMap:
    """The map for a position (degrees, WGS-84); its tiles are let through for this answer."""
    chart = admin_map("edit-map.js", _ZOOM)
    return EditMap(chart.frame, chart.datum, on_map(lon, lat, configured_basemap()))


def on_map(lon: float, lat: float, base: Basemap) -> tuple[float, float]:
    """A position (degrees, WGS-84) as the map wants it."""
    east, north = from_wgs84(lon, lat, base.datum)
    return round(float(east), _DIGITS), round(float(north), _DIGITS)


def context(
    station: Snapshot, values: Mapping[str, str], base: Mapping[str, str]
) -> dict[str, Any]:
    """What the form of the position shows besides its fields."""
    lon, lat = station.document["lon"], station.document["lat"]
    shown = values.get("position", "")
    return {
        "map": edit_map(lon, lat),
        "datums": DATUMS,
        "readings": _readings(shown, station) if shown != base.get("position", "") else [],
        "district": station.district,
    }


def _readings(text: str, station: Snapshot) -> list[PositionReading]:
    try:
        return readings_of(text, station)
    except InputError:
        return []  # what is wrong stands at the field

"""GPX 1.1 for navigators: a waypoint each, with a symbol that Garmin's devices know."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from station_map.exporters.stations.columns import AMENITY_HEADINGS
from station_map.exporters.stations.kml import only_wgs84
from station_map.exporters.stations.terms import TITLE, Terms
from station_map.exporters.stations.xml_text import text

# The first that is there decides; else the station is a building.
_SYMBOLS: Final = (
    ("truck_parking", "Truck Stop"),
    ("fuel", "Gas Station"),
    ("toilet", "Restroom"),
    ("car_parking", "Parking Area"),
)
_ELSE: Final = "Building"


def write(path: Path, records: Iterable[dict[str, Any]], terms: Terms) -> None:
    """Raises InputError for another datum than WGS-84."""
    only_wgs84(terms.datum, "GPX")
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1"')
        out.write(' creator="station-map" xmlns="http://www.topografix.com/GPX/1/1">\n<metadata>')
        out.write(f"<name>{text(TITLE)}</name><desc>{text('；'.join(terms.sentences))}</desc>")
        out.write("</metadata>\n")
        out.writelines(map(_waypoint, records))
        out.write("</gpx>\n")


def symbol(record: dict[str, Any]) -> str:
    """The symbol of a station: what a driver looks for first."""
    if record["kind"] == "driver_home":
        return _SYMBOLS[0][1]
    offered = record["amenities"]
    return next((name for code, name in _SYMBOLS if offered.get(code) == "yes"), _ELSE)


def _waypoint(record: dict[str, Any]) -> str:
    return (
        f'<wpt lat="{record["lat"]}" lon="{record["lon"]}"><name>{text(record["name"])}</name>'
        f"<cmt>{text(record['code'])}</cmt><desc>{text(_described(record))}</desc>"
        f"<sym>{symbol(record)}</sym><type>{text(record['kind'])}</type></wpt>\n"
    )


def _described(record: dict[str, Any]) -> str:
    """Address, hours and what is offered for certain; what is unknown is not mentioned."""
    offered = [
        zh for code, zh in AMENITY_HEADINGS.items() if record["amenities"].get(code) == "yes"
    ]
    hours = record["hours_text"] or record["opening_hours"]
    return "；".join(filter(None, (record["address"], hours, "、".join(offered))))

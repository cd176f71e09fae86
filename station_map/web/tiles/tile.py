"""One tile: `/tiles/stations/{z}/{x}/{y}.mvt`, and the same as JSON."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from flask import Response, request

from station_map.domain.vocabulary import Status
from station_map.errors import InputError, NotFound
from station_map.geo.distance import MERCATOR_WORLD_M
from station_map.search.listing import ListQuery
from station_map.search.tiles import MAX_ZOOM, Cluster, Content, Tile, steps_of, tile_content
from station_map.store.tiles import Card, encode
from station_map.web.api.filters import FILTERS, OPEN, OPEN_UNKNOWN, TEXT, filter_of
from station_map.web.api.stations import AREA
from station_map.web.caching import JSON, answer
from station_map.web.contract import Contract
from station_map.web.runtime import database, runtime
from station_map.web.states import state_of, this_minute

MVT: Final = "application/vnd.mapbox-vector-tile"
MAX_AGE_S: Final = 60
CONTRACT: Final = Contract(AREA, TEXT, OPEN, OPEN_UNKNOWN, *FILTERS)
_DIGITS: Final = 6  # of a degree: 0.1 m
_LONGEST: Final = 6  # digits of x and y at MAX_ZOOM
_FORMS: Final = ("mvt", "json")


def tile(z: str, x: str, y: str, form: str) -> Response:
    """The stations of one tile: one by one, or in clusters where they are many."""
    if form not in _FORMS:
        raise NotFound("form of a tile", form[:16])
    wanted = read_tile(z, x, y)
    query = query_of(CONTRACT.read(request.environ["QUERY_STRING"]))
    minute = this_minute()
    content = tile_content(database(), runtime().places, wanted, query, minute)
    at = query.where.open_at
    told = minute if at is None else at.minute
    if form == "json":
        return answer(as_json(content, told), JSON, max_age_s=MAX_AGE_S)
    return answer(as_mvt(content, told), MVT, max_age_s=MAX_AGE_S)


def query_of(values: dict[str, Any]) -> ListQuery:
    """Which stations the read parameters ask for."""
    return ListQuery(where=filter_of(values), area=values.get("area"), text=values.get("q"))


def read_tile(z: str, x: str, y: str) -> Tile:
    """The tile in an address. Raises InputError for what is no number, NotFound for no tile."""
    numbers = [_number(name, text) for name, text in (("z", z), ("x", x), ("y", y))]
    found = Tile(*numbers)
    if found.z > MAX_ZOOM or max(found.x, found.y) >= 2**found.z:
        raise NotFound("tile", "/".join(map(str, numbers)))
    return found


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        _refuse(name, text)
    return int(text)


def _refuse(name: str, text: str) -> NoReturn:
    raise InputError(
        f"{name} is {text[:16]!r}, not a whole number 不是整数",
        parameter=name,
        allowed=f"z 0 to {MAX_ZOOM}; x and y 0 to 2**z - 1",
        example="/tiles/stations/10/843/409.mvt",
    )


# -- as they are sent -------------------------------------------------------------------------


def as_mvt(content: Content, minute: int) -> bytes:
    """The vector tile: the layers `clusters` and `stations`."""
    clusters = [{**_steps(content.tile, one.x, one.y), **_counts(one)} for one in content.clusters]
    singles = [
        {**_steps(content.tile, *_on_square(one)), **_facts(one, minute)} for one in content.singles
    ]
    return encode(database(), clusters, singles)


def as_json(content: Content, minute: int) -> str:
    """The same for a page: places in degrees, and of each cluster the box that holds its members."""
    clusters = [_in_degrees(one.x, one.y) | _counts(one) | _box(one) for one in content.clusters]
    singles = [
        {"lon": round(one.lon, _DIGITS), "lat": round(one.lat, _DIGITS), **_facts(one, minute)}
        for one in content.singles
    ]
    told = {"clusters": clusters, "stations": singles}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _steps(tile: Tile, x: float, y: float) -> dict[str, int]:
    across, down = steps_of(tile, x, y)
    return {"x": across, "y": down}


def _counts(one: Cluster) -> dict[str, Any]:
    return {"count": one.count, "open": one.open, "unknown": one.unknown}


def _facts(one: Card, minute: int) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "status": one.status,
        "state": state_of(one, minute).state.code.value,
        "always_open": one.status == Status.OPEN and one.opening_hours == "24/7",
    }


def _on_square(one: Card) -> tuple[float, float]:
    return one.x / MERCATOR_WORLD_M + 0.5, 0.5 - one.y / MERCATOR_WORLD_M


def _in_degrees(x: float, y: float) -> dict[str, Any]:
    lon, lat = degrees_of(x, y)
    return {"lon": lon, "lat": lat}


def _box(one: Cluster) -> dict[str, Any]:
    west, north, east, south = one.box
    return {"box": [*degrees_of(west, south), *degrees_of(east, north)]}


def degrees_of(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a place of the square map (0 to 1, from its north-west)."""
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
    return round(x * 360 - 180, _DIGITS), round(lat, _DIGITS)

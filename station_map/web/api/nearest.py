"""The nearest stations to a position. The hot route: see docs/adr and `make bench`."""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Response, request

from station_map.domain.travel import seconds_per_metre
from station_map.domain.vocabulary import Datum, Status
from station_map.search.nearest import K_DEFAULT, K_MAX, NearestQuery
from station_map.search.nearest import nearest as find_nearest
from station_map.store.nearest import Hit
from station_map.web import splice
from station_map.web.api.demo import demo_member_of
from station_map.web.api.filters import (
    AMENITY_UNKNOWN,
    FILTERS,
    OPEN_NEAREST,
    OPEN_UNKNOWN,
    TEXT_NEAREST,
    TRAVEL_MODE,
    filter_of,
)
from station_map.web.caching import GEOJSON, answer
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.parsers import integer, number
from station_map.web.contract.positions import CRS, LAT, LON, datum_of, position_of
from station_map.web.live import Fresh, member
from station_map.web.runtime import database, live_now
from station_map.web.states import state_of, this_minute

PATH: Final = "/api/v1/stations/nearest"
DEFAULT_K: Final = K_DEFAULT
MAX_K: Final = K_MAX
MAX_DISTANCE_M: Final = 20_100_000  # half way round the globe, and a little
MAX_AGE_S: Final = 20
_OPEN_ONLY: Final = (Status.OPEN,)
_ROUNDS_TO_FULL_TURN: Final = 359.95

K: Final = Parameter(
    name="k",
    parse=integer(1, MAX_K),
    schema={"type": "integer", "minimum": 1, "maximum": MAX_K, "default": DEFAULT_K},
    allowed=f"a whole number, 1 to {MAX_K}",
    allowed_zh=f"1 到 {MAX_K} 的整数",
    example="10",
    description="How many stations at most. 最多几个。",
    also_called=("limit", "n", "count", "num"),
)
MAX_DISTANCE: Final = Parameter(
    name="max_distance_m",
    parse=number(1, MAX_DISTANCE_M),
    schema={"type": "number", "minimum": 1, "maximum": MAX_DISTANCE_M},
    allowed=f"metres, 1 to {MAX_DISTANCE_M}",
    allowed_zh=f"米，1 到 {MAX_DISTANCE_M}",
    example="1500",
    description="Only stations within this distance; without it, however far. 最远多少米。",
    also_called=("radius", "distance", "max_distance", "r"),
)
CONTRACT: Final = Contract(
    *(LON, LAT, CRS, K, MAX_DISTANCE, OPEN_NEAREST, OPEN_UNKNOWN, TRAVEL_MODE, AMENITY_UNKNOWN),
    TEXT_NEAREST,
    *FILTERS,
)


def nearest() -> Response:
    """FeatureCollection ordered by distance on the WGS-84 spheroid, the nearest first.

    With `q`, what is written so comes before what sounds so.
    """
    asked = request.environ["QUERY_STRING"]
    values = CONTRACT.read(asked)
    query = query_of(values)
    hits = find_nearest(database(), query)
    at, mode = query.where.open_at, values.get("travel_mode")
    if at is not None and at.arriving is not None:
        mode = at.arriving
    minute = this_minute() if at is None else at.minute
    pace = 0.0 if mode is None else seconds_per_metre(mode)
    body = render(hits, datum_of(values), asked, minute, pace, live_now())
    return answer(body, GEOJSON, max_age_s=MAX_AGE_S, shared=False)


def query_of(values: dict[str, Any]) -> NearestQuery:
    """The search that the read parameters ask for."""
    lon, lat = position_of(CONTRACT, values)
    return NearestQuery(
        lon=lon,
        lat=lat,
        k=values.get("k", DEFAULT_K),
        max_distance_m=values.get("max_distance_m"),
        where=filter_of(values, _OPEN_ONLY),
        text=values.get("q"),
    )


def render(
    hits: list[Hit], datum: Datum, asked: str, minute: int, pace: float, live: Fresh
) -> bytes:
    """The answer in UTF-8.

    datum: of its coordinates. asked: the raw query string. minute: for which states are told,
    since 1970 UTC. pace: seconds a metre, 0 when nobody asked how long the way takes. live: what
    devices said lately.
    """
    if live:
        hits = [hit._replace(card=_with_live(hit, live)) for hit in hits]
    features = b",".join([_feature(hit, minute, pace) for hit in _in_datum(hits, datum)])
    members = (
        f'"numberReturned":{len(hits)},"crs":"{datum.value}",{demo_member_of(features)},'
        + splice.links(("self", GEOJSON, splice.href(PATH, asked)))
    )
    return _COLLECTION % (members.encode(), features)


def _with_live(hit: Hit, live: Fresh) -> bytes:
    said = live.get(hit.code)
    return hit.card if said is None else b"{%b,%b" % (member(said).encode(), hit.card[1:])


def _in_datum(hits: list[Hit], datum: Datum) -> list[Hit]:
    if datum is Datum.WGS84:
        return hits
    places = splice.positions([hit.lon for hit in hits], [hit.lat for hit in hits], datum)
    return [
        hit._replace(coordinates=b"%r,%r" % place) for hit, place in zip(hits, places, strict=True)
    ]


# Bytes from the database to the wire: decoding the cards only to encode the answer again
# took as long as all else here. Codes and cards are checked when they are written.
_COLLECTION: Final = b'{"type":"FeatureCollection",%b,"features":[%b]}'
_FEATURE: Final = (
    b'{"type":"Feature","id":"%b","geometry":{"type":"Point","coordinates":[%b]},'
    b'"properties":{%b,"distance_m":%.1f,"bearing_deg":%.1f%b,%b}'
)


def _feature(hit: Hit, minute: int, pace: float) -> bytes:
    bearing = hit.bearing_deg
    return _FEATURE % (
        hit.code_utf8,
        hit.coordinates,
        state_of(hit, minute).encoded,
        hit.distance_m,
        # Rounding may turn 359.96 into 360.0.
        bearing if bearing < _ROUNDS_TO_FULL_TURN else 0.0,
        _further(hit, pace) if pace or hit.unknown or hit.hours_unknown or hit.text_match else b"",
        hit.card[1:],
    )


def _further(hit: Hit, pace: float) -> bytes:
    """Members that only some answers have."""
    members = ""
    if pace:
        members += f',"duration_s":{hit.distance_m * pace:.0f}'
    if hit.unknown:
        members += f',"amenity_unknown":{json.dumps(hit.unknown)}'
    if hit.hours_unknown:
        members += ',"open_unknown":true'
    if hit.text_match:
        members += f',"text_match":"{hit.text_match}"'
    return members.encode()

"""The product with Redis in the place of PostGIS: the same Flask, checks, states and headers.

Only the search is exchanged: GEOSEARCH in growing rings, then the same cards by MGET.
Distances and bearings are those on a sphere, and no filter is understood; Redis has none.
"""

from __future__ import annotations

import math
import os
import sys
from typing import Any, Final

from flask import Flask

from station_map.app import create_app_from_environment
from station_map.search.nearest import NearestQuery
from station_map.store.database import Database
from station_map.store.nearest import Hit
from station_map.web.api import nearest as route

# The client is a peer's, not the product's; the product's own packages come first.
sys.path.append(os.environ["BENCH_PEER_PACKAGES"])
import redis

GEO_KEY: Final = "stations"
WITH_HOURS: Final = b"with-hours:"
FIRST_RING_M: Final = 2_000.0
LAST_RING_M: Final = 5_000_000.0

_server: Any = redis.Redis(unix_socket_path=os.environ["BENCH_REDIS_SOCKET"])


def create() -> Flask:
    """The product's application, asking Redis for the nearest stations."""
    app = create_app_from_environment()
    route.find_nearest = _nearest
    return app


def _nearest(_: Database, query: NearestQuery) -> list[Hit]:
    found = _search(query)
    texts = _server.mget([WITH_HOURS + code for code, _, _ in found])
    return [_hit(query, *hit, text) for hit, text in zip(found, texts, strict=True)]


def _search(query: NearestQuery) -> list[tuple[bytes, float, tuple[float, float]]]:
    radius = FIRST_RING_M
    while True:
        found: list[tuple[bytes, float, tuple[float, float]]] = _server.geosearch(
            GEO_KEY,
            longitude=query.lon,
            latitude=query.lat,
            radius=radius,
            unit="m",
            count=query.k,
            sort="ASC",
            withdist=True,
            withcoord=True,
        )
        if len(found) >= query.k or radius > LAST_RING_M:
            return found
        radius *= 4


def _hit(
    query: NearestQuery, code: bytes, distance_m: float, at: tuple[float, float], text: bytes
) -> Hit:
    hours, _, card = text.partition(b"\n")
    return Hit(
        distance_m,
        _bearing_deg(query.lon, query.lat, *at),
        code,
        b"%.7f,%.7f" % at,
        card,
        hours.decode() or None,
        "open",
        None,
    )


def _bearing_deg(lon: float, lat: float, to_lon: float, to_lat: float) -> float:
    east, south, north = math.radians(to_lon - lon), math.radians(lat), math.radians(to_lat)
    x = math.sin(east) * math.cos(north)
    y = math.cos(south) * math.sin(north) - math.sin(south) * math.cos(north) * math.cos(east)
    return math.degrees(math.atan2(x, y)) % 360

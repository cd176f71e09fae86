"""Nearest from Redis: GEOSEARCH, then the stations' cards, joined as the product joins them.

It checks nothing and sends no validator. GEOSEARCH wants a radius, so rings are tried from
the first on, each four times as wide, until one holds enough.
"""

from __future__ import annotations

import os
from typing import Final

import redis
from flask import Flask, Response, request

GEO_KEY: Final = "stations"
FIRST_RING_M: Final = 2_000.0
LAST_RING_M: Final = 5_000_000.0

app = Flask(__name__, static_folder=None)
server = redis.Redis(unix_socket_path=os.environ["BENCH_REDIS_SOCKET"], decode_responses=True)


@app.get("/nearest")
def nearest() -> Response:
    """The k nearest by Redis's own (spherical) distance, as a FeatureCollection."""
    lon, lat = float(request.args["lon"]), float(request.args["lat"])
    hits = _search(lon, lat, int(request.args.get("k", "10")))
    cards = server.mget([code for code, _, _ in hits])
    features = ",".join(_feature(*hit, card) for hit, card in zip(hits, cards, strict=True))
    return Response(
        f'{{"type":"FeatureCollection","features":[{features}]}}',
        content_type="application/geo+json",
    )


def _search(lon: float, lat: float, k: int) -> list[tuple[str, float, tuple[float, float]]]:
    radius = FIRST_RING_M
    while True:
        hits = server.geosearch(
            GEO_KEY,
            longitude=lon,
            latitude=lat,
            radius=radius,
            unit="m",
            count=k,
            sort="ASC",
            withdist=True,
            withcoord=True,
        )
        if len(hits) >= k or radius > LAST_RING_M:
            return hits
        radius *= 4


def _feature(code: str, distance_m: float, at: tuple[float, float], card: str) -> str:
    return (
        f'{{"type":"Feature","id":"{code}","geometry":{{"type":"Point",'
        f'"coordinates":[{at[0]:.6f},{at[1]:.6f}]}},'
        f'"properties":{card[:-1]},"distance_m":{distance_m:.1f}}}}}'
    )

"""Vector tiles: the densest of three zooms, by the product and by tipg on the same stations.

One request after the other on one connection, in turns, so that both see the same machine. What
is asked of the product is never the same twice in a row, and nothing of an answer is
kept: no validator is sent. tipg cuts a tile off after 10,000 features, and knows no filter of
amenities or hours: it is asked for the plain tile beside each of our filters.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final
from urllib.parse import urlsplit

import numpy as np

from benchmarks.contenders import OURS, Field
from benchmarks.goals import Goal
from benchmarks.load import Loaded
from benchmarks.measure import BadAnswers
from station_map.search.places import DEPTH, placed
from station_map.store import tiles
from station_map.store.database import Database

HEADS: Final = ("tile", "asked", "who", "ms", "KB", "× tipg")
TIPG: Final = "tipg"
PLAIN: Final = "all"
# What the product may take of tipg's time.
SHARES: Final = {5: 0.1, 10: 1 / 3, 14: 1.0}
FILTERS: Final = {
    PLAIN: "",
    "three amenities": "amenity=microwave,drinking_water,phone_charging",
    "one of 0.1 %": "amenity=aed",
    "open now": "open=now",
    "an area": "area=340600",
}
_REPEATS: Final = 8


@dataclass(frozen=True, slots=True)
class TileSpeed:
    """The median time of one tile, in milliseconds, and its size as sent, in bytes."""

    tile: tuple[int, int, int]
    asked: str
    who: str
    ms: float
    size: int


def measure(
    loaded: Loaded, field: Field, rounds: int, tell: Callable[[str], None]
) -> list[TileSpeed]:
    """Each tile with each filter, and tipg's plain one, in turns."""
    ours = urlsplit(field.serve_ours(loaded)).netloc
    peer = urlsplit(field.serve_tipg(loaded)).netloc
    asked = [
        *((tile, name, OURS) for tile in densest(loaded) for name in FILTERS),
        *((tile, PLAIN, TIPG) for tile in densest(loaded)),
    ]
    took: dict[tuple[tuple[int, int, int], str, str], list[float]] = {one: [] for one in asked}
    sizes: dict[tuple[tuple[int, int, int], str, str], int] = {}
    for number in range(rounds + 1):
        for one in asked:
            tile, name, who = one
            host, path = (ours, _path(tile, name)) if who == OURS else (peer, _tipg_path(tile))
            times, sizes[one] = _ask(host, path)
            if number:  # the first round is for warming up
                took[one] += times
    found = [TileSpeed(*one, 1000 * median(took[one]), sizes[one]) for one in asked]
    for line in lines(found):
        tell(" ".join(line))
    return found


def densest(loaded: Loaded) -> list[tuple[int, int, int]]:
    """The tile with the most stations, of each zoom of SHARES."""
    database = Database(loaded.url, pool_size=1)
    try:
        places = placed("", tiles.read_news(database, None).read)
    finally:
        database.close()
    found = []
    for z in SHARES:
        squares, counts = np.unique(places.curve >> 2 * (DEPTH - z), return_counts=True)
        first = int(np.searchsorted(places.curve, squares[counts.argmax()] << 2 * (DEPTH - z)))
        found.append((z, int(places.x[first] * 2**z), int(places.y[first] * 2**z)))
    return found


def _path(tile: tuple[int, int, int], name: str) -> str:
    return f"/tiles/stations/{'/'.join(map(str, tile))}.mvt?{FILTERS[name]}"


def _tipg_path(tile: tuple[int, int, int]) -> str:
    place = "/".join(map(str, tile))
    return f"/collections/public.peer_station/tiles/WebMercatorQuad/{place}"


def _ask(host: str, path: str) -> tuple[list[float], int]:
    """Seconds of each request, and the size of the answer. Raises BadAnswers."""
    connection = http.client.HTTPConnection(host, timeout=60)
    took = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        connection.request("GET", path)
        got = connection.getresponse()
        body = got.read()
        took.append(time.perf_counter() - began)
        if got.status != http.HTTPStatus.OK:
            raise BadAnswers(f"{host}{path}: {got.status} {body[:200]!r}")
    connection.close()
    return took, len(body)


def lines(found: Sequence[TileSpeed]) -> list[tuple[str, ...]]:
    """One row a tile and question."""
    peers = {one.tile: one.ms for one in found if one.who == TIPG}
    return [
        (
            "/".join(map(str, one.tile)),
            one.asked,
            one.who,
            f"{one.ms:.2f}",
            f"{one.size / 1000:.1f}",
            "–" if one.who == TIPG else f"{one.ms / peers[one.tile]:.3f}",
        )
        for one in found
    ]


def goals(found: Sequence[TileSpeed]) -> list[Goal]:
    """Time by tipg's, at worst of all filters; and the largest tile."""
    peers = {one.tile: one.ms for one in found if one.who == TIPG}
    ours = [one for one in found if one.who == OURS]
    told = [
        Goal(
            f"densest tile at z{z}, slowest filter, by tipg's time",
            share,
            max(one.ms / peers[one.tile] for one in ours if one.tile[0] == z),
            at_least=False,
        )
        for z, share in SHARES.items()
        if ours
    ]
    if ours:
        largest = max(one.size for one in ours) / 1000
        told.append(Goal("largest of these tiles", 100.0, largest, at_least=False, unit=" KB"))
    return told

"""Stations all over China, and tiles of them as a program reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import mapbox_vector_tile
import pytest
from flask.testing import FlaskClient

from station_map.domain.station import Station
from station_map.store.database import Database
from tests.web.stations import save, scattered

type Layers = dict[str, list[dict[str, Any]]]
type Read = Callable[..., Layers]


@pytest.fixture
def population(database: Database) -> dict[str, Station]:
    stations = scattered(400)
    return dict(zip(save(database, stations), stations, strict=True))


@pytest.fixture
def read(client: FlaskClient) -> Read:
    """Layers of one tile: features with `properties` and `geometry`, y down."""

    def one(z: int, x: int, y: int, query: str = "") -> Layers:
        got = client.get(f"/tiles/stations/{z}/{x}/{y}.mvt?{query}")
        assert got.status_code == 200, got.text
        assert got.mimetype == "application/vnd.mapbox-vector-tile"
        layers = mapbox_vector_tile.decode(got.data, default_options={"y_coord_down": True})
        return {name: layer["features"] for name, layer in layers.items()}

    return one


def count(layers: Layers) -> int:
    """Stations of a tile, in clusters and alone."""
    clusters = sum(one["properties"]["count"] for one in layers.get("clusters", []))
    return clusters + len(layers.get("stations", []))


def all_tiles(read: Read, deepest: int, query: str = "") -> Iterator[tuple[int, int, int, Layers]]:
    """Every tile down to a zoom that holds anything, from the one of the whole world on."""
    waiting = [(0, 0, 0)]
    while waiting:
        z, x, y = waiting.pop()
        layers = read(z, x, y, query)
        if not count(layers):
            continue
        yield z, x, y, layers
        if z < deepest:
            waiting += [(z + 1, 2 * x + east, 2 * y + south) for east in (0, 1) for south in (0, 1)]

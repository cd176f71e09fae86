"""Programs of geographers open `/ogc/` and count the 713 demo stations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from station_map.importers.demo import load_demo

if TYPE_CHECKING:
    from tests.conftest import LiveServer

DEMO = 713
TIMEOUT_S = 240
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


@pytest.fixture
def demo(live_server: LiveServer) -> LiveServer:
    load_demo(live_server.database)
    return live_server


def client(name: str, demo: LiveServer, path: str = "/ogc/") -> dict[str, Any]:
    """What a client prints; it talks to loopback, and to nobody through a proxy."""
    plain = {k: v for k, v in os.environ.items() if k.lower() not in PROXIES}
    told = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("clients.py")),
            name,
            f"{demo.base_url}{path}",
        ],
        env=plain | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"},
        capture_output=True,
        timeout=TIMEOUT_S,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return dict(json.loads(told.stdout))


def stored(demo: LiveServer, condition: str = "true") -> list[str]:
    """Codes out of the database itself."""
    with demo.database.reading() as connection:
        found = connection.execute(f"SELECT code FROM station WHERE {condition}")  # type: ignore[call-overload]
        return sorted(code for (code,) in found)


def test_gdal_counts_every_station(demo: LiveServer) -> None:
    told = client("gdal", demo)
    assert told["layers"] == ["areas", "stations"]
    assert told["count"] == told["features"] == DEMO
    assert told["codes"] == stored(demo)
    assert told["crs"] in {"OGC:CRS84", "EPSG:4326"}
    assert told["homes"] == stored(demo, "kind = 'driver_home'") != []
    assert told["seats"] == stored(demo, "seats >= 10 AND status = 'open'") != []
    inside = "lon BETWEEN 116.7 AND 116.9 AND lat BETWEEN 33.8 AND 34.0"
    assert told["box"] == stored(demo, inside) != []
    assert told["areas"] > 4


def test_gdal_reads_web_mercator(demo: LiveServer) -> None:
    plain, told = client("gdal", demo), client("gdal_mercator", demo)
    assert told["count"] == DEMO
    assert told["crs"] == "EPSG:3857"
    assert told["bounds"] == pytest.approx(plain["bounds"], abs=1e-6)


def test_gdal_counts_every_station_of_the_tiles(demo: LiveServer) -> None:
    told = client("gdal_tiles", demo, "")
    assert told["codes"] == stored(demo)
    assert len(told["codes"]) == told["low"] == DEMO
    assert told["crs"] == "EPSG:3857"
    west, south, east, north = told["bounds"]
    assert 116.3 < west < east < 117.3
    assert 33.2 < south < north < 34.3
    # Numbers, not texts: that is what TileJSON has to say for it.
    assert {told["types"][name][:5] for name in ("count", "open", "unknown")} <= {
        "int64",
        "int32",
        "float",
    }
    assert told["always_open"] == "bool"


def test_owslib_reads_every_page(demo: LiveServer) -> None:
    told = client("owslib", demo)
    assert told["count"] == told["distinct"] == told["matched"] == DEMO
    assert told["collections"] == ["areas", "stations"]
    assert "/collections/stations/items" in told["paths"]
    assert told["one"]
    assert told["homes"] == stored(demo, "kind = 'driver_home'")


def test_geopandas_reads_a_url(demo: LiveServer) -> None:
    told = client("geopandas", demo)
    assert told["count"] == DEMO
    assert told["codes"] == stored(demo)
    assert told["crs"] in {"OGC:CRS84", "EPSG:4326"}

"""How the peers are set up: as their documentation says, nothing slowed down."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

import psycopg

from benchmarks.load import Loaded
from benchmarks.servers import running
from benchmarks.tools import PEERS, program
from station_map.store.embedded.creation import APP_ROLE

_REDIS_BATCH: Final = 5_000


def _socket_folder(loaded: Loaded) -> str:
    return parse_qs(urlsplit(loaded.url).query)["host"][0]


# -- tipg ---------------------------------------------------------------------------------


def tipg_environment(loaded: Loaded) -> dict[str, str]:
    """Settings of tipg: the peers' table and function alone, its own pool of connections."""
    folder = quote(_socket_folder(loaded), safe="")
    return {
        "DATABASE_URL": f"postgresql://{APP_ROLE}@{folder}:5432/{loaded.name}",
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": '["public.peer_station"]',
        "TIPG_DB_FUNCTIONS": '["public.peer_nearest"]',
    }


# -- pygeoapi -----------------------------------------------------------------------------


def pygeoapi_environment(loaded: Loaded, folder: Path, port: int) -> dict[str, str]:
    """Write pygeoapi's configuration and its OpenAPI document; give the settings for both."""
    config, openapi = folder / "pygeoapi.json", folder / "pygeoapi-openapi.json"
    config.write_text(json.dumps(_pygeoapi_config(loaded, port)), encoding="utf-8")
    # Only served, never read while answering items.
    openapi.write_text('{"openapi":"3.0.2","paths":{}}', encoding="utf-8")
    return {"PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(openapi)}


def _pygeoapi_config(loaded: Loaded, port: int) -> dict[str, Any]:
    url = f"http://127.0.0.1:{port}"
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-US"],
            "limits": {"default_items": 10, "max_items": 1000},
            "map": {"url": url, "attribution": "none"},
            "gzip": False,
            "pretty_print": False,
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "stations",
                "description": "stations",
                "keywords": ["stations"],
                "terms_of_service": "none",
                "url": url,
            },
            "license": {"name": "none", "url": url},
            "provider": {"name": "bench", "url": url},
            "contact": {"name": "bench", "email": "bench@localhost"},
        },
        "resources": {"stations": _pygeoapi_collection(loaded)},
    }


def _pygeoapi_collection(loaded: Loaded) -> dict[str, Any]:
    return {
        "type": "collection",
        "title": "stations",
        "description": "stations",
        "keywords": ["stations"],
        "links": [],
        "extents": {"spatial": {"bbox": [70, 0, 138, 57], "crs": _CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": "PostgreSQL",
                "data": {
                    "host": _socket_folder(loaded),
                    "port": 5432,
                    "dbname": loaded.name,
                    "user": APP_ROLE,
                    "password": "",
                    "search_path": ["public"],
                },
                "id_field": "code",
                "table": "peer_station",
                "geom_field": "geom",
            }
        ],
    }


_CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


# -- Redis --------------------------------------------------------------------------------


def packages() -> str:
    """The folder of the peers' packages, for a program that needs Redis' client alone."""
    return str(next((PEERS / "lib").glob("python3.*/site-packages")))


@contextmanager
def redis_with_stations(loaded: Loaded, folder: Path) -> Iterator[str]:
    """A Redis of its own, on a Unix socket, holding the open stations; gives the socket."""
    with tempfile.TemporaryDirectory(prefix="sm-redis-") as home:
        address = f"{home}/redis.sock"
        command = [program("redis-server"), "--port", "0", "--unixsocket", address]
        command += ["--save", "", "--appendonly", "no", "--dir", home]
        with running(
            command, log=folder / "redis.log", environment={}, answers=Path(address).exists
        ):
            _fill_redis(loaded, address)
            yield address


def _fill_redis(loaded: Loaded, address: str) -> None:
    """Hand the stations to a small script in the peers' environment, which has the client."""
    import subprocess

    with psycopg.connect(loaded.url) as connection:
        rows = connection.execute(
            "SELECT code, lon, lat, coalesce(opening_hours, ''), properties"
            " FROM station_card WHERE status = 'open'"
        )
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    subprocess.run(
        [str(PEERS / "bin" / "python"), "-c", _FILL, address, str(_REDIS_BATCH)],
        input=lines.encode(),
        check=True,
    )


_FILL: Final = """
import json, sys
from itertools import batched
import redis
server = redis.Redis(unix_socket_path=sys.argv[1])
for batch in batched(map(json.loads, sys.stdin), int(sys.argv[2])):
    places = [part for code, lon, lat, *_ in batch for part in (lon, lat, code)]
    server.geoadd("stations", places)
    server.mset({code: card for code, *_, card in batch})
    server.mset({"with-hours:" + code: hours + chr(10) + card for code, _, _, hours, card in batch})
"""

"""Who is measured: the product, the database alone, the server alone, and the peers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import measure, peers, questions
from benchmarks.load import NATION, Loaded
from benchmarks.measure import BadAnswers, Measured
from benchmarks.questions import FILTERS, MOMENTS, NONE, Paths, Point
from benchmarks.servers import free_port, http_answers, running
from benchmarks.tools import PEERS
from station_map.settings import Settings

OURS: Final = "station-map"
OURS_COMPRESSED: Final = "station-map, compressed"
PGBENCH: Final = "pgbench, same SQL"
CEILING: Final = "empty Flask view"
TIPG_ITEMS: Final = "tipg items (bbox)"
TIPG_KNN: Final = "tipg KNN function"
PYGEOAPI: Final = "pygeoapi items (bbox)"
REDIS: Final = "Redis GEOSEARCH, same Flask"
REDIS_BARE: Final = "Redis GEOSEARCH, bare Flask"
K: Final = 10
_PYTHON: Final = str(PEERS / "bin" / "python")


@dataclass(frozen=True)
class Contender:
    """One line of the table.

    size: stations in its data, 0 where it has none. asked: one of `questions.FILTERS`.
    run: measures once, given the place in the list to begin at and the seconds it may take.
    """

    who: str
    size: int
    asked: str
    run: Callable[[int, float], Measured]

    @property
    def key(self) -> str:
        return f"{self.who} / {self.size} / {self.asked}"


def over_http(
    who: str, size: int, asked: str, base: str, paths: Paths, header: str | None = None
) -> Contender:
    """A contender that answers HTTP."""
    return Contender(
        who,
        size,
        asked,
        lambda start, seconds: measure.wrk(
            base, paths.file, start=start, seconds=seconds, header=header
        ),
    )


class Field:
    """Everything that runs side by side; the servers end with `held`."""

    def __init__(self, folder: Path, held: ExitStack) -> None:
        self.folder = folder
        self.held = held
        # The caller's STATION_MAP_WORKERS and STATION_MAP_THREADS hold for all of them.
        self.settings = Settings(database_url=None)
        self.contenders: list[Contender] = []

    # -- the product and the database alone --------------------------------------------

    def add_ours(self, loaded: Loaded) -> None:
        """The real product on one database, with each filter, and pgbench beside it."""
        asked = questions.points(loaded.size)
        base = self.serve_ours(loaded)
        for name, amenities in FILTERS.items():
            stem = f"{loaded.name}-{len(amenities)}"
            paths = questions.write_paths(
                self.folder / f"{stem}.txt",
                [questions.our_path(point, amenities) for point in asked],
            )
            check_features(base, paths, None if name == questions.RARE else K)
            self.contenders.append(over_http(OURS, loaded.size, name, base, paths))
            if name == NONE and loaded.size == NATION:
                line = over_http(
                    OURS_COMPRESSED, loaded.size, name, base, paths, "Accept-Encoding: gzip, br"
                )
                self.contenders.append(line)
            self.contenders.append(self._pgbench(loaded, name, asked, stem))
        if loaded.size == NATION:
            self._add_open(loaded, base)

    def _add_open(self, loaded: Loaded, base: str) -> None:
        """The product asked for stations that are open, by day and at night."""
        for name, hour in MOMENTS.items():
            asked = [questions.our_path(p, hour=hour) for p in questions.points(loaded.size)]
            paths = questions.write_paths(self.folder / f"{loaded.name}-at-{hour}.txt", asked)
            check_features(base, paths, K)
            self.contenders.append(over_http(OURS, loaded.size, name, base, paths))

    def serve_ours(self, loaded: Loaded) -> str:
        """The address of the product on one database."""
        port = free_port()
        environment = self._product_environment(loaded, port)
        return self._started(OURS, ["-m", "station_map", "serve"], environment, port, "/healthz")

    def _product_environment(self, loaded: Loaded, port: int) -> dict[str, str]:
        return {
            "STATION_MAP_DATABASE_URL": loaded.url,
            "STATION_MAP_PORT": str(port),
            "STATION_MAP_DATA_DIR": str(self.folder / "unused"),
            "STATION_MAP_WORKERS": str(self.settings.workers),
            "STATION_MAP_THREADS": str(self.settings.threads),
        }

    def _pgbench(self, loaded: Loaded, name: str, asked: list[Point], stem: str) -> Contender:
        script = self.folder / f"{stem}.sql"
        script.write_text(questions.pgbench_script(asked, FILTERS[name]), encoding="ascii")
        # Readers of the product have the same options (store/database.py).
        separator = "&" if "?" in loaded.url else "?"
        options = (
            "options=-c%20plan_cache_mode%3Dforce_generic_plan%20-c%20jit%3Doff"
            "%20-c%20max_parallel_workers_per_gather%3D0"
        )
        url = f"{loaded.url}{separator}{options}"
        return Contender(
            PGBENCH,
            loaded.size,
            name,
            lambda start, seconds: measure.pgbench(url, script, seconds=seconds, seed=start),
        )

    # -- the server alone, and the peers -----------------------------------------------

    def add_ceiling(self) -> None:
        """An empty view on the product's own server settings."""
        port = free_port()
        base = self._started(CEILING, self._granian("ceiling:app", port), {}, port, "/")
        paths = questions.write_paths(self.folder / "ceiling.txt", ["/"] * 8)
        self.contenders.append(over_http(CEILING, 0, "", base, paths))

    def add_redis(self, loaded: Loaded) -> None:
        """Redis with the same open stations: behind the product's own Flask, and a bare one."""
        socket = self.held.enter_context(peers.redis_with_stations(loaded, self.folder))
        self._add_redis(loaded, REDIS, self._redis_behind_the_product(loaded, socket), _our_path)
        self._add_redis(loaded, REDIS_BARE, self._redis_alone(loaded, socket), _redis_path)

    def _redis_behind_the_product(self, loaded: Loaded, socket: str) -> str:
        port = free_port()
        environment = {
            **self._product_environment(loaded, port),
            "BENCH_REDIS_SOCKET": socket,
            "BENCH_PEER_PACKAGES": peers.packages(),
        }
        command = self._granian("redis_product:create", port, factory=True)
        return self._started(REDIS, command, environment, port, "/healthz")

    def _redis_alone(self, loaded: Loaded, socket: str) -> str:
        port = free_port()
        command = self._granian("redis_nearest:app", port)
        path = _redis_path(questions.points(loaded.size)[0])
        environment = {"BENCH_REDIS_SOCKET": socket}
        return self._started(REDIS_BARE, command, environment, port, path, python=_PYTHON)

    def _add_redis(self, loaded: Loaded, who: str, base: str, path: Callable[[Point], str]) -> None:
        paths = self._peer_paths(who.split(" ")[2], loaded, path)
        check_features(base, paths, K)
        self.contenders.append(over_http(who, loaded.size, NONE, base, paths))

    def add_tipg(self, loaded: Loaded) -> None:
        """Tipg on uvicorn, as its documentation runs it."""
        base = self.serve_tipg(loaded)
        for who, path in ((TIPG_ITEMS, _tipg_items), (TIPG_KNN, _tipg_nearest)):
            paths = self._peer_paths(who.split(" ")[1], loaded, path)
            check_features(base, paths, K if who == TIPG_KNN else None)
            self.contenders.append(over_http(who, loaded.size, NONE, base, paths))

    def serve_tipg(self, loaded: Loaded) -> str:
        """Its address."""
        port = free_port()
        command = ["-m", "uvicorn", "tipg.main:app", "--port", str(port), "--log-level", "error"]
        environment = peers.tipg_environment(loaded)
        return self._started("tipg", command, environment, port, "/healthz", python=_PYTHON)

    def add_pygeoapi(self, loaded: Loaded) -> None:
        """Pygeoapi on the product's server settings."""
        port = free_port()
        environment = peers.pygeoapi_environment(loaded, self.folder, port)
        command = self._granian("pygeoapi.flask_app:APP", port, ours=False)
        base = self._started(PYGEOAPI, command, environment, port, "/conformance", python=_PYTHON)
        paths = self._peer_paths("pygeoapi", loaded, _pygeoapi_items)
        check_features(base, paths, None)
        self.contenders.append(over_http(PYGEOAPI, loaded.size, NONE, base, paths))

    # -- shared --------------------------------------------------------------------------

    def _peer_paths(self, stem: str, loaded: Loaded, path: Callable[[Point], str]) -> Paths:
        asked = questions.points(loaded.size)
        return questions.write_paths(self.folder / f"peer-{stem}.txt", map(path, asked))

    def _granian(
        self, target: str, port: int, *, ours: bool = True, factory: bool = False
    ) -> list[str]:
        """The command line that says what `station_map.cli.serving` tells granian."""
        return [
            *("-m", "granian", "--interface", "wsgi", "--loop", "asyncio", "--no-ws"),
            *("--workers", str(self.settings.workers)),
            *("--blocking-threads", str(self.settings.threads)),
            *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
            *(["--factory"] if factory else []),
            f"benchmarks.apps.{target}" if ours else target,
        ]

    def _started(
        self,
        who: str,
        command: list[str],
        environment: dict[str, str],
        port: int,
        path: str,
        python: str | None = None,
    ) -> str:
        """Start a Python server and give its address once `path` answers."""
        import sys

        base = f"http://127.0.0.1:{port}"
        log = self.folder / f"{who.split(' ', maxsplit=1)[0].strip(',')}-{port}.log"
        started = running(
            [python or sys.executable, *command],
            log=log,
            environment=environment,
            answers=lambda: http_answers(base + path),
        )
        self.held.enter_context(started)
        return base


def check_features(base: str, paths: Paths, count: int | None) -> None:
    """Look at some answers before any is counted: features, in the number asked for.

    count: of every answer; None: at least one of the answers holds any, and none above K.
    Raises BadAnswers. A rate of wrong answers would be worth nothing.
    """
    found = []
    for path in paths.sample:
        try:
            with urllib.request.urlopen(base + path, timeout=30) as answer:  # noqa: S310 - loopback
                found.append(len(json.load(answer)["features"]))
        except (urllib.error.HTTPError, ValueError, KeyError) as error:
            raise BadAnswers(f"{base}{path}: {error!r}") from error
    right = max(found) > 0 and max(found) <= K if count is None else set(found) == {count}
    if not right:
        raise BadAnswers(f"{base}{paths.sample[0]}: {found} features")


def _our_path(point: Point) -> str:
    return questions.our_path(point, ())


def _redis_path(point: Point) -> str:
    return f"/nearest?lon={point[0]}&lat={point[1]}"


def _tipg_items(point: Point) -> str:
    return f"/collections/public.peer_station/items?bbox={questions.box_of(point)}&limit={K}"


def _tipg_nearest(point: Point) -> str:
    return f"/collections/public.peer_nearest/items?lon={point[0]}&lat={point[1]}&limit={K}"


def _pygeoapi_items(point: Point) -> str:
    return f"/collections/stations/items?f=json&bbox={questions.box_of(point)}&limit={K}"

"""`up` and `serve`: the database and the web server for as long as they are wanted."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from station_map.cli.beside import PARENT, die_with_parent, worker_beside
from station_map.cli.environment import note, say, settings_with
from station_map.cli.ports import claim, is_free, is_ours, shown_url
from station_map.errors import EnvironmentFault
from station_map.store.provision import one_at_a_time
from station_map.store.session import database_url, open_database

if TYPE_CHECKING:
    from flask import Flask

    from station_map.settings import Settings
    from station_map.store.database import Database

WORKER: Final = "station_map.cli.serving:worker"
READY_POLL_S: Final = 0.1
# Then it is killed, with the requests it still holds. Answers take milliseconds, and now
# and then a worker of granian's does not end by itself (its issues 651 and 875).
STOP_WORKER_S: Final = 3

_host = click.option("--host", help="监听的地址。 Address to listen on.")
_port = click.option(
    "--port", type=click.IntRange(1, 65535), help="监听的端口。 TCP port to listen on."
)
_worker = click.option(
    "--worker/--no-worker",
    "queue_worker",
    default=None,
    help="旁边开不开一个后台进程（默认开）。 Run a worker of the queue beside it (default).",
)


@click.command()
@_host
@_port
@click.option(
    "--demo/--no-demo",
    default=True,
    help="空库时装入演示数据（默认）。 Load the demo stations into an empty database (default).",
)
@_worker
def up(host: str | None, port: int | None, *, demo: bool, queue_worker: bool | None) -> None:
    """建库、装演示数据、开始服务；按 Ctrl-C 全部停下。

    Prepares the database (the embedded one unless STATION_MAP_DATABASE_URL is set), loads
    the areas and, when there are no stations, the demo data; then serves until Ctrl-C.
    """
    settings = settings_with(host=host, port=port, queue_worker=queue_worker)
    _refuse_unusable_basemap(settings)
    with _own_port(settings), database_url(settings, tell=note):
        with open_database(settings, schema="upgrade") as database, one_at_a_time(database.url):
            _fill(database, demo=demo)
        _serve_until_told(settings)


@click.command()
@_host
@_port
@_worker
def serve(host: str | None, port: int | None, *, queue_worker: bool | None) -> None:
    """只服务：数据库必须已经就绪。

    Serves only; tells what to run when the database's schema is not the one needed.
    """
    settings = settings_with(host=host, port=port, queue_worker=queue_worker)
    _refuse_unusable_basemap(settings)
    with _own_port(settings), database_url(settings, tell=note):
        with open_database(settings):
            pass  # a fault is told here, in words, and not by a server process
        _serve_until_told(settings)


def worker() -> Flask:
    """The application of one server process, which ends when its parent does."""
    # A closed terminal tells the whole group. Who ended at once would look like a crash to the
    # parent, which is told as well and ends us in order.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
    die_with_parent()
    from station_map.app import create_app_from_environment

    return create_app_from_environment()


def _fill(database: Database, *, demo: bool) -> None:
    from station_map.importers.demand.synthetic import ensure_demand
    from station_map.importers.demo import load_demo
    from station_map.importers.reference import load_areas
    from station_map.store.stations import station_count

    load_areas(database)
    if demo and station_count(database).total == 0:
        load_demo(database)
    if demo:
        ensure_demand(database)
    count = station_count(database)
    if count.demo:
        note(f"{count.demo} 个站点是演示数据，不是真的。 {count.demo} stations are demo data.")


def _refuse_unusable_basemap(settings: Settings) -> None:
    # Told here, in words: later it would be an error page for every visitor.
    from station_map.maps.basemaps import basemap

    basemap(settings.basemap, key=settings.tianditu_key)


@contextmanager
def _own_port(settings: Settings) -> Iterator[None]:
    # Asked before anything else, and by hand: the server's sockets may share a port, so
    # a second server would get a part of the first one's requests without a word.
    with claim(settings.host, settings.port) as mine:
        if not mine or not is_free(settings.host, settings.port):
            _refuse_taken_port(settings, ours=not mine)
        yield


def _refuse_taken_port(settings: Settings, *, ours: bool) -> NoReturn:
    if ours or is_ours(settings.host, settings.port):
        raise EnvironmentFault(
            f"歇脚地图已经在 {shown_url(settings.host, settings.port)} 上运行。"
            " A station map is running there already.",
            remedies=("用浏览器打开它 / open it", f"--port {settings.port + 1}"),
        )
    raise EnvironmentFault(
        f"端口 {settings.port} 已被别的程序占用，或不能监听 {settings.host}。"
        f" Port {settings.port} is in use by another program, or {settings.host} is not an"
        " address of this machine.",
        remedies=(f"换一个端口 / choose another: --port {settings.port + 1}",),
    )


def _serve_until_told(settings: Settings) -> None:
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels
    from granian.server import Server

    class Patient(Server):  # type: ignore[valid-type, misc]  # a name for one of two classes
        """Its workers do not hear of a closed terminal before they can ignore it.

        One that died of it would look like a crash, and the server, busy with replacing it, would
        miss that it was told to end. What comes meanwhile waits.
        """

        def _spawn_workers(self, *given: Any) -> None:
            with _hang_up_waits():
                super()._spawn_workers(*given)

        def _respawn_workers(self, *given: Any, **more: Any) -> None:
            with _hang_up_waits():
                super()._respawn_workers(*given, **more)

    # Forked processes would inherit our hold on the database and our threads.
    multiprocessing.set_start_method("spawn", force=True)
    os.environ[PARENT] = str(os.getpid())
    server = Patient(
        WORKER,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        factory=True,
        workers=settings.workers,
        blocking_threads=settings.threads,
        websockets=False,
        workers_kill_timeout=STOP_WORKER_S,
        # One that was killed is replaced; one that ends at once each time ends the server.
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    )
    # A closed terminal means the end; the server would take it for "reload".
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        server.on_startup(
            lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt) and None
        )
    done = threading.Event()
    threading.Thread(target=_tell_when_ready, args=(settings, done), daemon=True).start()
    try:
        with worker_beside(wanted=settings.queue_worker):
            server.serve()
    finally:
        done.set()


@contextmanager
def _hang_up_waits() -> Iterator[None]:
    """SIGHUP is held back here, and in processes that are started meanwhile until they allow it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})


def _tell_when_ready(settings: Settings, done: threading.Event) -> None:
    while not is_ours(settings.host, settings.port):
        if done.wait(READY_POLL_S):
            return
    say(f"歇脚地图 / station map: {shown_url(settings.host, settings.port)}  (Ctrl-C 停止 / stops)")

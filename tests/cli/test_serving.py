"""`up` and `serve` as a user runs them: processes of their own, ended in every way."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from station_map.cli.ports import claim
from station_map.store.database import Database
from station_map.store.embedded.locks import is_held, wait_until
from station_map.store.embedded.processes import server_processes
from tests.support.live import free_port, product_environment, serving

DEADLINE_S = 60.0


@pytest.fixture
def port() -> int:
    return free_port()


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def _stations(port: int) -> int:
    url = f"http://127.0.0.1:{port}/api/v1/stations?limit=1"
    with urllib.request.urlopen(url, timeout=30) as answer:
        return int(json.load(answer)["numberMatched"])


def _terminate(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C at a terminal does


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGHUP)  # as a closed terminal does


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()


@pytest.mark.parametrize(
    ("end", "code"),
    [(_terminate, 0), (_interrupt, 0), (_hang_up, 0), (_kill, -signal.SIGKILL)],
)
def test_however_it_ends_nothing_is_left_running(
    passable_dir: Path, port: int, end: Callable[[subprocess.Popen[bytes]], None], code: int
) -> None:
    home = passable_dir / "var" / "postgres"
    arguments = ["up", "--no-demo", "--port", str(port)]
    settings = {"STATION_MAP_DATA_DIR": str(passable_dir / "var")}
    with serving(arguments, settings, passable_dir / "log", port) as process:
        children = _children(process.pid)
        assert children
        assert server_processes(home / "data")
        end(process)
        assert process.wait(DEADLINE_S) == code
        assert wait_until(lambda: not any(map(_alive, children)), DEADLINE_S)
        assert wait_until(lambda: not server_processes(home / "data"), DEADLINE_S)
        assert wait_until(lambda: not is_held(home / "guardian.lock"), DEADLINE_S)


def _worker_of(process: subprocess.Popen[bytes]) -> int:
    said = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in _children(process.pid)}
    return next(pid for pid, command in said.items() if b"spawn_main" in command)


def _serves(port: int) -> bool:
    try:
        return _stations(port) == 0
    except OSError:  # no listener, or an answer that is an error
        return False


def test_what_is_killed_below_a_running_app_comes_back(passable_dir: Path, port: int) -> None:
    state = passable_dir / "var" / "postgres" / "guardian.json"
    settings = {"STATION_MAP_DATA_DIR": str(passable_dir / "var")}
    arguments = ["up", "--no-demo", "--port", str(port)]
    with serving(arguments, settings, passable_dir / "log", port) as process:
        for victim in ("server_pid", "pid"):
            os.kill(json.loads(state.read_text(encoding="utf-8"))[victim], signal.SIGKILL)
            assert wait_until(lambda: _serves(port), DEADLINE_S)
        worker = _worker_of(process)
        os.kill(worker, signal.SIGKILL)
        assert wait_until(lambda: not _alive(worker), DEADLINE_S)
        assert wait_until(lambda: _serves(port), DEADLINE_S)
        assert _worker_of(process) != worker


def test_up_fills_an_empty_database_and_a_second_up_joins_it(passable_dir: Path, port: int) -> None:
    settings = {"STATION_MAP_DATA_DIR": str(passable_dir / "var")}
    other = free_port()
    log = passable_dir / "log"
    with serving(["up", "--port", str(port)], settings, log, port):
        assert _stations(port) == 713
        address = f"http://127.0.0.1:{port}"
        assert wait_until(lambda: address in log.read_text(encoding="utf-8"), DEADLINE_S)
        second = ["up", "--port", str(other)]
        with serving(second, settings, passable_dir / "log2", other):
            assert _stations(other) == 713
        assert _stations(port) == 713


def test_without_demo_the_database_stays_empty(passable_dir: Path, port: int) -> None:
    settings = {"STATION_MAP_DATA_DIR": str(passable_dir / "var")}
    arguments = ["up", "--no-demo", "--port", str(port)]
    with serving(arguments, settings, passable_dir / "log", port):
        assert _stations(port) == 0


def test_up_works_on_an_outside_database_and_starts_none(
    fresh_database: Database, tmp_path: Path, port: int
) -> None:
    settings = {
        "STATION_MAP_DATABASE_URL": fresh_database.url,
        "STATION_MAP_DATA_DIR": str(tmp_path / "var"),
    }
    arguments = ["up", "--no-demo", "--port", str(port)]
    with serving(arguments, settings, tmp_path / "log", port):
        assert _stations(port) == 0
    assert not (tmp_path / "var").exists()


def _run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "station_map", *arguments],
        env=product_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


@pytest.mark.parametrize("verb", ["up", "serve"])
def test_a_port_that_another_start_has_claimed_is_refused(
    passable_dir: Path, port: int, verb: str
) -> None:
    """Two started at the same moment: the first does not listen yet when the second looks."""
    with claim("127.0.0.1", port) as mine:
        assert mine
        done = _run(verb, "--port", str(port), STATION_MAP_DATA_DIR=str(passable_dir / "var"))
    assert done.returncode == 1
    assert f"http://127.0.0.1:{port}" in done.stderr
    assert not (passable_dir / "var").exists()


@pytest.mark.parametrize("verb", ["up", "serve"])
def test_a_port_in_use_is_told_before_anything_is_made(passable_dir: Path, verb: str) -> None:
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        taken = stranger.getsockname()[1]
        done = _run(verb, "--port", str(taken), STATION_MAP_DATA_DIR=str(passable_dir / "var"))
    assert done.returncode == 1
    assert str(taken) in done.stderr
    assert "Traceback" not in done.stderr
    assert not (passable_dir / "var").exists()


@pytest.mark.parametrize("verb", ["up", "serve"])
def test_a_basemap_without_its_key_is_told_before_anything_is_made(
    passable_dir: Path, port: int, verb: str
) -> None:
    settings = {
        "STATION_MAP_DATA_DIR": str(passable_dir / "var"),
        "STATION_MAP_BASEMAP": "tianditu",
    }
    done = _run(verb, "--port", str(port), **settings)
    assert done.returncode == 1
    assert "STATION_MAP_TIANDITU_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (passable_dir / "var").exists()


def test_serve_wants_a_database_of_the_right_version(fresh_database: Database, port: int) -> None:
    with psycopg.connect(fresh_database.url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    done = _run("serve", "--port", str(port), STATION_MAP_DATABASE_URL=fresh_database.url)
    assert done.returncode == 1
    assert "station-map db upgrade" in done.stderr
    assert "Traceback" not in done.stderr

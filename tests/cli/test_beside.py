"""The worker beside the web server: there, alone, replaced, gone with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from station_map.cli.beside import Keeper
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until
from station_map.store.jobs import queue_state
from tests.support.live import free_port, product_environment, serving

DEADLINE_S = 60.0


def _workers(database: Database) -> int:
    state = queue_state(database)
    assert state is not None
    return state.workers


def _processes(data_dir: Path) -> list[int]:
    """Workers that run for this data folder, whoever started them."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
            environment = (entry / "environ").read_bytes().split(b"\0")
        except OSError:  # it ended meanwhile
            continue
        ours = f"STATION_MAP_DATA_DIR={data_dir}".encode() in environment
        if command[-2:-1] == [b"worker"] and ours:
            found.append(int(entry.name))
    return found


@pytest.fixture
def settings(fresh_database: Database, tmp_path: Path) -> dict[str, str]:
    return {
        "STATION_MAP_DATABASE_URL": fresh_database.url,
        "STATION_MAP_DATA_DIR": str(tmp_path / "var"),
        "STATION_MAP_QUEUE_WORKER": "true",
    }


def _terminate(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)


def _interrupt(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C at a terminal does


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()


@pytest.mark.parametrize("end", [_terminate, _interrupt, _kill])
def test_it_works_while_the_server_does_and_ends_with_it(
    fresh_database: Database,
    settings: dict[str, str],
    tmp_path: Path,
    end: Callable[[subprocess.Popen[bytes]], None],
) -> None:
    port, folder = free_port(), tmp_path / "var"
    with serving(["serve", "--port", str(port)], settings, tmp_path / "log", port) as process:
        assert wait_until(lambda: _workers(fresh_database) == 1, DEADLINE_S)
        first = _processes(folder)
        assert len(first) == 1
        os.kill(first[0], signal.SIGKILL)
        assert wait_until(lambda: _processes(folder) not in ([], first), DEADLINE_S)
        end(process)
        process.wait(DEADLINE_S)
    assert wait_until(lambda: not _processes(folder), DEADLINE_S)
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def test_it_can_be_left_out(
    fresh_database: Database, settings: dict[str, str], tmp_path: Path
) -> None:
    port = free_port()
    arguments = ["serve", "--no-worker", "--port", str(port)]
    with serving(arguments, settings, tmp_path / "log", port):
        assert _processes(tmp_path / "var") == []
        assert _workers(fresh_database) == 0


def test_alone_it_says_that_it_works_and_that_it_stopped(
    fresh_database: Database, settings: dict[str, str]
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "station_map", "worker"],
        env=product_environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert wait_until(lambda: _workers(fresh_database) == 1, DEADLINE_S)
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 0
    assert "The worker works." in said
    assert "The worker has stopped." in said


def test_alone_it_wants_a_database_of_the_right_version(
    fresh_database: Database, settings: dict[str, str]
) -> None:
    with fresh_database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    done = subprocess.run(
        [sys.executable, "-m", "station_map", "worker"],
        env=product_environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == 1
    assert "station-map db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_ends_at_once_is_started_again_after_a_pause(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    begun = tmp_path / "begun"
    script = f"open({str(begun)!r}, 'a').write('x'); raise SystemExit(7)"
    keeper = Keeper((sys.executable, "-c", script))
    keeper.start()
    try:
        assert wait_until(lambda: begun.exists() and len(begun.read_text()) >= 2, DEADLINE_S)
    finally:
        keeper.close()
    assert "(7)" in capfd.readouterr().err
    assert begun.read_text() in {"xx", "xxx"}


def test_who_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("station_map.cli.beside.STOP_S", 0.2)
    deaf = tmp_path / "deaf"
    script = (
        "import signal, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f" open({str(deaf)!r}, 'w').close(); threading.Event().wait()"
    )
    keeper = Keeper((sys.executable, "-c", script))
    keeper.start()
    assert wait_until(deaf.exists, DEADLINE_S)
    pid = keeper.pid
    assert pid is not None
    keeper.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)

"""The embedded server's life: made, joined, healed, stopped, and told apart from others."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from station_map.errors import DatabaseUnusable
from station_map.store.embedded.cluster import EmbeddedCluster
from station_map.store.embedded.locks import is_held, wait_until
from station_map.store.embedded.places import mark_of
from station_map.store.embedded.processes import server_processes
from tests.support.live import REPOSITORY, product_environment

AS_ROOT = os.geteuid() == 0
DEADLINE_S = 60.0
Make = Callable[..., EmbeddedCluster]


@pytest.fixture
def make(passable_dir: Path) -> Make:
    """Makes a not yet started cluster; `where` is a folder below the test's own."""

    def make_one(where: str = "var", **changes: object) -> EmbeddedCluster:
        given: dict[str, object] = {
            "options": {"fsync": "off"},
            "durable": False,
            "runtime_root": passable_dir,
            "fallback_root": passable_dir / "fallback",
        }
        return EmbeddedCluster(passable_dir / where, **{**given, **changes})  # type: ignore[arg-type]

    return make_one


@dataclass
class Holder:
    """Another process that uses a cluster."""

    process: subprocess.Popen[str]
    pid: int
    server_pid: int
    url: str

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def leave(self) -> None:
        self.process.communicate(timeout=DEADLINE_S)


@contextmanager
def holding(root: Path, where: str = "var") -> Iterator[Holder]:
    """A process that holds the cluster below `root`, ended at the latest with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.holder", root / where, root, root / "fallback"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
        env=product_environment({}),
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Holder(process, told["pid"], told["server_pid"], told["url"])
    finally:
        process.kill()
        process.communicate(timeout=DEADLINE_S)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def nothing_runs(home: Path) -> bool:
    return not server_processes(home / "data") and not is_held(home / "guardian.lock")


def one_value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]


# -- where it may lie -----------------------------------------------------------------


@pytest.mark.parametrize(
    "where",
    ["var", "工会 驿站/数据 库", 'it\'s "odd" %20 $HOME {}', "/".join(["a-long-folder-name"] * 9)],
    ids=["plain", "chinese-and-spaces", "odd-characters", "longer-than-a-socket-path"],
)
def test_it_works_wherever_the_folder_lies(make: Make, where: str) -> None:
    with make(where) as cluster:
        assert one_value(cluster.admin_url(), "SHOW server_encoding") == "UTF8"
        home = cluster.places.home
        assert home.name == "postgres"
    assert nothing_runs(home)


def test_data_outlives_the_server(make: Make) -> None:
    with make() as cluster, psycopg.connect(cluster.admin_url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    with make() as cluster:
        assert one_value(cluster.admin_url(), "SELECT n FROM kept") == 7


def test_it_listens_to_no_address_and_its_files_are_private(make: Make) -> None:
    with make() as cluster:
        assert one_value(cluster.admin_url(), "SHOW listen_addresses") == ""
        assert one_value(cluster.admin_url(), "SELECT inet_server_addr() IS NULL")
        places = cluster.places
        socket_dir = Path(json.loads(places.state.read_text(encoding="utf-8"))["socket_dir"])
        assert socket_dir.stat().st_mode & 0o777 == 0o700
        assert places.data.stat().st_mode & 0o077 == 0
    assert not socket_dir.exists()


def test_it_runs_as_an_unprivileged_user(make: Make) -> None:
    with make() as cluster:
        owner = Path(f"/proc/{_server_pid(cluster)}").stat().st_uid
        assert owner != 0
        assert owner == cluster.places.account.uid == cluster.places.data.stat().st_uid


def test_a_closed_parent_sends_the_files_elsewhere_and_tells(
    make: Make, passable_dir: Path
) -> None:
    # A shut door is one only for another user than ourselves.
    if not AS_ROOT:
        with make("var") as cluster:
            assert cluster.places.home.parent == passable_dir / "var"
        return
    closed = passable_dir / "closed"
    closed.mkdir(mode=0o700)
    for _ in range(2):  # the second start finds them by the note
        with make("closed/var") as cluster:
            assert answers(cluster.admin_url())
            assert cluster.places.home.parent == passable_dir / "fallback"
            assert str(cluster.places.home) in cluster.notices[0]
        note = (closed / "var" / "WHERE-IS-THE-DATABASE.txt").read_text(encoding="utf-8")
        assert str(cluster.places.home) in note
    assert closed.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_is_told(make: Make, passable_dir: Path) -> None:
    (passable_dir / "file").write_text("not a folder", encoding="utf-8")
    with pytest.raises(DatabaseUnusable, match="cannot be written") as caught:
        make("file/var").start()
    assert caught.value.remedies


# -- several users --------------------------------------------------------------------


def test_two_users_share_one_server_and_the_last_one_stops_it(
    make: Make, passable_dir: Path
) -> None:
    with make() as cluster:
        home = cluster.places.home
        with holding(passable_dir) as other:
            assert other.server_pid == _server_pid(cluster)
            cluster.close()
            assert answers(other.url)
            other.leave()
        assert wait_until(lambda: nothing_runs(home), DEADLINE_S)


def test_two_that_start_at_once_do_not_fight(passable_dir: Path) -> None:
    command = [sys.executable, "-m", "tests.support.holder"]
    command += [str(passable_dir / "var"), str(passable_dir), str(passable_dir / "fallback")]
    started = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
            env=product_environment({}),
        )
        for _ in range(3)
    ]
    lines = []
    for process in started:
        assert process.stdout is not None
        lines.append(process.stdout.readline())
    for process in started:
        process.communicate(timeout=DEADLINE_S)
    assert len({json.loads(line)["server_pid"] for line in lines}) == 1
    assert [process.returncode for process in started] == [0, 0, 0]
    assert wait_until(lambda: nothing_runs(passable_dir / "var" / "postgres"), DEADLINE_S)


# -- sudden ends ----------------------------------------------------------------------


def test_a_killed_user_leaves_nothing_running(passable_dir: Path) -> None:
    home = passable_dir / "var" / "postgres"
    with holding(passable_dir) as user:
        assert server_processes(home / "data")
        user.kill()
        assert wait_until(lambda: nothing_runs(home), DEADLINE_S)


def test_a_killed_server_is_started_again(make: Make) -> None:
    with make() as cluster:
        before = _server_pid(cluster)
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda: _server_pid(cluster) != before, DEADLINE_S)
        assert wait_until(lambda: answers(cluster.admin_url()), DEADLINE_S)
        home = cluster.places.home
    assert nothing_runs(home)


def test_a_killed_guardian_is_replaced_by_those_who_still_use_the_server(
    make: Make, passable_dir: Path
) -> None:
    with holding(passable_dir) as user, make() as cluster:
        os.kill(user.pid, signal.SIGKILL)
        assert wait_until(lambda: _server_pid(cluster) != user.server_pid, DEADLINE_S)
        assert wait_until(lambda: answers(cluster.admin_url()), DEADLINE_S)
        home = cluster.places.home
        user.leave()
        assert answers(cluster.admin_url())
    assert nothing_runs(home)


def test_a_guardian_that_is_killed_again_and_again_is_replaced_each_time(make: Make) -> None:
    with make() as cluster:
        for _ in range(3):
            state = json.loads(cluster.places.state.read_text(encoding="utf-8"))
            os.kill(state["pid"], signal.SIGKILL)
            server = state["server_pid"]
            assert wait_until(lambda old=server: _server_pid(cluster) != old, DEADLINE_S)
            assert wait_until(lambda: answers(cluster.admin_url()), DEADLINE_S)
        home = cluster.places.home
    assert nothing_runs(home)


def test_a_killed_guardian_and_its_only_user_take_the_server_along(
    make: Make, passable_dir: Path
) -> None:
    home = passable_dir / "var" / "postgres"
    with holding(passable_dir) as user:
        user.kill()
        with contextlib.suppress(ProcessLookupError):
            os.kill(user.pid, signal.SIGKILL)
        assert wait_until(lambda: nothing_runs(home), DEADLINE_S)
    with make() as cluster:
        assert answers(cluster.admin_url())


def test_everything_killed_at_once_is_mended_by_the_next_start(
    make: Make, passable_dir: Path
) -> None:
    with holding(passable_dir) as user:
        for pid in (user.pid, user.server_pid, user.process.pid):
            os.kill(pid, signal.SIGKILL)
    assert (passable_dir / "var" / "postgres" / "data" / "postmaster.pid").exists()
    with make() as cluster:
        assert answers(cluster.admin_url())


def test_a_pid_file_that_names_another_living_process_is_stale(make: Make) -> None:
    with make() as cluster:
        data = cluster.places.data
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    account = cluster.places.account
    socket_dir = Path(lines[4])
    socket_dir.mkdir(mode=0o700)
    account.take(socket_dir)
    # The server's own check asks only whether the pid lives, and this process does.
    for stale in (data / "postmaster.pid", socket_dir / ".s.PGSQL.5432.lock"):
        stale.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n", encoding="utf-8")
        account.take(stale)
    with make() as again:
        assert answers(again.admin_url())


def test_a_guardian_that_is_asked_to_end_stops_the_server(make: Make, passable_dir: Path) -> None:
    home = passable_dir / "var" / "postgres"
    with holding(passable_dir) as user:
        os.kill(user.pid, signal.SIGTERM)
        assert wait_until(lambda: nothing_runs(home), DEADLINE_S)


def test_a_half_made_cluster_is_made_anew(make: Make, passable_dir: Path) -> None:
    half = passable_dir / "var" / "postgres" / ".new-crashed"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("15\n", encoding="ascii")
    with make() as cluster:
        assert answers(cluster.admin_url())
    assert not half.exists()


# -- what is refused ------------------------------------------------------------------


def test_another_major_version_is_told_and_never_overwritten(
    make: Make, passable_dir: Path
) -> None:
    data = passable_dir / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n", encoding="ascii")
    with pytest.raises(DatabaseUnusable, match="PostgreSQL 9") as caught:
        make().start()
    assert any("pg_upgrade" in remedy for remedy in caught.value.remedies)
    assert [file.name for file in data.iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_database_is_left_alone(make: Make, passable_dir: Path) -> None:
    data = passable_dir / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "diary.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(DatabaseUnusable, match="holds no database"):
        make().start()
    assert (data / "diary.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("trap", ["open to others", "a link", "another user's"])
def test_a_socket_folder_that_somebody_else_put_there_is_refused(
    make: Make, passable_dir: Path, trap: str
) -> None:
    mark = mark_of(passable_dir / "var" / "postgres")
    folder = passable_dir / f"station-map-{mark}"
    if trap == "a link":
        (passable_dir / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(passable_dir / "elsewhere")
    else:
        folder.mkdir()
        folder.chmod(0o777 if trap == "open to others" else 0o700)
    if trap == "another user's" and AS_ROOT:
        os.chown(folder, 12345, 12345)
    elif trap == "another user's":
        folder.chmod(0o711)
    with pytest.raises(DatabaseUnusable, match=re.escape(str(folder))):
        make().start()


def test_a_server_that_cannot_start_says_why(make: Make) -> None:
    with pytest.raises(DatabaseUnusable, match="no_such_setting") as caught:
        make(options={"no_such_setting": "1"}).start()
    assert any("server.log" in remedy for remedy in caught.value.remedies)


def test_a_guardian_that_cannot_work_says_why(make: Make, passable_dir: Path) -> None:
    log = passable_dir / "var" / "postgres" / "server.log"
    log.mkdir(parents=True)
    with pytest.raises(DatabaseUnusable, match=r"server\.log"):
        make().start()


def _server_pid(cluster: EmbeddedCluster) -> int:
    try:
        return int(json.loads(cluster.places.state.read_text(encoding="utf-8"))["server_pid"])
    except FileNotFoundError:
        return 0

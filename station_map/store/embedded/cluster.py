"""Use of the embedded server: join it or start it, and let it go.

    with EmbeddedCluster(Path("var")) as cluster:
        psycopg.connect(cluster.url("station_map"))

Any number of processes may hold the same folder's cluster; the first starts the server
and the last one's end stops it, whether it ended well or was killed. A server that was
killed is started again by its guardian, and a guardian that was killed by any user.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import station_map
from station_map.errors import DatabaseUnusable
from station_map.store.embedded.binaries import Binaries
from station_map.store.embedded.creation import (
    ADMIN_ROLE,
    APP_ROLE,
    FIXED_OPTIONS,
    ensure_cluster,
)
from station_map.store.embedded.locks import FileLock, exclusive, is_held, wait_until
from station_map.store.embedded.places import FALLBACK_ROOT, Places, settle, socket_folder
from station_map.store.embedded.watch import when_free

START_TIMEOUT_S = 90.0
STOP_TIMEOUT_S = 60.0
# A guardian may be killed once more before it has said that it is ready.
_REVIVALS = 3
_log = logging.getLogger(__name__)
_GUARDIAN = "station_map.store.embedded.guardian"
_LINUX_ONLY = (
    "内置数据库只支持 Linux；请用 STATION_MAP_DATABASE_URL 指向一个 PostGIS 服务器。"
    " The embedded database runs on Linux only; point STATION_MAP_DATABASE_URL at a server."
)


class EmbeddedCluster:
    """One process's hold on the server of a data folder.

    data_dir: any folder; made when missing.
    options: further server settings by name, used if this process starts the server.
    durable: False trades safety against a power cut for speed (tests only).
    notices: after `start`, what the user should be told, in Chinese and English.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        options: Mapping[str, str] | None = None,
        durable: bool = True,
        runtime_root: Path | None = None,
        fallback_root: Path = FALLBACK_ROOT,
        start_timeout_s: float = START_TIMEOUT_S,
    ) -> None:
        self._data_dir = data_dir
        self._options = dict(options or {})
        self._durable = durable
        self._runtime_root = runtime_root
        self._fallback_root = fallback_root
        self._timeout_s = start_timeout_s
        self._users: FileLock | None = None
        self._places: Places | None = None
        self._socket_dir = Path()
        self._guardian: subprocess.Popen[bytes] | None = None
        self._changing = threading.Lock()
        self.notices: tuple[str, ...] = ()

    # -- life ---------------------------------------------------------------------

    def start(self) -> Self:
        """Join the running server, or start it (and make it, the first time).

        Raises DatabaseUnusable with remedies; then nothing is held.
        """
        if sys.platform != "linux":
            raise DatabaseUnusable(_LINUX_ONLY)
        places = settle(
            self._data_dir, fallback_root=self._fallback_root, runtime_root=self._runtime_root
        )
        try:
            users = FileLock(places.users_lock)
        except PermissionError as error:
            raise DatabaseUnusable(
                f"{places.home} 里的文件属于另一个用户。 Files in it belong to another user: {error}",
                remedies=("用最初启动它的用户运行 / run it as the user who first started it",),
            ) from error
        try:
            self._socket_dir = self._enter(places, users)
        except BaseException:
            users.close()
            raise
        self._users, self._places, self.notices = users, places, places.notices
        when_free(places.guardian_lock, lambda: self._revive(users))
        return self

    def close(self) -> None:
        """Let go; when nobody else uses the server, wait until it has stopped."""
        with self._changing:
            users, self._users = self._users, None
        if users is None:
            return
        places = self.places
        wait_until(lambda: _has_stopped_or_others_stay(users, places), STOP_TIMEOUT_S)
        users.close()
        self._leave_guardian()

    def _leave_guardian(self) -> None:
        """Collect our ended child; a guardian that others keep outlives us on purpose."""
        guardian, self._guardian = self._guardian, None
        if guardian is not None and is_held(self.places.guardian_lock):
            guardian.returncode = 0  # else Popen would warn that it still runs
        elif guardian is not None:
            guardian.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- what it offers -----------------------------------------------------------

    def url(self, database: str = APP_ROLE, *, role: str = APP_ROLE) -> str:
        """A libpq URL of a database, for the application's role (no superuser)."""
        host = quote(str(self._socket_dir), safe="/")
        return f"postgresql://{role}@/{quote(database)}?host={host}"

    def admin_url(self, database: str = "postgres") -> str:
        """The same for the role that made the cluster: to make databases and extensions."""
        return self.url(database, role=ADMIN_ROLE)

    @property
    def places(self) -> Places:
        """The cluster's folders and files, once started."""
        if self._places is None:
            raise RuntimeError("the cluster was not started")
        return self._places

    # -- starting -----------------------------------------------------------------

    def _enter(self, places: Places, users: FileLock) -> Path:
        # Waits only while a guardian that got this lock is still leaving.
        if not wait_until(users.try_shared, self._timeout_s):
            raise self._late(places, "the server that is stopping did not stop")
        return self._join_or_launch(places)

    def _revive(self, users: FileLock) -> bool:
        """After a guardian's end: start another one if that one was killed while we hold on.

        One that leaves in order takes its state file along. False when there is nothing
        more to watch over.
        """
        with self._changing:
            if self._users is not users or not self.places.state.exists():
                return False
            if self._guardian is not None:
                self._guardian.wait()
                self._guardian = None
            for attempt in range(1, _REVIVALS + 1):
                try:
                    self._socket_dir = self._join_or_launch(self.places)
                except DatabaseUnusable:
                    _log.exception(
                        "数据库没能重新启动（第 %d 次，最多 %d 次）。"
                        " The embedded database could not be revived (try %d of %d).",
                        *(attempt, _REVIVALS) * 2,
                    )
                else:
                    return True
            return False

    def _join_or_launch(self, places: Places) -> Path:
        with exclusive(places.start_lock, self._timeout_s) as mine:
            if not mine:
                raise self._late(places, "another process starts it and does not finish")
            return self._join(places) or self._launch(places)

    def _join(self, places: Places) -> Path | None:
        """The socket folder of the living server; None when no guardian lives."""
        if not is_held(places.guardian_lock):
            return None
        # A guardian lives and the start lock is ours: it reported ready once. It can
        # only be restarting a server that was killed, or about to give up.
        if not wait_until(
            lambda: places.state.exists() or not is_held(places.guardian_lock), self._timeout_s
        ):
            raise self._late(places, "its guardian does not say where it is")
        try:
            return Path(json.loads(places.state.read_text(encoding="utf-8"))["socket_dir"])
        except FileNotFoundError:
            return None

    def _launch(self, places: Places) -> Path:
        binaries = ensure_cluster(places, durable=self._durable)
        folder = socket_folder(places)
        reading, writing = os.pipe()
        try:
            guardian = self._spawn_guardian(places, binaries, folder, writing)
        finally:
            os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as pipe:
            said = json.loads(pipe.read() or "{}")
        if not said.get("ready"):
            guardian.wait()
            why = said.get("error") or _last_words(places)
            raise DatabaseUnusable(
                f"数据库没有启动。 The embedded database did not start:\n{why}",
                remedies=(f"日志 / log: {places.log}", "station-map doctor"),
            )
        self._guardian = guardian
        return folder

    def _spawn_guardian(
        self, places: Places, binaries: Binaries, folder: Path, status_fd: int
    ) -> subprocess.Popen[bytes]:
        account = places.account
        command = [sys.executable, "-P", "-m", _GUARDIAN]
        command += ["--home", str(places.home), "--data", str(places.data)]
        command += ["--socket-dir", str(folder), "--server", str(binaries.postgres)]
        if account.switch:
            command += ["--uid", str(account.uid), "--gid", str(account.gid)]
        for option in (*FIXED_OPTIONS, *(f"{k}={v}" for k, v in self._options.items())):
            command += ["--option", option]
        command += ["--status-fd", str(status_fd), "--timeout-s", str(self._timeout_s / 3)]
        package_root = str(Path(station_map.__file__).resolve().parent.parent)
        search = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
        with places.guardian_errors.open("wb") as errors:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                env={**os.environ, "PYTHONPATH": os.pathsep.join(search)},
                pass_fds=[status_fd],
                start_new_session=True,
            )

    def _late(self, places: Places, why: str) -> DatabaseUnusable:
        return DatabaseUnusable(
            f"数据库 {self._timeout_s:.0f} 秒内没有就绪。"
            f" The embedded database was not to be had within {self._timeout_s:.0f} s: {why}.",
            remedies=(f"日志 / log: {places.log}", "station-map doctor"),
        )


def _last_words(places: Places) -> str:
    """What a guardian that died without a report left on its standard error."""
    said = places.guardian_errors.read_text(encoding="utf-8", errors="replace")
    return "\n".join(said.splitlines()[-5:]) or "the guardian was ended"


def _has_stopped_or_others_stay(users: FileLock, places: Places) -> bool:
    """Give up our share and see: is the guardian gone, or do others keep it?

    The exclusive lock tells that nobody else holds a share; given up at once, it lets
    the guardian have it. Refused both ways, the guardian has it already and is leaving.
    """
    alone = users.try_exclusive()
    others = not alone and users.try_shared()
    users.release()
    return others or not is_held(places.guardian_lock)

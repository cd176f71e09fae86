"""Which folders and files belong to one data folder.

    <data folder>/postgres/           home: locks, log, the guardian's state
    <data folder>/postgres/data/      the cluster itself, owned by the server's user
    /run/station-map/<mark>/          its socket (or XDG_RUNTIME_DIR, or /tmp)

A socket's path may have 107 bytes at most, so it lies outside the data folder and bears
a mark made from the folder's path. When the server's user may not pass the data
folder's parents (a folder under /root, say), home is /var/lib/station-map/<mark> instead
and a note in the data folder tells where.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from station_map.errors import DatabaseUnusable
from station_map.store.embedded.account import Account, server_account

SOCKET_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"
# Short, and everywhere; what others may put there first is checked for.
SHARED_TEMPORARY = Path("/tmp")  # noqa: S108 - our own folder in it is 0700, and looked at before it is used
FALLBACK_ROOT = Path("/var/lib/station-map")
NOTE_NAME = "WHERE-IS-THE-DATABASE.txt"
_NOTE = """\
数据库文件在下面这个文件夹，因为数据库用户 {user} 进不了这里的上级文件夹。
The database files are in the folder below: the server's user {user} may not pass
the folders above this one. Keep this note; the program reads its last line.
{home}
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything of one cluster lies, and who runs it."""

    home: Path
    account: Account
    runtime_root: Path | None = None
    notices: tuple[str, ...] = field(default=())

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def guardian_errors(self) -> Path:
        return self.home / "guardian-errors.log"

    @property
    def start_lock(self) -> Path:
        return self.home / "start.lock"

    @property
    def users_lock(self) -> Path:
        return self.home / "users.lock"

    @property
    def guardian_lock(self) -> Path:
        return self.home / "guardian.lock"

    @property
    def state(self) -> Path:
        return self.home / "guardian.json"


def settle(data_dir: Path, *, fallback_root: Path, runtime_root: Path | None) -> Places:
    """Choose, and make where missing, the home of the cluster of a data folder.

    Raises DatabaseUnusable when it cannot be written or belongs to somebody else.
    """
    data_dir = data_dir.absolute()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        home, notices = _home_of(data_dir.resolve(), fallback_root)
    except OSError as error:
        raise DatabaseUnusable(
            f"不能写数据文件夹 {data_dir}：{error.strerror}。"
            f" The data folder cannot be written: {error}.",
            remedies=("用 STATION_MAP_DATA_DIR 指定一个可写的文件夹 / set STATION_MAP_DATA_DIR",),
        ) from error
    return Places(home, server_account(home / "data"), runtime_root, notices)


def _home_of(data_dir: Path, fallback_root: Path) -> tuple[Path, tuple[str, ...]]:
    usual = data_dir / "postgres"
    note = data_dir / NOTE_NAME
    if note.is_file() and not (usual / "data").exists():
        home = Path(note.read_text(encoding="utf-8").splitlines()[-1])
        home.mkdir(parents=True, exist_ok=True)
        return home, (_told(home),)
    usual.mkdir(exist_ok=True)
    account = server_account(usual / "data")
    if account.can_pass(usual):
        return usual, ()
    home = fallback_root / mark_of(usual)
    home.mkdir(parents=True, exist_ok=True)
    note.write_text(_NOTE.format(user=account.name, home=home), encoding="utf-8")
    return home, (_told(home),)


def _told(home: Path) -> str:
    return f"数据库文件在 {home} (见 {NOTE_NAME})。 The database files are in {home}."


def mark_of(folder: Path) -> str:
    """Twelve hexadecimal digits that stand for a folder's path."""
    return hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]


def socket_folder(places: Places) -> Path:
    """Make (or check) the private folder of the server's socket.

    It must be ours alone: a folder that another user put there first is refused, for
    that user could answer in the server's place.
    """
    folder = _runtime_root(places) / f"station-map-{mark_of(places.home)}"
    if len(os.fsencode(folder / SOCKET_NAME)) > SOCKET_PATH_BYTES:
        raise DatabaseUnusable(f"socket 路径太长。 The socket's path is too long: {folder}")
    try:
        folder.mkdir(mode=0o700)
        places.account.take(folder)
    except FileExistsError:
        _refuse_unless_private(folder, places.account)
    return folder


def _refuse_unless_private(folder: Path, account: Account) -> None:
    found = folder.lstat()
    private = stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
    if not private or found.st_uid != account.uid:
        raise DatabaseUnusable(
            f"{folder} 不是只属于 {account.name} 的文件夹，可能是别人放的，不能用。"
            f" It is not a folder that belongs to {account.name} alone; somebody else may"
            " have put it there.",
            remedies=(f"查看并删除它 / look at it and remove it: ls -ld {folder}",),
        )


def _runtime_root(places: Places) -> Path:
    if places.runtime_root is not None:
        return places.runtime_root
    if os.geteuid() == 0:
        return Path("/run") if os.access("/run", os.W_OK) else SHARED_TEMPORARY
    own = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    room = SOCKET_PATH_BYTES - len("/station-map-") - 12 - len(SOCKET_NAME) - 1
    return own if _is_private(own) and len(os.fsencode(own)) <= room else SHARED_TEMPORARY


def _is_private(folder: Path) -> bool:
    if not folder.is_absolute() or not folder.is_dir():
        return False
    found = folder.stat()
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def existing_home(data_dir: Path) -> Path | None:
    """Where the cluster of a data folder lies, if it was made already; makes nothing."""
    usual = data_dir.absolute() / "postgres"
    if (usual / "data").exists():
        return usual
    note = data_dir / NOTE_NAME
    if note.is_file():
        return Path(note.read_text(encoding="utf-8").splitlines()[-1])
    return None

"""The unprivileged user that the server runs as (PostgreSQL refuses to run as root)."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from station_map.errors import DatabaseUnusable

_WHEN_ROOT = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system; `switch` is true when we must become it."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(
        self, command: Sequence[str | Path], timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, in `/` and with a plain environment."""
        return subprocess.run(
            [str(word) for word in command],
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )

    def can_pass(self, folder: Path) -> bool:
        """True when this user may go through the folder and all its parents.

        The kernel is asked, as that user, so that access lists count too.
        """
        return self.run(["test", "-x", folder], timeout_s=20).returncode == 0

    def take(self, path: Path) -> None:
        """Make this user the owner of a file or folder."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def server_account(data: Path) -> Account:
    """Who runs the server: the owner of existing data, else `postgres` (when we are root).

    Raises DatabaseUnusable when the data belongs to somebody whom we cannot become.
    """
    me = os.geteuid()
    if me == 0:
        owner = data.stat().st_uid if data.exists() else 0
        return _account_of(pwd.getpwuid(owner)) if owner else _first_known()
    if data.exists() and data.stat().st_uid != me:
        raise DatabaseUnusable(
            f"数据库文件夹属于另一个用户：{data}。 The database folder belongs to another user.",
            remedies=(
                "用最初启动它的用户运行 / run it as the user who first started it",
                "换一个 STATION_MAP_DATA_DIR / choose another STATION_MAP_DATA_DIR",
            ),
        )
    return Account(user_name(me), me, os.getegid(), switch=False)


def user_name(uid: int) -> str:
    """The name by which the server's `peer` check knows a user id."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise DatabaseUnusable(
            f"用户 {uid} 没有名字，数据库无法辨认。 User id {uid} has no name on this machine.",
            remedies=("让它出现在 /etc/passwd 里 / give it a line in /etc/passwd",),
        ) from None


def _first_known() -> Account:
    for name in _WHEN_ROOT:
        try:
            return _account_of(pwd.getpwnam(name))
        except KeyError:
            continue
    raise DatabaseUnusable(
        "没有可以运行数据库的普通用户。 There is no unprivileged user to run the server as.",
        remedies=("sudo apt-get install postgresql-common", "useradd --system postgres"),
    )


def _account_of(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)

"""Making a new cluster, and saying who may connect to it.

A cluster is made beside its place and moved there when whole, so that a crash never
leaves half of one. Connections come by the socket alone and are known by the operating
system's word (`peer`): no password exists, and no address is listened to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from station_map.errors import DatabaseUnusable
from station_map.store.embedded.account import user_name
from station_map.store.embedded.binaries import Binaries, find_binaries
from station_map.store.embedded.places import Places

ADMIN_ROLE = "postgres"
APP_ROLE = "station_map"
INITDB_TIMEOUT_S = 180.0
_MAP_NAME = "station_map"

# Values for one small machine; an operator may change them in postgresql.conf.
_TUNING = """
# ---- station-map: a small server beside its application ----
max_connections = 60
shared_buffers = 128MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_duration_statement = 2s
"""

# Not for the operator to change: what safety and the product rest on.
FIXED_OPTIONS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "port=5432",
    "logging_collector=off",
    "log_destination=stderr",
)


def ensure_cluster(places: Places, *, durable: bool = True) -> Binaries:
    """Make the cluster when there is none; return the programs that fit it.

    durable: False lets initdb leave the files to the system's cache (tests).
    Raises DatabaseUnusable for a cluster of a version whose programs are not installed.
    """
    if not places.data.exists():
        binaries = find_binaries()
        _make(places, binaries, durable=durable)
    else:
        binaries = _binaries_for(places.data)
    _write_access_files(places)
    return binaries


def stored_major(data: Path) -> int | None:
    """The major version that made this data folder, None when it does not say."""
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def _binaries_for(data: Path) -> Binaries:
    major = stored_major(data)
    if major is None:
        raise DatabaseUnusable(
            f"{data} 里不是数据库，不会覆盖它。 It holds no database; it is left as it is.",
            remedies=("移走它，或换一个 STATION_MAP_DATA_DIR / move it away",),
        )
    try:
        return find_binaries(major)
    except DatabaseUnusable as missing:
        raise DatabaseUnusable(
            f"数据库是 PostgreSQL {major} 建的，这台机器上没有可用的 PostgreSQL {major}；"
            f"数据没有动。 The database in {data} was made by PostgreSQL {major}, which is"
            f" not usable here ({missing}). Nothing was changed.",
            remedies=(
                (
                    f"安装同一版本 / install that version: sudo apt-get install"
                    f" postgresql-{major} postgresql-{major}-postgis-3"
                ),
                (
                    "或升级数据 / or upgrade the data: pg_upgrade, or pg_dump with the old"
                    " version and pg_restore into a new data folder"
                ),
                "或换一个空的 STATION_MAP_DATA_DIR / or choose an empty STATION_MAP_DATA_DIR",
            ),
        ) from missing


def _make(places: Places, binaries: Binaries, *, durable: bool) -> None:
    for old in places.home.glob(".new-*"):
        shutil.rmtree(old, ignore_errors=True)
    half = Path(tempfile.mkdtemp(prefix=".new-", dir=places.home))
    places.account.take(half)
    command: list[str | Path] = [
        binaries.initdb,
        f"--pgdata={half}",
        f"--username={ADMIN_ROLE}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--auth-local=peer",
        "--auth-host=reject",
        "--data-checksums",
        "--no-instructions",
        *([] if durable else ["--no-sync"]),
    ]
    try:
        done = places.account.run(command, INITDB_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise DatabaseUnusable(f"initdb 没有按时完成。 initdb did not finish: {error}") from error
    if done.returncode != 0:
        shutil.rmtree(half, ignore_errors=True)
        raise DatabaseUnusable(
            f"不能建立数据库。 initdb failed:\n{done.stdout.strip()}",
            remedies=("磁盘满了吗 / is the disk full?", "station-map doctor"),
        )
    with (half / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write(_TUNING)
    half.rename(places.data)
    _sync_folder(places.home)


def _write_access_files(places: Places) -> None:
    """Only this process's user and the server's own may be the two roles, by socket."""
    users = dict.fromkeys((user_name(os.geteuid()), places.account.name))
    lines = [f'{_MAP_NAME} "{user}" {role}\n' for user in users for role in (ADMIN_ROLE, APP_ROLE)]
    _replace(places, "pg_ident.conf", "".join(lines))
    _replace(places, "pg_hba.conf", f"local all all peer map={_MAP_NAME}\n")


def _replace(places: Places, name: str, text: str) -> None:
    new = places.data / f"{name}.new"
    new.write_text("# Written by station-map at every start.\n" + text, encoding="utf-8")
    new.chmod(0o600)
    places.account.take(new)
    new.replace(places.data / name)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

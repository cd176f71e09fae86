"""Where PostgreSQL's programs are on this machine, and which of them know PostGIS."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from station_map.errors import DatabaseUnusable

OLDEST_MAJOR = 14
INSTALL_HINT = (
    "Debian / Ubuntu: sudo apt-get install postgresql postgresql-postgis",
    (
        "别的系统 / other systems: install PostgreSQL 14+ with PostGIS 3.3+, or set"
        " STATION_MAP_DATABASE_URL to a server that has them"
    ),
)
_VERSION = re.compile(r"\(PostgreSQL\) (\d+)(\S*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """The programs of one installed PostgreSQL."""

    folder: Path
    major: int
    version: str
    has_postgis: bool

    @property
    def initdb(self) -> Path:
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"


def find_binaries(wanted_major: int | None = None) -> Binaries:
    """The server to use: of the wanted major version, else the newest that has PostGIS.

    Raises DatabaseUnusable, with what to install, when there is none.
    """
    found = installed()
    if wanted_major is not None:
        found = [one for one in found if one.major == wanted_major]
    fit = [one for one in found if one.has_postgis and one.major >= OLDEST_MAJOR]
    if fit:
        return fit[0]
    if found:
        raise DatabaseUnusable(
            f"PostgreSQL {found[0].version} 已安装，但没有它的 PostGIS。"
            f" PostgreSQL {found[0].version} is installed, but not PostGIS for it.",
            remedies=(f"sudo apt-get install postgresql-{found[0].major}-postgis-3",),
        )
    which = f" {wanted_major}" if wanted_major else ""
    raise DatabaseUnusable(
        f"没有找到 PostgreSQL{which} 的服务器程序。"
        f" The server programs of PostgreSQL{which} were not found.",
        remedies=INSTALL_HINT,
    )


def installed() -> list[Binaries]:
    """Every installed server, newest first; each folder once."""
    folders = dict.fromkeys(folder.resolve() for folder in _candidate_folders())
    found = [one for one in map(_look_at, folders) if one is not None]
    return sorted(found, key=lambda one: one.major, reverse=True)


def _candidate_folders() -> Iterator[Path]:
    for program in ("postgres", "initdb"):
        path = shutil.which(program)
        if path:
            yield Path(path).resolve().parent
    if shutil.which("pg_config"):
        yield Path(_said_by(["pg_config", "--bindir"]))
    yield from _by_number(Path("/usr/lib/postgresql").glob("*/bin"))
    yield from _by_number(Path("/usr").glob("pgsql-*/bin"))


def _by_number(folders: Iterable[Path]) -> list[Path]:
    return sorted(folders, reverse=True)


def _look_at(folder: Path) -> Binaries | None:
    programs = [folder / "postgres", folder / "initdb"]
    if not all(os.access(program, os.X_OK) for program in programs):
        return None
    match = _VERSION.search(_said_by([str(programs[0]), "--version"]))
    if match is None:
        return None
    major = int(match[1])
    extensions = _share_folder(folder, major) / "extension"
    return Binaries(
        folder=folder,
        major=major,
        version=match[1] + match[2],
        has_postgis=(extensions / "postgis.control").is_file(),
    )


def _share_folder(folder: Path, major: int) -> Path:
    own = folder / "pg_config"
    if os.access(own, os.X_OK):
        return Path(_said_by([str(own), "--sharedir"]))
    return Path(f"/usr/share/postgresql/{major}")


def _said_by(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except OSError:
        return ""
    return done.stdout.strip()

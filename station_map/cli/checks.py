"""The checks of `doctor`: each looks at one thing, changes nothing and explains itself."""

from __future__ import annotations

import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from station_map.cli.ports import is_free, is_ours, shown_url
from station_map.errors import EnvironmentFault
from station_map.exporters.plates.fonts import find_faces
from station_map.resources import geodata_dir, static_dir, templates_dir
from station_map.settings import Settings
from station_map.store import migrate, session
from station_map.store.embedded.binaries import Binaries, find_binaries
from station_map.store.embedded.creation import stored_major
from station_map.store.embedded.places import existing_home
from station_map.store.jobs import queue_state
from station_map.store.provision import check_server

LITTLE_SPACE_BYTES = 1_000_000_000


class Verdict(Enum):
    """How a check ended; a note is worth knowing and no fault."""

    # Words, for a colour or a tick alone would not reach everybody.
    GOOD = "ok"
    NOTE = "note"
    BAD = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says: its subject, the verdict, what was found, what to do."""

    subject: str
    verdict: Verdict
    detail: str
    remedies: Sequence[str] = ()


def run_checks(settings: Settings) -> Iterator[Finding]:
    """All checks in the order in which a fault would be felt."""
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("Python", _python),
        ("程序 binaries", _binaries),
        ("文件夹 data folder", _data_folder),
        ("连接 connection", _connection),
        ("端口 port", _port),
        ("后台 worker", _worker),
        ("资源 assets", _assets),
        ("模板 templates", _shipped_files),
        ("字体 fonts", _fonts),
    ]
    for subject, check in checks:
        try:
            yield check(settings)
        except EnvironmentFault as fault:
            yield Finding(subject, Verdict.BAD, str(fault), fault.remedies)


def _python(_: Settings) -> Finding:
    return Finding("Python", Verdict.GOOD, f"{platform.python_version()}, {platform.platform()}")


def _binaries(settings: Settings) -> Finding:
    subject = "程序 binaries"
    if settings.database_url is not None:
        return Finding(subject, Verdict.GOOD, "用外部数据库，不需要 / an outside database is used")
    home = existing_home(settings.data_dir)
    found: Binaries = find_binaries(stored_major(home / "data") if home else None)
    setpriv = "" if shutil.which("setpriv") else "; 没有 setpriv / no setpriv"
    detail = f"PostgreSQL {found.version} ({found.folder}), PostGIS 有 / there{setpriv}"
    return Finding(subject, Verdict.NOTE if setpriv else Verdict.GOOD, detail)


def _data_folder(settings: Settings) -> Finding:
    subject = "文件夹 data folder"
    folder = settings.data_dir.absolute()
    existing = next(one for one in (folder, *folder.parents) if one.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        return Finding(
            subject,
            Verdict.BAD,
            f"不能写 / not writable: {existing}",
            ("用 STATION_MAP_DATA_DIR 指定别的文件夹 / set STATION_MAP_DATA_DIR",),
        )
    home = existing_home(folder)
    elsewhere = home is not None and home.parent != folder
    where = f"{folder}" + (f" (数据库在 / database in {home})" if elsewhere else "")
    free = shutil.disk_usage(existing).free
    if free < LITTLE_SPACE_BYTES:
        return Finding(subject, Verdict.NOTE, f"{where}; 只剩 / only {free / 1e9:.1f} GB")
    return Finding(subject, Verdict.NOTE if elsewhere else Verdict.GOOD, where)


def _connection(settings: Settings) -> Finding:
    subject = "连接 connection"
    if settings.database_url is None and existing_home(settings.data_dir) is None:
        return Finding(
            subject,
            Verdict.NOTE,
            "还没有建库 / the database is not made yet",
            ("station-map up 会建好 / will make it",),
        )
    with session.database_url(settings) as url:
        facts = check_server(url)
        found, needed = migrate.current(url), migrate.head()
    detail = f"PostgreSQL {facts.server}, PostGIS {facts.postgis}, {facts.role}@{facts.database}"
    detail += f"; 结构 / schema {found or '空 / empty'}"
    if found == needed:
        return Finding(subject, Verdict.GOOD, detail)
    verdict = Verdict.BAD if found else Verdict.NOTE
    detail += f", 需要 / needed {needed}"
    return Finding(subject, verdict, detail, ("station-map db upgrade",))


def _port(settings: Settings) -> Finding:
    subject = "端口 port"
    if is_free(settings.host, settings.port):
        return Finding(subject, Verdict.GOOD, f"{settings.host}:{settings.port} 空着 / is free")
    if is_ours(settings.host, settings.port):
        url = shown_url(settings.host, settings.port)
        return Finding(subject, Verdict.GOOD, f"正在服务 / serving: {url}")
    return Finding(
        subject,
        Verdict.BAD,
        f"{settings.host}:{settings.port} 不能用 / is taken or not of this machine",
        (f"station-map up --port {settings.port + 1}",),
    )


def _worker(settings: Settings) -> Finding:
    """Nobody has to run one, so a queue that nobody works on is worth a note and no fault."""
    subject = "后台 worker"
    if settings.database_url is None and existing_home(settings.data_dir) is None:
        return Finding(subject, Verdict.NOTE, "还没有建库 / the database is not made yet")
    with session.open_database(settings, schema="ignore", pool_size=1) as database:
        state = queue_state(database)
    if state is None:
        return Finding(
            subject, Verdict.NOTE, "还没有队列 / there is no queue yet", ("station-map db upgrade",)
        )
    detail = (
        f"{state.workers} 个在干活 / alive; {state.waiting} 件在等 / waiting,"
        f" {state.running} 件在做 / running, {state.failed} 件没做成 / failed"
    )
    if state.workers:
        return Finding(subject, Verdict.GOOD, detail)
    return Finding(
        subject,
        Verdict.NOTE,
        detail,
        ("station-map up 会带一个 / runs one", "station-map worker"),
    )


def _assets(_: Settings) -> Finding:
    subject = "资源 assets"
    manifest = static_dir() / "manifest.json"
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"].values()
        missing = [name for name in files if not (static_dir() / name).is_file()]
    except (OSError, ValueError, KeyError, AttributeError):
        missing = [manifest.name]
    if not missing:
        return Finding(subject, Verdict.GOOD, f"{static_dir()}")
    return Finding(subject, Verdict.BAD, f"缺 / missing: {', '.join(missing)}", ("make setup",))


def _shipped_files(_: Settings) -> Finding:
    subject = "模板 templates"
    folders: list[Path] = [templates_dir(), geodata_dir()]
    missing = [str(folder) for folder in folders if not folder.is_dir()]
    if missing:
        return Finding(subject, Verdict.BAD, f"缺 / missing: {', '.join(missing)}")
    return Finding(subject, Verdict.GOOD, ", ".join(map(str, folders)))


def _fonts(_: Settings) -> Finding:
    """Only printing needs one, so a machine without it is well."""
    subject = "字体 fonts"
    try:
        faces = find_faces()
    except EnvironmentFault as fault:
        return Finding(subject, Verdict.NOTE, str(fault), fault.remedies)
    return Finding(subject, Verdict.GOOD, f"{faces.regular.path}")

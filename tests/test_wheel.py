"""The wheel carries all that running needs, and runs from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from station_map.resources import geodata_dir, static_dir, templates_dir
from station_map.store.database import Database
from tests.support.live import REPOSITORY, free_port, serving


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def _names_below(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix() for path in files if "__pycache__" not in path.parts
    }


@pytest.mark.parametrize(
    ("inside", "folder"),
    [
        ("station_map/templates/", templates_dir()),
        ("station_map/geodata/", geodata_dir()),
        ("station_map/web/static/", static_dir()),
        ("station_map/store/migrations/", REPOSITORY / "station_map/store/migrations"),
        ("station_map/web/translations/", REPOSITORY / "station_map/web/translations"),
    ],
)
def test_it_carries_every_file_of(wheel: Path, inside: str, folder: Path) -> None:
    wanted = _names_below(folder)
    assert wanted
    with zipfile.ZipFile(wheel) as archive:
        carried = {name.removeprefix(inside) for name in archive.namelist()}
    assert wanted <= carried


def test_it_carries_nothing_of_the_workshop(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"station_map"}


def test_it_runs_from_an_empty_folder(
    wheel: Path, fresh_database: Database, tmp_path: Path
) -> None:
    installed, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    port = free_port()
    settings = {"STATION_MAP_DATABASE_URL": fresh_database.url, "PYTHONPATH": str(installed)}
    with serving(["up", "--port", str(port)], settings, empty / "log", port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            page = answer.read().decode("utf-8")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
            assert answer.status == 200
    assert "/static/" in page
    assert [path.name for path in empty.iterdir()] == ["log"]

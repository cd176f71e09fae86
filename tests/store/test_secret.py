"""The installation's secret: given, or made once and kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from station_map.errors import EnvironmentFault
from station_map.store.secret import FILE, _kept, secret_of


def test_a_given_secret_is_used(tmp_path: Path) -> None:
    assert secret_of("sixteen bytes ok", tmp_path) == b"sixteen bytes ok"
    assert not (tmp_path / FILE).exists()


def test_it_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = secret_of(None, folder)
    assert len(made) == 32
    assert secret_of(None, folder) == made == (folder / FILE).read_bytes()
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]
    assert secret_of(None, tmp_path / "other") != made


def test_processes_that_make_it_at_once_agree(tmp_path: Path) -> None:
    make = _kept.__wrapped__
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: make(tmp_path / FILE), range(8)))
    assert len(made) == 1


def test_a_secret_that_is_too_short_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"short")
    with pytest.raises(EnvironmentFault, match="16") as fault:
        secret_of(None, tmp_path)
    assert "STATION_MAP_REPORT_KEY" in fault.value.remedies[0]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentFault):
        secret_of(None, tmp_path / "file")

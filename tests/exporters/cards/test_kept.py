from __future__ import annotations

import os
from pathlib import Path

import pytest

from station_map.exporters.cards import kept as module
from station_map.exporters.cards.kept import FOLDER, kept

NAME = "0" * 24


def test_it_is_drawn_once(tmp_path: Path) -> None:
    drawn: list[int] = []

    def draw() -> bytes:
        drawn.append(1)
        return b"picture"

    assert [kept(tmp_path, NAME, draw) for _ in range(3)] == [b"picture"] * 3
    assert len(drawn) == 1


def test_the_folder_stays_bounded_and_what_is_asked_for_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_FILES", 10)
    monkeypatch.setattr(module, "_SWEPT_TO", 6)
    for number in range(40):
        kept(tmp_path, f"{number:024x}", lambda: b"x")
        path = tmp_path / FOLDER / f"{number:024x}.png"
        os.utime(path, (1_000 + number, 1_000 + number))
        assert kept(tmp_path, NAME, lambda: b"x") == b"x"
        assert len(list((tmp_path / FOLDER).iterdir())) <= 10
    assert (tmp_path / FOLDER / f"{NAME}.png").exists()


def test_an_empty_file_is_drawn_again(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / f"{NAME}.png").touch()
    assert kept(tmp_path, NAME, lambda: b"whole") == b"whole"


def test_a_folder_that_cannot_be_written_to_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / FOLDER).write_text("a file stands where the folder should be")
    assert kept(tmp_path, NAME, lambda: b"picture") == b"picture"


@pytest.mark.parametrize("name", ["../x", "", "a" * 23, "A" * 24, "0" * 24 + "/../x"])
def test_no_name_leads_elsewhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        kept(tmp_path, name, lambda: b"x")

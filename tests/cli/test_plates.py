"""`station-map plates`: what it prints, says and refuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from station_map.cli import main
from station_map.domain.vocabulary import Status
from station_map.exporters.plates.address import at_the_door, station_url
from station_map.importers.demo import load_demo
from station_map.store.database import Database
from tests.exporters.plates.stations import BASE_URL, picture, scanned, small_faces, texts
from tests.support.live import product_environment
from tests.web.stations import HOSTILE_NAMES, save, station


@pytest.fixture
def codes(outside: Database) -> list[str]:
    return save(outside, [station("甲驿站"), station("乙", status=Status.SUSPENDED)])


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "plates.pdf"


def run(*arguments: object) -> Result:
    font = ("--font", small_faces().bold.path)
    return CliRunner().invoke(main, ["plates", *map(str, (*arguments, *font))])


def test_named_stations_get_their_plates(codes: list[str], target: Path) -> None:
    done = run(codes[0], "-o", target, "--base-url", BASE_URL, "--size", "a5", "--style", "poster")
    assert done.exit_code == 0, done.output
    assert f"1 张 / sheets: {target}" in done.output
    assert "甲驿站" in texts(target)[0]
    (found,) = scanned(picture(target))
    assert found.text == at_the_door(station_url(BASE_URL, codes[0]))


def test_all_with_the_address_of_the_settings(
    codes: list[str], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_PUBLIC_URL", "https://other.example.org")
    done = run("--all", "-o", target)
    assert done.exit_code == 0, done.output
    assert "1 个的状态是“暂停”" in done.output
    assert len(texts(target)) == 2
    (found,) = scanned(picture(target, 1))
    assert found.text.startswith("https://other.example.org/stations/")


def test_the_option_stands_above_the_setting(
    codes: list[str], target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_PUBLIC_URL", "https://other.example.org")
    assert run(codes[0], "-o", target, "--base-url", BASE_URL).exit_code == 0
    assert BASE_URL in texts(target)[0]


def test_the_demo_stations_all_get_a_plate_that_says_so(outside: Database, target: Path) -> None:
    load_demo(outside)
    done = run("--all", "--area", "杜集区", "-o", target, "--base-url", BASE_URL)
    assert done.exit_code == 0, done.output
    pages = texts(target)
    assert f"{len(pages)} 个是示例数据" in done.output
    assert len(pages) > 50
    assert all("示例数据，不是真的驿站" in page for page in pages)
    assert "没印全" not in done.output
    assert "印成 □" not in done.output


def test_what_could_not_be_shown_is_told_as_text(outside: Database, target: Path) -> None:
    save(outside, [station("[red]" + "长" * 4000), *map(station, HOSTILE_NAMES)])
    done = run("--all", "-o", target, "--base-url", BASE_URL)
    assert done.exit_code == 0, done.output
    assert "太长，没印全" in done.output
    assert "[red]" in done.output
    assert "U+1F600" in done.output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "二选一"),
        (("340603-00001", "--all"), "二选一"),
        (("340603-00001", "--kind", "driver_home"), "只和 --all 一起用"),
        (("--all", "--kind", "castle"), "castle"),
        (("--all", "--size", "a3"), "a3"),
        (("--all", "--area", "月球"), "没有这个地区"),
        (("--all", "--kind", "mobile_station"), "没有符合条件的驿站"),
        (("no-such",), "没有这些编号的驿站"),
        (("--all", "--base-url", "http://127.0.0.1:8000"), "手机打不开"),
    ],
)
def test_bad_use_exits_2_and_writes_nothing(
    codes: list[str], target: Path, arguments: tuple[str, ...], why: str
) -> None:
    done = run("-o", target, "--base-url", BASE_URL, *arguments)
    assert done.exit_code == 2
    assert why in done.output
    assert not list(target.parent.iterdir())


def test_without_a_public_address_nothing_is_printed(codes: list[str], target: Path) -> None:
    done = run("--all", "-o", target)
    assert done.exit_code == 2
    assert "STATION_MAP_PUBLIC_URL" in done.output
    assert "--base-url https://map.example.org" in done.output
    assert not target.exists()


def test_no_font_is_told_with_what_to_install(
    codes: list[str], target: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("station_map.exporters.plates.fonts.font_folders", lambda: (tmp_path,))
    arguments = ["plates", "--all", "-o", str(target), "--base-url", BASE_URL]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "没有能用的中文字体" in done.output
    assert "apt-get install fonts-noto-cjk" in done.output
    assert not target.exists()


def test_ctrl_c_leaves_no_half_file(outside: Database, target: Path) -> None:
    load_demo(outside)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "station_map", "plates", "--all", "-o", str(target)),
            *("--base-url", BASE_URL, "--font", str(small_faces().bold.path)),
        ],
        env=product_environment({"STATION_MAP_DATABASE_URL": outside.url}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    # The draft's folder appears when drawing begins.
    while process.poll() is None and not any(target.parent.glob(".plates-*")):
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    process.communicate()
    assert process.returncode == 1
    assert list(target.parent.iterdir()) == []

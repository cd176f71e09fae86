from __future__ import annotations

import pytest

from station_map.errors import InputError
from station_map.exporters.plates.address import (
    at_the_door,
    check_base_url,
    qr_modules,
    station_url,
)


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://map.example.org", "https://map.example.org"),
        ("https://map.example.org/", "https://map.example.org"),
        (" http://192.168.3.4:8000 ", "http://192.168.3.4:8000"),
    ],
)
def test_a_public_address(given: str, base: str) -> None:
    assert check_base_url(given) == base


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (None, "STATION_MAP_PUBLIC_URL"),
        ("  ", "STATION_MAP_PUBLIC_URL"),
        ("http://127.0.0.1:8000", "手机打不开"),
        ("http://localhost", "手机打不开"),
        ("http://x.localhost", "手机打不开"),
        ("http://[::1]:8000", "手机打不开"),
        ("http://0.0.0.0", "手机打不开"),
        ("http://169.254.1.1", "手机打不开"),
        ("map.example.org", "不是一个网址"),
        ("ftp://map.example.org", "不是一个网址"),
        ("https://", "不是一个网址"),
        ("https://map.example.org/deep", "不是一个网址"),
        ("https://map.example.org?x=1", "不是一个网址"),
        ("https://map.example.org#x", "不是一个网址"),
        ("https://user:word@map.example.org", "不是一个网址"),
        ("https://map.example.org:port", "不是一个网址"),
        ("https://map.example.org\n.evil", "不是一个网址"),
        ("https://地图.example.org", "不是一个网址"),
        ("https://" + "a" * 200 + ".org", "不是一个网址"),
    ],
)
def test_no_plate_without_an_address_that_phones_can_open(given: str | None, why: str) -> None:
    with pytest.raises(InputError, match=why) as refused:
        check_base_url(given)
    assert refused.value.parameter == "--base-url"
    assert refused.value.allowed
    assert refused.value.example


def test_the_address_of_a_station() -> None:
    assert station_url("https://m.cn", "340603-0_A") == "https://m.cn/stations/340603-0_A"
    assert at_the_door("https://m.cn/stations/1") == "https://m.cn/stations/1?from=door"


def test_runs_hold_every_dark_module_once() -> None:
    modules = qr_modules("https://map.example.org/stations/340603-00012")
    cells = [(column + step, row) for column, row, length in modules.runs for step in range(length)]
    assert len(cells) == len(set(cells))
    assert {0, modules.side - 1} == {min(c for c, _ in cells), max(c for c, _ in cells)}
    # The finder pattern in the upper left corner: a dark ring, a light one, a dark square.
    finder = {(c, r) for c, r in cells if c < 8 and r < 8}
    ring = {(c, r) for c in range(7) for r in range(7) if {c, r} & {0, 6}}
    core = {(c, r) for c in range(2, 5) for r in range(2, 5)}
    assert finder == ring | core

"""Kept answers hold while their stamp does, and not for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from station_map.web import remembered
from station_map.web.remembered import Remembered


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(remembered, "time", clock)
    return clock


def counted() -> tuple[list[int], Callable[[], str]]:
    made: list[int] = []

    def make() -> str:
        made.append(len(made))
        return f"text {len(made)}"

    return made, make


def test_the_same_stamp_gives_the_same_text(clock: Clock) -> None:
    made, make = counted()
    kept = Remembered()
    assert [kept.get("key", 1, make) for _ in range(3)] == ["text 1"] * 3
    assert len(made) == 1


def test_another_stamp_or_key_makes_it_anew(clock: Clock) -> None:
    _, make = counted()
    kept = Remembered()
    assert kept.get("key", 1, make) == "text 1"
    assert kept.get("key", 2, make) == "text 2"
    assert kept.get("other", 2, make) == "text 3"
    assert kept.get("key", 2, make) == "text 2"


def test_nothing_is_kept_longer_than_a_minute(clock: Clock) -> None:
    _, make = counted()
    kept = Remembered()
    kept.get("key", 1, make)
    clock.now += remembered.MAX_AGE_S - 1
    assert kept.get("key", 1, make) == "text 1"
    clock.now += 2
    assert kept.get("key", 1, make) == "text 2"


def test_little_is_kept(clock: Clock) -> None:
    _, make = counted()
    kept = Remembered()
    for key in range(100):
        kept.get(key, 1, make)
    assert len(kept._kept) <= remembered.MOST


def test_what_fails_is_not_kept(clock: Clock) -> None:
    kept = Remembered()
    with pytest.raises(ZeroDivisionError):
        kept.get("key", 1, lambda: str(1 // 0))
    assert kept.get("key", 1, lambda: "good") == "good"

"""What devices said lately, in words: what, and how long ago."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from station_map.domain.live import Device, Door, Quantity
from station_map.store.live import Said
from station_map.web.language import mark, t, tn

_HOUR_MIN: Final = 60
_DOORS: Final[dict[str, str]] = {
    Door.OPEN: mark("设备说门开着"),
    Door.CLOSED: mark("设备说门关着"),
    Door.LOCKED: mark("设备说门锁着"),
}


@dataclass(frozen=True, slots=True)
class LiveLine:
    """One thing that a device said. look: trouble, or plain. at: ISO 8601, UTC."""

    words: str
    look: str
    at: str
    age: str


def live_lines(said: Iterable[Said], now: dt.datetime) -> tuple[LiveLine, ...]:
    """A line for each quantity that has something to tell a rider, in their own order."""
    told = {one.quantity: one for one in said}
    lines = []
    for quantity, in_words in _TOLD.items():
        one = told.get(quantity)
        words, trouble = ("", False) if one is None else in_words(one.value)
        if one is not None and words:
            at = one.observed_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            look = "trouble" if trouble else "plain"
            lines.append(LiveLine(words, look, at, age(one.observed_at, now)))
    return tuple(lines)


def age(at: dt.datetime, now: dt.datetime) -> str:
    """How long ago, in whole minutes or hours; the scripts count on (`frontend/src/live.js`)."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return t("刚刚")
    if minutes < _HOUR_MIN:
        return tn("%(num)s 分钟前", minutes)
    return tn("%(num)s 小时前", minutes // _HOUR_MIN)


def _door(value: str) -> tuple[str, bool]:
    words = _DOORS.get(value, "")
    return (t(words) if words else "", value == Door.LOCKED)


def _bays(value: str) -> tuple[str, bool]:
    return tn("空车位 %(num)s 个", int(value)), False


def _people(value: str) -> tuple[str, bool]:
    return tn("里面 %(num)s 人", int(value)), False


def _device(value: str) -> tuple[str, bool]:
    return (t("设备报告自己有故障"), True) if value == Device.FAULT else ("", False)


_TOLD: Final[Mapping[str, Callable[[str], tuple[str, bool]]]] = {
    Quantity.DOOR: _door,
    Quantity.BAYS_FREE: _bays,
    Quantity.OCCUPANCY: _people,
    Quantity.DEVICE: _device,
}

"""What devices at a station say of the moment: how full it is, and how door and device are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError

MOST_PEOPLE: Final = 10_000
MOST_BAYS: Final = 100_000
# Clocks of devices are not exact; what is further ahead is a wrong clock.
AHEAD: Final = dt.timedelta(minutes=1)
# A gateway that was cut off sends later what it kept; older than this is no live data.
BEHIND: Final = dt.timedelta(hours=24)


class Quantity(Labelled):
    """What can be said. The order is that in which people read it."""

    DOOR = "door", "门", "door"
    BAYS_FREE = "bays_free", "空车位", "free bays"
    OCCUPANCY = "occupancy", "里面的人数", "people inside"
    DEVICE = "device", "设备", "device"


class Door(Labelled):
    """How the door is, as the lock says; whether the station is open is told by its hours."""

    OPEN = "open", "门开着", "open"
    CLOSED = "closed", "门关着", "closed"
    LOCKED = "locked", "门锁着", "locked"


class Device(Labelled):
    """How the device itself is."""

    OK = "ok", "正常", "working"
    FAULT = "fault", "有故障", "out of order"


_WORDS: Final[Mapping[Quantity, type[Labelled]]] = {Quantity.DOOR: Door, Quantity.DEVICE: Device}
_GOOD: Final[Mapping[Quantity, str]] = {Quantity.DOOR: Door.OPEN, Quantity.DEVICE: Device.OK}


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen at a station at one time; `values` holds at least one quantity.

    values: numbers as digits, the others as codes of Door and Device.
    """

    observed_at: dt.datetime
    values: Mapping[Quantity, str]


def checked(observation: Observation, now: dt.datetime) -> Observation:
    """The observation, its time in UTC. Raises InputError for a time that cannot count."""
    if not observation.values:
        raise InputError(
            "没有数据。 Nothing was observed.",
            parameter="occupancy",
            allowed="one or more of " + ", ".join(Quantity),
            example='"bays_free": 12',
        )
    at = observation.observed_at.astimezone(dt.UTC)
    if not now - BEHIND <= at <= now + AHEAD:
        early = at < now
        raise InputError(
            "时间太早，24 小时以前的不收。 The time is more than 24 hours ago."
            if early
            else "时间在将来，先对一下设备的钟。 The time is in the future; set the device's clock.",
            parameter="observed_at",
            allowed="a time of the last 24 hours, with its zone",
            example=f'"observed_at": "{now:%Y-%m-%dT%H:%M:%SZ}"',
        )
    return Observation(at, observation.values)


def as_number(quantity: Quantity, value: str) -> float:
    """What is averaged over an hour: the number, or 1 for an open door and a working device."""
    good = _GOOD.get(quantity)
    return float(value) if good is None else float(value == good)


def codes_of(quantity: Quantity) -> Iterable[Labelled]:
    """The codes that a quantity takes; none for numbers."""
    return tuple(_WORDS[quantity]) if quantity in _WORDS else ()

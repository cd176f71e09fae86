"""Stations to search: saved through the store, remembered as they were described."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from station_map.domain.station import Station
from station_map.store.database import Database
from tests.web.stations import save, scattered


@dataclass(frozen=True)
class Described:
    """A stored station: its code, what it was made of, its amenities' states."""

    code: str
    station: Station
    states: dict[str, str]


def describe(codes: Sequence[str], stations: Sequence[Station]) -> list[Described]:
    return [
        Described(code, s, {name: fact.state for name, fact in s.amenities.items()})
        for code, s in zip(codes, stations, strict=True)
    ]


def populate(database: Database, count: int, seed: int) -> list[Described]:
    """Save `count` scattered stations."""
    stations = scattered(count, seed)
    random.Random(seed).shuffle(stations)
    return describe(save(database, stations), stations)

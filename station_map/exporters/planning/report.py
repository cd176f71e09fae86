"""What reports are made of. Positions are degrees, WGS-84; times have a zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from station_map.coverage.arrays import FloatArray, TriArray
from station_map.coverage.run import Coverage
from station_map.siting.result import Result


class Said(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


class Fact(NamedTuple):
    """What a report rests on: a name in both languages, and its value."""

    zh: str
    en: str
    value: str


@dataclass(frozen=True, slots=True)
class About:
    """title: of the run, "" without one. made: when it was computed.

    facts: data, date, method, digests, version. unknown: what is not known, made up or a demo,
    which every form tells before its figures; marks: the same in a word each, for every row of a
    csv. digest: of what was read.
    """

    title: str
    made: dt.datetime
    facts: tuple[Fact, ...]
    unknown: tuple[Said, ...]
    marks: tuple[str, ...]
    method: str
    digest: str


@dataclass(frozen=True, slots=True)
class Area:
    """A district to draw. group: what figures by group call it. shape: shapely."""

    adcode: str
    name: str
    group: str
    shape: Any


@dataclass(frozen=True, eq=False)
class Standing:
    """m stations: lonlat (m, 2); counts (m,), YES, NO or UNKNOWN; seats (m,), NaN for unknown."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    lonlat: FloatArray
    counts: TriArray
    seats: FloatArray
    demo: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class CoverageReport:
    """lonlat (n, 2), weight (n,): the demand that `result.cells` tells of.

    places: the district of each gap in `result.gaps.worst`. stations: in the order of
    `result.codes`, which may go on with stations that do not stand yet.
    """

    about: About
    result: Coverage
    lonlat: FloatArray
    weight: FloatArray
    stations: Standing
    places: tuple[str, ...]
    areas: tuple[Area, ...]


class Site(NamedTuple):
    """A site to open or a station to close. rank: from 1; 0 for one to close."""

    rank: int
    lon: float
    lat: float
    district: str
    code: str
    name: str
    adds: float | None
    phase: int | None


@dataclass(frozen=True, eq=False)
class SitingReport:
    """goal: as asked, with its words. metres: what is within reach; None for goals by distance.

    lonlat (n, 2), weight (n,): the demand, in `unit`. state (n,): int8, what becomes of each
    piece: STAYS, GAINS, LOSES or BARE. nearest_m (n,): after; None unless by distance.
    """

    about: About
    result: Result
    goal: Said
    metres: float | None
    unit: str
    lonlat: FloatArray
    weight: FloatArray
    state: TriArray
    nearest_m: FloatArray | None
    stations: Standing
    opened: tuple[Site, ...]
    closed: tuple[Site, ...]
    areas: tuple[Area, ...]


BARE, STAYS, GAINS, LOSES = 0, 1, 2, 3

type Report = CoverageReport | SitingReport

"""What a run of coverage is given: demand, stations, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np

from station_map.coverage.arrays import HOURS_A_WEEK, FloatArray, TriArray
from station_map.coverage.groups import Groups
from station_map.coverage.reach import Threshold
from station_map.errors import InputError

type HoursClass = Literal["day", "night", "weekend", "24h"]
type Decay = Literal["none", "steps", "gaussian"]


@dataclass(frozen=True, eq=False)
class Demand:
    """Places where people are.

    lonlat: float64 (n, 2), degrees, WGS-84. weight: float64 (n,), at least 0, in `unit`.
    area: float64 (n,), m² that each stands for; None: all the same. synthetic: made, not counted.
    unknown: how many places beside these have a weight that nobody knows.
    """

    lonlat: FloatArray
    weight: FloatArray
    groups: Groups
    area: FloatArray | None = None
    unit: str = "people"
    source: str = ""
    synthetic: bool = False
    unknown: int = 0

    def __post_init__(self) -> None:
        n = len(self.lonlat)
        right = self.lonlat.shape == (n, 2) and self.weight.shape == (n,)
        right = right and self.groups.index.shape == (n,)
        if not right or not np.isfinite(self.lonlat).all():
            raise InputError("demand arrays do not fit together 需求数据不完整", parameter="demand")
        if not np.isfinite(self.weight).all() or (self.weight < 0).any():
            raise InputError(
                "a weight of demand is negative or no number 需求权重有误",
                parameter="weight",
                allowed="numbers, at least 0",
            )

    @property
    def n(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, eq=False)
class Stations:
    """Stations as arrays; every mask holds YES, NO or UNKNOWN.

    lonlat: float64 (m, 2). codes: (m,), the stations' public codes. counts: int8 (m,), whether
    a station counts at all (status, kind, audience). open: int8 (m, 168), by hour of the week from
    Monday 0 to 1 in China. amenities: code to int8 (m,). seats: float64 (m,), NaN for unknown.
    Seats are those of one station on one door; two brands on one door are two stations here until
    the caller joins them, and then its seats are what the caller says.
    """

    lonlat: FloatArray
    codes: tuple[str, ...]
    counts: TriArray
    open: TriArray
    seats: FloatArray
    amenities: Mapping[str, TriArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        m = len(self.codes)
        right = self.lonlat.shape == (m, 2) and self.counts.shape == (m,)
        right = right and self.open.shape == (m, HOURS_A_WEEK) and self.seats.shape == (m,)
        right = right and all(mask.shape == (m,) for mask in self.amenities.values())
        if not right:
            raise InputError(
                "station arrays do not fit together 驿站数据不完整", parameter="stations"
            )

    @property
    def n(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a station has to be open: in one hour of the week, or in all of a class of hours."""

    hour: int | None = None
    hours: HoursClass | None = None

    def __post_init__(self) -> None:
        if self.hour is not None and not 0 <= self.hour < HOURS_A_WEEK:
            raise InputError(
                f"hour of the week {self.hour}", parameter="hour", allowed="0 to 167", example="22"
            )
        if self.hour is not None and self.hours is not None:
            raise InputError("give an hour or a class of hours, not both", parameter="hours")


ANY_TIME: Final = Moment()


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stations count: open at a moment, with all of some amenities."""

    moment: Moment = ANY_TIME
    amenities: tuple[str, ...] = ()


_ONE_KM: Final = Threshold(metres=1000)
USUAL_THRESHOLDS: Final = (
    *(Threshold(metres=metres) for metres in (300, 500, 1000)),
    *(Threshold(minutes=minutes) for minutes in (5, 10, 15)),
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What is computed.

    thresholds: of indicator 1; `main` is that of all others. overlap: of indicator 2; the union
    federation's own target is two stations within 1 km. nth: distances to the 1st … nth nearest.
    catchment and decay: of indicator 6; decay "none" is 2SFCA, the others are E2SFCA.
    workers_per_seat: how many one seat serves. seats_if_unknown: for the upper end of the band;
    None: the median of the seats known. standard_seats: seats per 1,000 below which demand is
    below standard. gaps, ranks: how many are told. cell_m: side of a cell of demand; None: found.
    gap_floor: demand that a cell must have to be part of a gap; None: the mean of those with any.
    """

    thresholds: tuple[Threshold, ...] = USUAL_THRESHOLDS
    main: Threshold = _ONE_KM
    overlap: Threshold = _ONE_KM
    catchment: Threshold = _ONE_KM
    asked: Asked = Asked()
    nth: int = 3
    decay: Decay = "steps"
    workers_per_seat: float = 20.0
    seats_if_unknown: float | None = None
    standard_seats: float = 1.0
    gaps: int = 10
    ranks: int = 20
    cell_m: float | None = None
    gap_floor: float | None = None

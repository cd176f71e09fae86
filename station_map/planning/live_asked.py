"""A question of the planning page: one radius, one moment of the usual week, one set of stations."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final, Self

from pydantic import Field, field_validator, model_validator

from station_map.coverage.inputs import Asked as Condition
from station_map.coverage.inputs import Moment, Parameters
from station_map.coverage.reach import Threshold
from station_map.domain.hours import SHANGHAI
from station_map.domain.travel import TravelMode, seconds_per_metre
from station_map.planning.asked import CoverageAsked

LEAST_M: Final = 100
MOST_M: Final = 3000
USUAL_M: Final = 1000
MOST_CHANGES: Final = 60
_WEEK: Final = dt.timedelta(days=7)

type Hour = Annotated[int, Field(ge=0, le=167)]


class LiveAsked(CoverageAsked):
    """One radius (or minutes), and at most one moment; `added` and `without` are the scenario.

    hour: of the usual week, from Monday 0 to 1; instead of `at`, which is of one certain week.
    """

    radii: tuple[Annotated[float, Field(ge=LEAST_M, le=MOST_M)], ...] = Field(
        (USUAL_M,), min_length=1, max_length=1
    )
    minutes: tuple[Annotated[float, Field(ge=1, le=30)], ...] = Field((), max_length=1)
    hour: Hour | None = None

    @field_validator("added", "without")
    @classmethod
    def _few[T](cls, several: tuple[T, ...]) -> tuple[T, ...]:
        if len(several) > MOST_CHANGES:
            raise ValueError(f"at most {MOST_CHANGES} 最多 {MOST_CHANGES} 个")
        return several

    @model_validator(mode="after")
    def _live(self) -> Self:
        if self.at is not None or (self.hour is not None and self.hours is not None):
            raise ValueError("give hour or hours, not both 两个只能写一个")
        if self.metres > MOST_M:
            raise ValueError(f"farther than {MOST_M} m 超过 {MOST_M} 米")
        return self

    @property
    def threshold(self) -> Threshold:
        """What is within reach."""
        if self.minutes:
            return Threshold(minutes=self.minutes[0], mode=TravelMode(self.mode))
        return Threshold(metres=self.radii[0])

    @property
    def metres(self) -> float:
        """The same in metres of straight distance; minutes are estimated with detours."""
        if self.minutes:
            return self.minutes[0] * 60.0 / seconds_per_metre(TravelMode(self.mode))
        return self.radii[0]

    @property
    def condition(self) -> Condition:
        """When a station has to be open, and what it has to offer."""
        return Condition(Moment(hour=self.hour, hours=self.hours), self.amenities)

    @property
    def limits(self) -> Parameters:
        """As coverage takes them."""
        return Parameters(thresholds=(self.threshold,), main=self.threshold, asked=self.condition)

    def without_scenario(self) -> Self:
        """The same question of the stations as they stand."""
        return self.with_scenario(None)

    def with_scenario(self, other: LiveAsked | None) -> Self:
        """The same question of the stations of another."""
        told = {
            "without": () if other is None else other.without,
            "added": () if other is None else other.added,
            "with_planned": other is not None and other.with_planned,
        }
        return self.model_copy(update=told)

    def as_run(self, today: dt.date) -> CoverageAsked:
        """As a run takes it: an hour of the usual week becomes one of the week that comes."""
        told = self.model_dump(exclude={"hour"})
        if self.hour is not None:
            monday = today - dt.timedelta(days=today.weekday()) + _WEEK
            start = dt.datetime.combine(monday, dt.time(), SHANGHAI)
            told["at"] = start + dt.timedelta(hours=self.hour)
        return CoverageAsked.model_validate(told)

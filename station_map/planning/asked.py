"""What a planner can ask for, as checked documents: what a run keeps, and can be repeated with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from station_map.coverage.inputs import HoursClass
from station_map.domain.hours import SHANGHAI
from station_map.domain.siting_goal import NEEDS, SitingGoal
from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import AMENITY_BY_CODE, Audience, Kind
from station_map.errors import InputError
from station_map.geo.box import SERVICE_BOX

MOST_THRESHOLDS: Final = 12
MOST_ADDED: Final = 500
FARTHEST_M: Final = 50_000

_LONGEST_NAME: Final = 80


def _number(value: Any) -> Any:
    """Refuses what pydantic would read as a number and JSON does not: "5", true."""
    if isinstance(value, bool | str):
        raise ValueError("not a number 不是数字")  # noqa: TRY004 - pydantic tells a ValueError
    return value


_JSON: Final = BeforeValidator(_number)
type Metres = Annotated[float, Field(gt=0, le=FARTHEST_M), _JSON]
type Minutes = Annotated[float, Field(gt=0, le=600), _JSON]
type Share = Annotated[float, Field(ge=0, le=1), _JSON]
type Count = Annotated[int, Field(ge=0, le=50_000), _JSON]
type Adcode = Annotated[str, Field(pattern=r"^\d{6}$")]
# Nothing that steers a terminal, and no NUL, which PostgreSQL takes in no text.
type Code = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]
type Mix = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,500}$")]
_LONS: Final[dict[str, Any]] = {"minimum": SERVICE_BOX.west, "maximum": SERVICE_BOX.east}
_LATS: Final[dict[str, Any]] = {"minimum": SERVICE_BOX.south, "maximum": SERVICE_BOX.north}


class Asked(BaseModel):
    """What both kinds of run have in common.

    demand: a mix of layers, None for the first. area: only the demand of this district or city.
    by: "all", "district", "city", "h3:0" to "h3:10", "areas:" with 16 digits for a set that is kept
    (store/planning_sets.py), or "areas", which are given beside.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    demand: Mix | None = None
    area: Adcode | None = None
    by: str = Field(
        "district", pattern=r"^(all|district|city|areas(:[0-9a-f]{16})?|h3:([0-9]|10))$"
    )


class Added(BaseModel):
    """A station that does not stand yet; WGS-84 degrees. seats: None for unknown.

    It is taken to be open at all hours and to offer whatever is asked for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lon: Annotated[float, Field(json_schema_extra=_LONS), _JSON]
    lat: Annotated[float, Field(json_schema_extra=_LATS), _JSON]
    seats: Annotated[float, Field(ge=0, le=10_000), _JSON] | None = None

    @model_validator(mode="after")
    def _inside(self) -> Added:
        if not SERVICE_BOX.contains(self.lon, self.lat):
            raise ValueError("outside the service area 不在服务范围内")
        return self


class CoverageAsked(Asked):
    """A run of coverage.

    radii: metres; minutes: by `mode`; the largest radius is that of all indicators but the first.
    at, hours: open in that hour, or in all hours of a class. without, with_planned, added: what
    another scenario changes: closed, those planned open, and new ones; it is compared then.
    """

    radii: tuple[Metres, ...] = Field((300, 500, 1000), min_length=1, max_length=MOST_THRESHOLDS)
    minutes: tuple[Minutes, ...] = Field((5, 10, 15), max_length=MOST_THRESHOLDS)
    mode: Literal[TravelMode.WALK, TravelMode.EBIKE] = TravelMode.WALK
    at: dt.datetime | None = None
    hours: HoursClass | None = None
    amenities: tuple[str, ...] = Field((), max_length=len(AMENITY_BY_CODE))
    kinds: tuple[Kind, ...] = Field((), max_length=len(Kind))
    audiences: tuple[Audience, ...] = Field((), max_length=len(Audience))
    workers_per_seat: Annotated[float, Field(gt=0, le=100_000), _JSON] = 20.0
    without: tuple[Code, ...] = Field((), max_length=1000)
    with_planned: bool = Field(default=False, strict=True)
    added: tuple[Added, ...] = Field((), max_length=MOST_ADDED)

    @field_validator("at", mode="before")
    @classmethod
    def _no_number(cls, at: Any) -> Any:
        """Which pydantic would take for seconds since 1970."""
        if at is None or isinstance(at, dt.datetime):
            return at
        if not isinstance(at, str) or at.strip().replace(".", "", 1).lstrip("+-").isdecimal():
            raise ValueError("not a time such as 2026-11-23T08:30 不是时间")
        return at

    @field_validator("at")
    @classmethod
    def _in_china(cls, at: dt.datetime | None) -> dt.datetime | None:
        """Without a zone it is the clock on the wall, in China."""
        if at is None:
            return None
        return at.replace(tzinfo=SHANGHAI) if at.tzinfo is None else at.astimezone(SHANGHAI)

    @field_validator("amenities")
    @classmethod
    def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if code not in AMENITY_BY_CODE:
                raise ValueError(f"there is no amenity {code!r} 没有这种设施")
        return codes

    @model_validator(mode="after")
    def _one_moment(self) -> CoverageAsked:
        if self.at is not None and self.hours is not None:
            raise ValueError("give at or hours, not both 两个只能写一个")
        return self

    @property
    def compares(self) -> bool:
        """Whether there is another scenario."""
        return bool(self.without or self.with_planned or self.added)

    @property
    def monday(self) -> dt.date | None:
        """Of the week whose hours count; None for the usual week."""
        return None if self.at is None else self.at.date() - dt.timedelta(days=self.at.weekday())


class SitingAsked(Asked):
    """A run of siting; what each goal needs is checked.

    metres or minutes: what is within reach, 1,000 m by default. candidates: "cells" of demand,
    "hosts:LAYER", "set:" with 16 digits for sites that are kept, or a "file" given beside. cells: so many of the heaviest. spacing: metres between new sites.
    floor: the least share of each group.
    """

    goal: SitingGoal = "cover"
    count: Count | None = None
    share: Share | None = None
    budget: Annotated[float, Field(ge=0), _JSON] | None = None
    radius: Metres | None = None
    minutes: Minutes | None = None
    mode: Literal[TravelMode.WALK, TravelMode.EBIKE] = TravelMode.WALK
    candidates: str = Field(
        "cells", pattern=r"^(cells|file|set:[0-9a-f]{16}|hosts:[^\x00-\x1f\x7f]{1,64})$"
    )
    cells: Annotated[int, Field(ge=1, le=50_000), _JSON] = 2000
    spacing: Annotated[float, Field(ge=0, le=FARTHEST_M), _JSON] = 0.0
    floor: Share | None = None
    phases: tuple[Count, ...] | None = Field(None, min_length=1, max_length=20)
    close: Count | None = None
    open: Count | None = None
    capacity: Annotated[float, Field(gt=0), _JSON] | None = None
    workers_per_seat: Annotated[float, Field(gt=0, le=100_000), _JSON] = 20.0
    time_limit: Annotated[float, Field(gt=0, le=86_400), _JSON] = 60.0
    gap: Annotated[float, Field(ge=0, lt=1), _JSON] = 0.0
    threads: Annotated[int, Field(ge=0, le=64), _JSON] = 1

    @model_validator(mode="after")
    def _enough(self) -> SitingAsked:
        if self.radius is not None and self.minutes is not None:
            raise ValueError("give radius or minutes, not both 两个只能写一个")
        for name in NEEDS[self.goal]:
            if getattr(self, name) is None:
                raise ValueError(f"goal {self.goal} needs {name} 还要写 {name}")
        return self


def checked[T: BaseModel](model: type[T], document: Any) -> T:
    """The document as what it says. Raises InputError for the first thing that is wrong in it."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(_shown(part) for part in first["loc"])[:_LONGEST_NAME] or None
        raise InputError(
            f"{where or '请求'} 有误：{first['msg']}。 This cannot be used.",
            parameter=where,
            allowed=_allowed(model),
        ) from error


def _shown(part: int | str) -> str:
    """What was given as a name may be half a sign, which is no UTF-8."""
    return str(part).encode("utf-8", "replace").decode()


def filled(model: type[Asked], document: Mapping[str, Any]) -> dict[str, Any]:
    """What was asked for with the defaults where it says nothing, as an older version may not have."""
    usual = {name: field.get_default() for name, field in model.model_fields.items()}
    return usual | dict(document)


def _allowed(model: type[BaseModel]) -> str:
    return ", ".join(model.model_fields)

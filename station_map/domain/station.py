"""A station as people describe it, before and after it is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, make_dataclass
from types import MappingProxyType
from typing import Any, Final, cast

from station_map.domain.vocabulary import (
    AccessMethod,
    AmenityState,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)


@dataclass(frozen=True, slots=True)
class AmenityFact:
    """What is known of one amenity at one station; no fact means unknown."""

    state: AmenityState
    quantity: int | None = None
    note: str | None = None
    fee: str | None = None
    verified_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One rest station.

    lon, lat: degrees, WGS-84. `source_lon`, `source_lat` are the figures as they were
    given, in `source_datum`. None always means unknown, never "no".
    code: None until the store has given one. kind, status: None when not stated; the store
    then keeps what it holds, and a new station becomes a union station that is open.
    """

    name: str
    lon: float
    lat: float
    code: str | None = None
    aliases: tuple[str, ...] = ()
    kind: Kind | None = None
    brand: str | None = None
    host_type: HostType | None = None
    builder_type: BuilderType | None = None
    operator: str | None = None
    phone: str | None = None

    source_lon: float | None = None
    source_lat: float | None = None
    source_datum: Datum | None = None
    position_source: str | None = None
    position_precision_m: float | None = None
    stated_district: str | None = None
    address: str | None = None
    landmark: str | None = None
    floor: str | None = None
    entrance_note: str | None = None
    road_ref: str | None = None
    road_direction: str | None = None
    road_stake: str | None = None

    seats: int | None = None
    area_m2: float | None = None
    audience: Audience | None = None
    access_method: AccessMethod | None = None
    registration_required: bool | None = None
    price: str | None = None
    rules: str | None = None

    opening_hours: str | None = None
    hours_text: str | None = None
    staffed_hours: str | None = None
    hours_source: str | None = None
    hours_verified_at: dt.datetime | None = None

    status: Status | None = None
    suspended_until: dt.date | None = None
    status_reason: str | None = None
    verified_at: dt.datetime | None = None
    verified_by: str | None = None
    last_inspected_on: dt.date | None = None
    service_level: ServiceLevel | None = None
    honours: tuple[Honour, ...] = ()
    amenities: Mapping[str, AmenityFact] = field(default_factory=lambda: MappingProxyType({}))

    bays_total: int | None = None
    bays_free: int | None = None
    bays_at: dt.datetime | None = None
    max_height_m: float | None = None
    max_length_m: float | None = None
    parking_paid: bool | None = None
    security_level: str | None = None

    source: str | None = None
    source_id: str | None = None
    source_date: dt.date | None = None
    note: str | None = None
    demo: bool = False


def _alike(one: Field[Any]) -> Any:
    """A field of another class with the same default."""
    if one.default_factory is not MISSING:
        return field(default_factory=one.default_factory)
    return field() if one.default is MISSING else field(default=one.default)


_Open: Final = make_dataclass(
    "_Open",
    [(one.name, one.type, _alike(one)) for one in fields(Station)],
    slots=True,
    kw_only=True,
)


def station_of(values: Mapping[str, Any]) -> Station:
    """`Station(**values)`, for those who make a country's: in a quarter of the time.

    A frozen dataclass sets each of its fields by a call. Here they are set while it is open, and
    it is frozen with all of them in place.
    """
    made: Any = _Open(**values)
    made.__class__ = Station
    return cast("Station", made)

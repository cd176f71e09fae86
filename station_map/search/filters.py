"""Which stations are wanted: the same filter for nearest and lists."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    EventKind,
    Honour,
    Kind,
    Preset,
    ServiceLevel,
    Status,
)
from station_map.search.opening import OpenAt
from station_map.store.services_on import as_array


@dataclass(frozen=True, slots=True)
class ServiceOn:
    """A service of the calendar is held that day (in China), of one of `kinds` if any is named."""

    day: dt.date
    kinds: tuple[EventKind, ...] = ()

    def parameters(self) -> dict[str, str]:
        """Those of `store/services_on.py`."""
        kinds = as_array(kind.value for kind in self.kinds)
        return {"service_day": self.day.isoformat(), "service_kinds": kinds}


MOST_SEATS: Final = 10_000
"""More than any station has; who asks for more is refused."""


@dataclass(frozen=True, slots=True)
class StationFilter:
    """All conditions hold together; an empty one does not restrict.

    amenities: every one of these is offered ("yes"). any_of: of each group at least one.
    amenity_unknown: also stations where it is not known whether they offer them.
    kinds, access_methods, service_levels, statuses, honours, audiences: one of them.
    registration_required: exactly this; unknown matches neither. always_open: 24/7 only.
    seats: at least so many are known to be there; unknown does not match.
    open_at: open at that moment. service: a service is held there.
    """

    amenities: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    amenity_unknown: bool = False
    kinds: tuple[Kind, ...] = ()
    access_methods: tuple[AccessMethod, ...] = ()
    service_levels: tuple[ServiceLevel, ...] = ()
    statuses: tuple[Status, ...] = ()
    honours: tuple[Honour, ...] = ()
    audiences: tuple[Audience, ...] = ()
    registration_required: bool | None = None
    always_open: bool = False
    open_at: OpenAt | None = None
    seats: int | None = None
    service: ServiceOn | None = None


def with_presets(where: StationFilter, presets: Iterable[Preset]) -> StationFilter:
    """The filter narrowed by one-tap presets (see `domain.vocabulary.PRESETS`)."""
    for preset in presets:
        registration = preset.registration_required
        where = dataclasses.replace(
            where,
            amenities=tuple(dict.fromkeys(where.amenities + preset.amenities)),
            any_of=where.any_of + ((preset.any_of,) if preset.any_of else ()),
            always_open=where.always_open or preset.always_open,
            registration_required=(
                where.registration_required if registration is None else registration
            ),
        )
    return where

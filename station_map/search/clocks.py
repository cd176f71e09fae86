"""What "open" asks of each station: at one moment, or on arrival."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from station_map.domain.hours import Code, Timetable, read_exceptions, rules_in_force
from station_map.domain.travel import TravelMode, seconds_per_metre
from station_map.domain.vocabulary import Status
from station_map.search.opening import OpenAt
from station_map.store.hot import Value
from station_map.store.nearest import Hit
from station_map.store.timetables import UNKNOWN_FACET, Openings


class Clock(NamedTuple):
    """A condition of time.

    hours: a key of `store.nearest.HOURS`, with its parameters; None for no condition. facet:
    one that all such stations have. unknown: whether it is about those of which nobody knows.
    setting_out, pace: seconds since 1970 UTC and seconds a metre, when the hours on arrival
    count; else 0.
    """

    hours: str | None = None
    parameters: Mapping[str, Value] = MappingProxyType({})
    facet: int | None = None
    unknown: bool = False
    setting_out: float = 0.0
    pace: float = 0.0

    def holds_on_arrival(self, hit: Hit) -> bool:
        """Whether the station's own hours say so, at the moment of arriving there."""
        arrival = int(self.setting_out + hit.distance_m * self.pace) // 60
        back_on = hit.suspended_until if hit.status == Status.SUSPENDED else None
        hours = Timetable(hit.opening_hours, read_exceptions(hit.exceptions), back_on)
        return hours.code_at(arrival) is (Code.UNKNOWN if self.unknown else Code.OPEN)


NO_CLOCK: Final = (Clock(),)


def at_once(at: OpenAt, known: Openings) -> Iterator[Clock]:
    """Open at the moment; then, if asked for, unknown at it."""
    yield Clock("open", {"not_open": known.not_open}, known.open_facet)
    if at.unknown:
        bits = {"not_unknown": known.not_unknown}
        yield Clock("unknown", bits, UNKNOWN_FACET, unknown=True)


def on_arrival(at: OpenAt, mode: TravelMode) -> Iterator[Clock]:
    """Open when one arrives who sets out at the moment; then, if asked for, unknown then."""
    setting_out, pace = at.minute * 60.0, seconds_per_metre(mode)
    parameters: Mapping[str, Value] = {"now": setting_out, "pace": pace, "by": rules_in_force()}
    yield Clock("arriving_open", parameters, None, False, setting_out, pace)
    if at.unknown:
        yield Clock("arriving_unknown", parameters, UNKNOWN_FACET, True, setting_out, pace)

"""Conditions on features, as SQL with bound values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final, LiteralString

from station_map.geo.axes import Box
from station_map.store.features_queryables import AREAS, STATIONS, Queryable

# The map ends near 85.06 degrees, and no station stands beyond 85.
_MAP_LAT: Final = 85.0

_PLACES: Final[tuple[LiteralString, ...]] = ("west", "south", "east", "north")


class Where:
    """Conditions that all hold. Values are bound; names come out of the table of queryables.

    of_stations: whether stations are asked, or areas. own: whether `station` is needed.
    """

    def __init__(self, *, of_stations: bool) -> None:
        self.of_stations: Final = of_stations
        self.queryables: Final[Mapping[str, Queryable]] = STATIONS if of_stations else AREAS
        self.parameters: dict[str, object] = {}
        self.own = False
        self._conditions: list[LiteralString] = []

    def sql(self) -> LiteralString:
        """What stands after WHERE."""
        return " AND ".join(self._conditions) or "true"

    def bind(self, value: object) -> LiteralString:
        """A place for `value` in the statement."""
        # Written out: the name is made of a count, never of anything given.
        name = f"v{len(self.parameters)}"
        self.parameters[name] = value
        return _placeholder(name)

    def add(self, condition: LiteralString) -> None:
        """One more condition, made of `bind` and of the queryables' own SQL."""
        self._conditions.append(f"({condition})")

    def column(self, queryable: Queryable) -> LiteralString:
        """The value of a queryable."""
        self.own = self.own or queryable.own
        return queryable.sql

    def inside(self, boxes: Sequence[Box]) -> None:
        """Only features that touch one of the rectangles."""
        self.add(" OR ".join([self._touching(box) for box in boxes]))

    def near(self, box: Box) -> LiteralString:
        """Stations in about this rectangle, by the index of places: nothing inside is missed."""
        west, south, east, north = box
        lower, upper = (min(max(lat, -_MAP_LAT), _MAP_LAT) for lat in (south, north))
        sides: LiteralString = ", ".join([self.bind(side) for side in (west, lower, east, upper)])
        return f"c.merc && ST_Transform(ST_MakeEnvelope({sides}, 4326), 3857)"

    def changed_between(self, start: dt.datetime | None, end: dt.datetime | None) -> None:
        """Only stations whose record last changed then; whole seconds, both ends included."""
        self.own = True
        if start is not None:
            self.add(f"s.updated_at >= {self.bind(start)}")
        if end is not None:
            self.add(f"s.updated_at < {self.bind(end + dt.timedelta(seconds=1))}")

    def after(self, key: str) -> None:
        """Only features that come after the one with this key."""
        self.add((("c.code" if self.of_stations else "a.adcode") + " > ") + self.bind(key))

    def _touching(self, box: Box) -> LiteralString:
        if self.of_stations:
            # The index holds boxes in single precision, a metre off at the edges: ask once more.
            west, south, east, north = (self.bind(side) for side in box)
            return (
                f"({self.near(box)} AND c.lon BETWEEN {west} AND {east}"
                f" AND c.lat BETWEEN {south} AND {north})"
            )
        west, south, east, north = (self.bind(side) for side in box)
        # The envelope of a line is a rectangle, a line or a point: whatever was asked for.
        return (
            f"ST_Intersects(a.geom, ST_Envelope(ST_MakeLine(ST_Point({west}, {south}, 4326),"
            f" ST_Point({east}, {north}, 4326))))"
        )


def _placeholder(name: str) -> LiteralString:
    return f"%({name})s"  # type: ignore[return-value,unused-ignore]

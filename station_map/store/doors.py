"""Doors that stations share: two brands, one door. Each keeps its page; seats count once.

Derived from the answers "one door" that hold. A station that was merged into another brings its
doors along; whoever shares a door with one shares it with all behind that door.
"""

from __future__ import annotations

from typing import Final, LiteralString, NamedTuple

import psycopg

from station_map.domain.accounts.roles import shared_digits
from station_map.store import duplicates
from station_map.store.database import Database
from station_map.store.duplicates import Seen

_LINKS: Final[LiteralString] = """
SELECT one.id, other.id
FROM duplicate_answer x
LEFT JOIN station_former f ON f.former_id = x.first_id
LEFT JOIN station_former g ON g.former_id = x.second_id
JOIN station one ON one.id = coalesce(f.station_id, x.first_id)
JOIN station other ON other.id = coalesce(g.station_id, x.second_id)
WHERE x.answer = 'one_door' AND x.undone_at IS NULL AND one.id <> other.id
ORDER BY x.id
"""
_WRITE: Final[LiteralString] = """
WITH told AS (
    SELECT * FROM unnest(%(stations)s::bigint[], %(doors)s::bigint[]) AS told (station_id, door_id)
), gone AS (
    DELETE FROM station_door d WHERE d.station_id NOT IN (SELECT station_id FROM told)
)
INSERT INTO station_door (station_id, door_id) SELECT station_id, door_id FROM told
ON CONFLICT (station_id) DO UPDATE SET door_id = excluded.door_id
WHERE station_door.door_id <> excluded.door_id
"""
_BESIDE: Final[LiteralString] = """
SELECT s.code, s.name, s.status FROM station_door d JOIN station_door e ON e.door_id = d.door_id
JOIN station s ON s.id = e.station_id
WHERE d.station_id = (SELECT id FROM station WHERE code = %(code)s) AND s.code <> %(code)s
ORDER BY s.code LIMIT 20
"""
# What several stations behind one door have is one room: the most that one of them says.
_CAPACITY: Final[LiteralString] = """
SELECT coalesce(d.door_id, s.id) AS door, min(s.code) AS code, count(*) AS stations,
    max(s.seats) AS seats, max(s.area_m2) AS area_m2, max(s.bays_total) AS bays_total
FROM station s LEFT JOIN station_door d ON d.station_id = s.id
WHERE s.status = 'open' AND (%(area)s::text IS NULL OR s.adcode LIKE %(area)s)
GROUP BY door
"""
_TOTAL: Final[LiteralString] = f"""
SELECT count(*), coalesce(sum(stations), 0), coalesce(sum(seats), 0),
    count(*) FILTER (WHERE seats IS NULL) FROM ({_CAPACITY}) doors
"""


class Beside(NamedTuple):
    """Another station behind the same door."""

    code: str
    name: str
    status: str


class Door(NamedTuple):
    """A door with the open stations behind it. None is unknown. code: of the first of them."""

    door: int
    code: str
    stations: int
    seats: int | None
    area_m2: float | None
    bays_total: int | None


class Capacity(NamedTuple):
    """Open stations of an area: doors, stations, known seats, and doors whose seats are unknown."""

    doors: int
    stations: int
    seats: int
    unknown: int


def link(unit: psycopg.Connection, seen: Seen, reason: str) -> int:
    """Two stations are behind one door; the answer's number. Raises Conflict as `lock`."""
    duplicates.lock(unit, seen)
    number = duplicates.say(unit, "one_door", seen, reason, {})
    renew(unit)
    return number


def renew(unit: psycopg.Connection) -> None:
    """Work the doors out anew; the caller holds the lock of `duplicates`."""
    doors = connected(unit.execute(_LINKS).fetchall())
    unit.execute(_WRITE, {"stations": list(doors), "doors": list(doors.values())})


def connected(links: list[tuple[int, int]]) -> dict[int, int]:
    """By linked station, the lowest of all that it is linked with, however indirectly."""
    above: dict[int, int] = {}

    def top(one: int) -> int:
        above.setdefault(one, one)
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        return one

    for first, second in links:
        low, high = sorted((top(first), top(second)))
        above[high] = low
    return {one: top(one) for one in sorted(above)}


def beside(database: Database, code: str) -> list[Beside]:
    """The other stations behind the door of one, at most 20."""
    return [Beside(*row) for row in database.rows(_BESIDE, {"code": code})]


def capacity_by_door(database: Database, area: str | None = None) -> list[Door]:
    """What each door with open stations has to offer, for planners. area: an adcode."""
    rows = database.rows_planned_anew(_CAPACITY + " ORDER BY door", _of(area))
    return [Door(*row) for row in rows]


def capacity(database: Database, area: str | None = None) -> Capacity:
    """All of an area together, each door counted once."""
    [row] = database.rows_planned_anew(_TOTAL, _of(area))
    return Capacity(*row)


def _of(area: str | None) -> dict[str, object]:
    return {"area": f"{shared_digits(area)}%" if area else None}


def unlink(unit: psycopg.Connection, number: int, reason: str | None) -> None:
    """Two stations are not behind one door after all. Raises as `duplicates.locked_answer`."""
    duplicates.locked_answer(unit, number)
    duplicates.take_back(unit, number, reason)
    renew(unit)

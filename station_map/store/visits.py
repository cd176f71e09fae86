"""Counting a visit at a door: a number of a station and an hour, and nothing of who came."""

from __future__ import annotations

from typing import Final, LiteralString

from station_map.domain.visits import NETWORK_MOST, Tap
from station_map.errors import NotFound
from station_map.store.database import Database
from station_map.store.report_floods import one_at_a_time
from station_map.store.writing import writing

_STATION: Final[LiteralString] = "SELECT id FROM station WHERE code = %(code)s"
_FORGET: Final[LiteralString] = "DELETE FROM visit_tap WHERE hour < %(hour)s"
_TAP: Final[LiteralString] = """
INSERT INTO visit_tap (station_id, hour, person, network)
SELECT %(station)s, %(hour)s, %(person)s, %(network)s
WHERE (SELECT count(*) FROM visit_tap WHERE station_id = %(station)s AND hour = %(hour)s
    AND network = %(network)s) < %(most)s
ON CONFLICT DO NOTHING
"""
_COUNT: Final[LiteralString] = """
INSERT INTO visit_hourly AS v (station_id, hour, visits) VALUES (%(station)s, %(hour)s, 1)
ON CONFLICT (station_id, hour) DO UPDATE SET visits = v.visits + 1
"""


def count_visit(database: Database, tap: Tap) -> bool:
    """Count one more visit in the tap's hour; False when it was counted, or its network is full.

    What earlier hours left of taps is forgotten. Raises NotFound.
    """
    with writing(database, actor="visitor", origin="form") as unit:
        row = unit.execute(_STATION, {"code": tap.code}).fetchone()
        if row is None:
            raise NotFound("station", tap.code)
        told = {
            "station": row[0],
            "hour": tap.hour,
            "person": tap.person,
            "network": tap.network,
            "most": NETWORK_MOST,
        }
        one_at_a_time(unit, f"visit {row[0]}")
        unit.execute(_FORGET, told)
        new = unit.execute(_TAP, told).rowcount == 1
        if new:
            unit.execute(_COUNT, told)
    return new

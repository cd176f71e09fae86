"""Driver homes in use, with what their minimum asks for."""

from __future__ import annotations

import json
from typing import Final, LiteralString, NamedTuple

from station_map.domain.accounts import Place
from station_map.domain.driver_home import DriverHome
from station_map.domain.station import AmenityFact
from station_map.store.database import Database

_ALL: Final[LiteralString] = """
SELECT s.id, s.code, s.name, s.adcode, a.name, s.address, s.bays_total, s.parking_paid,
    s.opening_hours, (station_document(s) -> 'amenities')::text
FROM station s LEFT JOIN area a ON a.adcode = s.adcode
WHERE s.kind = 'driver_home' AND s.status IN ('open', 'suspended')
    AND (%(area)s::text IS NULL OR s.adcode IN (SELECT d.adcode FROM area d
        LEFT JOIN area p ON p.adcode = d.parent_adcode
        WHERE %(area)s IN (d.adcode, d.parent_adcode, p.parent_adcode)))
ORDER BY s.code
"""


class StoredHome(NamedTuple):
    """One of them. place: for rights. district: its name, None when in no known one."""

    code: str
    name: str
    place: Place
    district: str | None
    address: str | None
    home: DriverHome


def driver_homes(database: Database, area: str | None = None) -> list[StoredHome]:
    """Those that are open or suspended, by code; of an area (an adcode) when one is given."""
    return [_stored(*row) for row in database.rows(_ALL, {"area": area})]


def _stored(  # noqa: PLR0913, PLR0917 - a row
    number: int,
    code: str,
    name: str,
    adcode: str | None,
    district: str | None,
    address: str | None,
    bays_total: int | None,
    parking_paid: bool | None,
    opening_hours: str | None,
    amenities: str | None,
) -> StoredHome:
    known = {
        amenity: AmenityFact(fact["state"], fact.get("quantity"), fee=fact.get("fee"))
        for amenity, fact in json.loads(amenities or "{}").items()
    }
    home = DriverHome(bays_total, parking_paid, opening_hours, known)
    return StoredHome(code, name, Place(number, adcode), district, address, home)

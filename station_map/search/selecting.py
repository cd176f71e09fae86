"""Which stations one change is meant for: by filter, by text, inside an outline."""

from __future__ import annotations

from dataclasses import dataclass

from station_map.domain.accounts import Account
from station_map.domain.vocabulary import HostType, Kind, Status
from station_map.geo.polygon import Corners, as_geojson
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.search.text import text_condition
from station_map.store import selections
from station_map.store.database import Database
from station_map.store.selections import Found


@dataclass(frozen=True, slots=True)
class Selection:
    """All conditions hold together; an empty one does not restrict.

    area: an adcode; the areas below it count too. hosts, kinds, statuses: one of them.
    amenity: it is offered. brand: this one. text: as in the list of stations.
    not_verified_days: not verified for so many days, or never. polygon: corners, WGS-84.
    """

    area: str | None = None
    kinds: tuple[Kind, ...] = ()
    hosts: tuple[HostType, ...] = ()
    statuses: tuple[Status, ...] = ()
    amenity: str | None = None
    brand: str | None = None
    text: str | None = None
    not_verified_days: int | None = None
    polygon: Corners | None = None

    @property
    def empty(self) -> bool:
        """Whether it means every station there is."""
        return self == Selection()

    def told(self) -> dict[str, object]:
        """As it is kept on record; what does not restrict is left out."""
        told = {
            "area": self.area,
            "kind": [kind.value for kind in self.kinds],
            "host_type": [host.value for host in self.hosts],
            "status": [status.value for status in self.statuses],
            "amenity": self.amenity,
            "brand": self.brand,
            "text": self.text,
            "not_verified_days": self.not_verified_days,
            "polygon": None if self.polygon is None else as_geojson(self.polygon),
        }
        return {name: value for name, value in told.items() if value}


def select(database: Database, meant: Selection, account: Account, at_most: int) -> Found:
    """The stations that are meant and that `account` may change; one more than `at_most`."""
    where = StationFilter(
        amenities=() if meant.amenity is None else (meant.amenity,),
        kinds=meant.kinds,
        statuses=meant.statuses,
    )
    conditions: list[str] = []
    parameters: dict[str, object] = {}

    def ask(name: str, value: object) -> None:
        conditions.append(name)
        parameters[name] = value

    if where != StationFilter():
        ask("facets", filter_expression(where))
    if meant.area is not None:
        ask("area", meant.area)
    if meant.text is not None:
        found = text_condition(database, meant.text)
        conditions += found.names
        parameters |= found.parameters
    if meant.hosts:
        ask("hosts", [host.value for host in meant.hosts])
    if meant.brand is not None:
        ask("brand", meant.brand)
    if meant.not_verified_days is not None:
        ask("not_verified_days", meant.not_verified_days)
    if meant.polygon is not None:
        lons, lats = zip(*meant.polygon, strict=True)
        conditions.append("bbox")
        parameters |= {"west": min(lons), "east": max(lons), "south": min(lats), "north": max(lats)}
        ask("polygon", as_geojson(meant.polygon))
    return selections.find(database, conditions, parameters, account, at_most)

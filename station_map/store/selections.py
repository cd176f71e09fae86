"""Stations chosen for one change of them all: found by conditions, within somebody's rights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, LiteralString, NamedTuple

from station_map.domain.accounts import Account, Action
from station_map.domain.accounts.roles import Reach, reach, shared_digits
from station_map.store.database import Database
from station_map.store.stations import CONDITIONS as OF_CARDS


class Chosen(NamedTuple):
    """A station that meets the conditions. lon, lat: degrees, WGS-84."""

    id: int
    code: str
    name: str
    adcode: str | None
    version: int
    lon: float
    lat: float


class Found(NamedTuple):
    """stations: at most one more than was asked for, by code. outside: beyond one's rights."""

    stations: list[Chosen]
    outside: int


OF_STATIONS: Final[Mapping[str, LiteralString]] = {
    "hosts": "s.host_type = ANY (%(hosts)s)",
    "brand": "lower(s.brand) = lower(%(brand)s)",
    "not_verified_days": "(s.verified_at IS NULL"
    " OR s.verified_at < now() - make_interval(days => %(not_verified_days)s))",
    "polygon": "ST_Covers(ST_SetSRID(ST_GeomFromGeoJSON(%(polygon)s), 4326), s.position::geometry)",
}
_RIGHTS: Final[Mapping[Reach, LiteralString]] = {
    Reach.ALL: "true",
    Reach.AREAS: "coalesce(s.adcode LIKE ANY (%(areas)s), false)",
    Reach.STATIONS: "s.id = ANY (%(stations)s)",
    Reach.NONE: "false",
}
_FROM: Final[LiteralString] = " FROM station s JOIN station_card c ON c.station_id = s.id WHERE "
_FIND: Final[LiteralString] = (
    "SELECT s.id, s.code, s.name, s.adcode, s.version, s.lon, s.lat"
    + _FROM
    + "{conditions} AND {rights} ORDER BY s.code LIMIT %(limit)s"
)
_OUTSIDE: Final[LiteralString] = "SELECT count(*)" + _FROM + "{conditions} AND NOT ({rights})"


def find(
    database: Database,
    conditions: Collection[str],
    parameters: Mapping[str, object],
    account: Account,
    at_most: int,
) -> Found:
    """Stations that meet all conditions and that `account` may change.

    conditions: keys of OF_STATIONS and of `stations.CONDITIONS`; parameters: theirs.
    """
    of_cards = [OF_CARDS[name] for name in conditions if name in OF_CARDS]
    of_stations = [OF_STATIONS[name] for name in conditions if name in OF_STATIONS]
    inside: LiteralString = " AND ".join(of_cards) or "true"
    clause: LiteralString = " AND ".join(
        [f"s.id IN (SELECT station_id FROM station_card WHERE {inside})", *of_stations]
    )
    far = reach(account, Action.STATION_EDIT)
    values = {
        **parameters,
        "areas": [f"{shared_digits(area)}%" for area in sorted(account.areas)],
        "stations": sorted(account.stations),
        "limit": at_most + 1,
    }

    def filled(statement: LiteralString) -> LiteralString:
        return statement.replace("{conditions}", clause).replace("{rights}", _RIGHTS[far])

    found = database.rows_planned_anew(filled(_FIND), values)
    [(outside,)] = (
        [(0,)] if far is Reach.ALL else database.rows_planned_anew(filled(_OUTSIDE), values)
    )
    return Found([Chosen(*row) for row in found], outside)


def brands(database: Database) -> list[str]:
    """Brands that stations have, the most frequent first, at most 200."""
    return [
        brand
        for (brand,) in database.rows(
            "SELECT brand FROM station WHERE brand IS NOT NULL"
            " GROUP BY brand ORDER BY count(*) DESC, brand LIMIT 200"
        )
    ]

"""What a gap is called: its district, and the nearest street or station that the database names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from station_map.coverage.arrays import FloatArray
from station_map.geo.distance import bearing_deg, distance_m
from station_map.store.areas import districts_at
from station_map.store.database import Database
from station_map.store.planning import PlanningStations
from station_map.store.planning_live import addresses_of

# Province, city, district and town, which stand before the street; "市场路" is none of them.
_NO_AREA: Final = r"[^\W省市区县镇乡]"
_AREAS: Final = re.compile(
    rf"(?:{_NO_AREA}{{2,7}}省)?(?:{_NO_AREA}{{2,6}}市)?(?:{_NO_AREA}{{1,5}}[区县])?"
    rf"(?:{_NO_AREA}{{1,6}}(?:街道|镇|乡))?"
)
_STREET: Final = re.compile(r"[\w·]{1,12}?(?:大道|大街|公路|国道|省道|路|街(?!道)|巷)")
_WORDS: Final = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
NEAR_M: Final = 600.0
_LONGEST: Final = 40


def street_of(address: str) -> str:
    """The street that an address names, without the areas before it; "" for none."""
    rest = _AREAS.sub("", address.strip(), count=1)
    found = _STREET.match(rest)
    return found[0] if found else ""


def gap_name(district: str, station: str, address: str, away: tuple[float, float] | None) -> str:
    """Such as "相山区 · 南黎路附近" or "濉溪县 · 淮海路东北 2.3 公里".

    station, address: of the nearest station. away: how far the gap's middle is from it, in metres,
    and at which bearing in degrees; None: there is no station.
    """
    here = district or "区县外"
    if away is None:
        return here
    place = street_of(address) or station[:_LONGEST]
    metres, bearing = away
    if metres <= NEAR_M:
        return f"{here} · {place}附近"
    return f"{here} · {place}{towards(bearing)} {metres / 1000:.1f} 公里"


def towards(bearing_deg: float) -> str:
    """One of eight directions: "北", "东北" …"""
    return _WORDS[round(bearing_deg / 45) % 8]


def gap_names(
    database: Database, found: PlanningStations, middles: FloatArray, nearest: Sequence[int]
) -> list[str]:
    """Names of gaps by their middles, (k, 2) degrees WGS-84.

    nearest: the place in `found` of the station nearest to each, whether it counts or not: a place
    is called so whoever is served there. Empty when there is no station.
    """
    if not len(middles):
        return []
    districts = districts_at(database, middles[:, 0].tolist(), middles[:, 1].tolist())
    if not len(nearest):
        return [gap_name(district or "", "", "", None) for district in districts]
    addresses = addresses_of(database, [found.codes[n] for n in nearest])
    told = []
    for (lon, lat), district, n in zip(middles.tolist(), districts, nearest, strict=True):
        east, north = found.lonlat[n].tolist()
        away = distance_m(east, north, lon, lat), bearing_deg(east, north, lon, lat)
        address = addresses.get(found.codes[n], "")
        told.append(gap_name(district or "", found.names[n], address, away))
    return told

"""Where the demo stations stand: districts, town centres, main roads."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from demo_dice import Dice
from shapely.geometry import Point, shape

BOUNDARIES = Path(__file__).resolve().parents[1] / "boundaries" / "huaibei_districts.geojson"
KM_PER_DEGREE = 111.32
EDGE_DEGREES = 0.0004  # stay about 40 m off a district's border
WIDE_SHARE = 0.22  # this share lies in the villages around a centre
TRIES = 10_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A position (degrees, WGS-84) with what its address is made of."""

    lon: float
    lat: float
    adcode: str
    place: str
    road: str
    main_road: Mapping[str, Any] | None = None
    stake_km: float | None = None


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Give the distance of two near points (degrees), on a plane; good to 1 % here."""
    east = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return math.hypot(east, a[1] - b[1]) * KM_PER_DEGREE * 1000


class Ground:
    """The districts, and what is already built on them."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self._recipe = recipe
        self._taken: list[tuple[float, float]] = []
        self.names: dict[str, str] = {}
        self._inner: dict[str, shapely.Geometry] = {}
        for feature in json.loads(BOUNDARIES.read_text(encoding="utf-8"))["features"]:
            own = feature["properties"]
            if own["level"] == "district":
                self.names[own["adcode"]] = own["name"]
                inner = shape(feature["geometry"]).buffer(-EDGE_DEGREES)
                shapely.prepare(inner)
                self._inner[own["adcode"]] = inner

    def district_of(self, lon: float, lat: float) -> str | None:
        """Give the adcode of the district well inside of which a point lies."""
        point = Point(lon, lat)
        return next((code for code, area in self._inner.items() if area.contains(point)), None)

    def take(self, lon: float, lat: float) -> bool:
        """Keep a position unless another station is too near."""
        gap = self._recipe["minimum_gap_m"]
        if any(metres_between((lon, lat), other) < gap for other in self._taken):
            return False
        self._taken.append((lon, lat))
        return True

    def near_towns(self, adcode: str, count: int, dice: Dice) -> Iterator[Spot]:
        """Give `count` positions around the town centres of one district."""
        places = {p["name"]: p for p in self._recipe["place"] if p["adcode"] == adcode}
        weights = {name: place["weight"] for name, place in places.items()}
        for _ in range(count):
            yield self._near(places[dice.weighted(weights)], dice)

    def _near(self, place: Mapping[str, Any], dice: Dice) -> Spot:
        for _ in range(TRIES):
            wide = 2.6 if dice.chance(WIDE_SHARE) else 1.0
            east, north = dice.normal_pair()
            reach = place["spread"] * wide / KM_PER_DEGREE
            lat = round(place["lat"] + north * reach, 6)
            lon = round(place["lon"] + east * reach / math.cos(math.radians(lat)), 6)
            road = dice.pick(place["roads"])
            if self._belongs(place, lon, lat) and self.take(lon, lat):
                return Spot(lon, lat, place["adcode"], place["name"], road)
        message = f"no room around {place['name']}"
        raise RuntimeError(message)

    def _belongs(self, place: Mapping[str, Any], lon: float, lat: float) -> bool:
        adcode = place["adcode"]
        if self.district_of(lon, lat) != adcode:
            return False
        return self._nearest_place(adcode, lon, lat) == str(place["name"])

    def along_roads(self, dice: Dice) -> Iterator[Spot]:
        """Give the positions of driver homes, 30 to 150 m beside the main roads."""
        for road in self._recipe["main_road"]:
            for site in range(road["sites"]):
                yield self._beside(road, (site + 0.15, site + 0.85), dice)

    def _beside(self, road: Mapping[str, Any], part: tuple[float, float], dice: Dice) -> Spot:
        line = shapely.LineString(road["course"])
        for _ in range(TRIES):
            share = (part[0] + (part[1] - part[0]) * dice.share()) / road["sites"]
            on_road = line.interpolate(share, normalized=True)
            aside = (0.03 + 0.12 * dice.share()) / KM_PER_DEGREE
            lon = round(on_road.x + (aside if dice.chance(0.5) else -aside), 6)
            lat = round(on_road.y + (aside if dice.chance(0.5) else -aside), 6)
            adcode = self.district_of(lon, lat)
            if adcode is not None and self.take(lon, lat):
                place = self._nearest_place(adcode, lon, lat)
                stake = road["stake_km"] + share * line.length * KM_PER_DEGREE
                return Spot(lon, lat, adcode, place, road["ref"], road, stake)
        message = f"no room along {road['ref']}"
        raise RuntimeError(message)

    def _nearest_place(self, adcode: str, lon: float, lat: float) -> str:
        places = [p for p in self._recipe["place"] if p["adcode"] == adcode]
        best = min(places, key=lambda p: metres_between((lon, lat), (p["lon"], p["lat"])))
        return str(best["name"])

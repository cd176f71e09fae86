"""Names, addresses and landmarks of the demo stations, made of generic words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from demo_dice import Dice
from demo_places import Spot

# Hosts of which a district has many alike: the community tells them apart, not the road.
BY_COMMUNITY = {"community_center", "hospital"}
TRIES = 400


class Namer:
    """Gives every station a name of its own."""

    def __init__(self, recipe: Mapping[str, Any], districts: Mapping[str, str]) -> None:
        self._recipe = recipe
        self._districts = districts
        self._given: set[str] = set()

    def name(self, spot: Spot, kind: str, host: str, dice: Dice, *, smart: bool) -> str:
        """Give a name that no other demo station has."""
        suffix = dice.weighted(self._recipe["suffixes"]["smart" if smart else kind])
        trucks = self._recipe["truck_words"] if kind == "driver_home" else {}
        words = trucks.get(host) or self._recipe["host_words"][host]
        for attempt in range(TRIES):
            front = self._front(spot, host, attempt, dice)
            name = f"{front}{dice.pick(words)}{suffix}"
            if name not in self._given:
                self._given.add(name)
                return name
        message = f"no name is left for a {host} at {spot.road}"
        raise RuntimeError(message)

    def _front(self, spot: Spot, host: str, attempt: int, dice: Dice) -> str:
        words = self._recipe["words"]
        if spot.main_road is not None:
            detail = f"{spot.road}{dice.pick(words['corners'])}" if attempt else ""
            return f"{self._districts[spot.adcode]}{spot.place}{detail}"
        town = spot.place if spot.place.endswith("镇") else ""
        if host in BY_COMMUNITY:
            return f"{town if attempt or dice.chance(0.3) else ''}{dice.pick(words['communities'])}"
        corner = dice.pick(words["corners"]) if attempt > 1 else ""
        wide = self._districts[spot.adcode] if dice.chance(0.12) else ""
        return f"{wide}{town if town and dice.chance(0.6) else ''}{spot.road}{corner}"

    def address(self, spot: Spot, dice: Dice) -> str:
        """Give an address from the city down; main roads by their stake."""
        front = f"淮北市{self._districts[spot.adcode]}{spot.place}"
        if spot.stake_km is not None:
            return f"{front}{spot.road} {stake_text(spot.stake_km)}"
        return f"{front}{spot.road}{dice.between(1, 388)}号"

    def landmark(self, dice: Dice) -> str | None:
        """Give a hint such as 农贸市场东侧 for some of the stations."""
        words = self._recipe["words"]
        if not dice.chance(0.35):
            return None
        return f"{dice.pick(words['landmarks'])}{dice.pick(words['beside'])}"

    def alias(self, name: str, spot: Spot, dice: Dice) -> list[str]:
        """Give the short name by which people call some of the stations."""
        short = f"{spot.road}驿站"
        return [short] if name != short and spot.main_road is None and dice.chance(0.12) else []


def stake_text(stake_km: float) -> str:
    """Give a stake as it is written on the road: 412.3 km is K412+300."""
    whole = int(stake_km)
    return f"K{whole}+{int((stake_km - whole) * 10) * 100:03d}"

"""What is known of a demo station: hours, amenities, access, age of the knowledge."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from demo_dice import Dice

OFFICE_HOSTS = {"community_center", "government", "other", "port", "service_area"}
NEVER_VERIFIED = 0.13
OLDEST_DAYS = 320  # the oldest visit is of early January 2026
KNOWN_WHEN_NEVER = 0.35
KNOWN_WHEN_FRESH = 0.85
KNOWN_LOST = 0.3  # share forgotten by the age of OLDEST_DAYS
STRAY_NO = 0.02
NO_WRITTEN_DOWN = 0.35  # people note what there is; what is missing, less often
LATE = re.compile(r"-(2\d|0[0-6]):\d\d")  # an interval that ends between 20:00 and 06:59


def visit(recipe: Mapping[str, Any], dice: Dice) -> tuple[str | None, float]:
    """Give when somebody last looked (ISO 8601, +08:00) and the share that is known.

    Recent visits are commoner than old ones. The dates are fixed ones of 2026.
    """
    if dice.chance(NEVER_VERIFIED):
        return None, KNOWN_WHEN_NEVER
    age = int(OLDEST_DAYS * dice.share() ** 1.8)
    day = dt.date.fromisoformat(recipe["last_visit"]) - dt.timedelta(days=age)
    clock = f"{dice.between(8, 17):02d}:{dice.between(0, 11) * 5:02d}:00+08:00"
    return f"{day}T{clock}", KNOWN_WHEN_FRESH - KNOWN_LOST * age / OLDEST_DAYS


def hours(
    recipe: Mapping[str, Any], kind: str, host: str, dice: Dice, *, smart: bool
) -> tuple[str | None, str | None]:
    """Give opening hours in OSM syntax and as Chinese text; None is unknown."""
    tables = recipe["hours"]
    if smart:
        key = "smart"
    elif kind in ("driver_home", "mobile_station"):
        key = kind
    else:
        key = "office" if host in OFFICE_HOSTS else host
    rows = tables[key]
    row = rows[int(dice.weighted({str(at): entry[0] for at, entry in enumerate(rows)}))]
    return row[1] or None, row[2] or None


def level(recipe: Mapping[str, Any], kind: str, opening: str | None, dice: Dice) -> str | None:
    """Give the service level of a station that is not smart; late hours make it extended."""
    late = opening is not None and (opening == "24/7" or LATE.search(opening) is not None)
    table = "late" if kind == "union_station" and late else kind
    return dice.weighted(recipe["levels"][table]) or None


def profile(kind: str, level: str | None) -> str:
    """Give the amenity profile of a kind and service level."""
    if kind != "union_station":
        return kind
    if level in ("smart", "comprehensive", "compact"):
        return level
    return "standard"


class Amenities:
    """Draws the amenities of one station after another."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self._recipe = recipe
        self._all = sorted({code for table in recipe["profiles"].values() for code in table})

    def draw(self, group: str, host: str, known: float, dice: Dice) -> dict[str, str]:
        """Give {code: yes|no|partial|broken}; what is left out is unknown."""
        shares = dict(self._recipe["profiles"][group])
        shares.update(self._recipe["host_amenities"].get(host, {}))
        found: dict[str, str] = {}
        for code in self._all:
            share = shares.get(code)
            if share is None:
                if dice.chance(STRAY_NO * known):
                    found[code] = "no"
            elif dice.chance(known):
                state = self._state(code, share, dice)
                if state != "no" or dice.chance(NO_WRITTEN_DOWN):
                    found[code] = state
        return self._consistent(found)

    def _state(self, code: str, share: float, dice: Dice) -> str:
        states = self._recipe["states"]
        if not dice.chance(share):
            return "no"
        if code in states["breaks"] and dice.chance(states["broken"]):
            return "broken"
        if code in states["runs_short"] and dice.chance(states["partial"]):
            return "partial"
        return "yes"

    def _consistent(self, found: dict[str, str]) -> dict[str, str]:
        if found.get("toilet") in ("yes", "partial"):
            found.pop("toilet_nearby", None)
        return found

    def quantities(self, found: Mapping[str, str], known: float, dice: Dice) -> dict[str, int]:
        """Give how many there are, for some of those that there are."""
        ranges = self._recipe["quantities"]
        present = [code for code in ranges if found.get(code) in ("yes", "partial", "broken")]
        return {c: dice.between(*ranges[c]) for c in present if dice.chance(known * 0.6)}

    def fees(self, found: Mapping[str, str], dice: Dice) -> dict[str, str]:
        """Give what is asked for it, for some of those that usually cost."""
        prices = self._recipe["fees"]
        present = [code for code in prices if found.get(code) in ("yes", "partial")]
        return {code: prices[code] for code in present if dice.chance(0.6)}


def access(
    recipe: Mapping[str, Any], kind: str, known: float, dice: Dice, *, smart: bool
) -> tuple[str | None, bool | None]:
    """Give how the door opens and whether one must register; None is unknown."""
    if not dice.chance(known):
        return None, None
    method = dice.weighted(recipe["access"]["smart" if smart else kind])
    must = {"open_door": 0.1, "staff": 0.35}.get(method, 0.75)
    return method, dice.chance(must) if dice.chance(known) else None


def driver_home(found: dict[str, str], dice: Dice) -> dict[str, Any]:
    """Give bays, limits and security of a driver home; some are below the minimum."""
    small = dice.chance(0.12)
    bays = dice.between(9, 18) if small else dice.between(20, 120)
    facts: dict[str, Any] = {
        "bays_total": bays,
        "max_height_m": dice.pick((4.2, 4.5, 4.5, 5.0)) if dice.chance(0.75) else None,
        "max_length_m": dice.pick((17.5, 18.1, 20.0, 22.0)) if dice.chance(0.6) else None,
        "parking_paid": dice.chance(0.3) if dice.chance(0.85) else None,
        "security_level": dice.pick(("保安值守+监控", "监控", "夜间巡逻+监控")),
    }
    if dice.chance(0.35):
        facts["bays_free"] = dice.between(0, bays)
        facts["bays_at"] = f"2026-11-20T{dice.between(6, 21):02d}:30:00+08:00"
    found["truck_parking"] = "yes"
    return facts

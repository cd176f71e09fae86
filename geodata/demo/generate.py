"""Make `stations.geojson`: 713 invented stations in the shape of Huaibei's.

    python geodata/demo/generate.py [TARGET]

Nothing here is surveyed: positions, hours and amenities are drawn from `recipe.toml`
with a fixed seed, and two runs give the same bytes. The districts share the stations
in proportion to the census of 2020. Each station draws from a stream of its own, so
that a change of one rule does not shuffle the rest.
"""

from __future__ import annotations

import csv
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from demo_dice import Dice
from demo_facts import Amenities, access, driver_home, hours, level, profile, visit
from demo_names import Namer, stake_text
from demo_places import Ground, Spot

HERE = Path(__file__).resolve().parent
CENSUS = HERE.parent / "census" / "huaibei_2020.csv"
OUTPUT = HERE / "stations.geojson"
NOTICE = (
    "演示数据：位置、名称、时间与设施均由程序随机生成，不是真实站点。"
    "Synthetic demo data; none of these stations exists."
)
REOPENING_MONTHS = ("2026-12", "2027-01", "2027-03")
# What nobody can know of a station that is not built yet.
NOT_YET = dict.fromkeys(
    (
        "verified_at",
        "verified_by",
        "hours_verified_at",
        "hours_source",
        "last_inspected_on",
        "seats",
    )
)

# Streams of chance: one for each question, then one for each station from STATIONS on.
ROADS, TOWNS, KINDS, SMART, LIFE, TITLES, STATIONS = range(7)

Properties = dict[str, Any]


def shares(total: int) -> dict[str, int]:
    """Divide stations among districts by population (largest remainders)."""
    with CENSUS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["level"] == "district"]
    people = {row["adcode"]: int(row["population"]) for row in rows}
    exact = {code: total * count / sum(people.values()) for code, count in people.items()}
    given = {code: int(value) for code, value in exact.items()}
    left = sorted(exact, key=lambda code: given[code] - exact[code])
    for code in left[: total - sum(given.values())]:
        given[code] += 1
    return given


def shuffled(items: list[Any], dice: Dice) -> list[Any]:
    """Give the items in a drawn order."""
    keyed = sorted((dice.share(), at) for at in range(len(items)))
    return [items[at] for _, at in keyed]


class Maker:
    """Puts the stations together, step by step."""

    def __init__(self, recipe: Mapping[str, Any]) -> None:
        self.recipe = recipe
        self.counts: Mapping[str, int] = recipe["counts"]
        self.ground = Ground(recipe)
        self.namer = Namer(recipe, self.ground.names)
        self.amenities = Amenities(recipe)

    def dice(self, *key: int) -> Dice:
        """Give the stream of one question."""
        return Dice(self.recipe["seed"], *key)

    def spots(self) -> list[Spot]:
        """Give all positions in the city: main roads first, then the towns."""
        on_roads = list(self.ground.along_roads(self.dice(ROADS)))
        used = Counter(spot.adcode for spot in on_roads)
        in_towns: list[Spot] = []
        for adcode, share in shares(self.counts["total"] - 1).items():
            dice = self.dice(TOWNS, int(adcode))
            in_towns.extend(self.ground.near_towns(adcode, share - used[adcode], dice))
        return on_roads + in_towns

    def kinds(self, spots: list[Spot]) -> list[tuple[str, bool]]:
        """Give kind and "is smart" of every position."""
        counts = self.counts
        free = [at for at, spot in enumerate(spots) if spot.main_road is None]
        order = shuffled(free, self.dice(KINDS))
        mobile = set(order[: counts["mobile_station"]])
        partner = set(order[counts["mobile_station"] :][: counts["partner_station"]])
        rest = [at for at in free if at not in mobile and at not in partner]
        smart = set(shuffled(rest, self.dice(SMART))[: counts["smart"]])
        names = ["driver_home" if spot.main_road else "union_station" for spot in spots]
        for at in range(len(spots)):
            names[at] = "mobile_station" if at in mobile else names[at]
            names[at] = "partner_station" if at in partner else names[at]
        return [(name, at in smart) for at, name in enumerate(names)]

    def station(self, at: int, spot: Spot, kind: str, *, smart: bool) -> Properties:
        """Give the properties of one station, all but its code and its place in life."""
        dice = self.dice(STATIONS, at)
        drawn = dice.weighted(self.recipe["hosts"][kind])
        host = (spot.main_road or {}).get("host", drawn)
        name = self.namer.name(spot, kind, host, dice, smart=smart)
        verified_at, known = visit(self.recipe, dice)
        opening, text = hours(self.recipe, kind, host, dice, smart=smart)
        grade = "smart" if smart else level(self.recipe, kind, opening, dice)
        found = self.amenities.draw(profile(kind, grade), host, known, dice)
        method, register = access(self.recipe, kind, known, dice, smart=smart)
        trucks = driver_home(found, dice) if kind == "driver_home" else {}
        card: Properties = {
            "code": None,
            "name": name,
            "kind": kind,
            "service_level": grade,
            "status": "open",
            "district": self.ground.names[spot.adcode],
            "adcode": spot.adcode,
            "address": self.namer.address(spot, dice) if dice.chance(0.96) else None,
            "opening_hours": opening,
            "hours_text": text,
            "amenities": found,
            "access_method": method,
            "registration_required": register,
            "seats": dice.between(3, 30) if dice.chance(known) else None,
            "honours": [],
            "verified_at": verified_at,
            "demo": True,
        }
        card |= self.more(spot, card, host, known, dice) | trucks
        return card

    def more(self, spot: Spot, card: Properties, host: str, known: float, dice: Dice) -> Properties:
        """Give the fields that the short card does not hold; None is dropped later."""
        kind, opening, verified_at = card["kind"], card["opening_hours"], card["verified_at"]
        smart = card["service_level"] == "smart"
        checked = verified_at if opening and dice.chance(0.2) else None
        road = spot.main_road
        facts: Properties = {
            "aliases": self.namer.alias(card["name"], spot, dice),
            "host_type": host,
            "builder_type": self.pick_known("builders", kind, known, dice),
            "landmark": self.namer.landmark(dice),
            "floor": "1层" if dice.chance(0.2) else None,
            "road_ref": road["ref"] if road else None,
            "road_direction": dice.pick(road["ends"]) if road else None,
            "road_stake": stake_text(spot.stake_km) if spot.stake_km is not None else None,
            "area_m2": dice.between(8, 90) if dice.chance(known * 0.8) else None,
            "audience": "everyone" if kind == "driver_home" else self.audience(known, dice),
            "price": "免费" if dice.chance(0.3) else None,
            "staffed_hours": "Mo-Fr 08:30-17:30" if smart and dice.chance(0.3) else None,
            "hours_source": "门牌" if checked else None,
            "hours_verified_at": checked,
            "verified_by": self.verifier(verified_at, dice),
            "last_inspected_on": verified_at[:10] if verified_at and dice.chance(0.3) else None,
            "amenity_quantities": self.amenities.quantities(card["amenities"], known, dice),
            "amenity_fees": self.amenities.fees(card["amenities"], dice),
        }
        return facts

    def pick_known(self, table: str, kind: str, known: float, dice: Dice) -> str | None:
        """Draw from a table of the recipe, or None when nobody knows."""
        return dice.weighted(self.recipe[table][kind]) if dice.chance(known) else None

    def audience(self, known: float, dice: Dice) -> str | None:
        """Draw whom the station serves."""
        weights = {"outdoor_workers": 60, "everyone": 32, "union_members": 8}
        return dice.weighted(weights) if dice.chance(known) else None

    def verifier(self, verified_at: str | None, dice: Dice) -> str | None:
        """Draw by what way the station was looked at; never a person."""
        return dice.pick(("工会巡查", "站点自报", "职工反馈")) if verified_at else None


def settle_lives(maker: Maker, cards: list[Properties]) -> None:
    """Suspend, plan, close and delist some; driver homes stay open."""
    dice = maker.dice(LIFE)
    order = iter(shuffled([c for c in cards if c["kind"] != "driver_home"], dice))
    for status in ("suspended", "planned", "closed", "delisted"):
        for _ in range(maker.counts[status]):
            card = next(order)
            card["status"] = status
            card["status_reason"] = dice.pick(maker.recipe["reasons"][status])
            if status == "suspended":
                month = dice.pick(REOPENING_MONTHS)
                card["suspended_until"] = f"{month}-{dice.between(1, 28):02d}"
            if status == "planned":
                card.update(NOT_YET, amenities={}, amenity_quantities={}, amenity_fees={})


def award_titles(maker: Maker, cards: list[Properties]) -> None:
    """Give the titles, to open stations that somebody has looked at."""
    dice = maker.dice(TITLES)
    worthy = [c for c in cards if c["status"] == "open" and c["verified_at"] is not None]
    best = [c for c in worthy if c["service_level"] in ("smart", "comprehensive")]
    for title in ("national_most_beautiful", "provincial_most_beautiful", "model"):
        for card in shuffled(best, dice)[: maker.counts[title]]:
            card["honours"].append(title)
    for card in worthy:
        if card["kind"] == "driver_home" and dice.chance(0.6):
            card["honours"].append(dice.weighted({"AAA": 6, "AAAA": 3, "AAAAA": 1}))


def elsewhere(maker: Maker) -> tuple[float, float, Properties]:
    """Give the one station out of the province."""
    facts = maker.recipe["elsewhere"]
    spot = Spot(facts["lon"], facts["lat"], next(iter(maker.ground.names)), "", "")
    card = maker.station(maker.counts["total"] - 1, spot, "union_station", smart=False)
    card.update(
        name=facts["name"],
        district=None,
        adcode=facts["adcode"],
        address=facts["address"],
        service_level="comprehensive",
        host_type="community_center",
        opening_hours="08:00-20:00",
        hours_text="8:00-20:00",
        aliases=[],
        landmark=None,
    )
    return spot.lon, spot.lat, card


def give_codes(cards: list[Properties]) -> None:
    """Give each station a number within its area: 340603-D0001; the store gives no D."""
    seen: Counter[str] = Counter()
    for card in cards:
        seen[card["adcode"]] += 1
        card["code"] = f"{card['adcode']}-D{seen[card['adcode']]:04d}"


def compact(card: Properties) -> Properties:
    """Drop what is not known, except the fields that every card shows."""
    always = list(card)[: list(card).index("demo") + 1]
    return {k: v for k, v in card.items() if k in always or v not in (None, [], {})}


def features(recipe: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give all stations as GeoJSON Features, in order of code."""
    maker = Maker(recipe)
    spots = maker.spots()
    kinds = maker.kinds(spots)
    cards = [
        maker.station(at, spot, kind, smart=smart)
        for at, (spot, (kind, smart)) in enumerate(zip(spots, kinds, strict=True))
    ]
    settle_lives(maker, cards)
    lon, lat, far = elsewhere(maker)
    places = [(spot.lon, spot.lat) for spot in spots] + [(lon, lat)]
    cards.append(far)
    award_titles(maker, cards)
    give_codes(cards)
    for card, place in sorted(zip(cards, places, strict=True), key=lambda pair: pair[0]["code"]):
        yield {
            "type": "Feature",
            "id": card["code"],
            "geometry": {"type": "Point", "coordinates": list(place)},
            "properties": compact(card),
        }


def write(target: Path) -> None:
    """Write the collection, one feature a line."""
    recipe = tomllib.loads((HERE / "recipe.toml").read_text(encoding="utf-8"))
    lines = [json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in features(recipe)]
    head = json.dumps(
        {"type": "FeatureCollection", "name": "demo_stations", "synthetic": True, "note": NOTICE},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    body = ",\n".join(lines)
    target.write_text(f'{head[:-1]},"features":[\n{body}\n]}}\n', encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)

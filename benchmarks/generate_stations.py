"""Synthetic stations in the shape of China, for measuring speed only.

    for batch in generate_many(190_000, seed=1): ...

None of them exists. They lie around some 330 cities (`cities.csv`: centres and people,
in units of ten thousand, typed in roughly), a city's share following its people: most
within a few kilometres of the centre, the rest across the countryside. All stay in the
box of the mainland; near a coast or border some fall beyond it.

This module needs NumPy alone, so that the products compared can all be fed from it. The
first n stations of a seed are the same whatever n is. Exactly one station in a thousand
(rounded) has an AED, and no other station is known to have one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Strings = NDArray[np.str_]
Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

CITIES: Final = Path(__file__).resolve().parent / "cities.csv"
BATCH: Final = 50_000
LAND_BOX: Final = (73.7, 18.2, 134.7, 53.5)  # west, south, east, north, degrees
METRES_PER_DEGREE: Final = 111_320.0
URBAN_SHARE: Final = 0.62
RURAL_SPREAD_M: Final = 24_000.0
RARE: Final = "aed"
RARE_ONE_IN: Final = 1_000

# Values of `Batch.amenities`.
STATES: Final = ("", "yes", "no", "partial", "broken")
UNKNOWN, YES, NO, PARTIAL, BROKEN = range(5)

# Share of stations with each amenity; about a third as many again are known to lack it.
AMENITY_SHARES: Final[dict[str, float]] = {
    "drinking_water": 0.80,
    "hot_water": 0.45,
    "microwave": 0.55,
    "fridge": 0.22,
    "seating": 0.82,
    "rest_area": 0.50,
    "nap_bed": 0.06,
    "air_conditioning": 0.62,
    "heating": 0.35,
    "toilet": 0.40,
    "toilet_nearby": 0.30,
    "phone_charging": 0.75,
    "power_bank": 0.08,
    "wifi": 0.42,
    "first_aid_kit": 0.60,
    "medicine": 0.30,
    "aed": 0.0,
    "heat_relief": 0.25,
    "cold_relief": 0.12,
    "rain_gear": 0.35,
    "sewing_kit": 0.33,
    "repair_tools": 0.18,
    "air_pump": 0.20,
    "ebike_charging": 0.07,
    "battery_swap": 0.03,
    "ebike_parking": 0.30,
    "car_parking": 0.06,
    "locker": 0.04,
    "books": 0.40,
    "vending": 0.05,
    "discount_meal": 0.03,
    "haircut": 0.015,
    "truck_parking": 0.02,
    "shower": 0.015,
    "laundry": 0.012,
    "dryer": 0.008,
    "lodging": 0.008,
    "dining": 0.02,
    "kitchen": 0.006,
    "convenience_store": 0.05,
    "vehicle_repair": 0.01,
    "fuel": 0.02,
    "gas": 0.004,
    "ev_charging": 0.02,
    "security_patrol": 0.02,
    "cctv": 0.10,
    "driver_education": 0.008,
    "union_aid": 0.12,
    "legal_aid": 0.06,
    "psych_support": 0.03,
    "job_info": 0.06,
    "mother_baby": 0.04,
    "women_room": 0.02,
    "wheelchair_access": 0.08,
    "emergency_button": 0.03,
    "fire_extinguisher": 0.50,
}
AMENITY_CODES: Final = tuple(AMENITY_SHARES)
LACK: Final = 0.34
PARTIAL_SHARE: Final = 0.02
BROKEN_SHARE: Final = 0.02

KINDS: Final = {"union_station": 78, "partner_station": 18, "driver_home": 2, "mobile_station": 2}
LEVELS: Final = {"": 45, "compact": 25, "extended_hours": 11, "comprehensive": 11, "smart": 8}
STATUSES: Final = {"open": 962, "suspended": 20, "planned": 5, "closed": 9, "delisted": 4}
ACCESS: Final = {"": 30, "open_door": 42, "staff": 16, "qr_code": 8, "member_card": 2, "app": 2}
REGISTRATION: Final = {"": 50, "no": 35, "yes": 15}
ROADS: Final = (
    "人民路",
    "建设路",
    "解放路",
    "中山路",
    "新华路",
    "文化路",
    "迎宾路",
    "和平路",
    "青年路",
    "光明路",
)
HOSTS: Final = (
    "银行",
    "邮政",
    "社区",
    "公园",
    "超市",
    "加油站",
    "政务中心",
    "营业厅",
    "客运站",
    "公厕",
)
# OSM syntax, Chinese text, weight; "" is unknown.
HOURS: Final[tuple[tuple[str, str, int], ...]] = (
    ("24/7", "24小时", 12),
    ("08:00-18:00", "8:00-18:00", 25),
    ("Mo-Fr 08:30-17:30", "周一至周五8:30-17:30", 18),
    ("08:30-12:00,14:30-18:00", "8:30-12:00，14:30-18:00", 12),
    ("06:00-22:00", "6:00-22:00", 10),
    ("", "同银行营业时间", 9),
    ("", "", 14),
)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some stations, column by column; every array has the same length.

    first: number of the first station, from 0. lon, lat: degrees, WGS-84, six decimals.
    In the text columns "" is unknown. amenities: one row a station, one column for each
    of `AMENITY_CODES`, values into `STATES`.
    """

    first: int
    code: Strings
    name: Strings
    city: Strings
    address: Strings
    lon: Floats
    lat: Floats
    kind: Strings
    service_level: Strings
    status: Strings
    access_method: Strings
    registration_required: Strings
    opening_hours: Strings
    hours_text: Strings
    amenities: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.code)

    def head(self, count: int) -> Batch:
        """Give the first `count` stations of the batch."""
        columns: dict[str, Any] = {
            name: getattr(self, name)[:count]
            for name in Batch.__dataclass_fields__
            if name != "first"
        }
        return Batch(first=self.first, **columns)

    def amenities_of(self, row: int) -> dict[str, str]:
        """Give {code: state} of one station; what is unknown is left out."""
        known = np.flatnonzero(self.amenities[row])
        return {AMENITY_CODES[at]: STATES[self.amenities[row, at]] for at in known}


@dataclass(frozen=True, slots=True)
class _Cities:
    prefix: Strings
    name: Strings
    lon: Floats
    lat: Floats
    spread_m: Floats
    until: Floats  # running share of the people, for drawing by weight


@cache
def _cities() -> _Cities:
    with CITIES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    weight = np.array([float(row["weight"]) for row in rows])
    return _Cities(
        prefix=np.array([f"{row['province']}0000" for row in rows]),
        name=np.array([f"{row['name']}" for row in rows]),
        lon=np.array([float(row["lon"]) for row in rows]),
        lat=np.array([float(row["lat"]) for row in rows]),
        spread_m=2_500.0 + 180.0 * np.sqrt(weight),
        until=np.cumsum(weight) / weight.sum(),
    )


def _drawn(options: Sequence[str], weights: Sequence[float], draws: Floats) -> Strings:
    until = np.cumsum(weights) / sum(weights)
    return np.array(options)[np.searchsorted(until, draws, side="right")]


def _pick(table: Mapping[str, float], rng: np.random.Generator) -> Strings:
    return _drawn(list(table), list(table.values()), rng.random(BATCH))


def _positions(city: Numbers, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Scatter stations around their city; a draw outside the box is mirrored into it."""
    cities = _cities()
    spread = np.where(rng.random(BATCH) < URBAN_SHARE, cities.spread_m[city], RURAL_SPREAD_M)
    north = rng.standard_normal(BATCH) * spread / METRES_PER_DEGREE
    lat = _mirrored(cities.lat[city], north, LAND_BOX[1], LAND_BOX[3])
    stretch = METRES_PER_DEGREE * np.cos(np.radians(lat))
    east = rng.standard_normal(BATCH) * spread / stretch
    return np.round(_mirrored(cities.lon[city], east, LAND_BOX[0], LAND_BOX[2]), 6), np.round(
        lat, 6
    )


def _mirrored(centre: Floats, shift: Floats, low: float, high: float) -> Floats:
    value = centre + shift
    value = np.where((value < low) | (value > high), centre - shift, value)
    return np.clip(value, low, high)


def _amenities(first: int, rng: np.random.Generator) -> NDArray[np.int8]:
    shares = np.array(list(AMENITY_SHARES.values()), dtype=np.float32)
    draws = rng.random((BATCH, len(shares)), dtype=np.float32)
    # From the low end: yes, then no, then unknown; a little of "yes" is partial or broken.
    states = np.where(draws < shares * (1 + LACK), NO, UNKNOWN).astype(np.int8)
    states[draws < shares] = YES
    states[draws < shares * (PARTIAL_SHARE + BROKEN_SHARE)] = PARTIAL
    states[draws < shares * BROKEN_SHARE] = BROKEN
    _make_rare(states[:, AMENITY_CODES.index(RARE)], first, rng)
    return states


def _make_rare(column: NDArray[np.int8], first: int, rng: np.random.Generator) -> None:
    """Give every thousandth station the rare amenity; of the others some are known to lack it."""
    number = first + np.arange(BATCH)
    column[:] = np.where(rng.random(BATCH) < LACK, NO, UNKNOWN)
    column[number % RARE_ONE_IN == RARE_ONE_IN // 2] = YES


def _joined(*parts: Strings | str) -> Strings:
    whole: Any = parts[0]
    for part in parts[1:]:
        whole = np.strings.add(whole, part)
    return np.asarray(whole)


def _batch(first: int, seed: int) -> Batch:
    rng = np.random.default_rng([seed, first // BATCH])
    cities = _cities()
    city = np.searchsorted(cities.until, rng.random(BATCH), side="right")
    lon, lat = _positions(city, rng)
    serial = np.strings.zfill((first + 1 + np.arange(BATCH)).astype(np.str_), 8)
    road = np.array(ROADS)[rng.integers(len(ROADS), size=BATCH)]
    host = np.array(HOSTS)[rng.integers(len(HOSTS), size=BATCH)]
    house = rng.integers(1, 600, size=BATCH).astype(np.str_)
    weights = [weight for _, _, weight in HOURS]
    hours = _drawn([str(at) for at in range(len(HOURS))], weights, rng.random(BATCH)).astype(int)
    return Batch(
        first=first,
        code=_joined(cities.prefix[city], "-", serial),
        name=_joined(cities.name[city], road, host, "工会驿站", serial),
        city=_joined(cities.name[city], "市"),
        address=_joined(cities.name[city], "市", road, house, "号"),
        lon=lon,
        lat=lat,
        kind=_pick(KINDS, rng),
        service_level=_pick(LEVELS, rng),
        status=_pick(STATUSES, rng),
        access_method=_pick(ACCESS, rng),
        registration_required=_pick(REGISTRATION, rng),
        opening_hours=np.array([osm for osm, _, _ in HOURS])[hours],
        hours_text=np.array([text for _, text, _ in HOURS])[hours],
        amenities=_amenities(first, rng),
    )


def places_many(count: int, seed: int) -> Iterator[Floats]:
    """Give `count` places alone, (n, 2) degrees, in batches: where people are, more or less."""
    cities = _cities()
    for first in range(0, count, BATCH):
        rng = np.random.default_rng([seed, first // BATCH])
        city = np.searchsorted(cities.until, rng.random(BATCH), side="right")
        yield np.column_stack(_positions(city, rng))[: count - first]


def generate_many(count: int, seed: int) -> Iterator[Batch]:
    """Give `count` stations in batches of at most `BATCH`; equal seeds, equal stations.

    Memory is that of one batch (about 60 MB) whatever `count` is.
    """
    for first in range(0, count, BATCH):
        batch = _batch(first, seed)
        yield batch if count - first >= BATCH else batch.head(count - first)

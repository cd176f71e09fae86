"""Stations for the tests of HTTP: saving them, and a scattered population to search."""

from __future__ import annotations

import random
from collections.abc import Sequence

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_STATES,
    AccessMethod,
    Audience,
    Honour,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.store.bulk import Staging
from station_map.store.database import Database

HOSTILE_NAMES = (
    "{{7*7}}",
    "{% raw %}{% endraw %}",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    "`id`",
    '"demo":true',
    'quote " backslash \\ slash / end',
    "\\u0022,\\n",
    "line\u2028separator\u2029here",
    "';DROP TABLE station;--",
    "%00%s%(x)s{0}",
    "😀" * 1024,
    "<!-- ]]> &amp; &#x27;",
    "ｆｕｌｌ　ｗｉｄｔｈ",
    "عربى\u202eevil",
)


def save(database: Database, stations: Sequence[Station]) -> list[str]:
    """Store `stations`; their codes in the same order."""
    with database.transaction(actor="test", origin="system") as connection:
        staging = Staging(connection, None)
        staging.copy(enumerate(stations))
        return [applied.code for applied in staging.apply(replace_demo=False)]


def station(name: str, lon: float = 116.798, lat: float = 33.956, **facts: object) -> Station:
    """A station with what matters to the test; WGS-84 degrees."""
    return Station(name=name, lon=lon, lat=lat, **facts)  # type: ignore[arg-type]


def having(*codes: str, **states: str) -> dict[str, AmenityFact]:
    """Amenities: `codes` are there, the others in the state given."""
    facts = {code: AmenityFact("yes") for code in codes}
    return facts | {code: AmenityFact(state) for code, state in states.items()}  # type: ignore[arg-type]


def scattered(count: int, seed: int = 1) -> list[Station]:
    """Stations at random places in and around China, most in one city, with random facts."""
    dice = random.Random(seed)
    return [_scattered_one(dice, number) for number in range(count)]


def _scattered_one(dice: random.Random, number: int) -> Station:
    if dice.random() < 0.6:
        lon, lat = dice.uniform(116.5, 117.1), dice.uniform(33.3, 34.2)
    else:
        lon, lat = dice.uniform(72, 136), dice.uniform(4, 54)
    known = dice.sample(AMENITIES, dice.randint(0, 24))
    return Station(
        name=f"站{number}",
        lon=lon,
        lat=lat,
        kind=dice.choice(list(Kind)),
        status=dice.choice([Status.OPEN, Status.OPEN, Status.OPEN, *Status]),
        service_level=dice.choice([None, *ServiceLevel]),
        access_method=dice.choice([None, *AccessMethod]),
        registration_required=dice.choice([None, True, False]),
        opening_hours=dice.choice([None, "24/7", "Mo-Su 08:00-18:00"]),
        address=dice.choice([None, "淮海路 1 号", "人民路 2 号"]),
        amenities={
            amenity.code: AmenityFact(dice.choice(("yes", "yes", *AMENITY_STATES)))
            for amenity in known
        },
        demo=dice.random() < 0.1,
        audience=dice.choice([None, *Audience]),
        honours=tuple(dice.sample(list(Honour), dice.choice((0, 0, 1, 2)))),
    )

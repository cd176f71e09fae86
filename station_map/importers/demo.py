"""Fills an empty database with the demo stations that ship with the product."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)
from station_map.resources import geodata_dir
from station_map.store.bulk import Staging, finish_run, start_run
from station_map.store.database import Database
from station_map.store.stations import station_count

DEMO_FILE: Final = Path("demo") / "stations.geojson"
SOURCE: Final = "demo"
SOURCE_DATE: Final = dt.date(2026, 11, 20)
NOTE: Final = "演示数据，不是真实站点。Synthetic demo data, not a real station."


def _by_code[T: Labelled](vocabulary: type[T]) -> dict[str, T]:
    return {member.value: member for member in vocabulary}


# Fields of a Station that a feature's property of the same name gives in another type.
_CODES: Final[dict[str, Mapping[str, Labelled]]] = {
    "kind": _by_code(Kind),
    "host_type": _by_code(HostType),
    "builder_type": _by_code(BuilderType),
    "audience": _by_code(Audience),
    "access_method": _by_code(AccessMethod),
    "status": _by_code(Status),
    "service_level": _by_code(ServiceLevel),
}
_HONOURS: Final = _by_code(Honour)
_TIMES: Final = ("hours_verified_at", "verified_at", "bays_at")
_DAYS: Final = ("suspended_until", "last_inspected_on")
_SPECIAL: Final = ("aliases", "honours", "amenities", "demo")
_PLAIN: Final = tuple(
    field.name
    for field in fields(Station)
    if field.name not in (*_CODES, *_TIMES, *_DAYS, *_SPECIAL)
)


def _converted(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that are present, each in the type that `Station` wants."""
    known = {key: value for key, value in properties.items() if value is not None}
    values = {key: known[key] for key in _PLAIN if key in known}
    values |= {key: codes[known[key]] for key, codes in _CODES.items() if key in known}
    values |= {key: dt.datetime.fromisoformat(known[key]) for key in _TIMES if key in known}
    values |= {key: dt.date.fromisoformat(known[key]) for key in _DAYS if key in known}
    return values


def _amenities(properties: Mapping[str, Any]) -> dict[str, AmenityFact]:
    quantities = properties.get("amenity_quantities", {})
    fees = properties.get("amenity_fees", {})
    return {
        code: AmenityFact(state=state, quantity=quantities.get(code), fee=fees.get(code))
        for code, state in properties["amenities"].items()
    }


def station_from_feature(feature: Mapping[str, Any]) -> Station:
    """Give the Station of one Feature of `geodata/demo/stations.geojson`.

    Coordinates are degrees, longitude first, WGS-84. Raises KeyError for a code
    outside the vocabulary and for a missing property, ValueError for a broken date.
    """
    properties = feature["properties"]
    lon, lat = feature["geometry"]["coordinates"]
    return Station(
        **_converted(properties),
        lon=lon,
        lat=lat,
        source_lon=lon,
        source_lat=lat,
        source_datum=Datum.WGS84,
        position_source=SOURCE,
        stated_district=properties["district"],
        aliases=tuple(properties.get("aliases", ())),
        honours=tuple(_HONOURS[code] for code in properties["honours"]),
        amenities=_amenities(properties),
        source=SOURCE,
        source_id=properties["code"],
        source_date=SOURCE_DATE,
        note=NOTE,
        demo=True,
    )


def demo_stations() -> Iterator[Station]:
    """Give the stations of the shipped demo file, in order of code."""
    text = (geodata_dir() / DEMO_FILE).read_text(encoding="utf-8")
    for feature in json.loads(text)["features"]:
        yield station_from_feature(feature)


def load_demo(database: Database) -> int:
    """Load the demo stations if there is no station at all; give how many were loaded.

    One transaction: after a crash there are all of them or none.
    """
    if station_count(database).total > 0:
        return 0
    path = geodata_dir() / DEMO_FILE
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with database.transaction(actor="system", origin="import") as connection:
        run_id = start_run(
            connection, file_name=path.name, sha256=digest, datum=Datum.WGS84, actor="system"
        )
        staging = Staging(connection, run_id)
        staging.copy(enumerate(demo_stations(), start=1))
        outcomes: Counter[str] = Counter()
        outcomes.update(applied.outcome for applied in staging.apply(replace_demo=False))
        finish_run(connection, run_id, dict(outcomes))
    return outcomes["created"]

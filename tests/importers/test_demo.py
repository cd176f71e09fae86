"""The demo stations go into an empty database, and only there."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, LiteralString

import pytest

from station_map.domain.station import Station
from station_map.domain.vocabulary import Honour, Kind, ServiceLevel, Status
from station_map.importers import demo
from station_map.importers.demo import demo_stations, load_demo, station_from_feature
from station_map.resources import geodata_dir
from station_map.store.database import Database
from station_map.store.stations import station_count


def query(database: Database, statement: LiteralString) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return connection.execute(statement).fetchall()


def put_real_station(database: Database) -> None:
    with database.transaction(actor="tester", origin="form") as connection:
        connection.exec_driver_sql(
            "INSERT INTO station (code, name, kind, position)"
            " VALUES ('340603-00001', '已有驿站', 'union_station',"
            " ST_Point(116.8, 33.95, 4326)::geography)"
        )


def test_a_feature_becomes_a_station_with_every_field() -> None:
    text = (geodata_dir() / "demo" / "stations.geojson").read_text(encoding="utf-8")
    features = json.loads(text)["features"]
    known = {name for f in features for name in f["properties"]}
    carried = set(Station.__dataclass_fields__) | {"district", "adcode"}
    assert known <= carried | {"amenity_quantities", "amenity_fees"}
    for feature in features:
        station = station_from_feature(feature)
        properties = feature["properties"]
        assert [station.lon, station.lat] == feature["geometry"]["coordinates"]
        assert station.demo
        for name in known & set(Station.__dataclass_fields__) - {"amenities"}:
            value = as_json(getattr(station, name))
            assert value == properties.get(name, [] if value == [] else None), name


def as_json(value: Any) -> Any:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value


def test_quantities_and_fees_stand_with_their_amenity() -> None:
    feature = {
        "geometry": {"type": "Point", "coordinates": [116.8, 33.95]},
        "properties": {
            "code": "340603-D0001",
            "name": "演示",
            "district": "相山区",
            "honours": ["AAA"],
            "status": "suspended",
            "suspended_until": "2026-12-05",
            "amenities": {"shower": "partial", "wifi": "no"},
            "amenity_quantities": {"shower": 4},
            "amenity_fees": {"shower": "5元"},
        },
    }
    station = station_from_feature(feature)
    assert station.amenities["shower"].quantity == 4
    assert station.amenities["shower"].fee == "5元"
    assert station.amenities["wifi"].state == "no"
    assert station.status is Status.SUSPENDED
    assert station.suspended_until == dt.date(2026, 12, 5)
    assert station.honours == (Honour.AAA,)
    assert station.stated_district == "相山区"


def test_a_code_outside_the_vocabulary_is_refused() -> None:
    feature = {
        "geometry": {"type": "Point", "coordinates": [116.8, 33.95]},
        "properties": {"name": "演示", "kind": "castle", "honours": [], "amenities": {}},
    }
    with pytest.raises(KeyError, match="castle"):
        station_from_feature(feature)


def test_kinds_and_levels_are_members_of_the_vocabulary() -> None:
    stations = list(demo_stations())
    assert {type(station.kind) for station in stations} == {Kind}
    assert sum(station.service_level is ServiceLevel.SMART for station in stations) == 107


def test_an_empty_database_is_filled_once(database: Database) -> None:
    assert load_demo(database) == 713
    count = station_count(database)
    assert (count.total, count.demo) == (713, 713)
    assert load_demo(database) == 0
    assert station_count(database) == count


def test_stored_stations_are_those_of_the_file(database: Database) -> None:
    load_demo(database)
    stored = {
        code: rest
        for code, *rest in query(
            database, "SELECT code, name, adcode, lon, lat, opening_hours, verified_at FROM station"
        )
    }
    for station in demo_stations():
        assert station.code is not None
        name, adcode, lon, lat, hours, verified_at = stored.pop(station.code)
        assert (name, hours, verified_at) == (
            station.name,
            station.opening_hours,
            station.verified_at,
        )
        assert (lon, lat) == pytest.approx((station.lon, station.lat), abs=1e-9)
        assert adcode == (None if station.stated_district is None else station.code[:6])
    assert stored == {}


def test_facts_of_amenities_and_honours_are_stored(database: Database) -> None:
    load_demo(database)
    stations = list(demo_stations())
    facts = [fact for station in stations for fact in station.amenities.values()]
    (row,) = query(database, "SELECT count(*), count(quantity), count(fee) FROM station_amenity")
    assert row == (
        len(facts),
        sum(fact.quantity is not None for fact in facts),
        sum(fact.fee is not None for fact in facts),
    )
    ((honours,),) = query(database, "SELECT count(*) FROM station_honour")
    assert honours == sum(len(station.honours) for station in stations)


def test_the_run_and_its_revisions_say_where_they_come_from(database: Database) -> None:
    load_demo(database)
    runs = query(database, "SELECT actor, file_name, datum, counts, finished_at FROM import_run")
    ((actor, file_name, datum, counts, finished_at),) = runs
    assert (actor, file_name, datum) == ("system", "stations.geojson", "wgs84")
    assert counts == {"created": 713}
    assert finished_at is not None
    revisions = query(
        database, "SELECT action, actor, origin, count(*) FROM revision GROUP BY 1, 2, 3"
    )
    assert revisions == [("created", "system", "import", 713)]


def test_a_database_with_a_real_station_is_left_alone(database: Database) -> None:
    put_real_station(database)
    assert load_demo(database) == 0
    assert query(database, "SELECT name FROM station") == [("已有驿站",)]


def test_a_failure_half_way_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        message = "the disk is full"
        raise OSError(message)

    monkeypatch.setattr(demo, "finish_run", fail)
    with pytest.raises(OSError, match="disk is full"):
        load_demo(database)
    assert station_count(database).total == 0
    assert query(database, "SELECT 1 FROM import_run") == []

"""What tells the planning page that stations or layers are not what they were."""

from __future__ import annotations

from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.planning_live import addresses_of, layers_version, stations_version
from station_map.store.writing import writing
from tests.store.demand_help import IN_DUJI, bring
from tests.support import people
from tests.web.stations import save, station


def test_each_change_of_a_station_is_seen(database: Database) -> None:
    seen = [stations_version(database)]
    codes = save(database, [station("甲", address="南黎路 1 号"), station("乙", 116.81)])
    seen.append(stations_version(database))
    assert stations_version(database) == seen[-1]
    ids = [n for (n,) in database.rows("SELECT id FROM station ORDER BY id")]
    with writing(database, actor="test") as connection, changing(connection, ids[:1]):
        connection.execute("UPDATE station SET seats = 9 WHERE id = %s", (ids[0],))
    seen.append(stations_version(database))
    # A revision that was numbered earlier and committed later.
    people.execute(
        database,
        "INSERT INTO revision (id, station_id, station_code, actor, origin, action)"
        " OVERRIDING SYSTEM VALUE"
        " SELECT min(id) - 1, 1, 'x', 'test', 'system', 'updated' FROM revision",
    )
    seen.append(stations_version(database))
    assert len(set(seen)) == len(seen)
    assert addresses_of(database, [*codes, "none"]) == {codes[0]: "南黎路 1 号", codes[1]: ""}


def test_each_change_of_a_layer_is_seen(database: Database) -> None:
    seen = [layers_version(database)]
    for weight, replace in ((1.0, False), (2.0, True)):
        bring(database, "residents", [(*IN_DUJI, weight)], replace=replace)
        seen.append(layers_version(database))
    assert len(set(seen)) == 3

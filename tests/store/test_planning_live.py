"""What tells the planning page that stations or layers are not what they were."""

from __future__ import annotations

from station_map.store.database import Database
from station_map.store.planning_live import addresses_of, layers_version
from tests.store.demand_help import IN_DUJI, bring
from tests.web.stations import save, station


def test_addresses_are_told_by_code(database: Database) -> None:
    codes = save(database, [station("甲", address="南黎路 1 号"), station("乙", 116.81)])
    assert addresses_of(database, [*codes, "none"]) == {codes[0]: "南黎路 1 号", codes[1]: ""}


def test_each_change_of_a_layer_is_seen(database: Database) -> None:
    seen = [layers_version(database)]
    for weight, replace in ((1.0, False), (2.0, True)):
        bring(database, "residents", [(*IN_DUJI, weight)], replace=replace)
        seen.append(layers_version(database))
    assert len(set(seen)) == 3

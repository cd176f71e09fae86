"""Scenarios: kept, found, renamed and thrown away by whoever saw their last version."""

from __future__ import annotations

import pytest

from station_map.errors import Conflict, InputError, LimitExceeded, NotFound
from station_map.store import planning_scenarios as store
from station_map.store.database import Database
from station_map.store.writing import writing

ASKED = {"radii": [500.0], "without": ["340603-00001"]}


def kept(database: Database, name: str = "西区加三个站") -> int:
    with writing(database, actor="planner") as unit:
        return store.keep_scenario(unit, name, ASKED, "planner")


def test_one_is_kept_and_found(database: Database) -> None:
    number = kept(database, "  西区 \n 加三个站 ")
    with database.reading() as connection:
        found = store.find_scenario(connection, number)
        assert store.scenarios(connection) == [found]
    assert (found.name, found.asked, found.by, found.version) == (
        "西区 加三个站",
        ASKED,
        "planner",
        1,
    )


@pytest.mark.parametrize("name", ["", " ", "名" * 81, "a\x00b"])
def test_a_name_has_to_be_one(database: Database, name: str) -> None:
    with pytest.raises(InputError):
        kept(database, name)


def test_the_latest_is_first(database: Database) -> None:
    numbers = [kept(database, f"方案{n}") for n in range(3)]
    with database.reading() as connection:
        assert [one.id for one in store.scenarios(connection)] == numbers[::-1]


def test_whoever_saw_another_version_changes_nothing(database: Database) -> None:
    number = kept(database)
    with writing(database, actor="planner") as unit:
        store.rename_scenario(unit, number, 1, "东区")
    with pytest.raises(Conflict), writing(database, actor="other") as unit:
        store.rename_scenario(unit, number, 1, "南区")
    with pytest.raises(Conflict), writing(database, actor="other") as unit:
        store.delete_scenario(unit, number, 1)
    with database.reading() as connection:
        assert store.find_scenario(connection, number).name == "东区"
    with writing(database, actor="planner") as unit:
        store.delete_scenario(unit, number, 2)
    with pytest.raises(NotFound), writing(database, actor="planner") as unit:
        store.delete_scenario(unit, number, 2)


def test_there_are_not_more_than_so_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST", 2)
    kept(database)
    kept(database)
    with pytest.raises(LimitExceeded):
        kept(database)

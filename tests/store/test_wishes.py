"""Wishes: listed within reach, decided with a reason, nobody overwritten unseen."""

from __future__ import annotations

import pytest

from station_map.domain.accounts import Role
from station_map.domain.wishes import WishStatus
from station_map.errors import Conflict, NotFound
from station_map.store import wishes
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.queue_help import account, wish


def decide(
    database: Database, number: int, status: WishStatus, reason: str | None, version: int
) -> None:
    with writing(database, actor="planner") as unit:
        wishes.decide(unit, number, status, reason, version)


def test_wishes_are_new_until_somebody_decides(database: Database) -> None:
    planner = account(database, "planner", Role.PLANNER)
    wish(database, note="路口没有歇脚的地方", amenities=("toilet",))
    ((found,), every) = wishes.wishes(database, planner)
    assert every == 1
    assert (found.status, found.version, found.amenities) == (WishStatus.NEW, 0, ("toilet",))
    assert found.district == "相山区"
    decide(database, found.id, WishStatus.CONSIDERED, None, 0)
    decide(database, found.id, WishStatus.DECLINED, "两百米外已有", 1)
    after = wishes.wish(database, found.id)
    assert (after.status, after.version, after.reason) == (WishStatus.DECLINED, 2, "两百米外已有")
    assert [one.status for one in wishes.decisions(database, found.id)] == [
        WishStatus.CONSIDERED,
        WishStatus.DECLINED,
    ]


def test_who_decides_has_seen_the_last_decision(database: Database) -> None:
    wish(database)
    decide(database, 1, WishStatus.ACCEPTED, None, 0)
    with pytest.raises(Conflict):
        decide(database, 1, WishStatus.DECLINED, "晚了", 0)
    with pytest.raises(NotFound):
        decide(database, 99, WishStatus.ACCEPTED, None, 0)
    assert wishes.wish(database, 1).status is WishStatus.ACCEPTED


def test_filters_reach_and_districts(database: Database) -> None:
    planner = account(database, "planner", Role.PLANNER)
    editor = account(database, "editor-d", Role.EDITOR, areas=("340602",))
    keeper = account(database, "keeper", Role.KEEPER)
    wish(database)
    wish(database, 116.81, 33.95)
    wish(database, 116.83, 34.0)
    wish(database, 100.0, 30.0)
    decide(database, 1, WishStatus.ACCEPTED, None, 0)
    assert wishes.wishes(database, planner)[1] == 4
    assert wishes.wishes(database, planner, status=WishStatus.NEW)[1] == 3
    assert wishes.wishes(database, planner, status=WishStatus.ACCEPTED)[1] == 1
    assert wishes.wishes(database, planner, adcode="340603")[1] == 2
    some, every = wishes.wishes(database, planner, limit=1, offset=1)
    assert (len(some), every) == (1, 4)
    assert [one.district for one in wishes.wishes(database, editor)[0]] == ["杜集区"]
    assert wishes.wishes(database, keeper) == ([], 0)
    assert wishes.by_district(database, planner)[0] == ("340603", "相山区", 2, 1)
    assert wishes.by_district(database, editor) == [("340602", "杜集区", 1, 1)]

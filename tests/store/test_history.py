"""Reading what was changed: by whom, where and when, a page at a time, within one's rights."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.accounts import Account, Role
from station_map.errors import NotFound
from station_map.store import history
from station_map.store.database import Database
from station_map.store.history import Wanted
from tests.store.merging import LON, merge, rows, station
from tests.store.test_change_sets import edit, take_back

BOSS = Account(id=1, name="boss", role=Role.ADMIN)


@pytest.fixture
def ids(database: Database) -> list[int]:
    # 相山区, and 濉溪县 in the west.
    merge(database, station("甲"), station("乙", 116.6, 33.75))
    return [number for (number,) in rows(database, "SELECT id FROM station ORDER BY id")]


def test_it_is_told_from_the_latest_a_page_at_a_time(
    database: Database, ids: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "AT_A_TIME", 2)
    for seats in range(3):
        edit(database, {ids[0]: {"seats": seats}})
    told: list[object] = []
    before = None
    for _ in range(2):
        page = history.latest(database, BOSS, Wanted(station=ids[0]), before=before)
        told += [one.changes.get("seats") for one in page.revisions]
        before = page.before
    assert told == [[1, 2], [0, 1], [None, 0], None]
    assert before is None
    last = history.latest(database, BOSS, Wanted(station=ids[0])).revisions[0]
    assert (last.name, last.adcode, last.set_kind, last.stands) == ("甲", "340603", "bulk", True)
    created = history.latest(database, BOSS, Wanted(origin="import")).revisions
    assert [(one.action, one.file_name) for one in created] == [("created", "台账.xlsx")] * 2


@pytest.mark.parametrize(
    ("reader", "seen"),
    [
        (BOSS, {0, 1}),
        (Account(id=2, name="p", role=Role.PLANNER), {0, 1}),
        (Account(id=2, name="e", role=Role.EDITOR, areas=frozenset({"340603"})), {0}),
        (Account(id=2, name="e", role=Role.EDITOR, areas=frozenset({"340600"})), {0, 1}),
        (Account(id=2, name="e", role=Role.EDITOR), set()),
        (Account(id=2, name="k", role=Role.KEEPER), set()),
    ],
)
def test_one_sees_what_ones_rights_reach(
    database: Database, ids: list[int], reader: Account, seen: set[int]
) -> None:
    found = history.latest(database, reader, Wanted()).revisions
    assert {one.station_id for one in found} == {ids[number] for number in seen}


def test_a_keeper_sees_their_own_station(database: Database, ids: list[int]) -> None:
    keeper = Account(id=2, name="k", role=Role.KEEPER, stations=frozenset({ids[1]}))
    found = history.latest(database, keeper, Wanted()).revisions
    assert {one.station_id for one in found} == {ids[1]}


def test_filters_hold_together(database: Database, ids: list[int]) -> None:
    number = edit(database, {ids[0]: {"seats": 1}, ids[1]: {"seats": 1}})
    now = dt.datetime.now(dt.UTC)
    hour = dt.timedelta(hours=1)
    for wanted, count in (
        (Wanted(change_set=number), 2),
        (Wanted(change_set=number, station=ids[1]), 1),
        (Wanted(actor="王"), 2),
        (Wanted(actor="nobody"), 0),
        (Wanted(origin="form", since=now - hour, until=now + hour), 2),
        (Wanted(since=now + hour), 0),
        (Wanted(until=now - hour), 0),
        (Wanted(import_run=0), 0),
    ):
        assert len(history.latest(database, BOSS, wanted).revisions) == count, wanted


def test_a_station_that_is_gone_is_still_told_of(database: Database, ids: list[int]) -> None:
    [run] = [number for (number,) in rows(database, "SELECT id FROM import_run")]
    take_back(database, "import_run", run)
    editor = Account(id=2, name="e", role=Role.EDITOR, areas=frozenset({"340603"}))
    [gone] = history.latest(database, editor, Wanted()).revisions
    assert (gone.action, gone.name, gone.adcode, gone.stands) == (
        "deleted",
        "甲",
        "340603",
        False,
    )
    assert history.revision(database, gone.id) == gone


def test_later_changes_of_the_same_fields(database: Database, ids: list[int]) -> None:
    edit(database, {ids[0]: {"seats": 1}})
    first = history.latest(database, BOSS, Wanted(station=ids[0])).revisions[0]
    edit(database, {ids[0]: {"brand": "甲牌"}})
    edit(database, {ids[0]: {"seats": 2}})
    assert [one.changes for one in history.later(database, first)] == [{"seats": [1, 2]}]


def test_what_there_is_not_is_not_found(database: Database) -> None:
    for look in (history.revision, history.change_set, history.import_run):
        with pytest.raises(NotFound):
            look(database, 999)
    with pytest.raises(NotFound):
        history.station_place(database, "none")


def test_places_and_runs(database: Database, ids: list[int]) -> None:
    [(code,)] = rows(database, "SELECT code FROM station WHERE id = %s", ids[0])
    place = history.station_place(database, code)
    assert (place.id, place.name, place.adcode, place.lon) == (ids[0], "甲", "340603", LON)
    [(run,)] = rows(database, "SELECT id FROM import_run")
    assert history.import_run(database, run).file_name == "台账.xlsx"

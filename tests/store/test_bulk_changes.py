"""Bulk changes in the database: all documents come back exactly, whatever was changed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

import pytest

from station_map.domain.bulk_change import (
    AmenityChange,
    BulkChange,
    HoursChange,
    StatusChange,
    dated_hours,
)
from station_map.domain.vocabulary import Status
from station_map.errors import Conflict
from station_map.store import bulk_changes, change_sets
from station_map.store.bulk_changes import Done, carry_out, preview
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import merge, rows, value
from tests.store.test_change_sets import documents, edit, everywhere, take_back
from tests.web.stations import scattered

CHANGES: tuple[BulkChange, ...] = (
    dated_hours("2027-02-05", "2027-02-12", "9:00-16:00", "spring_festival", "初七开门"),
    dated_hours("2027-02-05", "2027-02-05", "休息", "other", ""),
    HoursChange("Mo-Fr 08:30-17:30", "周一至周五 8:30-17:30"),
    HoursChange(None, None),
    StatusChange(Status.SUSPENDED, "装修", dt.date(2027, 3, 1)),
    StatusChange(Status.OPEN),
    AmenityChange("wifi", "broken"),
    AmenityChange("wifi", None),
)


@pytest.fixture
def ids(database: Database) -> dict[int, int]:
    """Forty stations of all sorts, in steps of fifteen; ids with their versions."""
    merge(database, *scattered(40, seed=7))
    return versions(database)


def versions(database: Database) -> dict[int, int]:
    return dict(rows(database, "SELECT id, version FROM station"))


def do(database: Database, change: BulkChange, ids: Mapping[int, int], allowed=everywhere) -> Done:  # type: ignore[no-untyped-def]
    with writing(database, actor="王") as connection:
        return carry_out(
            connection, ids, change, allowed, {"selection": {"area": "340600"}}, "因为"
        )


@pytest.mark.parametrize("order", ["latest first", "any order"])
def test_all_documents_come_back_exactly(
    database: Database, ids: dict[int, int], order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_changes, "BATCH", 15)
    monkeypatch.setattr(change_sets, "BATCH", 15)
    before = documents(database)
    # One of each subject may be undone in any order; of the same subject, the latest first.
    changes = CHANGES if order == "latest first" else CHANGES[::2]
    made = [do(database, change, versions(database)) for change in changes]
    assert documents(database) != before
    undone = [one.change_set for one in reversed(made)]
    if order == "any order":
        random.Random(3).shuffle(undone)
    for number in undone:
        counts = take_back(database, "change_set", number).counts
        assert not {"partly", "left"} & counts.keys()
    assert documents(database) == before
    query = "SELECT count(*) FROM station WHERE version > 1"
    assert value(database, query) == len(ids)  # which counts on


@pytest.mark.parametrize("change", CHANGES, ids=repr)
def test_what_was_looked_at_is_what_is_done(
    database: Database, ids: dict[int, int], change: BulkChange
) -> None:
    before = documents(database)
    with database.reading() as connection:
        told = {one.code: one.changes for one in preview(connection, list(ids), change)}
    assert documents(database) == before
    done = do(database, change, ids)
    after = documents(database)
    for code, changes in told.items():
        assert {**before[code], **{name: pair[1] for name, pair in changes.items()}} == after[code]
        assert {name: pair[0] for name, pair in changes.items()} == {
            name: before[code].get(name) for name in changes
        }
    assert done.counts.get("changed", 0) == sum(bool(changes) for changes in told.values())
    assert sum(done.counts.values()) == len(ids)
    recorded = rows(
        database,
        "SELECT count(*), min(reason), min(actor) FROM revision WHERE change_set_id = %s",
        done.change_set,
    )
    assert recorded == [(done.counts["changed"], "因为", "王")]
    [(kind, kept)] = rows(
        database, "SELECT kind, told FROM change_set WHERE id = %s", done.change_set
    )
    assert (kind, kept["selection"], kept["counts"]) == (
        "bulk",
        {"area": "340600"},
        done.counts,
    )


def test_who_came_between_and_what_is_not_ones_own_is_counted(
    database: Database, ids: dict[int, int]
) -> None:
    first, second, third, *_ = sorted(ids)
    edit(database, {first: {"note": "新的"}})
    people_left = {**{one: ids[one] for one in (first, second, third)}, 10**9: 1}
    done = do(database, CHANGES[0], people_left, lambda station, _: station != second)
    assert done.counts == {"changed": 1, "newer": 1, "outside": 1, "gone": 1}


def test_nothing_to_change_leaves_no_trace(database: Database, ids: dict[int, int]) -> None:
    do(database, CHANGES[0], ids)
    before = value(database, "SELECT max(id) FROM change_set")
    with pytest.raises(Conflict, match="没有一个驿站要改"):
        do(database, CHANGES[0], versions(database))
    assert value(database, "SELECT max(id) FROM change_set") == before

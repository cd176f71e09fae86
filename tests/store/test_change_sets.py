"""Taking back: one revision, a change set, a whole import; and taking that back again."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from station_map.domain.hours_override import HoursOverride, OverrideReason
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Honour, Status
from station_map.errors import Conflict
from station_map.search.filters import StationFilter
from station_map.search.nearest import filter_expression
from station_map.store import overrides
from station_map.store.change_sets import (
    Outcome,
    Planned,
    Request,
    Undoing,
    Undone,
    digest,
    preview,
    record,
    reserve,
    undo,
)
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.documents import WRITABLE, put_fields
from station_map.store.history import undone
from station_map.store.writing import writing
from tests.store.merging import LON, merge, rows, station, value
from tests.support import people

HOSTILE = "{{7*7}}</script>`${alert(1)}`{% raw"


def everywhere(_station: int, _adcode: str | None) -> bool:
    return True


def take_back(
    database: Database, what: Any, number: int, *, allowed: Any = everywhere, **more: Any
) -> Undone:
    expected = more.pop("expected", None)
    with writing(database, actor="李") as connection:
        wanted = Request(Undoing(what, number), allowed, **more)
        return undo(connection, wanted, expected=expected)


def plans(database: Database, what: Any, number: int, **more: Any) -> list[Planned]:
    allowed = more.pop("allowed", everywhere)
    with database.reading() as connection:
        return list(preview(connection, Request(Undoing(what, number), allowed, **more)))


def documents(database: Database) -> dict[str, Any]:
    found = rows(database, "SELECT code, station_document(s) FROM station s ORDER BY code")
    return dict(found)


def edit(database: Database, fields: dict[int, dict[str, Any]], *, kind: str = "bulk") -> int:
    """Fields of some stations written as one change set; its number."""
    with writing(database, actor="王") as connection:
        number = reserve(connection)
        with changing(connection, list(fields), change_set=number):
            put_fields(connection, fields)
        record(connection, number, kind, {})
    return number


@pytest.fixture
def ids(database: Database) -> list[int]:
    merge(
        database,
        station(
            "甲",
            aliases=("老甲", "小甲"),
            seats=4,
            opening_hours="Mo-Fr 08:00-18:00",
            amenities={
                "wifi": AmenityFact("yes", note="密码在墙上"),
                "books": AmenityFact("no", verified_at=dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC)),
            },
            honours=(Honour.MODEL,),
            verified_at=dt.datetime(2026, 3, 1, 8, 30, tzinfo=dt.UTC),
            source_lon=116.1234567,
        ),
        station("乙", LON + 0.02, status=Status.SUSPENDED, suspended_until=dt.date(2027, 3, 1)),
        station(HOSTILE, LON + 0.04),
    )
    return [number for (number,) in rows(database, "SELECT id FROM station ORDER BY code")]


MUCH = {
    "name": HOSTILE,
    "aliases": ["别的"],
    "lon": 125.5,
    "lat": 30.25,
    "seats": None,
    "area_m2": 12.5,
    "registration_required": False,
    "opening_hours": None,
    "hours_text": "看门口",
    "status": "closed",
    "status_reason": "拆了",
    "suspended_until": None,
    "verified_at": "2026-04-01T00:00:00+00:00",
    "amenities": {"wifi": {"state": "broken"}, "aed": {"state": "yes", "quantity": 2}},
    "honours": ["AAA", "national_most_beautiful"],
    "hours_exceptions": [
        {"first_day": "2027-02-05", "last_day": "2027-02-06", "opening_hours": "off"},
        {
            "first_day": "2027-02-05",
            "last_day": "2027-02-12",
            "opening_hours": "09:00-12:00",
            "reason": "春节",
        },
    ],
}


def test_documents_are_written_as_they_are_told(database: Database, ids: list[int]) -> None:
    before = documents(database)
    edit(database, {ids[0]: MUCH, ids[1]: {"seats": 3}})
    after = documents(database)
    codes = sorted(before)
    told = {**before[codes[0]], **MUCH, "adcode": None}
    told["hours_exceptions"] = [{"reason": None, **one} for one in told["hours_exceptions"]]
    assert after[codes[0]] == told
    assert after[codes[1]] == {**before[codes[1]], "seats": 3}
    assert after[codes[2]] == before[codes[2]]


def test_no_other_field_is_written(database: Database, ids: list[int]) -> None:
    with (
        pytest.raises(KeyError, match="code"),
        writing(database, actor="王") as connection,
    ):
        put_fields(connection, {ids[0]: {"code": "x"}})
    assert not WRITABLE & {"code", "adcode", "photos", "version", "id", "reported_locked_at"}


def test_a_change_set_is_taken_back_exactly_and_back_again(
    database: Database, ids: list[int]
) -> None:
    before = documents(database)
    number = edit(database, {ids[0]: MUCH, ids[1]: {"status": "open", "suspended_until": None}})
    after = documents(database)
    made = take_back(database, "change_set", number, reason="弄错了")
    assert made.counts == {"back": 2}
    assert documents(database) == before
    assert rows(database, "SELECT version FROM station ORDER BY code") == [(3,), (3,), (1,)]
    assert rows(
        database,
        "SELECT DISTINCT actor, origin, reason FROM revision WHERE change_set_id = %s",
        made.change_set,
    ) == [("李", "form", "弄错了")]
    [told] = undone(database, "change_set", number)
    assert (told.id, told.actor, told.kind) == (made.change_set, "李", "revert")
    assert told.told == {
        "undoes": {"what": "change_set", "number": number},
        "counts": {"back": 2},
    }
    again = take_back(database, "change_set", made.change_set)
    assert documents(database) == after
    assert undone(database, "change_set", made.change_set)[0].id == again.change_set
    # What the card tells follows.
    assert value(database, "SELECT status FROM station_card WHERE station_id = %s", ids[0]) == (
        "closed"
    )


def test_what_was_changed_since_is_left_and_told(database: Database, ids: list[int]) -> None:
    number = edit(database, {ids[0]: {"seats": 9, "brand": "甲牌"}, ids[1]: {"seats": 9}})
    edit(database, {ids[0]: {"seats": 10}})
    first, second = plans(database, "change_set", number)
    assert (first.outcome, first.fields, first.now) == (
        Outcome.PARTLY,
        {"brand": None},
        {"brand": "甲牌"},
    )
    assert [one.key for one in first.obstacles] == ["seats"]
    assert (second.outcome, second.fields) == (Outcome.BACK, {"seats": None})
    made = take_back(database, "change_set", number)
    assert made.counts == {"partly": 1, "back": 1}
    assert rows(database, "SELECT seats, brand FROM station ORDER BY code LIMIT 2") == [
        (10, None),
        (None, None),
    ]
    # ... unless somebody insists.
    take_back(database, "change_set", number, anyway=frozenset({"seats"}))
    assert value(database, "SELECT seats FROM station WHERE id = %s", ids[0]) == 4


def test_one_revision_is_taken_back(database: Database, ids: list[int]) -> None:
    edit(database, {ids[0]: {"seats": 9}})
    edit(database, {ids[0]: {"brand": "甲牌"}})
    number = value(database, "SELECT min(id) FROM revision WHERE action = 'updated'")
    assert take_back(database, "revision", number).counts == {"back": 1}
    assert rows(database, "SELECT seats, brand FROM station WHERE id = %s", ids[0]) == [(4, "甲牌")]
    with pytest.raises(Conflict, match="没有可以撤销的"):
        take_back(database, "revision", number)
    assert value(database, "SELECT count(*) FROM change_set") == 3


def test_an_import_is_taken_back_with_what_it_created(database: Database, ids: list[int]) -> None:
    before = documents(database)
    merge(
        database,
        station("甲", seats=40, aliases=("新甲",), amenities={"aed": AmenityFact("yes")}),
        station("丁", LON + 0.06, seats=2, honours=(Honour.AAA,)),
        station("戊", LON + 0.08),
        station("己", LON + 0.1),
        station("庚", LON + 0.12),
    )
    after = documents(database)
    run = value(database, "SELECT max(id) FROM import_run")
    new = rows(database, "SELECT id, code FROM station WHERE id > %s ORDER BY id", ids[-1])
    edit(database, {new[1][0]: {"seats": 1}})
    people.account(database, "keeper", stations=(new[2][1],))
    found = {one.code: one for one in plans(database, "import_run", run)}
    assert found[new[0][1]].outcome is Outcome.DELETED
    assert (found[new[1][1]].outcome, found[new[1][1]].why) == (Outcome.LEFT, ("changed",))
    assert (found[new[2][1]].outcome, found[new[2][1]].why) == (Outcome.LEFT, ("kept",))
    made = take_back(database, "import_run", run)
    assert made.counts == {"back": 1, "deleted": 2, "left": 2}
    now = documents(database)
    assert now.keys() == before.keys() | {new[1][1], new[2][1]}
    assert {code: now[code] for code in before} == before
    gone = (
        "SELECT count(*) FROM revision WHERE action = 'deleted' AND actor = '李'"
        " AND change_set_id = %s"
    )
    assert value(database, gone, made.change_set) == 2
    for table in ("station_card", "station_words"):
        query = f"SELECT count(*) FROM {table}"
        assert rows(database, query) == [(5,)]  # type: ignore[arg-type]
    # Taken back in turn, they are what they were: numbers, codes, facts, titles.
    again = take_back(database, "change_set", made.change_set)
    assert again.counts == {"back": 1, "restored": 2}
    assert documents(database) == {**after, new[1][1]: {**after[new[1][1]], "seats": 1}}
    assert rows(database, "SELECT id, code FROM station WHERE id = %s", new[0][0]) == [new[0]]
    assert value(database, "SELECT version FROM station WHERE id = %s", new[0][0]) == 3
    assert value(database, "SELECT count(*) FROM station_card") == 7
    # ... and a third time.
    assert take_back(database, "change_set", again.change_set).counts == {"back": 1, "deleted": 2}


def test_a_station_with_a_riders_report_stays(database: Database, ids: list[int]) -> None:
    run = value(database, "SELECT max(id) FROM import_run")
    people.execute(
        database,
        "INSERT INTO report (uuid, station_id, kind, seen_at)"
        " VALUES (gen_random_uuid(), %s, 'open', now())",
        ids[1],
    )
    made = take_back(database, "import_run", run)
    assert made.counts == {"deleted": 2, "left": 1}
    assert rows(database, "SELECT id FROM station") == [(ids[1],)]


def test_a_code_that_is_taken_and_demo_data_do_not_come_back(database: Database) -> None:
    merge(database, station("示例", demo=True), station("丙", LON + 0.02))
    run = value(database, "SELECT max(id) FROM import_run")
    made = take_back(database, "import_run", run)
    [code] = [
        code
        for (code,) in rows(
            database,
            "SELECT station_code FROM revision WHERE action = 'deleted'"
            " AND changes -> 'name' ->> 0 = '丙'",
        )
    ]
    merge(database, station("别的", LON + 0.3, code=code))
    found = {one.name: one for one in plans(database, "change_set", made.change_set)}
    assert found["示例"].why == ("demo",)
    assert found["丙"].why == ("replaced",)
    with pytest.raises(Conflict, match="没有可以撤销的"):
        take_back(database, "change_set", made.change_set)


def test_stations_beyond_ones_rights_are_left(database: Database, ids: list[int]) -> None:
    before = documents(database)
    number = edit(database, {one: {"seats": 7} for one in ids})

    def mine(one: int, adcode: str | None) -> bool:
        return one == ids[1] and adcode == "340603"

    made = take_back(database, "change_set", number, allowed=mine)
    assert made.counts == {"back": 1, "outside": 2}
    codes = sorted(before)
    assert {code: one["seats"] for code, one in documents(database).items()} == {
        codes[0]: 7,
        codes[1]: before[codes[1]]["seats"],
        codes[2]: 7,
    }
    with pytest.raises(Conflict):
        take_back(database, "change_set", number, allowed=lambda *_: False)


def test_a_plan_that_has_become_another_is_not_carried_out(
    database: Database, ids: list[int]
) -> None:
    number = edit(database, {one: {"seats": 7} for one in ids})
    agreed = digest(plans(database, "change_set", number))
    edit(database, {ids[0]: {"brand": "新的"}})
    with pytest.raises(Conflict, match="请再看一次"):
        take_back(database, "change_set", number, expected=agreed)
    assert value(database, "SELECT count(*) FROM station WHERE seats = 7") == 3
    agreed = digest(plans(database, "change_set", number))
    assert take_back(database, "change_set", number, expected=agreed).counts == {"back": 3}


def test_hours_of_a_whole_area_are_withdrawn_as_a_whole(database: Database, ids: list[int]) -> None:
    override = HoursOverride(
        first_day=dt.date(2027, 2, 5),
        last_day=dt.date(2027, 2, 12),
        opening_hours="off",
        reason=OverrideReason.SPRING_FESTIVAL,
    )
    with database.transaction(actor="王", origin="form") as connection:
        overrides.decide(
            connection,
            overrides.Stations("340603", filter_expression(StationFilter()), {}),
            override,
        )
    number = value(database, "SELECT max(id) FROM revision")
    [planned] = plans(database, "revision", number)
    assert planned.outcome is Outcome.LEFT
    assert [one.key for one in planned.obstacles] == ["hours_override"]


def test_a_station_that_something_else_deleted_is_told_of_to_who_may_everywhere(
    database: Database, ids: list[int]
) -> None:
    number = edit(database, {ids[1]: {"seats": 7}})
    take_back(database, "import_run", value(database, "SELECT max(id) FROM import_run"))
    assert value(database, "SELECT count(*) FROM station") == 1  # that one was changed since
    people.execute(database, "DELETE FROM station")
    [told] = plans(database, "change_set", number)
    assert (told.outcome, told.why) == (Outcome.LEFT, ("gone",))
    [hidden] = plans(database, "change_set", number, allowed=lambda _, adcode: adcode == "340603")
    assert (hidden.outcome, hidden.why) == (Outcome.OUTSIDE, ())


def test_what_has_come_again_from_its_source_is_not_doubled(database: Database) -> None:
    merge(database, station("甲", source="台账", source_id="7"), station("乙", LON + 0.02))
    run = value(database, "SELECT max(id) FROM import_run")
    made = take_back(database, "import_run", run)
    merge(database, station("甲（新）", LON + 0.2, source="台账", source_id="7"))
    assert {one.name: one.why for one in plans(database, "change_set", made.change_set)} == {
        "甲": ("replaced",),
        "乙": (),
    }
    assert take_back(database, "change_set", made.change_set).counts == {"left": 1, "restored": 1}


def test_a_number_that_is_anothers_by_now_refuses_the_whole(database: Database) -> None:
    merge(database, station("甲", source="台账", source_id="7"), station("乙", LON + 0.02))
    first, second = (one for (one,) in rows(database, "SELECT id FROM station ORDER BY id"))
    number = edit(database, {first: {"source_id": "8", "seats": 3}})
    edit(database, {second: {"source": "台账", "source_id": "7"}})
    with pytest.raises(Conflict, match="别的驿站现在用着"):
        take_back(database, "change_set", number)
    assert value(database, "SELECT seats FROM station WHERE id = %s", first) == 3

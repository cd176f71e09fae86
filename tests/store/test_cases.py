"""Cases: reports of a station and kind come together, and each account lists its own."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from station_map.domain.accounts import Account, Action, Role, may
from station_map.domain.reports import ReportField, ReportKind
from station_map.errors import NotFound
from station_map.store import case_whole, cases, migrate
from station_map.store.cases import CaseFilter
from station_map.store.database import Database
from tests.store.merging import merge, rows, station, value
from tests.store.queue_help import account, locked_by_two, now, tell
from tests.support.people import execute

DAY = dt.timedelta(days=1)
XIANGSHAN, DUJI = (116.798, 33.956), (116.83, 34.0)


@pytest.fixture
def codes(database: Database) -> list[str]:
    """Two stations in one district, and one in another."""
    made = merge(
        database, station("甲", *XIANGSHAN), station("乙", 116.80, 33.96), station("丙", *DUJI)
    )
    return [one.code for one in made]


@pytest.fixture
def boss(database: Database) -> Account:
    return account(database, "boss", Role.ADMIN)


def listed(database: Database, who: Account, **wanted: object) -> list[tuple[str, str, int]]:
    found, every = cases.cases(database, who, CaseFilter(**wanted))  # type: ignore[arg-type]
    assert len(found) == every
    return [(one.name, one.kind.value, one.reports) for one in found]


def age_case(database: Database, number: int, days: int) -> None:
    execute(
        database,
        "UPDATE report_case SET opened_at = now() - make_interval(days => %s) WHERE id = %s",
        days,
        number,
    )


def test_reports_of_one_station_and_kind_are_one_case(
    database: Database, codes: list[str], boss: Account
) -> None:
    tell(database, codes[0], ReportKind.LOCKED, note="敲了没人")
    tell(database, codes[0], ReportKind.LOCKED, photo="0" * 32)
    tell(database, codes[0], ReportKind.LOCKED, note="还是锁着")
    tell(database, codes[0], ReportKind.BROKEN, amenity="microwave")
    tell(database, codes[1], ReportKind.LOCKED)
    tell(database, codes[1], ReportKind.OPEN)
    assert listed(database, boss) == [("甲", "locked", 3), ("甲", "broken", 1), ("乙", "locked", 1)]
    newest = cases.cases(database, boss, CaseFilter())[0][0]
    assert (newest.note, newest.photo) == ("还是锁着", "0" * 32)
    assert value(database, "SELECT count(*) FROM report WHERE case_id IS NULL") == 1  # "open"


def test_the_same_report_sent_twice_is_in_its_case_once(
    database: Database, codes: list[str], boss: Account
) -> None:
    number = uuid4()
    tell(database, codes[0], id=number)
    tell(database, codes[0], id=number)
    assert listed(database, boss) == [("甲", "locked", 1)]


def test_reports_at_the_same_moment_begin_one_case(
    database: Database, codes: list[str], boss: Account
) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = [
            pool.submit(tell, database, codes[0], ReportKind.GONE, f"203.0.113.{number}")
            for number in range(8)
        ]
        for one in told:
            one.result()
    assert listed(database, boss) == [("甲", "gone", 8)]


def test_after_an_answer_a_new_case_begins_that_knows_the_earlier(
    database: Database, codes: list[str], boss: Account
) -> None:
    tell(database, codes[0])
    first = cases.cases(database, boss, CaseFilter())[0][0]
    execute(
        database, "UPDATE report_case SET answer = 'fixed', answered_at = now() WHERE id = %s", 1
    )
    tell(database, codes[0])
    second = cases.cases(database, boss, CaseFilter())[0][0]
    assert second.id != first.id
    assert rows(database, "SELECT id, earlier_id FROM report_case ORDER BY id") == [
        (first.id, None),
        (second.id, first.id),
    ]
    whole = case_whole.whole(database, second.id)
    assert [one.id for one in whole.others] == [first.id]
    assert listed(database, boss, state="answered") == [("甲", "locked", 1)]
    assert len(listed(database, boss, state="all")) == 2


def test_filters_and_orders(database: Database, codes: list[str], boss: Account) -> None:
    tell(database, codes[0])
    locked_by_two(database, codes[1])
    tell(database, codes[2], ReportKind.WRONG, field=ReportField.OPENING_HOURS)
    assert [one[0] for one in listed(database, boss)] == ["甲", "乙", "丙"]
    assert [one[0] for one in listed(database, boss, order="newest")] == ["丙", "乙", "甲"]
    assert [one[0] for one in listed(database, boss, order="most")] == ["乙", "甲", "丙"]
    assert [one[0] for one in listed(database, boss, kind=ReportKind.WRONG)] == ["丙"]
    assert [one[0] for one in listed(database, boss, adcode="340603")] == ["甲", "乙"]
    assert len(listed(database, boss, adcode="340600")) == 3  # a city holds its districts
    age_case(database, 2, 5)
    assert [one[0] for one in listed(database, boss, min_days=3)] == ["乙"]
    execute(database, "UPDATE report_case SET assigned_to = %s WHERE id = 3", boss.id)
    assert [one[0] for one in listed(database, boss, whose="me")] == ["丙"]
    assert [one[0] for one in listed(database, boss, whose="nobody")] == ["甲", "乙"]
    assert cases.open_count(database, boss) == (3, 1)
    some, every = cases.cases(database, boss, CaseFilter(), limit=1, offset=1)
    assert ([one.name for one in some], every) == (["乙"], 3)


def test_each_account_sees_what_it_may_handle(database: Database, codes: list[str]) -> None:
    for code in codes:
        tell(database, code)
    people = [
        account(database, "keeper-a", Role.KEEPER, stations=(codes[1],)),
        account(database, "keeper-none", Role.KEEPER),
        account(database, "editor-x", Role.EDITOR, areas=("340603",)),
        account(database, "editor-city", Role.EDITOR, areas=("340600",)),
        account(database, "planner", Role.PLANNER),
        account(database, "boss", Role.ADMIN),
    ]
    every = cases.cases(database, people[-1], CaseFilter())[0]
    for who in people:
        expected = [one.name for one in every if may(who, Action.CASE_HANDLE, one.place)]
        assert [one[0] for one in listed(database, who)] == expected, who.name
        assert cases.open_count(database, who) == (len(expected), 0)
    assert [len(listed(database, who)) for who in people] == [1, 0, 2, 3, 0, 3]


def test_open_cases_since_a_moment_are_for_notices(
    database: Database, codes: list[str], boss: Account
) -> None:
    tell(database, codes[0])
    age_case(database, 1, 2)
    tell(database, codes[1])
    keeper = account(database, "keeper-a", Role.KEEPER, stations=(codes[0],))
    assert [one.name for one in cases.open_cases_since(database, boss)] == ["甲", "乙"]
    assert [one.name for one in cases.open_cases_since(database, boss, now() - DAY)] == ["乙"]
    assert [one.name for one in cases.open_cases_since(database, keeper)] == ["甲"]
    assert cases.open_cases_since(database, keeper, now() - DAY) == []


def test_a_whole_case_tells_where_it_was_said_and_what_is_stored(
    database: Database, codes: list[str]
) -> None:
    tell(database, codes[0], ReportKind.BROKEN, amenity="microwave", position=(116.8, 33.956))
    whole = case_whole.whole(database, 1)
    (report,) = whole.reports
    assert (report.amenity, report.lon, report.lat) == ("microwave", 116.8, 33.956)
    assert report.away_m == pytest.approx(185, abs=2)
    assert whole.station.verified_at is None
    assert not whole.station.reported_locked
    assert (whole.revisions, whole.fixed_by) == ([], None)
    assert case_whole.has_photo(database, 1, "0" * 32) is False


def test_reports_from_before_there_were_cases_are_gathered(fresh_database: Database) -> None:
    (made,) = merge(fresh_database, station("甲", *XIANGSHAN))
    tell(fresh_database, made.code, who="203.0.113.5")
    tell(fresh_database, made.code, who="203.0.113.6")
    tell(fresh_database, made.code, ReportKind.OPEN)
    migrate.downgrade(fresh_database.url, "0012")
    migrate.upgrade(fresh_database.url)
    found = rows(
        fresh_database,
        "SELECT c.kind, count(r.id), min(r.received_at) = c.opened_at"
        " FROM report_case c JOIN report r ON r.case_id = c.id GROUP BY c.id",
    )
    assert found == [("locked", 2, True)]


@pytest.mark.parametrize("number", [0, 99, 2**63, 10**30])
def test_an_unknown_case_is_not_found(database: Database, number: int) -> None:
    with pytest.raises(NotFound):
        cases.brief(database, number)

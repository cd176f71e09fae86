"""Answers to cases: stored with the change that fixed it, and riders see what follows."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest

from station_map.domain.accounts import Account, Role
from station_map.domain.cases import CaseAnswer, CaseRules, CaseStep
from station_map.domain.reports import ReportKind
from station_map.domain.station import AmenityFact
from station_map.errors import Conflict, InputError, NotFound
from station_map.store import case_answers, case_rules, case_whole, cases, repairs
from station_map.store.case_answers import Answering, Repair
from station_map.store.cases import CaseBrief
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import merge, rows, station, value
from tests.store.queue_help import account, locked_by_two, now, tell


@pytest.fixture
def code(database: Database) -> str:
    facts = {"microwave": AmenityFact("yes")}
    (applied,) = merge(database, station("城东驿站", amenities=facts))
    return applied.code


@pytest.fixture
def boss(database: Database) -> Account:
    return account(database, "boss", Role.ADMIN)


def newest(database: Database) -> CaseBrief:
    return cases.brief(database, value(database, "SELECT max(id) FROM report_case"))


def answer(
    database: Database,
    what: CaseAnswer = CaseAnswer.FIXED,
    *,
    seen: int | None = None,
    note: str | None = None,
    revision: int | None = None,
    repair: Repair | None = None,
) -> CaseBrief:
    case = newest(database)
    told = Answering(
        answer=what,
        seen=case.reports if seen is None else seen,
        note=note,
        revision=revision,
        repair=repair,
    )
    with writing(database, actor="boss") as unit:
        case_answers.answer(unit, case.id, case.station, told)
    return cases.brief(database, case.id)


def card(database: Database, code: str) -> str:
    return str(value(database, "SELECT properties FROM station_card WHERE code = %s", code))


def is_marked(database: Database, code: str) -> bool:
    return '"reported_locked":true' in card(database, code)


def reopen(database: Database, case: CaseBrief) -> None:
    with writing(database, actor="boss") as unit:
        case_answers.reopen(unit, case.id, case.station, None)


@pytest.mark.parametrize("what", [CaseAnswer.FIXED, CaseAnswer.NOT_SO, CaseAnswer.SPAM])
def test_an_answer_takes_the_mark_from_the_card_at_once(
    database: Database, code: str, what: CaseAnswer
) -> None:
    locked_by_two(database, code)
    case = answer(database, what, note="看过了")
    assert case.answer is what
    assert not is_marked(database, code)
    # Those reports have had their say: one more rider alone marks nothing.
    assert not tell(database, code, who="203.0.113.7").reported_locked
    assert tell(database, code, who="203.0.113.8").reported_locked
    actors = rows(
        database, "SELECT actor, origin FROM revision WHERE changes ? 'reported_locked_at'"
    )
    assert actors == [("rider", "report"), ("boss", "form"), ("rider", "report")]


def test_a_duplicate_leaves_the_mark(database: Database, code: str) -> None:
    locked_by_two(database, code)
    answer(database, CaseAnswer.DUPLICATE)
    assert is_marked(database, code)


def test_an_answer_to_another_kind_leaves_the_mark(database: Database, code: str) -> None:
    locked_by_two(database, code)
    tell(database, code, ReportKind.GONE)
    answer(database, CaseAnswer.NOT_SO)
    assert is_marked(database, code)


def test_reopening_brings_the_mark_back(database: Database, code: str) -> None:
    locked_by_two(database, code)
    reopen(database, answer(database, CaseAnswer.SPAM))
    assert is_marked(database, code)
    assert newest(database).answer is None
    assert [one.step for one in case_whole.whole(database, newest(database).id).events] == [
        CaseStep.ANSWERED,
        CaseStep.REOPENED,
    ]
    # ... but not over a later confirmation.
    case = answer(database, CaseAnswer.SPAM)
    tell(database, code, ReportKind.OPEN)
    reopen(database, case)
    assert not is_marked(database, code)


def test_reopening_gives_way_to_a_later_case(database: Database, code: str) -> None:
    tell(database, code)
    first = answer(database)
    tell(database, code)
    with pytest.raises(Conflict):
        reopen(database, first)
    with pytest.raises(Conflict):
        reopen(database, newest(database))  # it is open already


def test_a_repair_is_the_change_that_fixed_it(database: Database, code: str) -> None:
    tell(database, code, ReportKind.BROKEN, amenity="microwave")
    case = answer(database, note="送修了", repair=repairs.broken(["microwave"]))
    whole = case_whole.whole(database, case.id)
    assert whole.fixed_by is not None
    assert set(whole.fixed_by.changes) == {"amenities"}
    assert whole.station.amenities == {"microwave": "broken"}
    assert '"microwave":"broken"' in card(database, code)
    assert value(database, "SELECT reason FROM revision ORDER BY id DESC LIMIT 1") == "送修了"


def test_a_station_is_suspended_with_its_date(database: Database, code: str) -> None:
    locked_by_two(database, code)
    day = now().date() + dt.timedelta(days=9)
    answer(database, repair=repairs.suspended(day, "装修"))
    assert rows(database, "SELECT status, suspended_until, status_reason FROM station") == [
        ("suspended", day, "装修")
    ]
    assert '"status":"suspended"' in card(database, code)
    assert not is_marked(database, code)


def test_all_right_verifies_by_a_role(database: Database, code: str) -> None:
    locked_by_two(database, code)
    answer(database, repair=repairs.verified(Role.EDITOR, now()))
    assert value(database, "SELECT verified_by FROM station") == "工会巡查"
    assert not is_marked(database, code)


def test_a_closed_station_says_why(database: Database, code: str) -> None:
    tell(database, code, ReportKind.GONE)
    answer(database, repair=repairs.closed("搬走了"))
    assert rows(database, "SELECT status, status_reason FROM station") == [("closed", "搬走了")]


def test_a_repair_that_changes_nothing_has_no_change_to_link(database: Database, code: str) -> None:
    tell(database, code, ReportKind.BROKEN, amenity="microwave")
    answer(database, repair=repairs.broken(["microwave"]))
    tell(database, code, ReportKind.BROKEN, amenity="microwave")
    case = answer(database, repair=repairs.broken(["microwave"]))
    assert case_whole.whole(database, case.id).fixed_by is None


def test_a_change_since_the_case_began_can_be_chosen(database: Database, code: str) -> None:
    tell(database, code, ReportKind.GONE)
    answer(database, repair=repairs.closed(None))
    before = value(database, "SELECT max(id) FROM revision")
    tell(database, code, ReportKind.LOCKED)
    with pytest.raises(InputError):  # older than the case
        answer(database, revision=before)
    with pytest.raises(InputError):  # no such change
        answer(database, revision=10**9)
    tell(database, code, ReportKind.BROKEN, amenity="microwave")
    answer(database, repair=repairs.broken(["microwave"]))
    fix = value(database, "SELECT max(id) FROM revision")
    (locked,) = cases.open_cases_since(database, account(database, "admin-two", Role.ADMIN))
    whole = case_whole.whole(database, locked.id)
    assert [one.id for one in whole.revisions] == [fix]
    with writing(database, actor="boss") as unit:
        case_answers.answer(
            unit,
            locked.id,
            locked.station,
            Answering(answer=CaseAnswer.FIXED, seen=1, revision=fix),
        )
    fixed = case_whole.whole(database, locked.id).fixed_by
    assert fixed is not None
    assert fixed.id == fix


def test_a_report_that_came_meanwhile_is_read_first(database: Database, code: str) -> None:
    tell(database, code)
    tell(database, code)
    with pytest.raises(Conflict):
        answer(database, seen=1)
    assert newest(database).answer is None


def test_of_two_who_answer_at_once_one_does(database: Database, code: str) -> None:
    locked_by_two(database, code)
    both = Barrier(2)

    def try_it(what: CaseAnswer) -> str:
        both.wait()
        try:
            answer(database, what)
        except Conflict:
            return "conflict"
        return what.value

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(try_it, [CaseAnswer.FIXED, CaseAnswer.SPAM]))
    assert told.count("conflict") == 1
    assert value(database, "SELECT count(*) FROM case_event") == 1


def test_reports_and_answers_at_once_lose_nothing(database: Database, code: str) -> None:
    """Whatever comes first: no report without a case, at most one case open."""
    tell(database, code, who="203.0.113.1")
    start = Barrier(5)

    def rider(number: int) -> None:
        start.wait()
        tell(database, code, who=f"203.0.113.{number}")

    def operator(_: int) -> None:
        start.wait()
        with suppress(Conflict):
            answer(database, CaseAnswer.NOT_SO)

    with ThreadPoolExecutor(5) as pool:
        work = [pool.submit(rider, number) for number in (2, 3, 4)]
        work += [pool.submit(operator, number) for number in (0, 1)]
        for one in work:
            one.result()
    assert value(database, "SELECT count(*) FROM report WHERE case_id IS NULL") == 0
    assert value(database, "SELECT count(*) FROM report") == 4
    assert value(database, "SELECT count(*) FROM report_case WHERE answer IS NULL") <= 1


def test_assigning_and_putting_back(database: Database, code: str, boss: Account) -> None:
    tell(database, code)
    case = newest(database)
    with writing(database, actor="boss") as unit:
        case_answers.assign(unit, case.id, case.station, boss.id, boss.name)
    assert newest(database).assigned_to == boss.id
    with writing(database, actor="boss") as unit:
        case_answers.release(unit, case.id, case.station)
    assert newest(database).assigned_to is None
    answer(database)
    with pytest.raises(Conflict), writing(database, actor="boss") as unit:
        case_answers.assign(unit, case.id, case.station, boss.id, boss.name)
    steps = [one.step for one in case_whole.whole(database, case.id).events]
    assert steps == [CaseStep.ASSIGNED, CaseStep.RELEASED, CaseStep.ANSWERED]


def test_a_case_is_only_found_at_its_own_station(database: Database, code: str) -> None:
    tell(database, code)
    case = newest(database)
    (other,) = merge(database, station("别处", 116.9, 33.9))
    number = value(database, "SELECT id FROM station WHERE code = %s", other.code)
    with pytest.raises(NotFound), writing(database, actor="boss") as unit:
        case_answers.answer(unit, case.id, number, Answering(answer=CaseAnswer.SPAM, seen=1))


def test_the_rules_say_how_many_and_how_long(database: Database, code: str) -> None:
    rules = CaseRules(locked_reports=3, locked_window=dt.timedelta(hours=2))
    with writing(database, actor="boss") as unit:
        assert case_rules.set_rules(unit, rules, "boss")
    hour = dt.timedelta(hours=1)
    tell(database, code, who="203.0.113.1", ago=3 * hour)
    assert not tell(database, code, who="203.0.113.2", ago=hour).reported_locked
    assert not tell(database, code, who="203.0.113.3").reported_locked  # the first is too old
    assert tell(database, code, who="203.0.113.4").reported_locked
    with writing(database, actor="boss") as unit:
        assert case_rules.set_rules(unit, CaseRules(locked_reports=1), "boss")
    (other,) = merge(database, station("另一个", 116.9, 33.9))
    assert tell(database, other.code, who="203.0.113.1").reported_locked

"""Rounds: what is due, answers that count once, and what follows from them."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from station_map.domain.accounts import Account, Role
from station_map.domain.cases import CaseRules, CaseStep
from station_map.domain.reports import ReportKind
from station_map.domain.rounds import Finding, RoundAnswer
from station_map.domain.station import Station
from station_map.domain.vocabulary import ServiceLevel, Status
from station_map.errors import InputError, NotFound
from station_map.store import case_rules, case_whole, cases, rounds
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import merge, rows, station, value
from tests.store.queue_help import account, locked_by_two, now, tell

DAY = dt.timedelta(days=1)


@pytest.fixture
def boss(database: Database) -> Account:
    return account(database, "boss", Role.ADMIN)


def old(name: str, days: float | None, number: int = 0, **facts: object) -> Station:
    verified = None if days is None else now() - days * DAY
    return station(name, 116.79 + number / 1000, 33.956, verified_at=verified, **facts)


def due(database: Database, who: Account) -> list[str]:
    return [one.name for one in rounds.round_of(database, who, now()).stations]


def find(
    database: Database,
    who: Account,
    code: str,
    answer: RoundAnswer = RoundAnswer.RIGHT,
    *,
    ago: dt.timedelta = dt.timedelta(),
    note: str | None = None,
    number: UUID | None = None,
) -> bool:
    place = rounds.round_station(database, code)
    finding = Finding(
        id=number or uuid4(), station=place.id, answer=answer, seen_at=now() - ago, note=note
    )
    with writing(database, actor=who.name) as unit:
        return rounds.store_finding(unit, who, finding)


def test_due_is_what_nobody_checked_for_as_long_as_its_level_says(
    database: Database, boss: Account
) -> None:
    merge(
        database,
        old("从没", None),
        old("刚才", 0, 1),
        old("无级别旧", 91, 2),
        old("无级别新", 89, 3),
        old("智能旧", 61, 4, service_level=ServiceLevel.SMART),
        old("智能新", 59, 5, service_level=ServiceLevel.SMART),
        old("流动旧", 31, 6, service_level=ServiceLevel.MOBILE),
        old("关了", None, 7, status=Status.CLOSED),
        old("筹建", None, 8, status=Status.PLANNED),
        old("暂停", None, 9, status=Status.SUSPENDED),
    )
    assert due(database, boss) == ["从没", "暂停", "无级别旧", "智能旧", "流动旧"]
    days = {**CaseRules().stale_days, "unknown": 100, "smart": 10}
    with writing(database, actor="boss") as unit:
        case_rules.set_rules(unit, CaseRules(stale_days=days), "boss")
    assert due(database, boss) == ["从没", "暂停", "智能旧", "智能新", "流动旧"]


def test_a_keeper_goes_to_its_own_stations_only(database: Database) -> None:
    codes = [one.code for one in merge(database, old("甲", None), old("乙", None, 1))]
    keeper = account(database, "keeper-a", Role.KEEPER, stations=(codes[1],))
    assert due(database, keeper) == ["乙"]
    assert due(database, account(database, "planner", Role.PLANNER)) == []
    assert due(database, account(database, "editor-d", Role.EDITOR, areas=("340602",))) == []


def test_all_right_verifies_and_counts_as_done(database: Database, boss: Account) -> None:
    codes = [one.code for one in merge(database, old("甲", None), old("乙", None, 1))]
    locked_by_two(database, codes[0])
    assert find(database, boss, codes[0])
    found = rounds.round_of(database, boss, now())
    assert (found.done, found.due, found.total) == (1, 1, 2)
    assert [one.name for one in found.stations] == ["乙"]
    assert rows(database, "SELECT verified_by FROM station WHERE name = '甲'") == [("工会巡查",)]
    card = value(database, "SELECT properties FROM station_card WHERE code = %s", codes[0])
    assert '"reported_locked":false' in card
    assert value(database, "SELECT actor FROM revision ORDER BY id DESC LIMIT 1") == "boss"


def test_an_answer_given_offline_counts_from_when_somebody_stood_there(
    database: Database, boss: Account
) -> None:
    (made,) = merge(database, old("甲", None))
    find(database, boss, made.code, ago=2 * DAY)
    at = value(database, "SELECT verified_at FROM station")
    assert abs(at - (now() - 2 * DAY)) < dt.timedelta(minutes=1)
    assert rounds.round_of(database, boss, now()).done == 0  # not of today
    tell(database, made.code, ReportKind.OPEN)
    later = value(database, "SELECT verified_at FROM station")
    find(database, boss, made.code, ago=DAY)
    assert value(database, "SELECT verified_at FROM station") == later  # never made older


def test_sent_often_it_is_stored_once(database: Database, boss: Account) -> None:
    (made,) = merge(database, old("甲", None))
    number = uuid4()
    with ThreadPoolExecutor(4) as pool:
        sent = [
            pool.submit(find, database, boss, made.code, RoundAnswer.GONE, number=number)
            for _ in range(4)
        ]
        assert sorted(one.result() for one in sent) == [False, False, False, True]
    assert value(database, "SELECT count(*) FROM round_answer") == 1
    assert value(database, "SELECT count(*) FROM case_event") == 1


def test_an_id_belongs_to_one_answer_of_one_account(database: Database, boss: Account) -> None:
    codes = [one.code for one in merge(database, old("甲", None), old("乙", None, 1))]
    number = uuid4()
    find(database, boss, codes[0], number=number)
    other = account(database, "admin-two", Role.ADMIN)
    for who, code, answer in (
        (other, codes[0], RoundAnswer.RIGHT),
        (boss, codes[1], RoundAnswer.RIGHT),
        (boss, codes[0], RoundAnswer.GONE),
    ):
        with pytest.raises(InputError):
            find(database, who, code, answer, number=number)
    assert value(database, "SELECT count(*) FROM round_answer") == 1
    assert value(database, "SELECT verified_at FROM station WHERE name = '乙'") is None


def test_not_there_opens_a_case_or_joins_it(database: Database, boss: Account) -> None:
    (made,) = merge(database, old("甲", None))
    find(database, boss, made.code, RoundAnswer.GONE, note="搬走了")
    (case,) = cases.open_cases_since(database, boss)
    assert (case.kind, case.reports, case.note) == (ReportKind.GONE, 0, "搬走了")
    assert due(database, boss) == []  # nobody is sent there again
    assert value(database, "SELECT verified_at FROM station") is None
    tell(database, made.code, ReportKind.GONE, note="没有了")
    find(database, boss, made.code, RoundAnswer.GONE, note="还是没有")
    (case,) = cases.open_cases_since(database, boss)
    assert (case.reports, case.note) == (1, "没有了")
    events = case_whole.whole(database, case.id).events
    assert [(one.step, one.note) for one in events] == [
        (CaseStep.OPENED, "搬走了"),
        (CaseStep.REMARKED, "还是没有"),
    ]


def test_a_station_that_is_gone_is_not_found(database: Database, boss: Account) -> None:
    finding = Finding(id=uuid4(), station=10**9, answer=RoundAnswer.RIGHT, seen_at=now())
    with pytest.raises(NotFound), writing(database, actor="boss") as unit:
        rounds.store_finding(unit, boss, finding)
    for code in ("none", "a\0b"):
        with pytest.raises(NotFound):
            rounds.round_station(database, code)

"""Who is told what: new things once, to whom they belong, and nothing to who wants nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from station_map.domain.accounts import Role
from station_map.domain.cases import UNKNOWN_LEVEL, CaseRules
from station_map.domain.notices import SETTLED, Frequency
from station_map.errors import InputError, NotFound, TooOften
from station_map.store import accounts, notice_wishes, notices
from station_map.store import webhooks as hooks
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import save, station

BASE = "https://s.example.org"
EAST = {"lon": 116.83, "lat": 34.0}  # another district than 340603


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def report(database: Database, code: str, kind: str = "locked", *, ago: float = 60) -> None:
    """A report that came `ago` seconds ago."""
    people.execute(
        database,
        "INSERT INTO report (uuid, station_id, kind, note, seen_at, received_at)"
        " SELECT %s, id, %s, '骑手的话', now(), now() - make_interval(secs => %s)"
        " FROM station WHERE code = %s",
        uuid.uuid4(),
        kind,
        ago,
        code,
    )


def subscribe(
    database: Database, account: int, often: Frequency = Frequency.INSTANT, email: str = "li@a.cn"
) -> None:
    """As who proved the address an hour ago."""
    with writing(database, actor="test") as unit:
        notice_wishes.set_wish(unit, account, email, often, now())
        notice_wishes.prove(unit, account, email)
    long_ago(database)


def long_ago(database: Database) -> None:
    people.execute(database, "UPDATE notice_wish SET told_until = now() - interval '1 hour'")
    people.execute(database, "UPDATE webhook SET told_until = now() - interval '1 hour'")


def gather(database: Database, at: dt.datetime | None = None, *, mail: bool = True) -> int:
    return notices.gather(database, BASE, at or now(), mail=mail)


def told(database: Database) -> list[dict[str, Any]]:
    return [news for (news,) in rows(database, "SELECT news FROM notice ORDER BY id")]


def codes(news: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {one["code"]: one["kinds"] for one in news["reported"]}


def test_a_keeper_is_told_of_its_stations_once(database: Database) -> None:
    mine, other = save(database, [station("甲"), station("乙", **EAST)])
    number = people.account(database, "li", Role.KEEPER, stations=(mine,))
    subscribe(database, number)
    for code, kind in (
        (mine, "locked"),
        (mine, "locked"),
        (mine, "gone"),
        (mine, "open"),
        (other, "gone"),
    ):
        report(database, code, kind)
    assert gather(database) == 1
    (news,) = told(database)
    assert codes(news) == {mine: {"locked": 2, "gone": 1}}
    assert news["reported"][0]["url"] == f"{BASE}/stations/{mine}"
    assert "骑手的话" not in str(news)
    assert gather(database) == 0
    assert (
        value(database, "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_notice'")
        == 1
    )


def test_an_editor_is_told_of_its_areas_and_an_admin_of_all(database: Database) -> None:
    here, there = save(database, [station("甲"), station("乙", **EAST)])
    adcodes = dict(rows(database, "SELECT code, adcode FROM station"))
    assert adcodes[here] != adcodes[there]
    for name, role, areas in (
        ("whole", Role.EDITOR, ("340600",)),
        ("part", Role.EDITOR, (adcodes[here],)),
        ("boss", Role.ADMIN, ()),
        ("plan", Role.PLANNER, ()),
    ):
        number = people.account(database, name, role, areas=areas)
        subscribe(database, number, email=f"{name}@a.cn")
    report(database, here)
    report(database, there)
    assert gather(database) == 3
    found = {
        name: set(codes(news))
        for name, news in rows(
            database, "SELECT a.name, n.news FROM notice n JOIN account a ON a.id = n.account_id"
        )
    }
    assert found == {"whole": {here, there}, "part": {here}, "boss": {here, there}}


def test_what_comes_at_this_moment_is_told_next_time(database: Database) -> None:
    (code,) = save(database, [station("甲")])
    subscribe(database, people.account(database))
    report(database, code, ago=0)
    assert gather(database) == 0
    assert gather(database, now() + SETTLED + dt.timedelta(seconds=1)) == 1
    assert gather(database, now() + 2 * SETTLED) == 0


def test_a_station_that_has_just_become_stale_is_told_once(database: Database) -> None:
    stale, fresh, old, never = save(
        database,
        [
            station("甲"),
            station("乙", **EAST),
            station("丙", 116.9, 33.9),
            station("丁", 116.7, 33.8),
        ],
    )
    for code, ago in (
        (stale, dt.timedelta(minutes=30)),
        (fresh, -dt.timedelta(days=30)),
        (old, dt.timedelta(days=9)),
    ):
        people.execute(
            database,
            "UPDATE station SET verified_at = %s WHERE code = %s",
            now() - dt.timedelta(days=CaseRules().stale_days[UNKNOWN_LEVEL]) - ago,
            code,
        )
    subscribe(database, people.account(database))
    assert gather(database) == 1
    (news,) = told(database)
    assert [one["code"] for one in news["stale"]] == [stale]
    assert (news["stale_count"], news["reported_count"]) == (1, 0)
    assert never not in str(news)
    assert gather(database) == 0


def test_a_digest_waits_for_its_hour_and_holds_all_since(database: Database) -> None:
    (code,) = save(database, [station("甲")])
    subscribe(database, people.account(database), Frequency.DAILY)
    report(database, code, ago=1_800)
    assert gather(database) == 0
    report(database, code, "gone")
    assert gather(database, now() + dt.timedelta(days=1)) == 1
    assert codes(told(database)[0]) == {code: {"locked": 1, "gone": 1}}
    assert value(database, "SELECT next_at > now() + interval '1 day' FROM notice_wish")


def test_two_at_once_tell_each_receiver_once(database: Database) -> None:
    (code,) = save(database, [station("甲")])
    for n in range(6):
        subscribe(database, people.account(database, f"boss{n}"), email=f"b{n}@a.cn")
    with writing(database, actor="test") as unit:
        hooks.add_webhook(unit, "https://a.example.org/", "test")
    long_ago(database)
    report(database, code)
    at = now()
    with ThreadPoolExecutor(2) as both:
        assert sum(both.map(lambda _: gather(database, at), range(2))) == 7
    assert len(told(database)) == 7


def test_nothing_for_who_is_off_unproved_disabled_or_without_mail(database: Database) -> None:
    (code,) = save(database, [station("甲")])
    people.account(database, "other-admin")
    off, unproved, disabled, fine = (people.account(database, f"boss{n}") for n in range(4))
    for number in (off, disabled, fine):
        subscribe(database, number, email=f"b{number}@a.cn")
    with writing(database, actor="test") as unit:
        assert notice_wishes.switch_off(unit, off)
        notice_wishes.set_wish(unit, unproved, "x@a.cn", Frequency.INSTANT, now())
        accounts.disable(unit, disabled, "test")
    long_ago(database)
    report(database, code)
    assert gather(database, mail=False) == 0
    assert gather(database) == 1
    assert rows(database, "SELECT account_id FROM notice") == [(fine,)]


def test_switched_on_again_it_begins_with_what_is_new(database: Database) -> None:
    (code,) = save(database, [station("甲")])
    number = people.account(database)
    subscribe(database, number)
    with writing(database, actor="test") as unit:
        notice_wishes.switch_off(unit, number)
    report(database, code)
    with writing(database, actor="test") as unit:
        assert not notice_wishes.set_wish(unit, number, "li@a.cn", Frequency.INSTANT, now())
    assert gather(database, now() + SETTLED * 2) == 0


def test_a_new_address_must_be_proved_and_links_are_not_sent_by_the_dozen(
    database: Database,
) -> None:
    number = people.account(database)
    subscribe(database, number)
    with writing(database, actor="test") as unit:
        people_made = notice_wishes.set_wish(unit, number, "li@a.cn", Frequency.WEEKLY, now())
    assert not people_made  # the same address stays proved
    people.execute(database, "UPDATE notice_wish SET link_made_at = now() - interval '1 hour'")
    with writing(database, actor="test") as unit:
        assert notice_wishes.set_wish(unit, number, "new@a.cn", Frequency.DAILY, now())
    wish = notice_wishes.wish_of(database, number)
    assert wish is not None
    assert (wish.email, wish.verified_at) == ("new@a.cn", None)

    def again() -> None:
        with writing(database, actor="test") as unit:
            notice_wishes.set_wish(unit, number, "third@a.cn", Frequency.DAILY, now())

    with pytest.raises(TooOften):
        again()
    assert notice_wishes.link_facts(database, number) is not None
    people.execute(database, "UPDATE notice_wish SET link_made_at = now() - interval '4 days'")
    assert notice_wishes.link_facts(database, number) is None


def test_an_address_that_changed_is_not_proved_by_the_old_link(database: Database) -> None:
    number = people.account(database)
    with writing(database, actor="test") as unit:
        notice_wishes.set_wish(unit, number, "a@a.cn", Frequency.DAILY, now())
        notice_wishes.prove(unit, number, "b@a.cn")
    wish = notice_wishes.wish_of(database, number)
    assert wish is not None
    assert wish.verified_at is None


def test_webhooks_are_told_everything_and_removed_with_what_waits(database: Database) -> None:
    (code,) = save(database, [station("甲")])
    with writing(database, actor="test") as unit:
        secret = hooks.add_webhook(unit, "https://a.example.org/x", "boss")
    long_ago(database)
    report(database, code)
    assert gather(database, mail=False) == 1
    (shown,) = hooks.webhooks(database)
    assert (shown.url, shown.waiting, shown.created_by) == ("https://a.example.org/x", 1, "boss")
    assert secret not in repr(shown)
    with writing(database, actor="test") as unit:
        hooks.switch_webhook(unit, shown.id, wanted=False)
    report(database, code)
    assert gather(database, now() + SETTLED * 2) == 0
    with writing(database, actor="test") as unit:
        hooks.remove_webhook(unit, shown.id)
    assert told(database) == []
    with pytest.raises(NotFound), writing(database, actor="test") as unit:
        hooks.remove_webhook(unit, shown.id)
    with pytest.raises(NotFound), writing(database, actor="test") as unit:
        hooks.switch_webhook(unit, shown.id, wanted=True)


def test_webhooks_are_not_without_number(database: Database) -> None:
    with writing(database, actor="test") as unit:
        for n in range(hooks.MOST_WEBHOOKS):
            hooks.add_webhook(unit, f"https://a.example.org/{n}", "boss")
    with pytest.raises(InputError, match="10"), writing(database, actor="test") as unit:
        hooks.add_webhook(unit, "https://a.example.org/more", "boss")

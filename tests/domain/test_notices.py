"""When notices are due, whom they are for, and what they say."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.accounts import Account, Role
from station_map.domain.hours import SHANGHAI
from station_map.domain.notice_links import Purpose, account_of, holds, token
from station_map.domain.notices import (
    EVERYTHING,
    Frequency,
    News,
    ReportedStation,
    Scope,
    StaleStation,
    is_deliverable,
    next_due,
    one_line,
    scope_of,
    subject,
    text,
    verify_text,
)
from tests.web.stations import HOSTILE_NAMES

NOW = dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)  # Monday, 00:00, in China
MOMENTS = st.integers(0, 10_000_000).map(lambda m: NOW + dt.timedelta(minutes=m))


@pytest.mark.parametrize(
    ("frequency", "after", "due"),
    [
        (Frequency.INSTANT, "2026-11-22T16:00Z", "2026-11-22T16:00Z"),
        (Frequency.DAILY, "2026-11-22T16:00Z", "2026-11-23T00:00Z"),
        (Frequency.DAILY, "2026-11-23T00:00Z", "2026-11-24T00:00Z"),
        (Frequency.WEEKLY, "2026-11-22T16:00Z", "2026-11-23T00:00Z"),
        (Frequency.WEEKLY, "2026-11-23T00:00Z", "2026-11-30T00:00Z"),
        (Frequency.WEEKLY, "2026-11-24T03:00Z", "2026-11-30T00:00Z"),
    ],
)
def test_the_next_notice_is_due(frequency: Frequency, after: str, due: str) -> None:
    assert next_due(frequency, dt.datetime.fromisoformat(after)) == dt.datetime.fromisoformat(due)


@given(MOMENTS, st.sampled_from([Frequency.DAILY, Frequency.WEEKLY]))
def test_it_is_due_at_eight_and_within_the_period(after: dt.datetime, often: Frequency) -> None:
    due = next_due(often, after)
    days = 7 if often is Frequency.WEEKLY else 1
    assert after < due <= after + dt.timedelta(days=days)
    local = due.astimezone(SHANGHAI)
    assert local.time() == dt.time(8)
    assert often is Frequency.DAILY or local.weekday() == 0


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.ADMIN, EVERYTHING),
        (Role.KEEPER, Scope(stations=(3, 7))),
        (Role.EDITOR, Scope(prefixes=("3406", "340621"))),
        (Role.PLANNER, Scope()),
    ],
)
def test_whom_it_is_for(role: Role, scope: Scope) -> None:
    account = Account(
        id=1,
        name="li",
        role=role,
        stations=frozenset({7, 3}) if role is Role.KEEPER else frozenset(),
        areas=frozenset({"340621", "340600"}) if role is Role.EDITOR else frozenset(),
    )
    assert scope_of(account) == scope
    assert bool(scope_of(account)) == (role is not Role.PLANNER)


def news(*names: str) -> News:
    return News(
        NOW - dt.timedelta(days=1),
        NOW,
        [
            ReportedStation(f"340602-{n:05}", name, {"locked": 2, "gone": 1})
            for n, name in enumerate(names)
        ],
        [StaleStation("340603-00009", "老站", NOW - dt.timedelta(days=365))],
        len(names) + 5,
        1,
    )


def test_what_a_mail_says() -> None:
    told = news("城东驿站").as_json("https://s.example.org")
    said = text(told, "https://s.example.org", "https://s.example.org/notices/off/x")
    assert subject(told) == "歇脚地图：6 个驿站有新反映，1 个驿站很久没人核实"
    assert "· 城东驿站（340602-00000）：锁门 2 次、已不存在 1 次\n" in said
    assert "  https://s.example.org/stations/340602-00000\n" in said
    assert "……还有 5 个" in said
    assert "· 老站（340603-00009）：上次核实 2025-11-23" in said
    assert "https://s.example.org/notices/off/x" in said
    assert "https://s.example.org/notices/prove/y" in verify_text(
        "b", "https://s.example.org/notices/prove/y"
    )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_stays_on_its_line(name: str) -> None:
    told = news(name).as_json("https://s.example.org")
    plain = text(news("x").as_json("https://s.example.org"), "b", "o")
    said = text(told, "b", "o")
    assert said.count("\n") == plain.count("\n")
    assert "\u202e" not in said
    assert "\u2028" not in said
    assert name[:3] not in subject(told)


@given(st.text(max_size=300))
def test_one_line_is_one_line_and_not_long(given_: str) -> None:
    line = one_line(given_)
    assert len(line) <= 60
    assert len(line.splitlines()) <= 1


@given(st.emails())
def test_an_ordinary_address_is_deliverable(email: str) -> None:
    assert is_deliverable(email)


@pytest.mark.parametrize(
    "email",
    ["a<b@c.cn", "a@b.cn,c@d.cn", "张@b.cn", "a@b.cn>", "a b@c.cn", "", "@b.cn", "a(x)@b.cn"],
)
def test_what_no_header_can_hold_is_not(email: str) -> None:
    assert not is_deliverable(email)


def test_a_link_is_for_one_account_one_purpose_and_one_address() -> None:
    key = b"k" * 32
    made = token(key, Purpose.OFF, 12, "a@b.cn")
    assert account_of(made) == 12
    assert holds(made, key, Purpose.OFF, 12, "a@b.cn")
    assert not holds(made, key, Purpose.PROVE, 12, "a@b.cn")
    assert not holds(made, key, Purpose.OFF, 13, "a@b.cn")
    assert not holds(made, key, Purpose.OFF, 12, "a@b.cn.evil.org")
    assert not holds(made, b"j" * 32, Purpose.OFF, 12, "a@b.cn")
    assert not holds(made.replace("12.", "13."), key, Purpose.OFF, 13, "a@b.cn")


@given(st.text(max_size=80))
def test_what_is_no_link_names_nobody(given_: str) -> None:
    number = account_of(given_)
    assert number is None or given_.startswith(f"{number}.")

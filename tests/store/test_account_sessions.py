"""Sessions end when they should, in the database, for every process alike."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.accounts import Role
from station_map.domain.accounts.signing_in import SessionLife
from station_map.store import account_passwords, account_sessions, accounts
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support import people

LIFE = SessionLife(dt.timedelta(minutes=60), dt.timedelta(hours=12))


def begin(database: Database, account: int) -> str:
    with writing(database, actor="test") as unit:
        secret = account_sessions.begin(unit, account, LIFE, by="password", device="Chrome")
    assert secret is not None
    return secret


def later(database: Database, column: str, interval: str) -> None:
    people.execute(
        database, f"UPDATE account_session SET {column} = {column} - interval '{interval}'"
    )


def test_a_session_is_found_by_its_secret_alone(database: Database) -> None:
    number = people.account(database, "li", Role.PLANNER)
    first, second = begin(database, number), begin(database, number)
    assert first != second
    assert len(first) >= 43  # 256 bits
    found = account_sessions.find(database, first, LIFE)
    assert found is not None
    assert (found.account.name, found.account.role) == ("li", Role.PLANNER)
    for wrong in ("", first[:-1], first + "x", first.swapcase(), "\ud800", "x" * 100_000):
        assert account_sessions.find(database, wrong, LIFE) is None
    assert first not in value(database, "SELECT string_agg(s::text, '') FROM account_session s")


def test_unused_for_an_hour_it_is_over(database: Database) -> None:
    secret = begin(database, people.account(database, "li"))
    later(database, "seen_at", "59 minutes")
    assert account_sessions.find(database, secret, LIFE) is not None  # seen now
    later(database, "seen_at", "59 minutes")
    assert account_sessions.find(database, secret, LIFE) is not None
    later(database, "seen_at", "61 minutes")
    assert account_sessions.find(database, secret, LIFE) is None
    assert account_sessions.sessions_of(database, 1, LIFE) == []


@pytest.mark.parametrize("column", ["expires_at", "created_at"])
def test_after_twelve_hours_it_is_over_however_used(database: Database, column: str) -> None:
    secret = begin(database, people.account(database, "li"))
    later(database, column, "12 hours")
    assert account_sessions.find(database, secret, LIFE) is None


def test_a_shorter_setting_holds_at_once(database: Database) -> None:
    secret = begin(database, people.account(database, "li"))
    later(database, "created_at", "2 hours")
    shorter = SessionLife(LIFE.idle, dt.timedelta(hours=1))
    assert account_sessions.find(database, secret, LIFE) is not None
    assert account_sessions.find(database, secret, shorter) is None


def test_being_seen_is_written_once_a_minute(database: Database) -> None:
    secret = begin(database, people.account(database, "li"))
    before = value(database, "SELECT xmin::text FROM account_session")
    account_sessions.find(database, secret, LIFE)
    assert value(database, "SELECT xmin::text FROM account_session") == before
    later(database, "seen_at", "2 minutes")
    account_sessions.find(database, secret, LIFE)
    assert value(database, "SELECT seen_at > now() - interval '1 minute' FROM account_session")


def test_what_is_over_goes_when_somebody_signs_in(database: Database) -> None:
    number = people.account(database, "li")
    begin(database, number)
    later(database, "seen_at", "2 hours")
    begin(database, number)
    assert value(database, "SELECT count(*) FROM account_session") == 1


def test_disabling_and_a_new_password_end_sessions(database: Database) -> None:
    people.account(database, "other")
    number = people.account(database, "li")
    secret = begin(database, number)
    with writing(database, actor="test") as unit:
        account_passwords.set_password(unit, number, people.password_hash(), "li")
    assert account_sessions.find(database, secret, LIFE) is None
    secret = begin(database, number)
    with writing(database, actor="test") as unit:
        accounts.disable(unit, number, "test")
    assert account_sessions.find(database, secret, LIFE) is None
    with writing(database, actor="test") as unit:
        assert account_sessions.begin(unit, number, LIFE, by="password", device="") is None


def test_nobody_ends_anybody_else_s_session(database: Database) -> None:
    mine, others = (people.account(database, name) for name in ("mine", "others"))
    begin(database, others)
    session = value(database, "SELECT id FROM account_session")
    with writing(database, actor="mine") as unit:
        assert not account_sessions.end(unit, mine, session, "mine")
        assert account_sessions.end_all(unit, mine, "mine") == 0
    assert value(database, "SELECT count(*) FROM account_session") == 1
    with writing(database, actor="others") as unit:
        assert account_sessions.end(unit, others, session, "others")

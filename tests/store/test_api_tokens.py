"""Tokens of programmes: hashed, scoped, ending, revocable."""

from __future__ import annotations

import datetime as dt

from station_map.domain.accounts import Role, Scope
from station_map.store import accounts, api_tokens
from station_map.store.account_events import events_of
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support import people

DAY = dt.timedelta(days=1)


def make(database: Database, account: int, *scopes: Scope) -> str:
    with writing(database, actor="test") as unit:
        return api_tokens.make(unit, account, "屏", scopes, DAY, "test")


def test_a_token_says_whose_it_is_and_what_for(database: Database) -> None:
    number = people.account(database, "li", Role.EDITOR, areas=("340602",))
    token = make(database, number, Scope.LIVE_WRITE, Scope.STATIONS_WRITE)
    held = api_tokens.holder(database, token)
    assert held is not None
    assert held.account.areas == {"340602"}
    assert held.scopes == (Scope.STATIONS_WRITE, Scope.LIVE_WRITE)  # in their own order
    assert token.startswith("sm_")
    assert token.startswith(held.prefix)
    assert len(held.prefix) == 11
    stored = value(database, "SELECT string_agg(t::text, '') FROM api_token t")
    assert token not in stored
    assert token[11:] not in stored + str(events_of(database, number))


def test_another_one_is_nobodys(database: Database) -> None:
    token = make(database, people.account(database, "li"))
    for other in (token[:-1], token[3:], token.upper(), token + "x"):
        assert api_tokens.holder(database, other) is None
    for odd in ("", "sm_", "sm_\ud800", "sm_" + "x" * 100_000):
        assert api_tokens.holder(database, odd) is None


def test_it_ends(database: Database) -> None:
    number = people.account(database, "li")
    token = make(database, number)
    people.execute(database, "UPDATE api_token SET expires_at = now()")
    assert api_tokens.holder(database, token) is None
    assert api_tokens.tokens_of(database, number)[0].expired


def test_it_is_revoked_by_its_owner_alone(database: Database) -> None:
    mine, others = (people.account(database, name) for name in ("mine", "others"))
    token = make(database, mine)
    (shown,) = api_tokens.tokens_of(database, mine)
    with writing(database, actor="others") as unit:
        assert not api_tokens.revoke(unit, others, shown.id, "others")
    assert api_tokens.holder(database, token) is not None
    with writing(database, actor="mine") as unit:
        assert api_tokens.revoke(unit, mine, shown.id, "mine")
        assert not api_tokens.revoke(unit, mine, shown.id, "mine")
    assert api_tokens.holder(database, token) is None


def test_disabling_ends_tokens_for_good(database: Database) -> None:
    people.account(database, "other")
    number = people.account(database, "li")
    token = make(database, number)
    with writing(database, actor="test") as unit:
        accounts.disable(unit, number, "test")
    assert api_tokens.holder(database, token) is None
    with writing(database, actor="test") as unit:
        accounts.enable(unit, number, "test")
    assert api_tokens.holder(database, token) is None


def test_its_use_is_written_once_a_minute(database: Database) -> None:
    number = people.account(database, "li")
    token = make(database, number)
    assert api_tokens.tokens_of(database, number)[0].last_used_at is None
    api_tokens.holder(database, token)
    used = api_tokens.tokens_of(database, number)[0].last_used_at
    assert used is not None
    api_tokens.holder(database, token)
    assert api_tokens.tokens_of(database, number)[0].last_used_at == used

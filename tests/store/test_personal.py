"""What is stored about an account can be told whole, and is gone once erased, but for the record."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest
from psycopg import sql

from station_map.domain.accounts import Role, Scope
from station_map.domain.accounts.names import checked_name
from station_map.domain.accounts.signing_in import SessionLife
from station_map.domain.notices import Frequency
from station_map.errors import Conflict, InputError
from station_map.store import (
    account_passwords,
    account_sessions,
    accounts,
    api_tokens,
    notice_wishes,
    personal,
    webhooks,
)
from station_map.store.accounts import StoredAccount, Wanted
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.personal import ADD_ONLY, erase, export, namings, pseudonym, references
from station_map.store.schema import Base
from station_map.store.writing import writing
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import save, station

NAME, TITLE, EMAIL, NOTICES = "zhang-wei-7", "相山区张伟", "zhang.wei@a.cn", "zhang.wei@b.cn"
LIFE = SessionLife(dt.timedelta(hours=1), dt.timedelta(hours=12))


@pytest.fixture
def busy(database: Database) -> StoredAccount:
    """An account that has left its name wherever it can."""
    people.account(database)
    (code,) = save(database, [station("甲")])
    number = people.account(database, NAME, Role.KEEPER, title=TITLE, email=EMAIL, stations=(code,))
    with writing(database, actor=NAME) as unit:
        account_sessions.begin(unit, number, LIFE, by="password", device="Firefox")
        account_passwords.make_link(unit, number, NAME)
        api_tokens.make(unit, number, "屏", [Scope.LIVE_WRITE], dt.timedelta(days=9), NAME)
        notice_wishes.set_wish(unit, number, NOTICES, Frequency.DAILY, dt.datetime.now(dt.UTC))
        webhooks.add_webhook(unit, "https://a.example.org/", NAME)
        unit.execute("INSERT INTO notice (account_id, news) VALUES (%s, '{}')", (number,))
        accounts.create(unit, "made-by", Wanted(role=Role.PLANNER), NAME)
        (station_id,) = unit.execute("SELECT id FROM station").fetchone() or (0,)
        with changing(unit, [station_id]):
            unit.execute("UPDATE station SET verified_by = %s, seats = 9", (NAME,))
    people.execute(
        database,
        "UPDATE account SET oidc_issuer = 'https://i', oidc_subject = %s WHERE id = %s",
        "sub-zhang",
        number,
    )
    return accounts.account_by_id(database, number)


def where(database: Database, *words: str) -> set[str]:
    """Tables of ours in which one of these words stands, anywhere."""
    found = set()
    with psycopg.connect(database.url) as connection:
        for table in Base.metadata.tables:
            statement = sql.SQL("SELECT EXISTS (SELECT FROM {} t WHERE to_jsonb(t)::text ~ %s)")
            query = statement.format(sql.Identifier(table))
            pattern = "|".join(word.replace(".", r"\.") for word in words)
            if (connection.execute(query, (pattern,)).fetchone() or (False,))[0]:
                found.add(table)
    return found


def test_all_is_told_but_what_proves_it(database: Database, busy: StoredAccount) -> None:
    told = export(database, busy)
    about, did = told["about"], told["did"]
    assert told["account"] == NAME
    assert {
        "account",
        "account_station",
        "account_session",
        "account_link",
        "api_token",
        "notice_wish",
        "notice",
        "account_event",
    } <= set(about)
    assert about["notice_wish"][0]["email"] == NOTICES
    assert about["account"][0]["email"] == EMAIL
    assert {
        "revision.actor",
        "account.created_by",
        "webhook.created_by",
        "station.verified_by",
    } <= set(did)
    said = json.dumps(told, ensure_ascii=False)
    assert "argon2" not in said
    assert "whs_" not in said
    for secret in ("token_hash", "password_hash", '"secret"'):
        assert secret not in said


def test_nothing_of_another_account_is_told(database: Database, busy: StoredAccount) -> None:
    people.account(database, "li", title="别人", email="li@a.cn")
    said = json.dumps(export(database, busy), ensure_ascii=False)
    assert "li@a.cn" not in said
    assert "别人" not in said


def test_after_erasing_only_the_record_knows_the_name(
    database: Database, busy: StoredAccount
) -> None:
    assert where(database, NAME) > ADD_ONLY - {"change_set", "case_rule"}
    with writing(database, actor="boss") as unit:
        new = erase(unit, busy, "boss")
    assert new == pseudonym(busy.account.id)
    assert where(database, NAME) <= ADD_ONLY
    assert where(database, TITLE, EMAIL, NOTICES, "sub-zhang") <= {"account_event"}
    after = accounts.account_by_id(database, busy.account.id)
    assert (after.account.name, after.account.disabled, after.email) == (new, True, None)
    assert not after.has_password
    assert rows(database, "SELECT 1 FROM account_session UNION ALL SELECT 1 FROM api_token") == []
    assert value(database, "SELECT verified_by FROM station") == new
    assert value(database, "SELECT verified_by FROM station s WHERE s.seats = 9") == new
    last = rows(
        database, "SELECT kind, account_name, actor FROM account_event ORDER BY id DESC LIMIT 1"
    )
    assert last == [("erased", new, "boss")]


def test_what_others_did_stays_theirs(database: Database, busy: StoredAccount) -> None:
    with writing(database, actor="boss") as unit:
        erase(unit, busy, "boss")
    assert value(database, "SELECT created_by FROM account WHERE name = 'admin-one'") == "test"
    assert value(database, "SELECT created_by FROM account WHERE name = 'made-by'") == pseudonym(
        busy.account.id
    )


def test_the_name_is_given_to_nobody_else(database: Database, busy: StoredAccount) -> None:
    with writing(database, actor="boss") as unit:
        erase(unit, busy, "boss")
    for spelling in (NAME, NAME.upper(), "ｚｈａｎｇ-wei-7"):
        with pytest.raises(InputError, match="taken"), writing(database, actor="boss") as unit:
            accounts.create(unit, spelling, Wanted(role=Role.PLANNER), "boss")


def test_no_account_can_choose_the_name_of_an_erased_one() -> None:
    with pytest.raises(InputError):
        checked_name(pseudonym(12))


def test_twice_and_the_last_administrator_are_refused(
    database: Database, busy: StoredAccount
) -> None:
    with writing(database, actor="boss") as unit:
        erase(unit, busy, "boss")
    again = accounts.account_by_id(database, busy.account.id)
    with pytest.raises(Conflict, match="already"), writing(database, actor="boss") as unit:
        erase(unit, again, "boss")
    last = accounts.account_by_name(database, "admin-one")
    with pytest.raises(Conflict, match="last"), writing(database, actor="boss") as unit:
        erase(unit, last, "boss")
    assert accounts.account_by_name(database, "admin-one").account.disabled is False


def test_every_table_that_knows_accounts_is_known_here() -> None:
    assert {table.name for table, _, _ in references()} >= {
        "account_area",
        "account_link",
        "account_session",
        "account_station",
        "api_token",
        "notice",
        "notice_wish",
    }
    assert all(without in {"CASCADE", "SET NULL"} for _, _, without in references())
    named = {f"{table.name}.{column.name}" for table, column in namings()}
    assert {
        "revision.actor",
        "account_event.actor",
        "import_run.actor",
        "service_event.created_by",
    } <= named
    assert {column.name for table in Base.metadata.tables.values() for column in table.columns} | {
        "link_hash"
    } >= personal.SECRETS

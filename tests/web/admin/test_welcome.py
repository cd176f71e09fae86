"""Choosing a password by a link: once, in time, by whoever has it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.store import account_passwords, accounts
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support import people

CHOSEN = "第三碗面加了两个荷包蛋 at noon"


@pytest.fixture
def number(database: Database) -> int:
    people.account(database, "admin-one")
    return people.account(database, "li", Role.PLANNER, password=False)


@pytest.fixture
def link(database: Database, number: int) -> str:
    return make_link(database, number)


def make_link(database: Database, number: int) -> str:
    with writing(database, actor="test") as unit:
        return f"/admin/welcome/{account_passwords.make_link(unit, number, 'test')}"


def choose(client: FlaskClient, link: str, password: str = CHOSEN, again: str | None = None):  # type: ignore[no-untyped-def]
    return people.send(
        client,
        link,
        form="/admin/login",
        password=password,
        again=password if again is None else again,
    )


def test_a_link_sets_a_password_and_signs_in_once(
    client: FlaskClient, other: FlaskClient, link: str
) -> None:
    for _ in range(2):  # looking uses nothing up
        assert "给 li 设密码" in client.get(link).text
    assert choose(client, link).location == "/admin"
    assert client.get("/admin").status_code == 200
    for answer in (other.get(link), choose(other, link, "another good long 密码 here")):
        assert answer.status_code == 403
        assert "用过、过期" in answer.text
    assert people.sign_in(other, "li", CHOSEN).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "密码太短"),
        ("password123456789", "password123456789", "太常见"),
        (CHOSEN, "other", "两次写的密码不一样"),
        ("", "", "密码太短"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_the_link_still_holds(
    client: FlaskClient, link: str, password: str, again: str, words: str
) -> None:
    answer = choose(client, link, password, again)
    assert answer.status_code == 400
    assert answer.text.count(words) == 2  # on top and at the field
    assert 'aria-invalid="true"' in answer.text
    if password:
        assert password not in answer.text
    assert choose(client, link).status_code == 303


def test_a_new_link_ends_the_old_one_and_three_days_end_it(
    client: FlaskClient, database: Database, number: int, link: str
) -> None:
    newer = make_link(database, number)
    assert client.get(link).status_code == 403
    assert client.get(newer).status_code == 200
    people.execute(database, "UPDATE account_link SET expires_at = now()")
    assert client.get(newer).status_code == 403
    assert choose(client, newer).status_code == 403


def test_a_disabled_account_s_link_holds_no_more(
    client: FlaskClient, database: Database, number: int, link: str
) -> None:
    with writing(database, actor="test") as unit:
        accounts.disable(unit, number, "test")
    assert client.get(link).status_code == 403
    assert choose(client, link).status_code == 403
    assert value(database, "SELECT count(*) FROM account WHERE password_hash IS NULL") == 1


@pytest.mark.parametrize("secret", ["x", "%00", "{{7*7}}", "a" * 900, "..", "%F0%9F%98%80"])
def test_nobody_s_link_is_refused(client: FlaskClient, secret: str) -> None:
    answer = client.get(f"/admin/welcome/{secret}")
    assert answer.status_code in {403, 404, 308}
    assert "设密码" not in answer.text
    assert secret not in answer.text or len(secret) < 3


def test_a_new_password_ends_what_was_signed_in_before(
    client: FlaskClient, other: FlaskClient, database: Database
) -> None:
    number = people.account(database, "wang")
    people.by_password(other, "wang")
    assert choose(client, make_link(database, number)).status_code == 303
    assert other.get("/admin").location == "/admin/login"

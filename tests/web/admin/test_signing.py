"""Signing in and out: who gets in, what is said to the others, and what is never said."""

from __future__ import annotations

import logging
import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.accounts import Role, passwords
from station_map.store import account_passwords, accounts
from station_map.store.account_events import events_of
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.admin.signing import WRONG
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

HOSTILE = [name for name in HOSTILE_NAMES if len(name) < 100]


@pytest.fixture
def number(database: Database) -> int:
    return people.account(database, "Zhang", title="市总工会")


def test_in_and_out(client: FlaskClient, database: Database, number: int) -> None:
    assert client.get("/admin").location == "/admin/login"
    answer = people.sign_in(client, "zhang")
    assert (answer.status_code, answer.location) == (303, "/admin")
    page = client.get("/admin").text
    assert "市总工会" in page
    assert "系统管理员" in page
    answer = people.send(client, "/admin/logout", form="/admin")
    assert answer.location == "/admin/login?out=1"
    assert "已经退出" in client.get(answer.location).text
    assert client.get("/admin").location == "/admin/login"
    assert value(database, "SELECT count(*) FROM account_session") == 0
    assert [event.kind.value for event in events_of(database, number)][:2] == [
        "signed_out",
        "signed_in",
    ]


def test_the_cookie_of_before_is_worth_nothing_after_signing_out(
    client: FlaskClient, other: FlaskClient, number: int
) -> None:
    people.by_password(client, "zhang")
    stolen = cookie(client)
    people.send(client, "/admin/logout", form="/admin")
    other.set_cookie("station_map_admin", stolen, path="/admin")
    assert other.get("/admin").location == "/admin/login"


def cookie(client: FlaskClient) -> str:
    held = client.get_cookie("station_map_admin", path="/admin")
    assert held is not None
    return held.value


def test_a_wrong_name_a_wrong_password_and_a_disabled_account_look_alike(
    client: FlaskClient, database: Database, number: int
) -> None:
    gone = people.account(database, "gone")
    people.account(database, "invited", password=False)
    with writing(database, actor="test") as unit:
        accounts.disable(unit, gone, "test")
    pages = set()
    for name, password in (
        ("zhang", "wrong"),
        ("nobody", people.PASSWORD),
        ("gone", people.PASSWORD),
        ("invited", ""),
        ("", ""),
    ):
        answer = people.sign_in(client, name, password)
        assert answer.status_code == 401
        assert WRONG in answer.text
        page = re.sub(r'value="[^"]*"', "", answer.text)
        pages.add(page)
        assert client.get("/admin").location == "/admin/login"
    assert len(pages) == 1


def test_each_costs_one_verification_and_the_same_statements(
    client: FlaskClient, database: Database, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str | None] = []
    real = passwords.is_right

    def counting(password: str, stored: str | None) -> bool:
        verified.append(stored)
        return real(password, stored)

    monkeypatch.setattr(passwords, "is_right", counting)
    people.execute(database, "TRUNCATE sign_in_attempt")  # no place of a deleted row is left
    people.sign_in(client, "zhang", "wrong")
    people.sign_in(client, "nobody", "wrong")
    assert [stored is None for stored in verified] == [False, True]
    # Both wrote an attempt, and both wrote it anew when it had failed.
    written = rows(database, "SELECT ctid::text FROM sign_in_attempt ORDER BY ctid")
    assert written == [("(0,2)",), ("(0,4)",)]  # each row is the second version of itself


def test_too_many_attempts_wait_even_with_the_right_password(
    client: FlaskClient, database: Database, number: int
) -> None:
    for name in ("zhang", "nobody"):
        for _ in range(5):
            assert people.sign_in(client, name, "wrong").status_code == 401
        answer = people.sign_in(client, name)
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= 900
        assert "试得太多了" in answer.text
        assert "分钟以后再试" in answer.text
    kinds = [event.kind.value for event in events_of(database, number)]
    assert kinds.count("sign_in_failed") == 5
    people.sign_in(client, "zhang")
    assert [event.kind.value for event in events_of(database, number)].count("sign_in_barred") == 1
    people.execute(database, "UPDATE sign_in_attempt SET at = at - interval '16 minutes'")
    people.by_password(client, "zhang")


def test_signing_in_makes_a_session_of_its_own(
    client: FlaskClient, other: FlaskClient, database: Database, number: int
) -> None:
    """Fixation: what somebody planted before is not what is signed in after."""
    token = people.form_token(client.get("/admin/login").text)
    planted = cookie(client)
    other.set_cookie("station_map_admin", planted, path="/admin")
    answer = client.post(
        "/admin/login",
        data={"csrf_token": token, "name": "zhang", "password": people.PASSWORD},
    )
    assert answer.status_code == 303
    assert cookie(client) != planted
    assert other.get("/admin").location == "/admin/login"
    # The form's token of before holds no more either.
    assert client.post("/admin/logout", data={"csrf_token": token}).status_code == 403
    # Signing in again ends the session that this browser had.
    before = value(database, "SELECT id FROM account_session")
    token = people.form_token(client.get("/admin").text)
    client.post(
        "/admin/login", data={"csrf_token": token, "name": "zhang", "password": people.PASSWORD}
    )
    assert value(database, "SELECT id FROM account_session") != before


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, None),
        ({}, ""),
        ({}, "wrong"),
        ({}, "another's"),
        ({"Sec-Fetch-Site": "cross-site"}, "own"),
        ({"Sec-Fetch-Site": "same-site"}, "own"),
        ({"Origin": "https://evil.example"}, "own"),
        ({"Origin": "null"}, "own"),
    ],
    ids=str,
)
def test_forged_forms_are_refused(
    client: FlaskClient,
    other: FlaskClient,
    database: Database,
    number: int,
    headers: dict[str, str],
    token: str | None,
) -> None:
    own = people.form_token(client.get("/admin/login").text)
    others = people.form_token(other.get("/admin/login").text)
    sent = {"own": own, "another's": others}.get(token or "", token)
    data = {"name": "zhang", "password": people.PASSWORD} | (
        {} if sent is None else {"csrf_token": sent}
    )
    answer = client.post("/admin/login", data=data, headers=headers)
    assert answer.status_code == 403
    assert value(database, "SELECT count(*) FROM account_session") == 0
    assert value(database, "SELECT count(*) FROM sign_in_attempt") == 0


@pytest.mark.parametrize(
    ("onward", "leads"),
    [
        ("/admin/account", "/admin/account"),
        ("//evil.example", "/admin"),
        ("https://evil.example/admin", "/admin"),
        ("/admin/\\evil.example", "/admin"),
        ("/stations/1", "/admin"),
        ("javascript:alert(1)", "/admin"),
        ("/admin\r\nX-Evil: 1", "/admin"),
    ],
)
def test_going_on_stays_here(client: FlaskClient, number: int, onward: str, leads: str) -> None:
    page = f"/admin/login?next={quote(onward)}"
    answer = people.send(
        client, "/admin/login", form=page, name="zhang", password=people.PASSWORD, next=onward
    )
    assert answer.location == leads
    assert client.get(page).location == leads  # signed in already


def test_a_page_that_was_asked_for_is_come_back_to(client: FlaskClient, number: int) -> None:
    answer = client.get("/admin/users?done=x")
    assert answer.location == "/admin/login?next=/admin/users?done=x"
    form = client.get(answer.location)
    assert 'name="next" value="/admin/users?done=x"' in form.text


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_typed_is_only_text_and_stays_out_of_logs(
    client: FlaskClient, database: Database, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    told = f"{name}\r\nWARNING forged entry"
    answer = people.sign_in(client, told, "hunter2-hunter2")
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text
    if name == "{{7*7}}":
        assert name in answer.text  # what was typed is still there
    said = "\n".join(caplog.messages)
    assert "signing in failed, account unknown" in said
    for secret in (name, "forged entry", "hunter2"):
        assert secret not in said
    kept = value(database, "SELECT string_agg(a::text, '') FROM sign_in_attempt a")
    assert name not in kept
    assert rows(database, "SELECT * FROM account_event") == []


def test_no_log_and_no_audit_holds_a_secret(
    client: FlaskClient, database: Database, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people.sign_in(client, "zhang", "not " + people.PASSWORD)
    people.by_password(client, "zhang")
    told = "\n".join(caplog.messages) + value(
        database, "SELECT string_agg(e::text, '') FROM account_event e"
    )
    with client.session_transaction("/admin") as session:
        secrets = [people.PASSWORD, session["_user_id"]]
    assert all(secret not in told for secret in secrets)


def test_an_old_hash_is_renewed_by_signing_in(client: FlaskClient, database: Database) -> None:
    from argon2 import PasswordHasher

    number = people.account(database, "old", Role.PLANNER)
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(
        passwords.normalized(people.PASSWORD)
    )
    people.execute(database, "UPDATE account SET password_hash = %s", old)
    people.by_password(client, "old")
    renewed = account_passwords.hash_of(database, number)
    assert renewed is not None
    assert renewed != old
    assert not passwords.is_outdated(renewed)


def test_several_applications_know_the_session(
    app: Flask, client: FlaskClient, database: Database, number: int
) -> None:
    """As several server processes and machines do: one database, one secret."""
    from station_map.app import create_app
    from station_map.web.runtime import settings

    people.by_password(client, "zhang")
    with app.app_context():
        second = create_app(settings(), database).test_client()
    second.set_cookie("station_map_admin", cookie(client), path="/admin")
    assert second.get("/admin").status_code == 200


@pytest.mark.parametrize("content", ["x", "e30.x.y", "{{7*7}}", "\xff", "." * 3_000])
def test_a_broken_cookie_is_nobody(client: FlaskClient, content: str) -> None:
    client.set_cookie("station_map_admin", content, path="/admin")
    client.set_cookie("remember_token", "1|" + content, path="/admin")
    assert client.get("/admin").location == "/admin/login"
    assert client.get("/admin/login").status_code == 200


def test_password_managers_are_helped(client: FlaskClient) -> None:
    page = client.get("/admin/login").text
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert 'autocomplete="username"' in page
    assert "<script" not in page

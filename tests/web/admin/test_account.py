"""One's own account: password, sessions, tokens; and nobody else's."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.store import api_tokens
from station_map.store.account_events import events_of
from station_map.store.database import Database
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

OWN = "/admin/account"
CHOSEN = "第三碗面加了两个荷包蛋 at noon"


@pytest.fixture
def number(database: Database, client: FlaskClient) -> int:
    number = people.account(database, "li", Role.EDITOR, areas=("340602",))
    people.signed_in(client, "li")
    return number


def change(client: FlaskClient, old: str, new: str, again: str | None = None):  # type: ignore[no-untyped-def]
    return people.send(
        client,
        f"{OWN}/password",
        form=OWN,
        old=old,
        password=new,
        again=new if again is None else again,
    )


def test_a_new_password_holds_and_ends_the_other_sessions(
    client: FlaskClient, other: FlaskClient, database: Database, number: int
) -> None:
    people.by_password(other, "li")
    before = value(database, "SELECT min(id) FROM account_session")
    assert change(client, people.PASSWORD, CHOSEN).location == f"{OWN}?done=password"
    assert "密码改好了" in client.get(f"{OWN}?done=password").text
    assert other.get("/admin").location == "/admin/login"
    assert value(database, "SELECT count(*) FROM account_session") == 1
    assert value(database, "SELECT min(id) FROM account_session") > before  # a new secret here too
    assert people.sign_in(other, "li").status_code == 401
    assert people.sign_in(other, "li", CHOSEN).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "status", "words"),
    [
        ("wrong", CHOSEN, CHOSEN, 400, "现在的密码不对"),
        ("", CHOSEN, CHOSEN, 400, "现在的密码不对"),
        (people.PASSWORD, "short", "short", 400, "密码太短"),
        (people.PASSWORD, CHOSEN, CHOSEN + "x", 400, "两次写的密码不一样"),
        (people.PASSWORD, "li li li li li li li li", "li li li li li li li li", 400, "太常见"),
    ],
    ids=["wrong", "empty", "short", "differ", "common"],
)
def test_what_cannot_be_taken_is_said_and_nothing_changes(
    client: FlaskClient, number: int, old: str, new: str, again: str, status: int, words: str
) -> None:
    answer = change(client, old, new, again)
    assert answer.status_code == status
    assert answer.text.count(words) == 2
    assert new not in answer.text
    assert people.PASSWORD not in answer.text
    assert client.get(OWN).status_code == 200


def test_guessing_the_old_password_is_bounded_too(client: FlaskClient, number: int) -> None:
    for _ in range(5):
        assert change(client, "wrong", CHOSEN).status_code == 400
    answer = change(client, people.PASSWORD, CHOSEN)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_sessions_are_shown_in_words_and_ended_one_by_one_or_all(
    client: FlaskClient, other: FlaskClient, database: Database, number: int
) -> None:
    agent = "Mozilla/5.0 (iPhone) MicroMessenger/8.0 <script>alert(1)</script>"
    token = people.form_token(other.get("/admin/login").text)
    fields = {"csrf_token": token, "name": "li", "password": people.PASSWORD}
    other.post("/admin/login", data=fields, headers={"User-Agent": agent})
    page = client.get(OWN).text
    assert "微信 · iPhone" in page
    assert "alert(1)" not in page
    assert page.count("就是这里") == 1
    assert agent not in value(database, "SELECT string_agg(s::text, '') FROM account_session s")
    theirs = value(database, "SELECT max(id) FROM account_session")
    people.send(client, f"{OWN}/sessions/{theirs}/end", form=OWN)
    assert other.get("/admin").location == "/admin/login"
    people.by_password(other, "li")
    people.send(client, f"{OWN}/sessions/end", form=OWN)
    assert other.get("/admin").location == "/admin/login"
    assert client.get("/admin").status_code == 200
    mine = value(database, "SELECT id FROM account_session")
    people.send(client, f"{OWN}/sessions/{mine}/end", form=OWN)
    assert client.get("/admin").location == "/admin/login"


def test_nobody_touches_what_is_another_s(
    client: FlaskClient, other: FlaskClient, database: Database, number: int
) -> None:
    people.account(database, "boss")
    people.by_password(other, "boss")
    made = make(other, label="boss's")
    assert made.status_code == 200
    session = value(
        database,
        "SELECT s.id FROM account_session s JOIN account a ON a.id = account_id WHERE name = 'boss'",
    )
    token = value(database, "SELECT id FROM api_token")
    for address in (f"{OWN}/sessions/{session}/end", f"{OWN}/tokens/{token}/revoke"):
        assert people.send(client, address, form=OWN).status_code == 404
    assert other.get("/admin").status_code == 200
    assert "boss's" not in client.get(OWN).text
    assert value(database, "SELECT count(*) FROM api_token WHERE revoked_at IS NULL") == 1


@pytest.mark.parametrize("id_", ["0", "99999999999999999999", "-1", "x", "1.5", "%00"])
def test_numbers_that_are_none_are_not_found(client: FlaskClient, number: int, id_: str) -> None:
    for kind in ("sessions/{}/end", "tokens/{}/revoke"):
        answer = people.send(client, f"{OWN}/{kind.format(id_)}", form=OWN)
        assert answer.status_code == 404


def make(client: FlaskClient, **fields: object):  # type: ignore[no-untyped-def]
    return people.send(client, f"{OWN}/tokens", form=OWN, **({"days": "30"} | fields))


def test_a_token_is_shown_once_works_and_is_revoked(
    client: FlaskClient, database: Database, number: int
) -> None:
    answer = make(client, label="一号站的屏", scopes=["live:write", "stations:write"])
    token = re.search(r"sm_[\w-]+", answer.text)
    assert token is not None
    held = api_tokens.holder(database, token[0])
    assert held is not None
    assert {scope.value for scope in held.scopes} == {"live:write", "stations:write"}
    assert value(database, "SELECT expires_at - created_at = interval '30 days' FROM api_token")
    page = client.get(OWN).text
    assert token[0] not in page
    assert "一号站的屏" in page
    assert held.prefix in page
    people.send(client, f"{OWN}/tokens/{held.token}/revoke", form=OWN)
    assert api_tokens.holder(database, token[0]) is None
    assert [event.kind.value for event in events_of(database, number)][:2] == [
        "token_revoked",
        "token_made",
    ]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"label": ""}, "写一句用在哪里"),
        ({"label": "x" * 61}, "写一句用在哪里"),
        ({"label": "x", "days": "9999"}, "多久后失效"),
        ({"label": "x", "days": ""}, "多久后失效"),
        ({"label": "x", "scopes": ["planning:run"]}, "不能给的权限"),
        ({"label": "x", "scopes": ["everything"]}, "不能给的权限"),
        ({"label": "a\u202eb"}, "一行字"),
    ],
    ids=str,
)
def test_a_token_that_cannot_be_had_is_refused_in_words(
    client: FlaskClient, database: Database, number: int, fields: dict[str, object], words: str
) -> None:
    answer = make(client, **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert rows(database, "SELECT * FROM api_token") == []


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if len(name) < 60])
def test_hostile_labels_are_only_text(
    client: FlaskClient, database: Database, number: int, name: str
) -> None:
    answer = make(client, label=name)
    page = client.get(OWN).text
    for text in (answer.text, page):
        assert "<script>alert" not in text
        assert "<!-- ]]>" not in text
    if answer.status_code == 200 and name == "{{7*7}}":
        assert "{{7*7}}" in page


def test_someone_without_a_password_is_not_asked_for_one(
    client: FlaskClient, database: Database, number: int
) -> None:
    people.execute(database, "UPDATE account SET password_hash = NULL")
    page = client.get(OWN).text
    assert "这里没有密码" in page
    assert 'type="password"' not in page

"""Accounts for administrators: made, changed, linked, shut out at once."""

from __future__ import annotations

import datetime as dt
import re
from html import escape

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.store import accounts, api_tokens
from station_map.store.account_events import events_of
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

USERS = "/admin/users"


@pytest.fixture
def boss(database: Database, client: FlaskClient) -> int:
    number = people.account(database, "boss", title="市总工会")
    people.signed_in(client, "boss")
    return number


def add(client: FlaskClient, **fields: object):  # type: ignore[no-untyped-def]
    return people.send(client, USERS, form=USERS, **({"name": "li", "role": "planner"} | fields))


def test_an_account_is_made_and_its_owner_gets_in_by_the_link(
    client: FlaskClient, other: FlaskClient, database: Database, boss: int
) -> None:
    codes = save(database, [station("甲"), station("乙")])
    answer = add(
        client,
        role="keeper",
        title="邮局 李",
        email="Li@Example.org",
        stations=f"{codes[0]}\n{codes[1]}，{codes[0]}",
        areas=["340602"],  # only an editor has areas
    )
    assert answer.status_code == 200
    stored = accounts.account_by_name(database, "li")
    assert stored.account.role is Role.KEEPER
    assert stored.station_codes == tuple(sorted(codes))
    assert stored.account.areas == frozenset()
    assert (stored.email, stored.created_by) == ("li@example.org", "boss")
    link = re.search(r"http://localhost(/admin/welcome/[\w-]+)", answer.text)
    assert link is not None
    chosen = "第三碗面加了两个荷包蛋 at noon"
    people.send(other, link[1], password=chosen, again=chosen)
    page = other.get("/admin").text
    assert all(code in page for code in codes)
    assert "/admin/users" not in page
    assert other.get(USERS).status_code == 403
    assert link[1] not in client.get(f"{USERS}/{stored.account.id}").text
    assert "邮局 李" in client.get(USERS).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "帐号名要"),
        ({"name": "two words"}, "帐号名要"),
        ({"name": "BOSS"}, "已经有了"),
        ({"role": "root"}, "请选一个角色"),
        ({"role": ""}, "请选一个角色"),
        ({"role": "keeper", "stations": "none"}, "没有这个驿站编号"),
        ({"role": "keeper", "stations": "{{7*7}}"}, "没有这个驿站编号"),
        ({"role": "editor", "areas": ["999999"]}, "没有这个地区编号"),
        ({"email": "nowhere"}, "邮箱不对"),
        ({"title": "x" * 101}, "称呼是一行字"),
    ],
    ids=str,
)
def test_what_cannot_be_had_is_said_and_nothing_is_made(
    client: FlaskClient, database: Database, boss: int, fields: dict[str, object], words: str
) -> None:
    answer = add(client, **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert value(database, "SELECT count(*) FROM account") == 1
    for name, given in fields.items():
        if name == "stations":
            assert escape(str(given)) in answer.text  # what was filled in is still there


def test_rights_change_at_once(
    client: FlaskClient, other: FlaskClient, database: Database, boss: int
) -> None:
    number = people.account(database, "li", Role.ADMIN)
    people.by_password(other, "li")
    assert other.get(USERS).status_code == 200
    answer = people.send(
        client, f"{USERS}/{number}", form=USERS, role="editor", areas=["340602", "340603"]
    )
    assert answer.location == f"{USERS}/{number}?done=changed"
    assert other.get(USERS).status_code == 403
    assert "杜集区" in other.get("/admin").text
    assert "role" in client.get(f"{USERS}/{number}").text


def test_disabling_ends_sessions_and_tokens_at_once(
    client: FlaskClient, other: FlaskClient, database: Database, boss: int
) -> None:
    number = people.account(database, "li", Role.PLANNER)
    people.by_password(other, "li")
    with writing(database, actor="li") as unit:
        token = api_tokens.make(unit, number, "t", (), dt.timedelta(days=1), "li")
    bearer = {"Authorization": f"Bearer {token}"}
    assert other.get("/api/v1/me", headers=bearer).status_code == 200
    people.send(client, f"{USERS}/{number}/disable", form=USERS)
    assert other.get("/admin").location == "/admin/login"
    assert other.get("/api/v1/me", headers=bearer).status_code == 401
    assert people.sign_in(other, "li").status_code == 401
    assert people.send(client, f"{USERS}/{number}/link", form=USERS).status_code == 409
    people.send(client, f"{USERS}/{number}/enable", form=USERS)
    assert people.sign_in(other, "li").status_code == 303
    assert [event.kind.value for event in events_of(database, number)].count("disabled") == 1


def test_somebody_is_signed_out_everywhere(
    client: FlaskClient, other: FlaskClient, database: Database, boss: int
) -> None:
    number = people.account(database, "li", Role.PLANNER)
    people.by_password(other, "li")
    people.send(client, f"{USERS}/{number}/sessions/end", form=USERS)
    assert other.get("/admin").location == "/admin/login"


def test_the_last_administrator_stays(client: FlaskClient, database: Database, boss: int) -> None:
    answer = people.send(client, f"{USERS}/{boss}/disable", form=USERS)
    assert answer.status_code == 409
    assert "最后一个系统管理员" in answer.text
    answer = people.send(client, f"{USERS}/{boss}", form=USERS, role="planner")
    assert answer.status_code == 409
    assert "最后一个系统管理员" in answer.text
    assert client.get(USERS).status_code == 200


@pytest.mark.parametrize("role", [Role.KEEPER, Role.EDITOR, Role.PLANNER])
def test_others_see_no_addresses_and_change_nothing(
    client: FlaskClient, database: Database, role: Role
) -> None:
    number = people.account(database, "boss", email="boss@example.org")
    people.account(database, "li", role)
    people.by_password(client, "li")
    for address in (USERS, f"{USERS}/{number}", "/admin/events"):
        answer = client.get(address)
        assert answer.status_code == 403
        assert "example.org" not in answer.text
    for action in ("", "/link", "/disable", "/sessions/end"):
        form = people.send(client, f"{USERS}/{number}{action}", form="/admin", role="planner")
        assert form.status_code == 403
    assert accounts.account_by_id(database, number).account.role is Role.ADMIN


@pytest.mark.parametrize("number", ["0", "999", "99999999999999999999", "x"])
def test_who_is_not_there_is_not_found(client: FlaskClient, boss: int, number: str) -> None:
    assert client.get(f"{USERS}/{number}").status_code == 404
    for action in ("", "/link", "/disable", "/enable", "/sessions/end"):
        answer = people.send(client, f"{USERS}/{number}{action}", form=USERS, role="planner")
        assert answer.status_code == 404, action


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if len(name) < 60])
def test_hostile_titles_are_only_text_on_every_page(
    client: FlaskClient, database: Database, boss: int, name: str
) -> None:
    number = people.account(database, "li", Role.PLANNER, title=name)
    with writing(database, actor="li") as unit:
        accounts.change(unit, number, accounts.Wanted(role=Role.ADMIN, title=name + "!"), "li")
    for address in (USERS, f"{USERS}/{number}", "/admin/events", "/admin"):
        page = client.get(address).text
        assert "<script>alert" not in page
        assert "<!-- ]]>" not in page
        if name == "{{7*7}}" and address != "/admin":
            assert "{{7*7}}" in page


def test_the_audit_is_shown_to_administrators(client: FlaskClient, boss: int) -> None:
    people.sign_in(client.application.test_client(), "boss", "wrong")
    page = client.get("/admin/events").text
    assert "登录没成功" in page
    assert "没登录的人" in page
    assert "建立帐号" in page
    assert "方式：密码" in page


def test_a_change_is_told_in_words(client: FlaskClient, database: Database, boss: int) -> None:
    number = people.account(database, "li", Role.PLANNER)
    fields = {"role": "editor", "areas": ["340602"], "title": "{{7*7}}", "email": "li@example.org"}
    people.send(client, f"{USERS}/{number}", form=USERS, **fields)
    page = client.get(f"{USERS}/{number}").text
    for words in (
        "角色：规划员 → 地区编辑",
        "地区：没有 → 340602",
        "称呼：没有 → {{7*7}}",
        "邮箱：改了",
    ):
        assert words in page

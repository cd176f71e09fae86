"""`station-map users …`: the first administrator is made here, and never with a default password."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from station_map.cli import main
from station_map.domain.accounts import Role
from station_map.store import accounts, api_tokens
from station_map.store.account_events import events_of
from station_map.store.database import Database
from tests.store.merging import value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

pytestmark = pytest.mark.usefixtures("outside")


def run(*arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(main, ["users", *arguments], input=typed)


def test_the_first_administrator_reads_its_password_from_stdin(
    database: Database, client: FlaskClient
) -> None:
    got = run("add", "zhang", "--role", "admin", "--password-stdin", typed=people.PASSWORD + "\n")
    assert got.exit_code == 0, got.output
    assert people.PASSWORD not in got.output
    stored = accounts.account_by_name(database, "zhang")
    assert stored.account.role is Role.ADMIN
    assert stored.created_by.startswith("cli")
    people.by_password(client, "zhang")


def test_a_terminal_is_asked_twice_and_shows_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station_map.cli.users._has_terminal", lambda: True)
    typed = f"{people.PASSWORD}\n{people.PASSWORD}\n"
    got = run("add", "zhang", "--role", "admin", typed=typed)
    assert got.exit_code == 0, got.output
    assert people.PASSWORD not in got.output
    assert accounts.account_by_name(database, "zhang").has_password
    differing = run("reset", "zhang", typed="one of them is long\nthe other is long too\n")
    assert differing.exit_code == 1


def test_without_a_terminal_it_asks_for_a_way(database: Database) -> None:
    got = run("add", "zhang", "--role", "admin")
    assert got.exit_code == 2
    assert "--password-stdin, or --link" in got.output
    assert value(database, "SELECT count(*) FROM account") == 0


def test_a_link_is_good_once(database: Database, client: FlaskClient) -> None:
    got = run("add", "li", "--role", "planner", "--link")
    assert got.exit_code == 0, got.output
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/admin/welcome/[\w-]+)", got.output)
    chosen = "第三碗面加了两个荷包蛋 at noon"
    people.send(client, link, password=chosen, again=chosen)
    assert client.get("/admin").status_code == 200


def test_the_public_address_is_in_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATION_MAP_PUBLIC_URL", "https://stations.example.org")
    assert (
        "https://stations.example.org/admin/welcome/"
        in run("add", "li", "--role", "admin", "--link").output
    )


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "words"),
    [
        (["add", "two words", "--role", "admin", "--link"], None, 2, "帐号名要"),
        (["add", "zhang", "--role", "root", "--link"], None, 2, "root"),
        (["add", "zhang"], None, 2, "--role"),
        (["add", "zhang", "--role", "admin", "--password-stdin"], "short\n", 2, "密码太短"),
        (
            ["add", "zhang", "--role", "admin", "--password-stdin"],
            "password123456789\n",
            2,
            "太常见",
        ),
        (["add", "zhang", "--role", "admin", "--password-stdin"], "", 2, "密码太短"),
        (["add", "zhang", "--role", "admin", "--station", "x", "--link"], None, 2, "keeper"),
        (["add", "zhang", "--role", "keeper", "--area", "340602", "--link"], None, 2, "editor"),
        (["add", "zhang", "--role", "keeper", "--station", "none", "--link"], None, 2, "驿站编号"),
        (["add", "zhang", "--role", "editor", "--area", "999999", "--link"], None, 2, "地区编号"),
        (["add", "zhang", "--role", "admin", "--email", "x", "--link"], None, 2, "邮箱不对"),
        (["disable", "nobody"], None, 1, "nobody"),
        (["enable", "nobody"], None, 1, "nobody"),
        (["reset", "nobody", "--link"], None, 1, "nobody"),
        (["token", "nobody", "--label", "x"], None, 1, "nobody"),
        (["sessions", "nobody"], None, 1, "nobody"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else None,
)
def test_what_cannot_be_done_is_said(
    database: Database, arguments: list[str], typed: str | None, code: int, words: str
) -> None:
    got = run(*arguments, typed=typed)
    assert got.exit_code == code, got.output
    assert words in got.output
    assert value(database, "SELECT count(*) FROM account") == 0


def test_list_tells_role_scope_and_state(database: Database) -> None:
    assert "没有" in run("list").output
    codes = save(database, [station("甲")])
    people.account(
        database, "kai", Role.KEEPER, stations=tuple(codes), title="邮局", password=False
    )
    people.account(database, "boss")
    assert run("disable", "kai").exit_code == 0
    lines = run("list").output.splitlines()
    assert lines[0].startswith("boss  admin")
    assert lines[1].startswith(f"kai  keeper  {codes[0]}  邮局")
    assert "停用" in lines[1]
    assert run("enable", "KAI").exit_code == 0
    assert "停用" not in run("list").output


def test_reset_signs_out_everywhere(database: Database, client: FlaskClient) -> None:
    number = people.account(database, "li")
    people.by_password(client, "li")
    new = "第三碗面加了两个荷包蛋 at noon"
    assert run("reset", "li", "--password-stdin", typed=new + "\n").exit_code == 0
    assert client.get("/admin").location == "/admin/login"
    assert people.sign_in(client, "li", new).status_code == 303
    assert events_of(database, number)[1].actor.startswith("cli")
    assert "/admin/welcome/" in run("reset", "li", "--link").output
    people.account(database, "boss")
    run("disable", "li")
    assert run("reset", "li", "--link").exit_code == 1
    assert run("disable", "boss").exit_code == 1  # the last administrator


def test_sessions_are_shown_and_ended(database: Database, client: FlaskClient) -> None:
    people.account(database, "li")
    assert "没有" in run("sessions", "li").output
    people.by_password(client, "li")
    assert "不认识的浏览器" in run("sessions", "li").output
    assert "1 处已退出" in run("sessions", "li", "--end").output
    assert client.get("/admin").location == "/admin/login"


def test_a_token_is_printed_alone_and_works(database: Database) -> None:
    people.account(database, "li", Role.EDITOR, areas=("340602",))
    got = run("token", "li", "--label", "屏", "--scope", "live:write", "--days", "7")
    held = api_tokens.holder(database, got.output.strip())
    assert held is not None
    assert [scope.value for scope in held.scopes] == ["live:write"]
    assert run("token", "li", "--label", "x", "--scope", "planning:run").exit_code == 2
    assert run("token", "li", "--label", "x", "--scope", "all").exit_code == 2
    assert run("token", "li", "--label", "", "--scope", "live:write").exit_code == 2


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if len(name) < 60])
def test_hostile_titles_and_names(database: Database, name: str) -> None:
    got = run("add", "li", "--role", "planner", "--title", name, "--link")
    assert got.exit_code in {0, 2}, got.output
    if got.exit_code == 0:
        title = accounts.account_by_name(database, "li").account.title
        assert title in run("list").output
    assert run("disable", name).exit_code in {1, 2}


def test_an_account_is_told_and_erased(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    people.account(database)
    people.account(database, "li", title="李", email="li@a.cn")
    path = tmp_path / "li.json"
    done = CliRunner().invoke(main, ["users", "export", "li", "-o", str(path)])
    assert done.exit_code == 0, done.output
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text("utf-8"))["about"]["account"][0]["email"] == "li@a.cn"
    shown = CliRunner().invoke(main, ["users", "export", "li"])
    assert json.loads(shown.output)["about"]["account_event"][-1]["kind"] == "exported"
    asked = CliRunner().invoke(main, ["users", "erase", "li"], input="n\n")
    assert asked.exit_code == 1
    assert "li@a.cn" in CliRunner().invoke(main, ["users", "export", "li"]).output
    erased = CliRunner().invoke(main, ["users", "erase", "li", "--yes"])
    assert erased.exit_code == 0, erased.output
    assert "li → (erased " in erased.output
    assert CliRunner().invoke(main, ["users", "export", "li"]).exit_code == 1

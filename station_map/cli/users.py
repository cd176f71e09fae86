"""`users …`: accounts, from the machine itself. The first administrator is made here."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import psycopg

from station_map.cli.environment import actor, database_for_verb, note, say
from station_map.cli.ports import shown_url
from station_map.domain.accounts import Role, Scope, passwords, scopes_for
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.names import checked_email, checked_name, checked_title
from station_map.domain.accounts.signing_in import (
    LINK_LASTS,
    TOKEN_LABEL_LONGEST,
    TOKEN_LASTS_DAYS,
    SessionLife,
)
from station_map.domain.hours import SHANGHAI
from station_map.errors import Conflict, InputError
from station_map.settings import read_settings
from station_map.store import account_passwords, account_sessions, accounts, api_tokens, personal
from station_map.store.account_events import record
from station_map.store.accounts import StoredAccount, Wanted
from station_map.store.database import Database
from station_map.store.writing import writing

_stdin = click.option(
    "--password-stdin",
    is_flag=True,
    help="从标准输入读密码（一行）。 Read the password from stdin.",
)
_link = click.option(
    "--link", is_flag=True, help="不设密码，给一个一次性链接。 Give a one-time link instead."
)
_name = click.argument("name")


@click.group()
def users() -> None:
    """登录用的帐号。 Accounts for signing in."""


@users.command()
@_name
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in Role]),
    help="角色。 Its role.",
)
@click.option("--title", default="", metavar="TEXT", help="单位或姓名。 Who it is, for people.")
@click.option("--email", default="", help="单位邮箱，认统一登录用。 For the identity provider.")
@click.option(
    "--station",
    "stations",
    multiple=True,
    metavar="CODE",
    help="keeper 管的驿站，可写几次。 Keeps it.",
)
@click.option(
    "--area", "areas", multiple=True, metavar="ADCODE", help="editor 管的地区，可写几次。 Edits it."
)
@_stdin
@_link
def add(name: str, *, password_stdin: bool, link: bool, **more: Any) -> None:
    """开一个帐号，密码在终端里问，没有默认密码。

    Makes an account. Its password is asked for on the terminal, read from standard input, or chosen
    by its owner through a one-time link; there is no default one.
    """
    name, wanted = checked_name(name), _wanted(more)
    hashed = None if link else passwords.hashed(_password(name, password_stdin))
    with database_for_verb() as database, _writing(database) as unit:
        number = accounts.create(unit, name, wanted, actor())
        secret = _give_password(unit, number, hashed)
    say(f"{name}: {wanted.role.value} ({wanted.role.zh})")
    _say_link(secret)


def _wanted(more: dict[str, Any]) -> Wanted:
    role = Role(more["role"])
    if more["stations"] and role is not Role.KEEPER:
        raise InputError("--station 只给 keeper。 --station goes with --role keeper.")
    if more["areas"] and role is not Role.EDITOR:
        raise InputError("--area 只给 editor。 --area goes with --role editor.")
    return Wanted(
        role=role,
        title=checked_title(more["title"]),
        email=checked_email(more["email"]),
        stations=tuple(dict.fromkeys(more["stations"])),
        areas=tuple(dict.fromkeys(more["areas"])),
    )


def _writing(database: Database) -> Any:
    return writing(database, actor=actor())


def _password(name: str, from_stdin: bool) -> str:
    """The chosen password, checked. Raises InputError."""
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
    elif _has_terminal():
        given = click.prompt(
            f"{name} 的密码（至少 {passwords.SHORTEST} 个字） / password",
            hide_input=True,
            confirmation_prompt="再写一次 / again",
            err=True,
        )
    else:
        raise InputError(
            "这里没有终端可以问密码。 There is no terminal to ask for a password.",
            allowed="--password-stdin, or --link",
            example=f"station-map users add {name} --role admin --link",
        )
    passwords.check_password(given, names=[name])
    return given


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _give_password(unit: psycopg.Connection, number: int, hashed: str | None) -> str | None:
    """Set the password, or make a link; its secret."""
    if hashed is None:
        return account_passwords.make_link(unit, number, actor())
    account_passwords.set_password(unit, number, hashed, actor())
    return None


def _say_link(secret: str | None) -> None:
    if secret is None:
        return
    settings = read_settings()
    base = settings.public_url or shown_url(settings.host, settings.port)
    say(f"{base.rstrip('/')}/admin/welcome/{secret}")
    note(
        f"交给本人：{LINK_LASTS.days} 天内有效，只能用一次，只显示这一次。"
        f" For its owner: good for {LINK_LASTS.days} days, once, and shown only now."
    )


@users.command("list")
def list_users() -> None:
    """所有帐号。 Every account."""
    with database_for_verb() as database:
        found = accounts.all_accounts(database)
    for one in found:
        say(_line(one))
    if not found:
        say("没有。 None.")


def _line(one: StoredAccount) -> str:
    where = " ".join((*one.station_codes, *sorted(one.account.areas)))
    last = f"{one.last_signed_in_at:%Y-%m-%d}" if one.last_signed_in_at else "-"
    words = (
        one.account.name,
        one.account.role.value,
        where,
        one.account.title,
        f"登录 / signed in: {last}",
        "没有密码 / no password" if not one.has_password else "",
        "停用 / disabled" if one.disabled_at else "",
    )
    return "  ".join(word for word in words if word)


@users.command()
@_name
def disable(name: str) -> None:
    """停用：登录和令牌马上失效。 Shut an account out at once, its tokens too."""
    _change(name, accounts.disable)
    say(f"{name}: 已停用 / disabled")


@users.command()
@_name
def enable(name: str) -> None:
    """恢复一个停用的帐号。 Let a disabled account in again."""
    _change(name, accounts.enable)
    say(f"{name}: 已恢复 / enabled")


def _change(name: str, change: Callable[[psycopg.Connection, int, str], None]) -> None:
    with database_for_verb() as database:
        number = accounts.account_by_name(database, name).account.id
        with _writing(database) as unit:
            change(unit, number, actor())


@users.command()
@_name
@_stdin
@_link
def reset(name: str, *, password_stdin: bool, link: bool) -> None:
    """换一个密码，各处的登录都退出；--link 让本人来设，旧密码到那时还能用。

    Sets a new password and signs the account out everywhere. With --link its owner chooses it; the old one
    holds until then.
    """
    with database_for_verb() as database:
        stored = accounts.account_by_name(database, name)
        if stored.account.disabled:
            raise Conflict(f"{name} 停用了，先恢复。 {name} is disabled; enable it first.")
        hashed = None if link else passwords.hashed(_password(stored.account.name, password_stdin))
        with _writing(database) as unit:
            secret = _give_password(unit, stored.account.id, hashed)
    say(f"{stored.account.name}: " + ("链接 / link" if link else "密码已换 / password set"))
    _say_link(secret)


@users.command()
@_name
@click.option("--label", required=True, metavar="TEXT", help="用在哪里。 What it is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="能做什么，可写几次。 What it may do; may be repeated.",
)
@click.option(
    "--days",
    type=click.Choice([str(days) for days in TOKEN_LASTS_DAYS]),
    default="90",
    help="多少天后失效（默认 90）。 Days until it ends (default 90).",
)
def token(name: str, label: str, scopes: tuple[str, ...], days: str) -> None:
    """给帐号建一个接口令牌，只显示这一次。 Make a token for the API; shown only now."""
    label = checked_title(label)
    if not 1 <= len(label) <= TOKEN_LABEL_LONGEST:
        raise InputError(f"--label 最多 {TOKEN_LABEL_LONGEST} 个字。 --label is too long or empty.")
    with database_for_verb() as database:
        stored = accounts.account_by_name(database, name)
        if stored.account.disabled:
            raise Conflict(f"{name} 停用了。 {name} is disabled.")
        chosen = _scopes(stored, scopes)
        lasts = dt.timedelta(days=int(days))
        with _writing(database) as unit:
            made = api_tokens.make(unit, stored.account.id, label, chosen, lasts, actor())
    say(made)


def _scopes(stored: StoredAccount, told: tuple[str, ...]) -> list[Scope]:
    allowed = scopes_for(stored.account)
    refused = [one for one in told if Scope(one) not in allowed]
    if refused:
        raise InputError(
            f"{stored.account.role.value} 不能有 {refused[0]}。"
            f" A {stored.account.role.value} cannot have {refused[0]}.",
            parameter="--scope",
            allowed=", ".join(scope.value for scope in allowed) or "none",
        )
    return [Scope(one) for one in dict.fromkeys(told)]


@users.command()
@_name
@click.option("--end", is_flag=True, help="全部退出。 Sign it out everywhere.")
def sessions(name: str, *, end: bool) -> None:
    """在哪里登录着。 Where an account is signed in."""
    settings = read_settings()
    life = SessionLife.of(settings.session_idle_minutes, settings.session_hours)
    with database_for_verb() as database:
        number = accounts.account_by_name(database, name).account.id
        found = account_sessions.sessions_of(database, number, life)
        if end:
            with _writing(database) as unit:
                count = account_sessions.end_all(unit, number, actor())
            say(f"{count} 处已退出。 {count} signed out.")
            return
    for one in found:
        begun, seen = (
            f"{at.astimezone(SHANGHAI):%m-%d %H:%M}" for at in (one.created_at, one.seen_at)
        )
        say(f"{one.device}  {begun} – {seen}")
    if not found:
        say("没有。 None.")


@users.command()
@_name
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到这个文件（只有自己能读）。 Write to this file, which only its owner can read.",
)
def export(name: str, output: Path | None) -> None:
    """把存着的关于一个帐号的一切写成 JSON，密码和令牌除外。

    Tells everything that is stored about an account as JSON, without what proves it.
    """
    with database_for_verb() as database:
        stored = accounts.account_by_name(database, name)
        told = json.dumps(personal.export(database, stored), ensure_ascii=False, indent=1)
        with _writing(database) as unit:
            record(unit, stored.account.id, EventKind.EXPORTED, actor())
    if output is None:
        say(told)
        return
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(told + "\n")


@users.command()
@_name
@click.confirmation_option(
    prompt="抹掉以后不能恢复，继续吗？ What is erased cannot be brought back; go on?"
)
def erase(name: str) -> None:
    """停用一个帐号，并抹掉它的个人数据；只增不改的记录里还留着帐号名。

    Shuts an account out and erases what is personal about it. Records that are only added to keep its name.
    """
    with database_for_verb() as database:
        stored = accounts.account_by_name(database, name)
        with _writing(database) as unit:
            new = personal.erase(unit, stored, actor())
    say(f"{stored.account.name} → {new}")

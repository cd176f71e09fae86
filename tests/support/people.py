"""Accounts for tests, and browsers that are signed in."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import psycopg
from flask import session
from flask.testing import FlaskClient

from station_map.domain.accounts import Role, passwords
from station_map.store import account_passwords, accounts
from station_map.store.accounts import Wanted
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.runtime import database as its_database

PASSWORD = "七只猫在雨里骑车 to the river"


@cache
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


def account(
    database: Database,
    name: str = "admin-one",
    role: Role = Role.ADMIN,
    *,
    title: str = "",
    email: str | None = None,
    stations: tuple[str, ...] = (),
    areas: tuple[str, ...] = (),
    password: bool = True,
) -> int:
    """An account whose password is PASSWORD, unless it shall have none; its id."""
    wanted = Wanted(role=role, title=title, email=email, stations=stations, areas=areas)
    with writing(database, actor="test") as unit:
        number = accounts.create(unit, name, wanted, "test")
        if password:
            account_passwords.set_password(unit, number, password_hash(), "test")
    return number


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return unescape(found[1])


def send(client: FlaskClient, address: str, /, *, form: str = "/admin/login", **fields: object):  # type: ignore[no-untyped-def]
    """POST to `address` as a browser does that has the page `form` open."""
    token = form_token(client.get(form).text)
    return client.post(address, data={"csrf_token": token, **fields})


def sign_in(client: FlaskClient, name: str = "admin-one", password: str = PASSWORD, **more: str):  # type: ignore[no-untyped-def]
    return send(client, "/admin/login", name=name, password=password, **more)


def by_password(client: FlaskClient, name: str = "admin-one") -> FlaskClient:
    """A browser that has signed in by the form."""
    answer = sign_in(client, name)
    assert answer.status_code == 303, answer.text
    return client


def signed_in(client: FlaskClient, name: str = "admin-one") -> FlaskClient:
    """A browser in which `name` is signed in, for tests that are not about how one does that.

    All but the form and the password, whose check takes its time on purpose.
    """
    at = "/admin/login"
    with client.session_transaction(at) as kept, client.application.test_request_context(at):
        number = account_passwords.stored_hash(its_database(), name)[0]
        assert number is not None, name
        assert identity.sign_in(number, name, by="password")
        kept.update(session)
    return client


def execute(database: Database, statement: str, *values: object) -> int:
    """One statement as the application's role; how many rows it met. For what only time does."""
    with psycopg.connect(database.url) as connection:
        return connection.execute(statement.encode(), values).rowcount

"""Accounts as they are stored: found, made, changed, disabled; each change with its event.

What is written happens in a unit of work (`store/writing.py`) that the caller opened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg

from station_map.domain.accounts import Account, Role
from station_map.domain.accounts.events import EventKind
from station_map.domain.accounts.names import name_key
from station_map.errors import Conflict, InputError, NotFound
from station_map.store.account_events import record
from station_map.store.database import Database

MOST_LISTED: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    """An account with what its owner and administrators see of it.

    station_codes: of the stations that it keeps, in order.
    """

    account: Account
    email: str | None
    has_password: bool
    has_oidc: bool
    station_codes: tuple[str, ...]
    created_at: dt.datetime
    created_by: str
    last_signed_in_at: dt.datetime | None
    disabled_at: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an account shall be. stations: codes. areas: adcodes."""

    role: Role
    title: str = ""
    email: str | None = None
    stations: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


_SELECT: Final = """
SELECT a.id, a.name, a.title, a.role, a.email, a.password_hash IS NOT NULL,
    a.oidc_subject IS NOT NULL, a.created_at, a.created_by, a.last_signed_in_at, a.disabled_at,
    coalesce((SELECT array_agg(s.id ORDER BY s.code) FROM account_station x
        JOIN station s ON s.id = x.station_id WHERE x.account_id = a.id), '{}'),
    coalesce((SELECT array_agg(s.code ORDER BY s.code) FROM account_station x
        JOIN station s ON s.id = x.station_id WHERE x.account_id = a.id), '{}'),
    coalesce((SELECT array_agg(x.adcode ORDER BY x.adcode) FROM account_area x
        WHERE x.account_id = a.id), '{}')
FROM account a
"""
_BY_ID: Final[LiteralString] = _SELECT + "WHERE a.id = %(id)s"
_BY_KEY: Final[LiteralString] = _SELECT + "WHERE a.name_key = %(key)s"
_ALL: Final[LiteralString] = _SELECT + "ORDER BY a.name_key LIMIT %(limit)s"


def _stored(row: Sequence[Any]) -> StoredAccount:
    (number, name, title, role, email, password, oidc, made_at, made_by, last, gone, *scope) = row
    stations, codes, areas = scope
    return StoredAccount(
        account=Account(
            id=number,
            name=name,
            title=title,
            role=Role(role),
            stations=frozenset(stations),
            areas=frozenset(areas),
            disabled=gone is not None,
        ),
        email=email,
        has_password=password,
        has_oidc=oidc,
        station_codes=tuple(codes),
        created_at=made_at,
        created_by=made_by,
        last_signed_in_at=last,
        disabled_at=gone,
    )


def account_by_id(database: Database, number: int) -> StoredAccount:
    """The account with this id. Raises NotFound."""
    rows = database.rows(_BY_ID, {"id": number})
    if not rows:
        raise NotFound("account", str(number))
    return _stored(rows[0])


def account_by_name(database: Database, name: str) -> StoredAccount:
    """The account with this name, in any spelling. Raises NotFound."""
    rows = database.rows(_BY_KEY, {"key": name_key(name)})
    if not rows:
        raise NotFound("account", name)
    return _stored(rows[0])


def all_accounts(database: Database) -> list[StoredAccount]:
    """Every account by its name, at most MOST_LISTED."""
    return [_stored(row) for row in database.rows(_ALL, {"limit": MOST_LISTED})]


_INSERT: Final = """
INSERT INTO account (name, name_key, title, role, email, created_by)
VALUES (%(name)s, %(key)s, %(title)s, %(role)s, %(email)s, %(actor)s)
ON CONFLICT (name_key) DO NOTHING RETURNING id
"""

# The record still says what an erased account did; nobody else may get its name.
_WAS_ERASED: Final = """
SELECT EXISTS (
    SELECT FROM account_event e JOIN account a ON a.id = e.account_id
    WHERE normalize(lower(e.account_name), NFKC) = normalize(lower(%(name)s), NFKC)
        AND a.name = '(erased ' || a.id || ')'
)
"""

_UPDATE: Final = """
UPDATE account SET title = %(title)s, role = %(role)s, email = %(email)s WHERE id = %(id)s
"""

_ADD_STATIONS: Final = """
INSERT INTO account_station (account_id, station_id)
SELECT %(id)s, s.id FROM station s WHERE s.code = ANY (%(codes)s)
RETURNING (SELECT code FROM station WHERE id = station_id)
"""

_ADD_AREAS: Final = """
INSERT INTO account_area (account_id, adcode)
SELECT %(id)s, adcode FROM area WHERE adcode = ANY (%(codes)s) RETURNING adcode
"""


def create(unit: psycopg.Connection, name: str, wanted: Wanted, actor: str) -> int:
    """Make an account without a password; its id.

    name: checked already. Raises InputError for a name or e-mail that is taken, and for unknown
    stations and areas.
    """
    told = {"name": name, "key": name_key(name), "actor": actor, **_plain(wanted)}
    try:
        used: Any = unit.execute(_WAS_ERASED, told).fetchone()
        row = None if used[0] else unit.execute(_INSERT, told).fetchone()
    except psycopg.errors.UniqueViolation as error:
        raise _email_taken() from error
    if row is None:
        raise InputError(
            "这个帐号名已经有了。 This name is taken.",
            parameter="name",
            allowed="a name that no other account has",
            example=f"{name}2",
        )
    number: int = row[0]
    _set_scope(unit, number, wanted)
    record(unit, number, EventKind.CREATED, actor, role=wanted.role.value, **_scope(wanted))
    return number


def change(unit: psycopg.Connection, number: int, wanted: Wanted, actor: str) -> None:
    """Make an account what is wanted. Raises NotFound, Conflict, InputError."""
    before = _locked(unit, number)
    if before.account.role is Role.ADMIN and wanted.role is not Role.ADMIN:
        _refuse_last_admin(unit, number)
    try:
        unit.execute(_UPDATE, {"id": number, **_plain(wanted)})
    except psycopg.errors.UniqueViolation as error:
        raise _email_taken() from error
    _set_scope(unit, number, wanted)
    changed = _changes(before, wanted)
    if changed:
        record(unit, number, EventKind.CHANGED, actor, **changed)


def _plain(wanted: Wanted) -> dict[str, object]:
    return {"title": wanted.title, "role": wanted.role.value, "email": wanted.email}


def _scope(wanted: Wanted) -> dict[str, list[str]]:
    told = {"stations": sorted(wanted.stations), "areas": sorted(wanted.areas)}
    return {name: codes for name, codes in told.items() if codes}


def _changes(before: StoredAccount, wanted: Wanted) -> dict[str, object]:
    """What differs, as {field: [before, after]}; of an e-mail only that it differs."""
    fields: dict[str, tuple[object, object]] = {
        "role": (before.account.role.value, wanted.role.value),
        "title": (before.account.title, wanted.title),
        "stations": (sorted(before.station_codes), sorted(wanted.stations)),
        "areas": (sorted(before.account.areas), sorted(wanted.areas)),
    }
    changed: dict[str, object] = {
        name: list(pair) for name, pair in fields.items() if pair[0] != pair[1]
    }
    if before.email != wanted.email:
        changed["email"] = "changed"
    return changed


def _set_scope(unit: psycopg.Connection, number: int, wanted: Wanted) -> None:
    unit.execute("DELETE FROM account_station WHERE account_id = %s", (number,))
    unit.execute("DELETE FROM account_area WHERE account_id = %s", (number,))
    for statement, codes, parameter, zh, example in (
        (_ADD_STATIONS, wanted.stations, "stations", "驿站编号", "340603-00001"),
        (_ADD_AREAS, wanted.areas, "areas", "地区编号", "340603"),
    ):
        # PostgreSQL would refuse a NUL with an error; no code holds one.
        asked = [code for code in codes if "\0" not in code]
        found = {code for (code,) in unit.execute(statement, {"id": number, "codes": asked})}
        missing = [code for code in codes if code not in found]
        if missing:
            raise InputError(
                f"没有这个{zh}：{missing[0][:40]!r}。 Unknown: {missing[0][:40]!r}.",
                parameter=parameter,
                allowed="codes that are stored",
                example=example,
            )


def _email_taken() -> InputError:
    return InputError(
        "这个邮箱已经用在别的帐号上。 Another account has this e-mail address.",
        parameter="email",
        allowed="an address that no other account has, or nothing",
        example="zhang@example.org",
    )


def _locked(unit: psycopg.Connection, number: int) -> StoredAccount:
    if unit.execute("SELECT 1 FROM account WHERE id = %s FOR UPDATE", (number,)).fetchone() is None:
        raise NotFound("account", str(number))
    row: Any = unit.execute(_BY_ID, {"id": number}).fetchone()
    return _stored(row)


_OTHER_ADMINS: Final = """
SELECT id FROM account WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE
"""


def _refuse_last_admin(unit: psycopg.Connection, number: int) -> None:
    """Two administrators who disable each other at once come one after the other."""
    if {one for (one,) in unit.execute(_OTHER_ADMINS)} <= {number}:
        raise Conflict(
            "这是最后一个系统管理员，先再设一个。"
            " This is the last administrator; make another one first."
        )


def disable(unit: psycopg.Connection, number: int, actor: str) -> None:
    """Shut an account out at once: its sessions end, its link and tokens hold no more.

    Raises NotFound, and Conflict for the last administrator.
    """
    before = _locked(unit, number)
    if before.account.disabled:
        return
    if before.account.role is Role.ADMIN:
        _refuse_last_admin(unit, number)
    unit.execute("UPDATE account SET disabled_at = now() WHERE id = %s", (number,))
    unit.execute("DELETE FROM account_session WHERE account_id = %s", (number,))
    unit.execute("DELETE FROM account_link WHERE account_id = %s", (number,))
    unit.execute(
        "UPDATE api_token SET revoked_at = now() WHERE account_id = %s AND revoked_at IS NULL",
        (number,),
    )
    record(unit, number, EventKind.DISABLED, actor)


def enable(unit: psycopg.Connection, number: int, actor: str) -> None:
    """Let an account in again; tokens that were revoked stay so. Raises NotFound."""
    if _locked(unit, number).account.disabled:
        unit.execute("UPDATE account SET disabled_at = NULL WHERE id = %s", (number,))
        record(unit, number, EventKind.ENABLED, actor)


def areas_to_choose(database: Database) -> list[tuple[str, str]]:
    """Adcode and name of every city and district, in order of the adcode."""
    rows = database.rows(
        "SELECT adcode, name FROM area WHERE level IN ('city', 'district') ORDER BY adcode"
        f" LIMIT {MOST_LISTED}"
    )
    return [(adcode, name) for adcode, name in rows]


def known_areas(database: Database, adcodes: Iterable[str]) -> dict[str, str]:
    """Names of areas by adcode."""
    rows = database.rows(
        "SELECT adcode, name FROM area WHERE adcode = ANY (%(codes)s)", {"codes": list(adcodes)}
    )
    return dict(rows)

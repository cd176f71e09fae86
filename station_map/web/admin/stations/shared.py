"""What the pages of one station share: looking it up with the right to change it, and its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from flask import request

from station_map.domain.accounts import Account, Action, Place
from station_map.domain.editing.subjects import Subject
from station_map.errors import InputError, NotFound
from station_map.search.listing import CODE_FORM
from station_map.store.edits import Snapshot, snapshot
from station_map.web.admin.cookies import PATH
from station_map.web.admin.gate import require
from station_map.web.admin.stations.controls import BY_NAME, units_of
from station_map.web.runtime import database

_LONGEST: Final = 10_000
_LONGEST_BASE: Final = 40_000


def station_for(action: Action, code: str) -> tuple[Account, Snapshot]:
    """Who is signed in, and the station, if that account may do `action` there.

    Raises NotFound, NotSignedIn and NotAllowed.
    """
    if CODE_FORM.fullmatch(code) is None:  # PostgreSQL would refuse a NUL with an error
        raise NotFound("station", code[:64])
    found = snapshot(database(), code)
    return require(action, place_of(found)), found


def place_of(station: Snapshot) -> Place:
    """The station as rights see it."""
    return Place(station.id, station.adcode)


def subject_of(word: str) -> Subject:
    """Raises NotFound."""
    try:
        return Subject(word)
    except ValueError:
        raise NotFound("subject", word[:64]) from None


def address_of(code: str, rest: str = "") -> str:
    """Where a station's pages are."""
    return f"{request.root_path}{PATH}/stations/{code}{rest}"


# --- what a form sent ---------------------------------------------------------------------


def sent_version() -> int:
    """The version that the form began with. Raises InputError."""
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _broken()
    return int(text)


def sent_base(subject: Subject) -> dict[str, str]:
    """What the form showed when it was opened. Raises InputError.

    It only decides what the sender is taken to have changed: whoever alters it deceives nobody else.
    """
    text = request.form.get("base", "")
    try:
        told = json.loads(text) if len(text) <= _LONGEST_BASE else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or not all(isinstance(value, str) for value in told.values()):
        raise _broken()
    names = {name for unit in units_of(subject) for name in unit}
    return {name: str(told.get(name, "")) for name in names}


def told_base(base: Mapping[str, str]) -> str:
    """The same for a form to carry: what is empty is left out."""
    told = {name: value for name, value in base.items() if value}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def sent_values(subject: Subject, base: Mapping[str, str]) -> dict[str, str]:
    """The controls as they were sent; one that did not come at all is as it was."""
    return {name: _sent(name, base.get(name, "")) for unit in units_of(subject) for name in unit}


def _sent(name: str, otherwise: str) -> str:
    control = BY_NAME.get(name)
    if control is not None and control.kind == "checks":
        if f"has.{name}" not in request.form:
            return otherwise
        return "\n".join(sorted(request.form.getlist(name)))[:_LONGEST]
    return request.form.get(name, otherwise)[:_LONGEST]


def _broken() -> InputError:
    return InputError(
        "这一页不完整，请从驿站页重新打开。 The form is not whole; open it again.",
        parameter="version",
        allowed="the form as it was given",
    )

"""Two stations in two districts, a case at each, and people who may handle one of them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.reports import ReportKind
from station_map.domain.station import AmenityFact
from station_map.store.database import Database
from tests.store.queue_help import tell
from tests.support import people
from tests.web.stations import save, station


@pytest.fixture
def codes(database: Database) -> list[str]:
    """甲 in 相山区, 乙 in 杜集区; each with a case of a locked door (1 and 2)."""
    made = save(
        database,
        [
            station("甲站", amenities={"microwave": AmenityFact("yes")}, address="淮海路 1 号"),
            station("乙站", 116.83, 34.0),
        ],
    )
    for code in made:
        tell(database, code, ReportKind.LOCKED, note="敲了没人应")
    return made


@pytest.fixture
def boss(app: Flask, database: Database) -> FlaskClient:
    """An administrator, signed in."""
    people.account(database, "boss", Role.ADMIN, title="帐号管理")
    return people.signed_in(app.test_client(), "boss")


@pytest.fixture
def keeper(app: Flask, database: Database, codes: list[str]) -> FlaskClient:
    """The keeper of 甲站, signed in."""
    people.account(database, "keeper-a", Role.KEEPER, stations=(codes[0],))
    return people.signed_in(app.test_client(), "keeper-a")


@pytest.fixture
def editor(app: Flask, database: Database, codes: list[str]) -> FlaskClient:
    """The editor of 杜集区, where 乙站 is; signed in."""
    people.account(database, "editor-d", Role.EDITOR, areas=("340602",))
    return people.signed_in(app.test_client(), "editor-d")


@pytest.fixture
def planner(app: Flask, database: Database) -> FlaskClient:
    """A planner, signed in."""
    people.account(database, "planner-one", Role.PLANNER)
    return people.signed_in(app.test_client(), "planner-one")

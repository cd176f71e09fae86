"""A planner in a small town, and runs that are done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.planning_runs import RunKind
from station_map.planning import runs
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.store.database import Database
from tests.support import people
from tests.support.planning import ask, read, town

Done = Callable[..., int]


@pytest.fixture
def planner(client: FlaskClient, database: Database) -> FlaskClient:
    people.account(database, "wang", Role.PLANNER)
    return people.signed_in(client, "wang")


@pytest.fixture
def done(database: Database) -> Done:
    """Computes a run as the worker does; its number."""
    town(database)

    def compute(kind: RunKind, asked: dict[str, Any], **more: Any) -> int:
        model = CoverageAsked if kind is RunKind.COVERAGE else SitingAsked
        document = model.model_validate(asked).model_dump(mode="json")
        number = ask(database, kind, document, **more)
        runs.execute(database, number)
        assert read(database, number).answer is not None, read(database, number).error
        return number

    return compute

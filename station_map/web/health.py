"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Response

from station_map.errors import DatabaseUnusable
from station_map.store import migrate
from station_map.web.caching import JSON, NO_STORE
from station_map.web.runtime import database

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; says nothing about the database."""
    return _told("alive")


@blueprint.get("/readyz")
def ready() -> Response:
    """The database answers and its schema is the one this version needs; else 503."""
    with database().reading() as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None or row[0] != _head():
        raise DatabaseUnusable("the schema is not at the revision this version needs")
    return _told("ready")


@cache
def _head() -> str:
    return migrate.head()


def _told(state: str) -> Response:
    response = Response(f'{{"status":"{state}"}}', mimetype=JSON)
    response.headers["Cache-Control"] = NO_STORE
    return response

"""The composition root: the only place where settings, database and rooms meet."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from station_map.resources import templates_dir
from station_map.settings import Settings, read_settings
from station_map.store.session import open_database
from station_map.web import api, assets, compression, headers, health, pages, problems, requests
from station_map.web.runtime import Runtime, attach

if TYPE_CHECKING:
    from station_map.store.database import Database


class _Json(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False


class _Application(Flask):
    """Flask without coroutines: no view of ours is one, and asking each costs 15 µs a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks are called as they are."""
        return func


def create_app(settings: Settings, database: Database) -> Flask:
    """The product as a WSGI application on an open database, which stays the caller's."""
    app = _Application("station_map", template_folder=str(templates_dir()), static_folder=None)
    app.json = _Json(app)
    attach(app, Runtime(settings, database))
    requests.install(app)
    problems.install(app)
    compression.install(app)
    headers.install(app)
    assets.install(app)
    for blueprint in (health.blueprint, api.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    return app


def create_app_from_environment() -> Flask:
    """The application of one server process: settings from the environment, its own database.

    The database is closed when the process ends. Raises InputError for a setting that
    cannot be used and DatabaseUnusable.
    """
    settings = read_settings()
    held = ExitStack()
    database = held.enter_context(open_database(settings, pool_size=settings.threads))
    atexit.register(held.close)
    return create_app(settings, database)

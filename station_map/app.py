"""The composition root: the only place where settings, database and rooms meet."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadHost
from werkzeug.routing import MapAdapter

from station_map.resources import templates_dir
from station_map.settings import Settings, read_settings
from station_map.store.session import open_database
from station_map.web import (
    admin,
    api,
    assets,
    compression,
    conditions,
    embed,
    former_codes,
    headers,
    health,
    language,
    notices,
    ogc,
    pages,
    problems,
    requests,
    tiles,
)
from station_map.web.embed import builder, oembed
from station_map.web.runtime import Runtime, attach, runtime_of

if TYPE_CHECKING:
    from flask import Request

    from station_map.store.database import Database


class _Json(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False


class _Application(Flask):
    """Flask without what this product does not use, and what each request would pay for."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Views and hooks are called as they are: none is a coroutine."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """The same adapter without subdomains, WebSockets and asking twice for the host."""
        if request is None:
            return super().create_url_adapter(None)
        request.trusted_hosts = self.config["TRUSTED_HOSTS"]
        return MapAdapter(
            map=self.url_map,
            server_name=_ascii_host(request.host),  # checked when it is first asked for
            script_name=request.root_path,
            subdomain="",
            url_scheme=request.scheme,
            path_info=request.path if request.environ.get("PATH_INFO") else "",
            default_method=request.method,
            query_args=request.query_string.decode(errors="replace"),
        )


@lru_cache(maxsize=64)
def _ascii_host(host: str) -> str:
    name, colon, port = host.lower().partition(":")
    try:
        return name.encode("idna").decode("ascii") + colon + port
    except UnicodeError as error:
        raise BadHost from error


def create_app(settings: Settings, database: Database) -> Flask:
    """The product as a WSGI application on an open database, which stays the caller's."""
    app = _Application("station_map", template_folder=str(templates_dir()), static_folder=None)
    app.json = _Json(app)
    attach(app, Runtime(settings, database))
    conditions.install(app)
    requests.install(app)
    problems.install(app)
    compression.install(app)
    headers.install(app)
    assets.install(app)
    language.install(app)
    admin.install(app)
    for blueprint in (
        health.blueprint,
        api.blueprint,
        ogc.blueprint,
        tiles.blueprint,
        pages.blueprint,
        embed.blueprint,
        pages.sitemap_blueprint,
        oembed.blueprint,
        builder.blueprint,
        notices.blueprint,
        admin.blueprint,
    ):
        app.register_blueprint(blueprint)
    former_codes.install(app)
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
    app = create_app(settings, database)
    # Nobody's first map waits while every station is read.
    runtime_of(app).places.read_beside(database.url)
    return app

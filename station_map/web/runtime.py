"""What a view may reach: the settings and the database of the running application."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

from flask import Flask, current_app

from station_map.search.places import KeptPlaces
from station_map.web.limits import Limits
from station_map.web.live import Fresh, LiveTable
from station_map.web.remembered import Remembered

if TYPE_CHECKING:
    from station_map.settings import Settings
    from station_map.store.database import Database

_KEY: Final = "station_map"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Everything that one application was composed from."""

    settings: Settings
    database: Database
    remembered: Remembered = field(default_factory=Remembered)
    live: LiveTable = field(default_factory=LiveTable)
    places: KeptPlaces = field(default_factory=KeptPlaces)
    limits: Limits = field(default_factory=Limits)


def attach(app: Flask, runtime: Runtime) -> None:
    """Make `runtime` reachable from the views of `app`."""
    app.extensions[_KEY] = runtime


def runtime() -> Runtime:
    """The runtime of the application that answers the current request."""
    return runtime_of(current_app)


def runtime_of(app: Flask) -> Runtime:
    """The runtime of an application."""
    return cast("Runtime", app.extensions[_KEY])


def database() -> Database:
    """The database of the application that answers the current request."""
    return runtime().database


def settings() -> Settings:
    """The settings of the application that answers the current request."""
    return runtime().settings


def remembered() -> Remembered:
    """What the application that answers the current request keeps between requests."""
    return runtime().remembered


def live_now() -> Fresh:
    """What devices said lately, by station; seconds old at most."""
    running = runtime()
    limit = dt.timedelta(minutes=running.settings.live_max_age_minutes)
    return running.live.now(running.database, limit)

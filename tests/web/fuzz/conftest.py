"""The world, filled once for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from station_map.app import create_app
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.web.admin.importing import launch
from tests.web.fuzz.world import World, build


@pytest.fixture
def counting_app(database: Database, tmp_path: Path) -> Flask:
    """The application with everything that a setting can switch on."""
    application = create_app(
        Settings(
            data_dir=tmp_path,
            count_visits=True,
            smtp_host="localhost",
            smtp_security="none",
            mail_from="a@b.cn",
            public_url="https://stations.example",
        ),
        database,
    )
    application.testing = True
    return application


@pytest.fixture
def world(
    counting_app: Flask, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> World:
    built = build(counting_app, database, tmp_path)
    # What a fuzzed form begins is not worked off: no test waits for a process.
    monkeypatch.setattr(launch, "_spawn", lambda _request: None)
    return built

"""The verbs' database and data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from station_map.store.database import Database


@pytest.fixture
def outside(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Database:
    """The database that the settings name; the data folder is `data` in the test's own."""
    monkeypatch.setenv("STATION_MAP_DATABASE_URL", database.url)
    monkeypatch.setenv("STATION_MAP_DATA_DIR", str(tmp_path / "data"))
    return database

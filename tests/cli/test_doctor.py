"""`doctor` finds each fault, explains it, and changes nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from station_map.cli import main
from station_map.cli.checks import Finding, Verdict, run_checks
from station_map.settings import Settings
from station_map.store import migrate
from station_map.store.database import Database
from station_map.store.embedded.cluster import EmbeddedCluster
from tests.support.live import free_port
from tests.support.people import execute


@pytest.fixture(autouse=True)
def _built_front_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-in assets, so that the checks do not hang on the checkout's state."""
    static = tmp_path / "static"
    static.mkdir()
    (static / "rider.js").write_text("", encoding="utf-8")
    (static / "manifest.json").write_text('{"files": {"rider.js": "rider.js"}}', encoding="utf-8")
    monkeypatch.setattr("station_map.cli.checks.static_dir", lambda: static)


def _by_subject(settings: Settings) -> dict[str, Finding]:
    return {finding.subject.split()[-1]: finding for finding in run_checks(settings)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "var", port=free_port())


def test_a_machine_that_only_lacks_the_database_is_well(settings: Settings) -> None:
    findings = _by_subject(settings)
    assert {finding.verdict for finding in findings.values()} <= {Verdict.GOOD, Verdict.NOTE}
    assert "PostGIS" in findings["binaries"].detail
    assert findings["connection"].verdict is Verdict.NOTE
    assert not settings.data_dir.exists()


def test_an_embedded_database_is_looked_into(settings: Settings, passable_dir: Path) -> None:
    here = settings.model_copy(update={"data_dir": passable_dir / "var"})
    with EmbeddedCluster(here.data_dir, options={"fsync": "off"}, durable=False):
        found = _by_subject(here)["connection"]
    assert found.verdict is Verdict.NOTE
    assert "db upgrade" in found.remedies[0]


def test_an_outside_database_is_looked_into(settings: Settings, database: Database) -> None:
    outside = settings.model_copy(update={"database_url": database.url})
    found = _by_subject(outside)["connection"]
    assert found.verdict is Verdict.GOOD
    assert migrate.head() in found.detail


def test_an_old_schema_is_a_fault(settings: Settings, fresh_database: Database) -> None:
    migrate.downgrade(fresh_database.url, "0001")
    outside = settings.model_copy(update={"database_url": fresh_database.url})
    found = _by_subject(outside)["connection"]
    assert found.verdict is Verdict.BAD
    assert found.remedies


def test_no_connection_is_a_fault(settings: Settings) -> None:
    outside = settings.model_copy(update={"database_url": "postgresql://x@127.0.0.1:9/y"})
    found = _by_subject(outside)["connection"]
    assert found.verdict is Verdict.BAD
    assert found.remedies


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_taken_port_is_a_fault(settings: Settings, taken_port: int) -> None:
    found = _by_subject(settings.model_copy(update={"port": taken_port}))["port"]
    assert found.verdict is Verdict.BAD


def test_a_missing_front_end_is_a_fault(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station_map.cli.checks.static_dir", lambda: tmp_path / "nothing")
    found = _by_subject(settings)["assets"]
    assert found.verdict is Verdict.BAD
    assert "make setup" in found.remedies


def test_a_font_is_found_and_none_is_no_fault(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _by_subject(settings)["fonts"].verdict is Verdict.GOOD
    monkeypatch.setattr("station_map.exporters.plates.fonts.font_folders", lambda: (tmp_path,))
    found = _by_subject(settings)["fonts"]
    assert found.verdict is Verdict.NOTE
    assert "fonts-noto-cjk" in found.remedies[0]


def test_a_data_folder_that_is_a_file_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    wrong = settings.model_copy(update={"data_dir": tmp_path / "file"})
    assert _by_subject(wrong)["folder"].verdict is Verdict.BAD


def test_other_versions_than_the_data_are_a_fault(settings: Settings) -> None:
    data = settings.data_dir / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n", encoding="ascii")
    assert _by_subject(settings)["binaries"].verdict is Verdict.BAD


@pytest.mark.parametrize(("url", "code"), [(None, 0), ("postgresql://x@127.0.0.1:9/y", 1)])
def test_the_exit_code_says_whether_there_is_a_fault(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, url: str | None, code: int
) -> None:
    monkeypatch.setenv("STATION_MAP_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("STATION_MAP_PORT", str(settings.port))
    if url:
        monkeypatch.setenv("STATION_MAP_DATABASE_URL", url)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == code, done.output
    assert "binaries" in done.output


def test_a_queue_that_nobody_works_on_is_a_note(settings: Settings, database: Database) -> None:
    outside = settings.model_copy(update={"database_url": database.url})
    found = _by_subject(outside)["worker"]
    assert found.verdict is Verdict.NOTE
    assert "station-map worker" in found.remedies
    execute(database, "SELECT procrastinate_register_worker_v1()")
    found = _by_subject(outside)["worker"]
    assert found.verdict is Verdict.GOOD
    assert "1 个在干活" in found.detail


def test_a_schema_without_a_queue_is_a_note(settings: Settings, fresh_database: Database) -> None:
    migrate.downgrade(fresh_database.url, "0016")
    outside = settings.model_copy(update={"database_url": fresh_database.url})
    found = _by_subject(outside)["worker"]
    assert found.verdict is Verdict.NOTE
    assert "db upgrade" in found.remedies[0]

"""The command line as a whole: verbs, help, errors and exit codes."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

import station_map.errors as tree
from station_map import __version__
from station_map.cli import EXIT_CODES, VERBS, exit_code, main
from station_map.errors import (
    DatabaseUnusable,
    DatumUnknown,
    FileRefused,
    InputError,
    StationMapError,
)
from tests.support.live import product_environment


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_a_command_with_help(verb: str) -> None:
    done = CliRunner().invoke(main, [verb, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


def test_help_names_every_verb_and_imports_none() -> None:
    code = (
        "import sys; from station_map.cli import main\n"
        "try: main(['--help'])\n"
        "finally: print(sorted(m for m in sys.modules if m.split('.')[0] in"
        " {'flask', 'sqlalchemy', 'psycopg', 'geopandas', 'folium', 'granian'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=product_environment({}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(verb in done.stdout for verb in VERBS)
    assert done.stdout.rstrip().endswith("[]")


def test_the_version_is_told() -> None:
    assert __version__ in CliRunner().invoke(main, ["--version"]).output


@pytest.mark.parametrize("arguments", [["no-such-verb"], ["up", "--port", "high"], ["db", "burn"]])
def test_bad_use_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_every_error_has_an_exit_code() -> None:
    kinds = [
        kind
        for kind in vars(tree).values()
        if isinstance(kind, type) and issubclass(kind, StationMapError)
    ]
    assert len(kinds) > 5
    for kind in kinds:
        assert any(base in EXIT_CODES for base in kind.__mro__)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("x"), 2),
        (FileRefused("x"), 1),
        (DatumUnknown("x"), 1),
        (DatabaseUnusable("x"), 1),
        (StationMapError("x"), 1),
    ],
)
def test_the_nearest_class_decides(error: StationMapError, code: int) -> None:
    assert exit_code(error) == code


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DatabaseUnusable("库 [bold]坏[/] {x}", remedies=["修它 [red]"]), "修它 [red]"),
        (InputError("库 [bold]坏[/] {x}", allowed="一二三"), "一二三"),
        (InputError("库 [bold]坏[/] {x}", example="12"), "12"),
    ],
)
def test_an_error_is_told_without_a_traceback_and_as_it_is(
    monkeypatch: pytest.MonkeyPatch, error: StationMapError, told: str
) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr("station_map.cli.doctor.doctor", failing)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == exit_code(error)
    assert "库 [bold]坏[/] {x}" in done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.output


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATION_MAP_PORT", "many")
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 2
    assert "STATION_MAP_PORT" in done.stderr

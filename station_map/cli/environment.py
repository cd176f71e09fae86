"""What every verb begins with: its settings and, mostly, a database."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from station_map.settings import PREFIX, Settings, read_settings
from station_map.store.database import Database
from station_map.store.session import SchemaPolicy, open_database


def settings_with(**options: object) -> Settings:
    """The settings, with the options that were given on the command line over them.

    The options go into the environment, so that server processes read the same settings.
    """
    for name, value in options.items():
        if value is not None:
            os.environ[PREFIX + name.upper()] = str(value)
    return read_settings()


@contextmanager
def database_for_verb(*, schema: SchemaPolicy = "require") -> Iterator[Database]:
    """The database that the settings name, for the length of one verb."""
    with open_database(read_settings(), schema=schema) as database:
        yield database


def actor() -> str:
    """Who runs the command, as revisions will say."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a user id without a name
        return "cli"


def say(text: str) -> None:
    """One line to the user."""
    click.echo(text)


def note(text: str) -> None:
    """One line beside the result, on standard error."""
    click.secho(text, err=True, fg="yellow")

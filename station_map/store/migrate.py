"""Run the schema migrations; the scripts lie inside the package, so that a wheel has them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from station_map.store.database import make_engine
from station_map.store.spelling import spell_missing
from station_map.store.timetables import settle
from station_map.store.vocabulary import sync_vocabulary

SCRIPTS = Path(__file__).with_name("migrations")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # ConfigParser reads % as interpolation; a data folder may hold one.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Revision that this version of the product needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise RuntimeError("The package ships without migrations.")
    return revision


def current(url: str) -> str | None:
    """Revision the database is at; None when it was never migrated."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to `revision`, all in one transaction."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            command.upgrade(_config(connection), revision)
            if revision == "head":
                sync_vocabulary(connection)
                settle(connection)
                spell_missing(connection)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Take the schema down to `revision` ("base": nothing left), in one transaction."""
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()

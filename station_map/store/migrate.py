"""Run the schema migrations; the scripts lie inside the package, so that a wheel has them.

Alembic and the models are imported where something is migrated: asking for revisions is what
every command begins with, and they take as long to load as all the rest of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, text

from station_map.store.database import make_engine
from station_map.store.spelling import spell_missing
from station_map.store.timetables import settle
from station_map.store.vocabulary import sync_vocabulary

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS: Final = Path(__file__).with_name("migrations")
_VERSION: Final = "SELECT version_num FROM alembic_version"
_MIGRATED: Final = "SELECT to_regclass('alembic_version') IS NOT NULL"


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config()
    # ConfigParser reads % as interpolation; a data folder may hold one.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """Revision that this version of the product needs: the scripts are named by theirs."""
    revision = max((script.name[:4] for script in SCRIPTS.glob("versions/[0-9]*.py")), default=None)
    if revision is None:
        raise RuntimeError("The package ships without migrations.")
    return revision


def current(url: str) -> str | None:
    """Revision the database is at; None when it was never migrated."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if not connection.execute(text(_MIGRATED)).scalar_one():
                return None
            revision: str | None = connection.execute(text(_VERSION)).scalar_one_or_none()
            return revision
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the schema up to `revision`, all in one transaction."""
    from alembic import command

    engine = make_engine(url, spatial=True)
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
    from alembic import command

    engine = make_engine(url, spatial=True)
    try:
        with engine.begin() as connection:
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()

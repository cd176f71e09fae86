"""Migrations: equal to the models, there and back with data, and never waiting for ever."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Honour
from station_map.store import migrate
from station_map.store.database import Database, make_engine
from station_map.store.schema import Base
from tests.store.merging import merge, rows, station, value
from tests.store.test_merge import join

OURS = frozenset(Base.metadata.tables)


def differences(url: str) -> list[Any]:
    """What Alembic would change; PostGIS's own tables are none of ours."""

    def ours(_thing: object, name: str | None, kind: str, _reflected: bool, _to: object) -> bool:
        return kind != "table" or name in OURS

    engine = make_engine(url, spatial=True)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"include_object": ours, "compare_server_default": True}
            )
            return list(compare_metadata(context, Base.metadata))
    finally:
        engine.dispose()


def catalogue(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Relations, rules, functions and triggers in the public schema.

    PostGIS's own belong to the superuser (10), ours to the role of the application.
    """
    return {
        "relations": rows(
            database,
            "SELECT relname, relkind, pg_get_indexdef(c.oid) FROM pg_class c"
            " LEFT JOIN pg_index i ON i.indexrelid = c.oid"
            " WHERE relnamespace = 'public'::regnamespace AND relowner <> 10"
            " AND relname <> 'alembic_version' AND relname <> 'alembic_version_pkc'"
            " ORDER BY 1",
        ),
        "constraints": rows(
            database,
            "SELECT conname, pg_get_constraintdef(k.oid) FROM pg_constraint k"
            " JOIN pg_class c ON c.oid = k.conrelid"
            " WHERE relnamespace = 'public'::regnamespace AND relowner <> 10"
            " AND conname <> 'alembic_version_pkc' ORDER BY 1",
        ),
        "functions": rows(
            database,
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proowner <> 10 ORDER BY 1",
        ),
        "triggers": rows(
            database,
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            " ORDER BY 1",
        ),
    }


def cards(database: Database) -> list[tuple[Any, ...]]:
    return rows(database, "SELECT * FROM station_card ORDER BY station_id")


def fill(database: Database) -> None:
    facts = {"wifi": AmenityFact("yes"), "toilet": AmenityFact("broken", 2)}
    merge(
        database,
        station("甲", amenities=facts, honours=(Honour.MODEL,), aliases=("老站",)),
        station("乙", 125.0, 30.0, seats=3),
    )


def test_the_migrated_schema_is_the_models(fresh_database: Database) -> None:
    assert migrate.current(fresh_database.url) == migrate.head()
    assert differences(fresh_database.url) == []


def test_the_comparison_sees_a_difference(fresh_database: Database) -> None:
    with fresh_database.engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_station_card_merc"))
        connection.execute(text("ALTER TABLE station ALTER seats TYPE bigint"))
    found = repr(differences(fresh_database.url))
    assert "ix_station_card_merc" in found
    assert "seats" in found


def test_all_the_way_down_leaves_nothing_and_up_again_the_same(fresh_database: Database) -> None:
    before = catalogue(fresh_database)
    assert len(before["triggers"]) >= 4
    fill(fresh_database)
    migrate.downgrade(fresh_database.url, "base")
    assert migrate.current(fresh_database.url) is None
    assert catalogue(fresh_database) == {kind: [] for kind in before}
    migrate.upgrade(fresh_database.url)
    assert catalogue(fresh_database) == before
    assert value(fresh_database, "SELECT count(*) FROM amenity") > 50


def test_cards_are_derived_again_from_what_is_stored(fresh_database: Database) -> None:
    fill(fresh_database)
    before = cards(fresh_database)
    assert len(before) == 2
    migrate.downgrade(fresh_database.url, "0001")
    with fresh_database.engine.begin() as connection:
        connection.execute(text("TRUNCATE station_card"))
    migrate.upgrade(fresh_database.url)
    assert cards(fresh_database) == before


# Without the transaction that wrote them: a step up writes them anew, and the feed says so.
_REVISIONS = "SELECT to_jsonb(r) - 'xid' FROM revision r ORDER BY r.id"


def test_a_step_down_and_up_keeps_every_row(fresh_database: Database) -> None:
    fill(fresh_database)
    stored = [
        rows(fresh_database, "SELECT * FROM station ORDER BY id"),
        rows(fresh_database, "SELECT * FROM station_amenity ORDER BY 1, 2"),
        rows(fresh_database, _REVISIONS),
        cards(fresh_database),
    ]
    migrate.downgrade(fresh_database.url, "0001")
    migrate.upgrade(fresh_database.url)
    assert [
        rows(fresh_database, "SELECT * FROM station ORDER BY id"),
        rows(fresh_database, "SELECT * FROM station_amenity ORDER BY 1, 2"),
        rows(fresh_database, _REVISIONS),
        cards(fresh_database),
    ] == stored


def test_upgrading_twice_changes_nothing(fresh_database: Database) -> None:
    before = catalogue(fresh_database)
    migrate.upgrade(fresh_database.url)
    assert catalogue(fresh_database) == before


def test_a_failed_migration_leaves_the_schema_as_it_was(fresh_database: Database) -> None:
    before = catalogue(fresh_database)
    with fresh_database.engine.begin() as connection:
        connection.execute(text("CREATE VIEW holds AS SELECT station_document(s) FROM station s"))
    with pytest.raises(Exception, match="station_document"):
        migrate.downgrade(fresh_database.url, "base")
    with fresh_database.engine.begin() as connection:
        connection.execute(text("DROP VIEW holds"))
    assert catalogue(fresh_database) == before
    assert migrate.current(fresh_database.url) == migrate.head()


def test_the_newest_revision_is_read_off_the_names_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS).replace("%", "%%"))
    assert migrate.head() == ScriptDirectory.from_config(config).get_current_head()


def test_migrations_give_up_waiting_and_running(
    fresh_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seen from inside: what holds while the vocabulary is synced, the last step of all."""
    seen: list[tuple[str, str]] = []

    def look(connection: Connection) -> None:
        found = connection.execute(
            text("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        )
        seen.extend((lock, statement) for lock, statement in found)

    monkeypatch.setattr(migrate, "sync_vocabulary", look)
    migrate.upgrade(fresh_database.url)
    assert seen == [("10s", "15min")]
    with psycopg.connect(fresh_database.url) as connection:
        assert connection.execute("SHOW lock_timeout").fetchone() == ("0",)


def test_down_and_up_past_duplicates_keeps_the_stations(fresh_database: Database) -> None:
    merge(fresh_database, station("淮海路驿站"), station("怀海路工会驿站", code="B-1"))
    known = dict(rows(fresh_database, "SELECT name, id FROM station"))
    join(fresh_database, known["淮海路驿站"], known["怀海路工会驿站"])
    query = "SELECT * FROM station_words ORDER BY 1"
    before = rows(fresh_database, "SELECT * FROM station"), rows(fresh_database, query)
    assert before[1][0][-1] == "huaihailu"
    migrate.downgrade(fresh_database.url, "0021")
    migrate.upgrade(fresh_database.url)
    assert (rows(fresh_database, "SELECT * FROM station"), rows(fresh_database, query)) == before
    assert value(fresh_database, "SELECT count(*) FROM station_former") == 0

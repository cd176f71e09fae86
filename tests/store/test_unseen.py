"""What a snapshot tells of changes since, in whatever order transactions commit."""

from __future__ import annotations

import psycopg
from sqlalchemy import text

from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.unseen import CHANGED, changed_since, snapshot
from station_map.store.writing import writing
from tests.web.stations import save, station


def test_what_changed_is_found_by_index(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin() as work:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        asked = CHANGED.replace("%(seen)s", "'100:100:'")
        told = "\n".join(connection.execute(text("EXPLAIN " + asked)).scalars())
        work.rollback()
    assert "ix_revision_xid" in told


def test_each_change_is_seen_and_nothing_else(database: Database) -> None:
    empty = snapshot(database)
    (code, other) = save(database, [station("甲"), station("乙", 116.81)])
    ids = dict(database.rows("SELECT code, id FROM station"))
    assert sorted(changed_since(database, empty) or []) == sorted(ids.values())
    seen = snapshot(database)
    assert changed_since(database, seen) == []
    with writing(database, actor="test") as connection, changing(connection, [ids[code]]):
        connection.execute("UPDATE station SET seats = 9 WHERE id = %s", (ids[code],))
    assert changed_since(database, seen) == [ids[code]]
    assert ids[other] not in (changed_since(database, seen) or [])


def test_a_change_that_commits_late_is_not_missed(database: Database) -> None:
    """A revision gets its number before it can be seen; one with a higher number comes first."""
    (early, late) = save(database, [station("甲"), station("乙", 116.9)])
    ids = dict(database.rows("SELECT code, id FROM station"))
    record = (
        "INSERT INTO revision (station_id, station_code, actor, origin, action)"
        " VALUES (%s, %s, 'test', 'system', 'updated')"
    )
    with psycopg.connect(database.url) as slow:
        slow.execute(record, [ids[early], early])
        with psycopg.connect(database.url) as quick:
            quick.execute(record, [ids[late], late])
        seen = snapshot(database)
        assert changed_since(database, seen) == []
    assert changed_since(database, seen) == [ids[early]]


def test_a_snapshot_of_another_cluster_means_all_anew(database: Database) -> None:
    save(database, [station("甲")])
    assert changed_since(database, "99999999999:99999999999:") is None

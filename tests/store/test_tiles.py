"""What tiles are read with: plans, what changed, bits of facets."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from station_map.store import tiles
from station_map.store.database import Database
from tests.store.test_query_plans import many, plan
from tests.web.stations import save, station

__all__ = ["many"]  # a fixture


def test_a_tiles_stations_come_by_their_key(many: Database) -> None:
    told = plan(many, tiles.CARDS, ids=[0])
    assert '"pk_station_card"' in told
    assert "Seq Scan" not in told


def test_what_changed_is_found_by_index(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin() as work:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        asked = tiles.CHANGED.replace("%(seen)s", "'100:100:'")
        told = "\n".join(connection.execute(text("EXPLAIN " + asked)).scalars())
        work.rollback()
    assert "ix_revision_xid" in told


def test_nothing_changed_means_nothing_to_read(database: Database) -> None:
    save(database, [station("甲")])
    news = tiles.read_news(database, None)
    assert news.gone is None
    assert len(news.read.ids) == 1
    assert tiles.changed_since(database, news.seen) == []
    assert len(tiles.read_news(database, news.seen).read.ids) == 0


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
        seen = tiles.read_news(database, None).seen
        assert tiles.changed_since(database, seen) == []
    assert tiles.changed_since(database, seen) == [ids[early]]


def test_a_snapshot_of_another_cluster_means_all_anew(database: Database) -> None:
    save(database, [station("甲")])
    ahead = "99999999999:99999999999:"
    assert tiles.changed_since(database, ahead) is None
    assert tiles.read_news(database, ahead).gone is None


@given(st.lists(st.sets(st.integers(0, 127), max_size=30), max_size=8))
def test_facets_become_bits(facets: list[set[int]]) -> None:
    words = tiles.facet_words([" ".join(map(str, sorted(one))) for one in facets])
    assert words.shape == (len(facets), 2)
    for row, one in zip(words.tolist(), facets, strict=True):
        whole = row[0] | row[1] << 64
        assert {n for n in range(128) if whole >> n & 1} == one


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_more_than_a_number(database: Database, count: int) -> None:
    save(database, [station("甲"), station("乙", 116.9)])
    assert tiles.more_than(database, count) == (count < 2)

"""What tiles are read with: plans, what changed, bits of facets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.store import tiles
from station_map.store.database import Database
from tests.store.test_query_plans import many, plan
from tests.web.stations import save, station

__all__ = ["many"]  # a fixture


def test_a_tiles_stations_come_by_their_key(many: Database) -> None:
    told = plan(many, tiles.CARDS, ids=[0])
    assert '"pk_station_card"' in told
    assert "Seq Scan" not in told


def test_nothing_changed_means_nothing_to_read(database: Database) -> None:
    save(database, [station("甲")])
    news = tiles.read_news(database, None)
    assert news.gone is None
    assert len(news.read.ids) == 1
    assert len(tiles.read_news(database, news.seen).read.ids) == 0


def test_a_snapshot_of_another_cluster_means_all_anew(database: Database) -> None:
    save(database, [station("甲")])
    ahead = "99999999999:99999999999:"
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

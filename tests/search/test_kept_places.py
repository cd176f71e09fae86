"""Places that are kept: read ahead beside the requests, and always as they are."""

from __future__ import annotations

import logging

import pytest

from station_map.search import places
from station_map.search.places import KeptPlaces
from station_map.store import tiles
from station_map.store.database import Database
from tests.web.stations import save, station


def stations(count: int) -> list:
    return [station(f"站{n}", 116.8 + n * 1e-3, 33.95) for n in range(count)]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Since when was read, each time that anything is."""
    asked: list[str | None] = []
    read_news = tiles.read_news

    def noting(database: Database, seen: str | None) -> tiles.News:
        asked.append(seen)
        return read_news(database, seen)

    monkeypatch.setattr(tiles, "read_news", noting)
    return asked


def test_what_was_read_ahead_is_not_read_again(database: Database, reads: list) -> None:
    save(database, stations(3))
    kept = KeptPlaces()
    kept.read_beside(database.url).join()
    assert len(kept.now(database).x) == 3
    assert reads == [None]


def test_a_change_after_it_is_read_alone(database: Database, reads: list) -> None:
    save(database, stations(3))
    kept = KeptPlaces()
    kept.read_beside(database.url).join()
    seen = kept.now(database).seen
    save(database, [station("后来", 116.9, 33.9)])
    assert len(kept.now(database).x) == 4
    assert reads == [None, seen]


def test_what_is_old_answers_and_is_read_anew_beside(
    database: Database, reads: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(database, stations(2))
    kept = KeptPlaces()
    before = kept.now(database)
    monkeypatch.setattr(places, "MAX_AGE_S", 0.0)
    save(database, [station("后来", 116.9, 33.9)])
    told = kept.now(database)
    assert len(told.x) == 3
    assert told.read_at == before.read_at
    monkeypatch.setattr(places, "MAX_AGE_S", 3_600.0)
    kept.read_beside(database.url).join()  # the one that runs, or one more
    after = kept.now(database)
    assert after.read_at > before.read_at
    assert len(after.x) == 3
    assert reads[:2] == [None, before.seen]
    assert set(reads[2:]) == {None}


def test_what_would_take_gigabytes_waits_until_it_is_asked_for(
    database: Database, reads: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(database, stations(3))
    monkeypatch.setattr(places, "READ_AHEAD_MOST", 2)
    kept = KeptPlaces()
    kept.read_beside(database.url).join()
    assert reads == []
    assert len(kept.now(database).x) == 3


def test_a_database_that_is_away_is_told_and_no_more(
    database: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station_map.store.database.POOL_WAIT_S", 0.2)
    save(database, stations(1))
    kept = KeptPlaces()
    with caplog.at_level(logging.WARNING, "station_map.search.places"):
        kept.read_beside("host=/nowhere-at-all dbname=none").join()
    assert "not read ahead" in caplog.text
    assert len(kept.now(database).x) == 1


def test_many_blocks_are_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    save(database, stations(7))
    whole = tiles.read_news(database, None).read
    monkeypatch.setattr(tiles, "_BLOCK", 3)
    parts = tiles.read_news(database, None).read
    for one, other in zip(whole, parts, strict=True):
        assert (one == other).all()

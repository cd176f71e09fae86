"""A list by a text: the best match first, on pages that neither lose nor repeat a station."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.domain.station import Station
from station_map.domain.vocabulary import Status
from station_map.search.filters import StationFilter
from station_map.search.listing import ListQuery, list_stations
from station_map.search.opening import OpenAt
from station_map.search.text import Match
from station_map.store import ranking
from station_map.store.database import Database
from tests.web.stations import HOSTILE_NAMES, save, station

# Each worse than the one before, for who types 淮海路 or huaihailu.
BEST_FIRST = (
    station("淮海路"),
    station("淮海路邮政驿站"),
    station("市总工会淮海路驿站"),
    station("人民公园驿站", aliases=("淮海路口驿站",)),
    station("相山驿站", address="烈山淮海路8号"),
)


def names(database: Database, text: str, **more: object) -> list[str]:
    page = list_stations(database, ListQuery(text=text, **more))  # type: ignore[arg-type]
    assert page.number_matched == len(page.rows)
    return [json.loads(row.card)["name"] for row in page.rows]


def pages(database: Database, query: ListQuery) -> list[str]:
    """The codes on all pages, in order."""
    seen: list[str] = []
    cursor = None
    while True:
        asked = ListQuery(query.where, text=query.text, limit=query.limit, cursor=cursor)
        page = list_stations(database, asked)
        seen += [row.code for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            assert page.number_matched == len(seen)
            return seen


@pytest.fixture
def worst_first(database: Database) -> Database:
    """Codes, which are given in turn, have the other order."""
    save(database, [*BEST_FIRST[::-1], station("长江路驿站")])
    return database


def test_the_name_comes_before_its_beginning_its_middle_and_all_else(worst_first: Database) -> None:
    found = names(worst_first, "淮海路")
    assert found[:3] == [one.name for one in BEST_FIRST[:3]]
    assert set(found[3:]) == {one.name for one in BEST_FIRST[3:]}


def test_typed_by_sound_the_order_is_the_same(worst_first: Database) -> None:
    assert names(worst_first, "huaihailu") == [one.name for one in BEST_FIRST]
    # The other characters of the same sound, too.
    assert names(worst_first, "怀海路") == [one.name for one in BEST_FIRST]


def test_words_that_begin_with_the_letters_come_before_those_that_hold_them(
    database: Database,
) -> None:
    save(database, [station("新淮海路"), station("淮海路")])
    assert names(database, "hhl") == ["淮海路", "新淮海路"]


def test_every_word_in_the_name_is_better_than_one(database: Database) -> None:
    save(database, [station("银行驿站", address="淮海路"), station("淮海路中国银行驿站")])
    assert names(database, "银行 淮海") == ["淮海路中国银行驿站", "银行驿站"]
    assert names(database, "yinhang huaihai") == ["淮海路中国银行驿站", "银行驿站"]


def test_the_code_itself_is_the_best_match(database: Database) -> None:
    other, code = save(database, [station("甲"), station("乙")])
    save(database, [Station(code=other, name=f"在 {code} 旁边", lon=116.8, lat=33.95)])
    assert names(database, code)[0] == "乙"
    assert names(database, code.replace("-", ""))[0] == "乙"


def test_the_more_alike_come_first(database: Database) -> None:
    save(database, [station("淮海中路邮政银号驿站"), station("淮海中路邮政银行驿站")])
    page = list_stations(database, ListQuery(text="准海中路邮政银行"))
    assert page.text_match is Match.SIMILAR
    assert json.loads(page.rows[0].card)["name"] == "淮海中路邮政银行驿站"
    assert page.number_matched == 2


def test_a_limit_cuts_the_worst_off(worst_first: Database) -> None:
    page = list_stations(worst_first, ListQuery(text="淮海路", limit=2))
    assert [json.loads(row.card)["name"] for row in page.rows] == ["淮海路", "淮海路邮政驿站"]
    assert page.number_matched == 5


def test_of_too_many_those_whose_name_is_meant_come_first(
    worst_first: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "RANKED", 4)
    expected = [one.name for one in (*BEST_FIRST[:2], *BEST_FIRST[:1:-1])]
    assert names(worst_first, "淮海路") == expected
    assert names(worst_first, "huaihailu") == expected


def test_of_too_many_that_begin_so_only_the_very_name_comes_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "RANKED", 2)
    save(database, [*(station(f"淮海路{n}号") for n in range(3)), station("淮海路")])
    expected = ["淮海路", "淮海路0号", "淮海路1号", "淮海路2号"]
    assert names(database, "淮海路") == names(database, "huaihailu") == expected


def test_too_many_of_one_name_are_in_the_order_of_codes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "RANKED", 2)
    codes = save(database, [station("淮海路", 116.8 + n / 1_000) for n in range(4)])
    assert pages(database, ListQuery(text="淮海路", limit=3)) == sorted(codes)


def some_names(dice: random.Random) -> list[Station]:
    parts = ["淮海", "怀海", "路", "工会", "驿站", " ", "A", "1"]
    hours = ["24/7", "off", None]
    return [
        station(
            "".join(dice.choices(parts, k=3)) + "站",
            address="".join(dice.choices(parts, k=2)).strip() or None,
            opening_hours=dice.choice(hours),
            status=dice.choice([Status.OPEN, Status.SUSPENDED]),
        )
        for _ in range(40)
    ]


@pytest.mark.parametrize("ranked", [1, 12, 10_000])
@given(
    text=st.sampled_from(["淮海", "huai", "hh", "路", "怀海 路", "站", "zhan", "1", "淮海路"]),
    limit=st.integers(1, 41),
    clock=st.booleans(),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_hold_every_station_once(
    forty: Database,
    monkeypatch: pytest.MonkeyPatch,
    ranked: int,
    text: str,
    limit: int,
    clock: bool,
) -> None:
    monkeypatch.setattr(ranking, "RANKED", ranked)
    at = OpenAt(29_700_000, unknown=True) if clock else None
    where = StationFilter(statuses=(Status.OPEN, Status.SUSPENDED), open_at=at)
    whole = [row.code for row in list_stations(forty, ListQuery(where, text=text)).rows]
    assert len(whole) == len(set(whole))
    assert pages(forty, ListQuery(where, text=text, limit=limit)) == whole


@pytest.fixture
def forty(database: Database) -> Database:
    save(database, some_names(random.Random(7)))
    return database


@pytest.mark.parametrize(("before", "after"), [(100, 5), (5, 100)])
def test_becoming_too_many_between_pages_loses_none(
    worst_first: Database, monkeypatch: pytest.MonkeyPatch, before: int, after: int
) -> None:
    whole = []
    cursor = None
    for bound in (before, after, after, after, after):
        monkeypatch.setattr(ranking, "RANKED", bound - 1)
        asked = ListQuery(text="淮海路", limit=1, cursor=cursor)
        page = list_stations(worst_first, asked)
        whole += [row.code for row in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert len(set(whole)) == 5


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "100%", "a_b", "\\"])
def test_a_hostile_text_is_looked_for_as_it_stands(database: Database, name: str) -> None:
    text = name.strip()[:64]
    save(database, [station(f"甲{text}乙"), station(name), station("丙")])
    found = list_stations(database, ListQuery(text=text))
    assert [json.loads(row.card)["name"] for row in found.rows[:1]] == [name]

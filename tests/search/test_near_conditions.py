"""Words, seats and areas with a position: the same as asking every station in Python."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.domain.pinyin import folded, has_chinese, search_words, spelled
from station_map.domain.station import Station
from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import Status
from station_map.search.filters import StationFilter
from station_map.search.listing import ListQuery, list_stations
from station_map.search.nearest import NearestQuery, nearest
from station_map.search.opening import OpenAt
from station_map.store import narrow
from station_map.store.database import Database
from tests.search.population import Described, describe
from tests.search.test_nearest import GEOD, matches, may_match
from tests.web.stations import HOSTILE_NAMES, save, scattered, station

OPEN = StationFilter(statuses=(Status.OPEN,))
WORDS = ("淮海", "怀海", "准海", "人民", "路", "邮政", "工会", "驿站", "12号", "a1", "%", "_", "！")
SEATS = (None, None, 0, 1, 4, 10, 10, 30, 200)


def peopled(count: int, seed: int) -> list[Station]:
    """Scattered stations with names out of few words, and seats."""
    dice = random.Random(seed)
    return [
        replace(
            one,
            name="".join(dice.choices(WORDS, k=dice.randint(1, 4))) + f"x{n}",
            address=None,
            seats=dice.choice(SEATS),
        )
        for n, one in enumerate(scattered(count, seed))
    ]


@pytest.fixture(scope="module")
def population(cluster) -> Iterator[tuple[Database, list[Described], dict[str, str]]]:
    """Stations, and what a search by text looks at, by code."""
    from tests.support import clusters

    with clusters.cloned(cluster, f"conditions_{uuid.uuid4().hex[:12]}") as url:
        database = Database(url, pool_size=2)
        try:
            stations = peopled(500, seed=5)
            described = describe(save(database, stations), stations)
            yield (
                database,
                described,
                dict(database.rows("SELECT code, search_text FROM station_card")),
            )
        finally:
            database.close()


def how(text: str, written: str) -> str | None:
    """How a station with this text meets what was typed, but for nearly."""
    typed, words = folded(text).split()[:4], search_words(written)

    def sounds(word: str) -> bool:
        return spelled(word) in words if spelled(word) else word in written

    if all(word in written if not spelled(word) or not word.isalnum() or not word.isascii()
           else spelled(word) in words for word in typed):  # fmt: skip
        return "exact"
    return "sound" if has_chinese(folded(text)) and all(map(sounds, typed)) else None


def told(hits) -> list[tuple[str, str]]:
    return [(hit.code, hit.text_match) for hit in hits]


def away(query: NearestQuery, one: Described) -> tuple[float, str]:
    s = one.station
    return GEOD.inv(query.lon, query.lat, s.lon, s.lat)[2], one.code


def fits(query: NearestQuery, one: Described) -> bool:
    """What is asked beside amenities and words."""
    least, limit = query.where.seats, query.max_distance_m
    return (
        (least is None or (one.station.seats is not None and one.station.seats >= least))
        and (query.area is None or one.code.startswith(query.area.removesuffix("00")))
        and (limit is None or away(query, one)[0] <= limit)
    )


def by_force(query: NearestQuery, stations, texts) -> list[tuple[str, str]]:
    """Known before unknown amenities, exact before equal sound, near before far."""
    found = []
    for accept in (matches, may_match):
        for match in ("exact", "sound") if query.text else ("",):
            group = [
                one
                for one in stations
                if accept(query.where, one)
                and fits(query, one)
                and (not query.text or how(query.text, texts[one.code]) == match)
            ]
            found += [(c, match) for _, c in sorted(away(query, one) for one in group)]
        if not query.where.amenity_unknown or not query.where.amenities:
            break
    return found[: query.k]


points = st.one_of(
    st.tuples(st.floats(116.5, 117.2), st.floats(33.5, 34.2)),
    st.tuples(st.floats(72, 136), st.floats(4, 54)),
)
texts_typed = st.lists(
    st.sampled_from([*WORDS, "huaihai", "hh", "yz", "工", "淮海路", "x7", "泉州", "怀", "\\", "'"]),
    min_size=1,
    max_size=3,
).map(" ".join)


@pytest.mark.parametrize("few", [0, 3, 2_000])
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    point=points,
    k=st.integers(1, 40),
    text=st.none() | texts_typed,
    seats=st.none() | st.sampled_from([1, 5, 10, 11, 200, 201]),
    area=st.none() | st.sampled_from(["340600", "340603", "999999"]),
    radius=st.none() | st.floats(1, 3_000_000),
    amenities=st.sampled_from([(), ("wifi",), ("wifi", "toilet")]),
    unknown=st.booleans(),
)
def test_equals_asking_every_station(
    population, monkeypatch, few, point, k, text, seats, area, radius, amenities, unknown
) -> None:
    """Whether few meet a condition, or so many that the map is walked."""
    database, stations, texts = population
    monkeypatch.setattr(narrow, "FEW", few)
    where = replace(OPEN, seats=seats, amenities=amenities, amenity_unknown=unknown)
    query = NearestQuery(*point, k, radius, where, text, area)
    expected = by_force(query, stations, texts)
    found = told(nearest(database, query))
    if expected or not found:
        assert found == expected
    else:  # Nobody has the words: these are alike.
        assert {match for _, match in found} == {"similar"}


@pytest.mark.parametrize("few", [0, 2_000])
def test_nearly_alike_only_when_nothing_else_is(database: Database, monkeypatch, few) -> None:
    monkeypatch.setattr(narrow, "FEW", few)
    near, far = save(database, [station("淮海路银行", 116.80), station("淮海路银行", 116.9)])
    (sound,) = save(database, [station("怀海路银行", 116.798)])
    asked = NearestQuery(116.798, 33.956, 10)

    def found(text: str) -> list[tuple[str, str]]:
        return told(nearest(database, replace(asked, text=text)))

    assert found("淮海路") == [(near, "exact"), (far, "exact"), (sound, "sound")]
    assert found("准海路银行") == [(sound, "similar"), (near, "similar"), (far, "similar")]
    assert found("泉州") == []
    assert found("  ") == [(sound, ""), (near, ""), (far, "")]


@pytest.mark.parametrize("few", [0, 2_000])
def test_open_on_arrival_with_words(database: Database, monkeypatch, few: int) -> None:
    monkeypatch.setattr(narrow, "FEW", few)
    codes = save(
        database,
        [
            station("甲站", 116.80, opening_hours="off"),
            station("乙站", 116.81, opening_hours="24/7"),
            station("丙站", 116.82),
            station("丁", 116.798, opening_hours="24/7"),
        ],
    )
    for arriving in (None, TravelMode.WALK):
        at = OpenAt(29_700_000, unknown=True, arriving=arriving)
        query = NearestQuery(116.798, 33.956, 10, None, replace(OPEN, open_at=at), "站")
        assert told(nearest(database, query)) == [(codes[1], "exact"), (codes[2], "exact")]


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if len(name) < 60])
def test_hostile_words_are_only_words(database: Database, monkeypatch, few: int, name: str) -> None:
    monkeypatch.setattr(narrow, "FEW", few)
    code, other = save(database, [station(name, 116.9), station("平常", 116.8)])
    hits = nearest(database, NearestQuery(116.798, 33.956, 10, text=name))
    assert hits[0].code == code
    assert hits[0].text_match == "exact"
    assert other not in {hit.code for hit in hits}


def test_a_list_holds_those_with_seats_enough(population) -> None:
    database, stations, _ = population
    for least in (1, 10, 11, 200, 201):
        page = list_stations(database, ListQuery(StationFilter(seats=least), limit=1_000))
        expected = sorted(
            one.code for one in stations if one.station.seats is not None
            and one.station.seats >= least
        )  # fmt: skip
        assert [row.code for row in page.rows] == expected
        assert page.number_matched == len(expected)

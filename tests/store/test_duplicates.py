"""Pairs that may be one station: as many as comparing each with each finds, and what was said."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.domain import likeness
from station_map.domain.accounts import Account, Role
from station_map.domain.likeness import sound_of
from station_map.domain.station import Station
from station_map.domain.vocabulary import HostType
from station_map.errors import Conflict
from station_map.geo.distance import distance_m
from station_map.importers.values.names import name_key
from station_map.store import doors, duplicate_pairs, duplicates
from station_map.store.database import Database
from station_map.store.duplicate_pairs import Found
from station_map.store.writing import writing
from tests.store.merging import LAT, LON, merge, rows, station, value
from tests.store.test_merge import ids, join, part, seen
from tests.support import people

ADMIN = Account(id=1, name="a", role=Role.ADMIN)
FULL_REACH = 200


def found(database: Database, who: Account = ADMIN, **more: Any) -> Found:
    return duplicate_pairs.candidates(database, who, **{"limit": FULL_REACH, **more})


def names(pairs: Found) -> list[set[str]]:
    return [{pair.first.name, pair.second.name} for pair in pairs.pairs]


# ---- as comparing each with each --------------------------------------------------------


def trigrams(text: str) -> set[str]:
    """As pg_trgm takes them of one word in Latin letters."""
    padded = f"  {text} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)} if text else set()


def like(one: str, other: str) -> float:
    if one == other:
        return 1.0
    mine, others = trigrams(one), trigrams(other)
    return len(mine & others) / max(1, len(mine | others))


def digits(phone: str | None) -> str:
    return "".join(sign for sign in phone or "" if sign in "0123456789")


def score(one: Station, other: Station) -> int | None:
    """The score by hand; None for a pair that is not even compared."""
    metres = distance_m(one.lon, one.lat, other.lon, other.lat)
    sounds = sound_of(one.name), sound_of(other.name)
    phones = digits(one.phone), digits(other.phone)
    same_name = name_key(one.name) == name_key(other.name)
    same_phone = min(map(len, phones)) >= 7 and (
        phones[0].endswith(phones[1]) or phones[1].endswith(phones[0])
    )
    if metres > likeness.FAR_M or not (
        metres <= likeness.NEAR_M or same_name or sounds[0] == sounds[1] or same_phone
    ):
        return None
    points = likeness.distance_points(metres)
    if same_name:
        points += likeness.SAME_NAME
    elif sounds[0] == sounds[1]:
        points += likeness.SAME_SOUND
    elif (alike := like(*sounds)) >= likeness.LIKE_FROM:
        points += int(likeness.LIKE_NAME * alike + 0.5)
    points += likeness.SAME_PHONE if same_phone else 0
    if one.brand and other.brand and one.brand.lower() == other.brand.lower():
        points += likeness.SAME_BRAND
    if one.host_type and one.host_type == other.host_type:
        points += likeness.SAME_HOST
    return points


NAMES = st.sampled_from(
    [
        "淮海路工会驿站",
        "怀海路驿站",
        "淮海路邮政",
        "长江路工会驿站",
        "工会驿站",
        "邮政工会驿站",
        "A b",
    ]
)
PHONES = st.sampled_from([None, "0561-3012345", "3012345", "95588", "13900000000"])
PLACES = st.tuples(st.integers(0, 1_200), st.integers(0, 1_200))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(
            NAMES,
            PHONES,
            PLACES,
            st.sampled_from([None, "邮政", "POST"]),
            st.sampled_from([None, HostType.POST, HostType.BANK]),
        ),
        min_size=2,
        max_size=9,
        unique_by=lambda one: one[2],
    ),
    st.sampled_from([0.0, 33.956, 52.9]),
)
def test_the_pairs_are_those_that_comparing_each_with_each_finds(
    database: Database, drawn: list[Any], lat: float
) -> None:
    people.execute(database, "DELETE FROM station")
    made = [
        Station(
            name=name,
            phone=phone,
            lon=LON + east / 111_320,
            lat=lat + north / 111_320,
            brand=brand,
            host_type=host,
            code=f"X-{number}",
        )
        for number, (name, phone, (east, north), brand, host) in enumerate(drawn)
    ]
    merge(database, *made)
    scores = {
        frozenset((one.code, other.code)): score(one, other) for one, other in combinations(made, 2)
    }
    wanted = {two: points for two, points in scores.items() if (points or 0) >= likeness.ENOUGH}
    pairs = found(database)
    assert pairs.every == len(wanted)
    assert {
        frozenset((pair.first.code, pair.second.code)): pair.likeness.score for pair in pairs.pairs
    } == wanted
    told = [(-pair.likeness.score, pair.likeness.distance_m) for pair in pairs.pairs]
    assert told == sorted(told)


def test_a_pair_says_what_it_is_found_by(database: Database) -> None:
    merge(
        database,
        station("淮海路邮政工会驿站", phone="0561-3012345", host_type=HostType.POST, brand="邮政"),
        station(
            "怀海路邮政驿站", LON + 0.0004, phone="3012345", host_type=HostType.POST, brand="邮政"
        ),
    )
    (pair,) = found(database).pairs
    assert pair.likeness.words() == [
        "名称同音",
        "相距 37 米",
        "电话相同",
        "品牌相同",
        "都设在邮政",
    ]
    assert duplicate_pairs.likeness_of(database, pair.first.id, pair.second.id) == pair.likeness


def test_only_what_is_within_ones_area_on_both_sides(database: Database) -> None:
    # The border of two districts runs between the second and the third.
    merge(database, *(station("同名驿站", LON + n / 5_000, code=f"B-{n}") for n in range(3)))
    people.execute(database, "UPDATE station_card SET adcode = '340602' WHERE code = 'B-2'")
    editor = Account(id=2, name="e", role=Role.EDITOR, areas=frozenset({"340603"}))
    assert found(database).every == 3
    assert found(database, editor).every == 1
    assert found(database, editor, district="340602").every == 0
    assert found(database, district="340603").every == 1
    keeper = Account(id=3, name="k", role=Role.KEEPER, stations=frozenset(ids(database).values()))
    assert found(database, keeper).every == 0


def test_pages_are_bounded_and_go_on(database: Database) -> None:
    merge(database, *(station("同名驿站", LON + n / 1e5, code=f"B-{n}") for n in range(5)))
    every = names(found(database))
    assert len(every) == 10
    first, second = (found(database, limit=6, offset=offset) for offset in (0, 6))
    assert [len(page.pairs) for page in (first, second)] == [6, 4]
    assert {first.every, second.every} == {10}


def test_too_many_are_not_compared(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    merge(database, station("同名驿站"), station("同名 驿站", LON + 0.00001, code="B-1"))
    monkeypatch.setattr(duplicate_pairs, "MOST_COMPARED", 1)
    assert found(database) == Found([], 0, 2)


def test_neighbours_come_from_the_index(database: Database) -> None:
    draw = random.Random(4)
    merge(
        database,
        *(
            station(f"第 {n} 站", LON + draw.random(), LAT + draw.random() / 2, code=f"N-{n}")
            for n in range(3_000)
        ),
    )
    people.execute(database, "ANALYZE station_card")
    told = {"areas": None, "district": None, "limit": 30, "offset": 0}
    with database.reading() as connection:
        plan = connection.execute("EXPLAIN " + duplicate_pairs._PAIRS, told).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert "Index Scan using ix_station_card_merc" in text or (
        "Bitmap Index Scan on ix_station_card_merc" in text
    ), text


# ---- answers ----------------------------------------------------------------------------


@pytest.fixture
def pair(database: Database) -> tuple[int, int]:
    merge(
        database,
        station("淮海路银行驿站", seats=10),
        station("淮海路银行站", LON + 0.0001, seats=6),
    )
    known = ids(database)
    return known["淮海路银行驿站"], known["淮海路银行站"]


def say(database: Database, answer: str, pair: tuple[int, int]) -> int:
    told = seen(database, *pair)
    with writing(database, actor="李") as unit:
        if answer == "different":
            return duplicates.say_different(unit, told, "两家，隔壁")
        return doors.link(unit, told, "两块牌子")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE station SET name = name || '新' WHERE id = %s",
        "UPDATE station SET position = ST_Project(position, 25, 1) WHERE id = %s",
    ],
)
@pytest.mark.parametrize("which", [0, 1])
def test_different_is_not_asked_again_unless_one_moved_or_was_renamed(
    database: Database, pair: tuple[int, int], change: str, which: int
) -> None:
    assert found(database).every == 1
    say(database, "different", pair)
    assert found(database).every == 0
    people.execute(database, "UPDATE station SET seats = 3, version = version + 1")
    people.execute(
        database, "UPDATE station SET position = ST_Project(position, 15, 1) WHERE id = %s", pair[0]
    )
    assert found(database).every == 0
    people.execute(database, change, pair[which])
    assert found(database).every == 1


def test_an_answer_taken_back_is_asked_again(database: Database, pair: tuple[int, int]) -> None:
    for answer in ("different", "one_door"):
        number = say(database, answer, pair)
        assert found(database).every == 0
        with writing(database, actor="王") as unit:
            doors.unlink(unit, number, "看错了")
        assert found(database).every == 1
        with pytest.raises(Conflict), writing(database, actor="王") as unit:
            doors.unlink(unit, number, None)
    told = duplicates.answers_about(database, pair)
    assert [one.undone_by for one in told] == ["王", "王"]


def test_an_answer_of_what_was_changed_meanwhile_is_refused(
    database: Database, pair: tuple[int, int]
) -> None:
    told = seen(database, *pair)
    people.execute(database, "UPDATE station SET version = version + 1")
    with pytest.raises(Conflict), writing(database, actor="李") as unit:
        duplicates.say_different(unit, told, "x")


def test_behind_one_door_seats_count_once(database: Database, pair: tuple[int, int]) -> None:
    merge(database, station("远处驿站", LON + 0.1, seats=4), station("没数过", LON + 0.2))
    assert doors.capacity(database) == (4, 4, 20, 1)
    say(database, "one_door", pair)
    assert doors.capacity(database) == (3, 4, 14, 1)
    assert doors.capacity(database, "340600").seats <= 14
    assert [one.seats for one in doors.capacity_by_door(database)] == [10, 4, None]
    codes = dict(rows(database, "SELECT id, code FROM station"))
    assert [one.code for one in doors.beside(database, codes[pair[0]])] == [codes[pair[1]]]


def test_a_door_goes_along_with_a_merge_and_back(database: Database, pair: tuple[int, int]) -> None:
    merge(database, station("第三家", LON + 0.0002))
    third = ids(database)["第三家"]
    say(database, "one_door", (pair[1], third))
    made = join(database, pair[0], pair[1])
    assert rows(database, "SELECT station_id FROM station_door ORDER BY 1") == [
        (pair[0],),
        (third,),
    ]
    part(database, made.answer)
    assert value(database, "SELECT array_agg(station_id ORDER BY 1) FROM station_door") == [
        pair[1],
        third,
    ]


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)).filter(lambda two: len({*two}) > 1))
)
def test_doors_are_what_is_connected(links: list[tuple[int, int]]) -> None:
    told = doors.connected(links)
    groups: list[set[int]] = []
    for link in links:
        touching = [group for group in groups if group & {*link}]
        groups = [group for group in groups if group not in touching]
        groups.append(set(link).union(*touching))
    assert told == {one: min(group) for group in groups for one in group}

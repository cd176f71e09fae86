from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.urls import iri_to_uri

from station_map.domain.vocabulary import AMENITY_BY_CODE, PRESETS
from station_map.search.filters import MOST_SEATS
from station_map.web.pages.picks import (
    AMENITY,
    AMENITY_FIELDS,
    FIELDS,
    SEATS,
    droppable,
    seats_choice,
)
from station_map.web.pages.query import MOST, OUTSIDE, RiderQuery, preset_rules, read_query


def read(text: str) -> RiderQuery:
    return read_query(MultiDict(parse_qsl(text.lstrip("/?"), keep_blank_values=True)))


def codes(query: RiderQuery) -> list[str]:
    return [preset.code for preset in query.presets]


def test_nothing_asked_is_the_plain_question() -> None:
    assert read("") == RiderQuery()
    assert RiderQuery().address() == "/"


@pytest.mark.parametrize(
    "text",
    ["preset=toilet,hot_meal", "preset=hot_meal&preset=toilet", "preset=toilet,no,hot_meal,toilet"],
)
def test_filters_in_either_form_and_their_own_order(text: str) -> None:
    assert codes(read(text)) == ["hot_meal", "toilet"]


def test_open_now_is_asked_for_and_kept() -> None:
    query = read("open=now&preset=toilet&n=30")
    assert query.open_now
    assert read(query.address()) == query
    assert query.address().endswith("preset=toilet&open=now&n=30")
    assert query.at_any_time().address() == "/?preset=toilet"


@pytest.mark.parametrize("value", ["", "arrival", "2026-11-23T08:30", "1", "NOW"])
def test_other_moments_are_no_filter_of_the_page(value: str) -> None:
    assert not read(f"open={value}").open_now


def test_a_position_is_used() -> None:
    query = read("lon=116.798&lat=33.956")
    assert query.position == (116.798, 33.956)
    assert query.problems == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("lon=33.956&lat=116.798", "填反了"),
        ("lon=116.798", "没看懂"),
        ("lon=abc&lat=33", "没看懂"),
        ("lon=nan&lat=inf", "没看懂"),
        ("lon=-0.12&lat=51.5", OUTSIDE),
    ],
)
def test_a_position_that_cannot_be_used_is_told_and_left_out(text: str, told: str) -> None:
    query = read(text)
    assert query.position is None
    assert len(query.problems) == 1
    assert told in query.problems[0]


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  淮海路   驿站 ", "淮海路 驿站"),
        ("a\x00b\nc", "a b c"),
        ("", None),
        (" \t", None),
        ("长" * 500, "长" * 64),
    ],
)
def test_search_words_are_one_bounded_line(given_text: str, kept: str | None) -> None:
    assert read_query(MultiDict({"q": given_text})).text == kept


@pytest.mark.parametrize(
    ("n", "count"),
    [("", 10), ("10", 10), ("11", 20), ("0", 10), ("-5", 10), ("99999999", MOST), ("１０", 10)],
)
def test_the_length_of_the_list_is_bounded(n: str, count: int) -> None:
    assert read_query(MultiDict({"n": n})).count == count


def test_the_list_grows_up_to_a_bound() -> None:
    query: RiderQuery | None = RiderQuery()
    lengths = []
    while query is not None:
        lengths.append(query.count)
        query = query.more()
    assert lengths == list(range(10, MOST + 1, 10))


@given(
    st.none() | st.tuples(st.floats(73, 135), st.floats(3, 54)),
    st.none() | st.sampled_from(["340602", "340621"]),
    st.text(max_size=80),
    st.lists(st.sampled_from(PRESETS)),
    st.integers(1, 10),
)
def test_an_address_asks_the_question_it_was_made_from(
    position: tuple[float, float] | None, district: str | None, text: str, presets: list, tens: int
) -> None:
    given_values = MultiDict({"q": text, "preset": ",".join(p.code for p in presets)})
    first = read_query(given_values)
    query = RiderQuery(position, district, first.text, first.presets, tens * 10)
    address = query.address()
    assert address == iri_to_uri(address)
    again = read(urlsplit(address).query)
    assert (again.district, again.text, again.presets, again.count) == (
        district,
        first.text,
        first.presets,
        tens * 10,
    )
    assert (again.position is None) == (position is None)
    if position is not None and again.position is not None:
        assert again.position == pytest.approx(position, abs=1e-5)


picks = st.lists(
    st.sampled_from([choice for field in (*FIELDS, *AMENITY_FIELDS) for choice in field.choices])
    | st.integers(1, MOST_SEATS).map(seats_choice),
    max_size=12,
)


@given(picks)
def test_picks_are_in_the_address_in_one_order(picked: list) -> None:
    given_values = MultiDict([(one.name, one.code) for one in picked])
    query = read_query(given_values)
    assert {one for one in query.picks if one.name != "seats"} == {
        one for one in picked if one.name != "seats"
    }
    seats = [one for one in picked if one.name == "seats"]
    assert [one for one in query.picks if one.name == "seats"] == seats[:1]
    assert read(urlsplit(query.address()).query) == query
    assert read("&".join(f"{k}={v}" for k, v in given_values.items(multi=True))) == query
    dropped = [one for _, some in droppable(query.picks) for one in some]
    assert sorted(dropped, key=str) == sorted(query.picks, key=str)


@pytest.mark.parametrize(
    "value", ["", "0", "-1", "x", "10001", "１０", "99999999999", "1e3", "4,10"]
)
def test_seats_that_are_no_number_of_seats_are_left_out(value: str) -> None:
    assert read(f"seats={value}").picks == ()


@pytest.mark.parametrize("name", [*(field.name for field in FIELDS), AMENITY, SEATS, "preset"])
@pytest.mark.parametrize("value", ["nonsense", "{{7*7}}", "</script>", "'", ",,"])
def test_what_cannot_be_picked_is_left_out(name: str, value: str) -> None:
    assert read_query(MultiDict({name: value})) == RiderQuery()


def test_the_map_is_told_the_same_filters() -> None:
    rules = {rule["code"]: rule for rule in preset_rules()}
    assert list(rules) == [preset.code for preset in PRESETS]
    assert rules["hot_meal"]["all"] == [
        AMENITY_BY_CODE["microwave"].id,
        AMENITY_BY_CODE["drinking_water"].id,
    ]
    assert len(rules["toilet"]["any"]) == 2
    assert rules["open_24h"]["always_open"] is True
    assert rules["no_registration"]["registration_required"] is False

"""Taking changes back: exactly what was before, nothing that others did since."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.fields import LABELS, label_of
from station_map.domain.revisions import (
    FIXED,
    FOLLOWS,
    Obstacle,
    Why,
    put_back,
    put_back_all,
)
from station_map.domain.vocabulary import AMENITIES, AMENITY_STATES, Honour
from station_map.store.columns import FIELD_TYPES

TEXTS = st.one_of(st.none(), st.text(max_size=8))
DAYS = st.dates().map(str)
FACTS = st.fixed_dictionaries(
    {"state": st.sampled_from(AMENITY_STATES)}, optional={"note": st.text(max_size=4)}
)
DATED = st.fixed_dictionaries(
    {
        "first_day": DAYS,
        "last_day": DAYS,
        "opening_hours": st.sampled_from(("off", "08:00-12:00")),
        "reason": TEXTS,
    }
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A station's document as the database tells one: it keeps the rules of the schema."""
    status = draw(st.sampled_from(("open", "suspended", "closed")))
    return {
        "name": draw(st.text(min_size=1, max_size=4)),
        "address": draw(TEXTS),
        "seats": draw(st.one_of(st.none(), st.integers(0, 9))),
        "lon": draw(st.sampled_from((116.7, 116.8))),
        "lat": draw(st.sampled_from((33.9, 34.0))),
        "source_lon": draw(st.one_of(st.none(), st.just(116.70001))),
        "status": status,
        "status_reason": draw(TEXTS),
        "suspended_until": draw(st.one_of(st.none(), DAYS)) if status == "suspended" else None,
        "opening_hours": draw(st.sampled_from((None, "24/7", "08:00-12:00"))),
        "hours_text": draw(TEXTS),
        "amenities": draw(
            st.dictionaries(st.sampled_from([a.code for a in AMENITIES[:5]]), FACTS, max_size=4)
        ),
        "honours": sorted(draw(st.sets(st.sampled_from(list(Honour)), max_size=3))),
        "aliases": draw(st.lists(st.text(max_size=3), max_size=3, unique=True)),
        "hours_exceptions": sorted(
            draw(st.lists(DATED, max_size=3)), key=lambda one: one["first_day"]
        ),
    }


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


@given(documents(), documents())
def test_what_was_changed_once_is_put_back_exactly(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    back = put_back(difference(before, after), after)
    assert back.obstacles == ()
    assert {**after, **back.fields} == before


@given(documents(), documents())
def test_taking_back_can_be_taken_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    reverted = {**after, **put_back(difference(before, after), after).fields}
    again = put_back(difference(after, reverted), reverted)
    assert again.obstacles == ()
    assert {**reverted, **again.fields} == after


@given(documents(), documents(), documents())
def test_several_changes_are_taken_back_together(
    first: dict[str, Any], second: dict[str, Any], third: dict[str, Any]
) -> None:
    back = put_back_all([difference(second, third), difference(first, second)], third)
    assert back.obstacles == ()
    assert {**third, **back.fields} == first
    assert all(value != third.get(name) for name, value in back.fields.items())


@given(documents(), documents(), documents())
def test_what_others_did_since_stays_or_is_told(
    before: dict[str, Any], after: dict[str, Any], now: dict[str, Any]
) -> None:
    changes = difference(before, after)
    back = put_back(changes, now)
    assert back.fields.keys() <= changes.keys()
    result = {**now, **back.fields}
    told = {name for obstacle in back.obstacles for name in obstacle.fields}
    for name in set(changes) - {"amenities", "hours_exceptions", "honours", "aliases"}:
        assert result[name] == before[name] or name in told
    for code, fact in now["amenities"].items():
        mine = changes.get("amenities", [{}, {}])
        if mine[0].get(code) == mine[1].get(code):
            assert result["amenities"][code] == fact  # this revision said nothing of it
    # Still a document that the database takes.
    assert result["suspended_until"] is None or result["status"] == "suspended"


@given(documents(), documents(), documents())
def test_who_insists_gets_what_was_before(
    before: dict[str, Any], after: dict[str, Any], now: dict[str, Any]
) -> None:
    changes = difference(before, after)
    keys = frozenset(one.key for one in put_back(changes, now).obstacles if one.can_be_forced)
    back = put_back(changes, now, keys)
    assert all(not one.can_be_forced for one in back.obstacles)
    result = {**now, **back.fields}
    for name in ("name", "address", "seats", "lon", "opening_hours"):
        if name in changes:
            assert result[name] == before[name]
    assert result["suspended_until"] is None or result["status"] == "suspended"


def test_what_goes_together_stays_together() -> None:
    changes = {"lon": [116.7, 116.8], "lat": [33.9, 34.0], "adcode": ["340602", "340603"]}
    moved_on = {"lon": 116.8, "lat": 34.1, "adcode": "340603"}
    back = put_back(changes, moved_on)
    assert back.fields == {}
    assert back.obstacles == (Obstacle("position", Why.CHANGED, ("lon", "lat"), now=(116.8, 34.1)),)
    assert put_back(changes, moved_on, frozenset({"position"})).fields == {
        "lon": 116.7,
        "lat": 33.9,
    }


def test_a_day_of_reopening_does_not_come_back_to_an_open_station() -> None:
    changes = {"suspended_until": ["2027-01-01", None]}
    back = put_back(changes, {"status": "open", "suspended_until": None})
    assert [one.why for one in back.obstacles] == [Why.IMPOSSIBLE]
    assert back.fields == {}


def test_opening_again_asks_first_about_a_day_that_somebody_set_since() -> None:
    changes = {"status": ["open", "suspended"]}
    now = {"status": "suspended", "suspended_until": "2027-01-01"}
    [obstacle] = put_back(changes, now).obstacles
    assert (obstacle.key, obstacle.can_be_forced) == ("status", True)
    assert put_back(changes, now, frozenset({"status"})).fields == {
        "status": "open",
        "suspended_until": None,
    }


def test_entries_of_a_list_are_put_back_one_by_one() -> None:
    spring = {"first_day": "2027-02-05", "last_day": "2027-02-12", "opening_hours": "off"}
    mine = {"first_day": "2027-01-01", "last_day": "2027-01-01", "opening_hours": "off"}
    changes = {"hours_exceptions": [[], [spring]]}
    assert put_back(changes, {"hours_exceptions": [mine, spring]}).fields == {
        "hours_exceptions": [mine]
    }
    shorter = {**spring, "last_day": "2027-02-10"}
    back = put_back(changes, {"hours_exceptions": [mine, shorter]})
    assert back.fields == {}
    assert [one.why for one in back.obstacles] == [Why.GONE]


@pytest.mark.parametrize("name", sorted(FIXED | FOLLOWS))
def test_what_this_way_cannot_put_back_is_left(name: str) -> None:
    back = put_back({name: ["a", "b"]}, {name: "b"})
    assert back.fields == {}
    assert [one.why for one in back.obstacles] == ([Why.FIXED] if name in FIXED else [])


def test_every_field_has_its_label() -> None:
    assert FIELD_TYPES.keys() <= LABELS.keys()
    assert len(set(LABELS.values())) == len(LABELS)
    assert label_of("a field of tomorrow") == "a field of tomorrow"

"""Which facts the station that stays takes: never unknown over known, then the later check."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.duplicates import better, choices, defaults, merged

NAME = {"name": "甲", "lon": 116.8, "lat": 33.9, "status": "open"}
VALUES = st.sampled_from([None, "x", "y"])
MOMENTS = st.sampled_from([None, "2026-01-01T00:00:00+00:00", "2026-05-01T00:00:00+00:00"])
DOCUMENTS = st.fixed_dictionaries(
    {
        "address": VALUES,
        "brand": VALUES,
        "opening_hours": VALUES,
        "hours_verified_at": MOMENTS,
        "verified_at": MOMENTS,
        "amenities": st.dictionaries(
            st.sampled_from(["wifi", "aed"]),
            st.fixed_dictionaries({"state": st.sampled_from(["yes", "no"])}),
        ),
        "honours": st.lists(st.sampled_from(["model", "AAA"]), unique=True),
        "aliases": st.lists(st.sampled_from(["老名", "乙"]), unique=True),
    }
).map(lambda told: NAME | told)


def test_a_known_fact_is_never_given_up_for_an_unknown_one() -> None:
    kept = NAME | {"address": "淮海路", "verified_at": None}
    gone = NAME | {"address": None, "seats": 4, "verified_at": "2026-05-01T00:00:00+00:00"}
    assert merged(kept, gone, defaults(kept, gone)) == {
        "seats": 4,
        "verified_at": "2026-05-01T00:00:00+00:00",
        "verified_by": None,
    }


def test_of_two_known_facts_the_one_verified_later_is_taken() -> None:
    kept = NAME | {"address": "旧", "verified_at": "2026-01-01T00:00:00+00:00"}
    gone = NAME | {"address": "新", "verified_at": "2026-05-01T00:00:00+00:00"}
    assert "address" in defaults(kept, gone)
    assert "address" not in defaults(gone, kept)


def test_hours_go_by_when_the_hours_were_verified() -> None:
    kept = NAME | {"opening_hours": "24/7", "hours_verified_at": "2026-05-01T00:00:00+00:00"}
    gone = NAME | {"opening_hours": "off", "verified_at": "2026-06-01T00:00:00+00:00"}
    assert "hours" not in defaults(kept, gone)


def test_an_alias_that_a_hostile_name_becomes_is_kept_as_it_is() -> None:
    hostile = "{{7*7}}</script>`${alert(1)}`{% raw"
    made = merged(NAME, NAME | {"name": hostile}, frozenset())
    assert made == {"aliases": [hostile]}
    assert merged(NAME, NAME | {"name": hostile}, frozenset({"name"})) == {
        "name": hostile,
        "aliases": ["甲"],
    }


@given(DOCUMENTS, DOCUMENTS)
def test_the_choices_are_the_same_from_both_sides(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    there, back = choices(one, other), choices(other, one)
    assert [(c.key, c.kept, c.gone) for c in there] == [(c.key, c.gone, c.kept) for c in back]
    assert better(one, other) or better(other, one)


@given(DOCUMENTS, DOCUMENTS)
def test_nothing_known_is_lost_by_default(one: dict[str, Any], other: dict[str, Any]) -> None:
    after = one | merged(one, other, defaults(one, other))
    for name in ("address", "brand", "opening_hours", "verified_at"):
        assert (after[name] is None) == (one[name] is None and other[name] is None)
    assert after["amenities"].keys() == one["amenities"].keys() | other["amenities"].keys()
    assert {*after["honours"]} == {*one["honours"], *other["honours"]}


@given(DOCUMENTS, DOCUMENTS)
def test_all_taken_is_the_other_one(one: dict[str, Any], other: dict[str, Any]) -> None:
    taken = frozenset(choice.key for choice in choices(one, other))
    after = one | merged(one, other, taken)
    assert choices(after, other) == []

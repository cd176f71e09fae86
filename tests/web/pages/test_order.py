"""The place of a station in a list of near ones."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from station_map.web.pages.order import (
    STALE_AFTER_DAYS,
    STALE_DETOUR_M,
    by_opening,
    by_reach,
    open_first,
    opening,
    reach_m,
)

TODAY = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class One:
    code: str
    look: str = "open"
    reported_locked: bool = False
    reach: float = 0.0


def test_what_nobody_vouches_for_counts_as_further() -> None:
    old = TODAY - dt.timedelta(days=STALE_AFTER_DAYS)
    assert reach_m(300, TODAY, TODAY) == 300
    assert reach_m(300, old, TODAY) == 300
    assert reach_m(300, old - dt.timedelta(days=1), TODAY) == 300 + STALE_DETOUR_M
    assert reach_m(300, None, TODAY) == 300 + STALE_DETOUR_M


def test_open_then_unsure_then_shut() -> None:
    cards = [
        One("a", "closed", reach=1),
        One("b", "suspended", reach=2),
        One("c", "unknown", reach=3),
        One("d", "soon", reach=600),
        One("e", "open", reported_locked=True, reach=5),
        One("f", "open", reach=500),
    ]
    assert [(title, [one.code for one in found]) for title, found in by_opening(cards)] == [
        ("现在开着的 2 个", ["f", "d"]),
        ("开没开说不准的 2 个", ["c", "e"]),
        ("现在没开的 2 个", ["a", "b"]),
    ]


cards = st.builds(
    One,
    code=st.text("abcdef", min_size=1, max_size=3),
    look=st.sampled_from(["open", "soon", "unknown", "closed", "suspended"]),
    reported_locked=st.booleans(),
    reach=st.floats(0, 5_000),
)


@given(st.lists(cards, unique_by=lambda card: card.code))
def test_nothing_is_hidden_and_the_order_is_one(listed: list[One]) -> None:
    found = open_first(listed)
    assert sorted(found, key=lambda card: card.code) == sorted(listed, key=lambda c: c.code)
    ranks = [("open", "unsure", "shut").index(opening(card)) for card in found]
    assert ranks == sorted(ranks)
    assert open_first(found[::-1]) == found
    assert [card for _, group in by_opening(listed) for card in by_reach(group)] == found

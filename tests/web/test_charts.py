"""Shapes of charts: what is drawn is what was given, and the unknown is drawn as a band."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.web.charts import bar, steps

SHARES = st.floats(0, 1)
WEEKS = st.lists(st.none() | st.tuples(SHARES, SHARES).map(sorted), min_size=1, max_size=30)


def test_a_bar_is_known_then_possible() -> None:
    found = bar(0.25, 0.4, mark=0.1)
    assert found is not None
    assert (found.sure, found.may, found.mark) == (25, 15, 10)
    assert bar(None, 0.4) is None
    assert bar(3, most=0) is None


@given(SHARES, SHARES)
def test_a_bar_stays_in_its_box(low: float, high: float) -> None:
    found = bar(low, high, most=0.5)
    assert found is not None
    assert 0 <= found.sure <= 100
    assert found.may >= 0
    assert found.sure + found.may <= 100.01


def heights(path: str, width: int) -> list[float | None]:
    """What a path of steps draws over each unit of width."""
    drawn: list[float | None] = [None] * width
    x, y = 0.0, 0.0
    for letter, told in re.findall(r"([MHV])([-\d.e ]+)", path):
        numbers = [float(one) for one in told.split()]
        if letter == "M":
            x, y = numbers
        elif letter == "V":
            y = numbers[0]
        else:
            for place in range(int(x), int(numbers[0])):
                drawn[place] = y
            x = numbers[0]
    return drawn


@given(WEEKS)
def test_steps_draw_both_ends(pairs: list[list[float] | None]) -> None:
    low = [None if pair is None else pair[0] for pair in pairs]
    high = [None if pair is None else pair[1] for pair in pairs]
    found = steps(low, high)
    assert found.width == len(pairs)
    said = [None if one is None else pytest.approx(100 - one * 100, abs=0.006) for one in low]
    assert heights(found.low, found.width) == said
    if found.high:
        said = [None if one is None else pytest.approx(100 - one * 100, abs=0.006) for one in high]
        assert heights(found.high, found.width) == said
    else:
        assert all(pair is None or pair[1] - pair[0] < 0.001 for pair in pairs)


def area_of(path: str) -> float:
    """The area that closed paths of steps enclose, by the shoelace."""
    total = 0.0
    for part in filter(None, path.split("Z")):
        x, y, corners = 0.0, 0.0, []
        for letter, told in re.findall(r"([MHV])([-\d.e ]+)", part):
            numbers = [float(one) for one in told.split()]
            x = x if letter == "V" else numbers[0]
            y = y if letter == "H" else numbers[-1]
            corners.append((x, y))
        ring = [*corners, corners[0]]
        total += abs(sum(a * d - c * b for (a, b), (c, d) in pairwise(ring))) / 2
    return total


@given(WEEKS)
def test_the_band_is_what_is_not_known(pairs: list[list[float] | None]) -> None:
    low = [None if pair is None else pair[0] for pair in pairs]
    high = [None if pair is None else pair[1] for pair in pairs]
    between = sum(100 * (pair[1] - pair[0]) for pair in pairs if pair is not None)
    found = steps(low, high)
    assert area_of(found.band) == pytest.approx(between, abs=0.02 * len(pairs))
    known = sum(100 * pair[0] for pair in pairs if pair is not None)
    assert area_of(found.area) == pytest.approx(known, abs=0.02 * len(pairs))


def test_ends_that_agree_are_one_line() -> None:
    found = steps([0.5, 0.5, 1.0], [0.5, 0.5, 1.0])
    assert found.low == "M0 50H2V0H3"
    assert (found.band, found.high) == ("", "")


def test_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        steps([0.5], [0.5, 0.6])

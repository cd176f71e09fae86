"""The curve on which stations lie, and filters on its stretches."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from station_map.geo.distance import mercator_xy
from station_map.search.places import DEPTH, curve_of, placed
from station_map.search.tiles import facets_hold
from station_map.store.facet_query import EVERYTHING
from station_map.store.tiles import Read, facet_words

SPOTS = st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=20)


def read_of(spots: list[tuple[float, float]]) -> Read:
    x, y = zip(*(mercator_xy(*spot) for spot in spots), strict=True)
    count = len(spots)
    return Read(
        np.arange(count, dtype=np.int64),
        np.array(x),
        np.array(y),
        np.full(count, -1, np.int64),
        np.zeros((count, 2), np.uint64),
    )


@given(st.integers(0, 2**DEPTH - 1), st.integers(0, 2**DEPTH - 1))
def test_the_curve_takes_bits_in_turn(column: int, row: int) -> None:
    (found,) = curve_of(np.array([column]), np.array([row])).tolist()
    assert sum((found >> 2 * bit & 1) << bit for bit in range(DEPTH)) == column
    assert sum((found >> 2 * bit + 1 & 1) << bit for bit in range(DEPTH)) == row


@given(SPOTS, st.integers(0, 18))
def test_each_station_is_in_exactly_the_tile_it_lies_in(
    spots: list[tuple[float, float]], z: int
) -> None:
    places = placed("", read_of(spots))
    tiles = {(int(x * 2**z), int(y * 2**z)) for x, y in zip(places.x, places.y, strict=True)}
    met = [places.columns.ids[places.stretch(z, *tile)].tolist() for tile in tiles]
    assert sorted(one for ids in met for one in ids) == list(range(len(spots)))
    for tile in tiles:
        part = places.stretch(z, *tile)
        inside = [
            (int(x * 2**z), int(y * 2**z))
            for x, y in zip(places.x[part], places.y[part], strict=True)
        ]
        assert set(inside) == {tile}


@given(
    st.lists(st.sets(st.integers(0, 121), max_size=12), min_size=1, max_size=10),
    st.lists(st.sets(st.integers(0, 121), min_size=1, max_size=4), max_size=4),
)
def test_an_expression_means_the_same_as_in_the_database(
    facets: list[set[int]], groups: list[set[int]]
) -> None:
    parts = ["|".join(map(str, sorted(group))) for group in groups]
    expression = "&".join(f"({part})" if "|" in part else part for part in parts) or EVERYTHING
    words = facet_words([" ".join(map(str, one)) for one in facets])
    held = facets_hold(words, expression).tolist()
    assert held == [all(one & group for group in groups) for one in facets]

"""What the browser is sent of cells reads back as what it was."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from station_map.planning.live_cells import (
    DEMAND_CLASSES,
    DISTANCES_M,
    cover_and_distance,
    demand_breaks,
    ground,
)

PLACES = st.lists(
    st.tuples(st.floats(73, 135), st.floats(3, 53), st.floats(0, 1e6)), min_size=1, max_size=40
)


@given(PLACES)
def test_cells_read_back_within_a_metre(cells: list[tuple[float, float, float]]) -> None:
    table = np.array(cells)
    told = json.loads(ground(table[:, :2], table[:, 2], 100.0))
    for name, column in (("lon", 0), ("lat", 1)):
        back = np.cumsum(told[name]) / told["scale"]
        assert np.abs(back - table[:, column]).max() <= 0.5 / told["scale"] + 1e-9
    classes = [ord(one) - 48 for one in told["demand"]]
    assert [one == 0 for one in classes] == (table[:, 2] == 0).tolist()
    assert max(classes) <= DEMAND_CLASSES
    for weight, number in zip(table[:, 2], classes, strict=True):
        if number:
            assert number == 1 or weight > told["breaks"][number - 2]
            assert number == DEMAND_CLASSES or weight <= told["breaks"][number - 1]


@given(st.lists(st.floats(1e-6, 1e9), max_size=30))
def test_breaks_are_round_and_rise(weights: list[float]) -> None:
    breaks = demand_breaks(np.array(weights))
    assert len(breaks) == DEMAND_CLASSES - 1
    assert all(one < other for one, other in pairwise(breaks))
    assert {f"{one:e}"[0] for one in breaks} <= {"1", "2", "5"}


def test_a_character_holds_cover_and_distance() -> None:
    covered = np.array([True, False, False, True])
    perhaps = np.array([True, True, False, True])
    told = cover_and_distance(covered, perhaps, np.array([0.0, 600.0, np.inf, 3000.0]))
    numbers = [ord(one) - 48 for one in told]
    assert [number // 8 for number in numbers] == [1, 2, 0, 1]
    assert [number % 8 for number in numbers] == [0, 2, len(DISTANCES_M), 6]
    assert '"' not in told
    assert "\\" not in told

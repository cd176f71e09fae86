"""Demand as few squares."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from station_map.exporters.planning.ground import Squares, squares
from tests.exporters.planning.examples import grid


def classes_at(found: Squares, lonlat: np.ndarray) -> list[set[int]]:
    """The classes of the boxes over each place, well inside of them."""
    made = []
    for lon, lat in lonlat:
        over = (found.boxes[:, 0] <= lon) & (lon <= found.boxes[:, 2])
        over &= (found.boxes[:, 1] <= lat) & (lat <= found.boxes[:, 3])
        made.append(set(found.klass[over].tolist()))
    return made


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(max_examples=30)
def test_each_cell_is_drawn_in_its_own_class_and_nothing_else(seed: int, side: int) -> None:
    random = np.random.default_rng(seed)
    lonlat, klass = grid(side), random.integers(0, 3, side * side)
    weight = random.integers(0, 2, side * side).astype(float)
    found = squares(lonlat, weight, klass, 100.0)
    for seen, own, held in zip(classes_at(found, lonlat), klass, weight, strict=True):
        assert seen == ({int(own)} if held else set())


def test_cells_side_by_side_become_one_box() -> None:
    found = squares(grid(20), np.ones(400), np.zeros(400, np.int64), 100.0)
    assert len(found.boxes) == 20
    assert found.side_m == 100.0


def test_what_is_too_fine_to_see_is_drawn_coarser_by_most_of_its_demand() -> None:
    side = 1500
    lonlat = grid(side)
    klass = (np.arange(side * side) % side > side // 2).astype(np.int64)
    weight = np.where(klass == 1, 2.0, 1.0)
    found = squares(lonlat, weight, klass, 100.0)
    assert found.side_m == 300.0
    assert len(found.boxes) <= 2 * 700
    west = found.boxes[found.klass == 0]
    east = found.boxes[found.klass == 1]
    assert west[:, 2].max() <= east[:, 0].min() + 1e-4


def test_no_demand_is_no_square() -> None:
    found = squares(grid(2), np.zeros(4), np.zeros(4, np.int64), 100.0)
    assert found.boxes.shape == (0, 4)

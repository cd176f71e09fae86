"""Gaps are the components of uncovered cells; their demand adds up to what is not covered."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from station_map.coverage.groups import whole
from station_map.coverage.inputs import Demand
from station_map.coverage.measures import gaps as module
from station_map.coverage.measures.gaps import GapRule, cell_side_m, gaps, outline, usual_floor
from tests.coverage import brute

STEP = np.array([0.0011, 0.0009])  # some 100 m


def grid(rows: int, columns: int) -> np.ndarray:
    """Cells of a grid, row by row from the south."""
    y, x = np.divmod(np.arange(rows * columns), columns)
    return np.array([116.8, 33.95]) + np.column_stack([x, y]) * STEP


def found_in(lonlat: np.ndarray, weight: np.ndarray, covered: np.ndarray, **more: object):
    demand = Demand(lonlat, weight, whole(len(lonlat)))
    distance = np.arange(len(lonlat), dtype=float) + 1_000
    perhaps = more.get("perhaps", covered)
    floor = more.get("floor", 0.0)
    rule = GapRule(1_000, cell_side_m(lonlat), floor)
    return gaps(demand, covered, perhaps, distance, rule)


@given(seed=st.integers(0, 2**32 - 1), part=st.sampled_from([0.0, 0.3, 0.7, 1.0]))
def test_they_are_the_connected_components(seed: int, part: float) -> None:
    random = np.random.default_rng(seed)
    rows, columns = random.integers(1, 9, 2).tolist()
    lonlat = grid(rows, columns)
    weight = random.integers(0, 9, rows * columns).astype(float)
    covered = random.random(rows * columns) < part
    found = found_in(lonlat, weight, covered)
    # Beside each other, at a corner too.
    graph = nx.Graph()
    bare = {
        divmod(n, columns): weight[n]
        for n in range(rows * columns)
        if not covered[n] and weight[n] > 0
    }
    graph.add_nodes_from(bare)
    if rows * columns > 1:
        graph.add_edges_from(
            ((y, x), (y + dy, x + dx))
            for y, x in bare
            for dy, dx in ((0, 1), (1, -1), (1, 0), (1, 1))
            if (y + dy, x + dx) in bare
        )
    parts = sorted(
        (sum(bare[cell] for cell in one) for one in nx.connected_components(graph)), reverse=True
    )
    assert [gap.demand for gap in found.worst] == parts
    assert found.count == len(parts)
    assert found.demand == sum(parts) == weight[~covered].sum()
    for gap in found.worst:
        assert gap.shape.is_valid
        assert gap.certain == gap.demand


def test_a_gap_tells_where_it_is_and_how_far_from_help() -> None:
    lonlat = grid(1, 4)
    covered = np.array([True, False, False, False])
    perhaps = np.array([True, True, False, False])
    weight = np.array([5.0, 1.0, 2.0, 1.0])
    [gap] = found_in(lonlat, weight, covered, perhaps=perhaps).worst
    assert (gap.demand, gap.certain, gap.cells) == (4.0, 3.0, 3)
    assert (gap.lon, gap.lat) == pytest.approx((lonlat[2, 0], lonlat[2, 1]))
    assert gap.nearest_m == 1_001
    assert gap.mean_m == pytest.approx(1_002)


def test_thin_country_joins_nothing_and_is_told_apart() -> None:
    lonlat = grid(1, 5)
    weight = np.array([9.0, 1.0, 8.0, 0.0, 1.0])
    covered = np.zeros(5, dtype=bool)
    together = found_in(lonlat, weight, covered)
    assert [gap.demand for gap in together.worst] == [18.0, 1.0]
    assert usual_floor(weight) == pytest.approx(19 / 4)
    apart = found_in(lonlat, weight, covered, floor=usual_floor(weight))
    assert [gap.demand for gap in apart.worst] == [9.0, 8.0]
    assert apart.demand + apart.scattered == together.demand == 19
    # All the same: nobody lives thinly.
    assert usual_floor(np.full(7, 0.1)) <= 0.1
    assert usual_floor(np.zeros(3)) == 0


def test_the_shape_holds_its_cells_and_no_others() -> None:
    lonlat = grid(7, 7)
    ring = np.ones((7, 7), dtype=bool)
    ring[2:5, 2:5] = False
    shape = outline(lonlat[ring.ravel()], 99.5, 99.5)
    inside = shapely.contains_xy(shape, *lonlat.T)
    assert inside.tolist() == ring.ravel().tolist()
    assert shape.geom_type == "Polygon"
    assert len(shape.interiors) == 1


def test_a_long_gap_has_no_seams_where_the_side_is_not_quite_right() -> None:
    lonlat = grid(3, 600)
    side = cell_side_m(lonlat)
    for cell_m in (side * 0.997, side, side * 1.003):
        shape = outline(lonlat, cell_m, cell_m)
        assert shape.geom_type == "Polygon"
        assert not shape.interiors
        assert shape.area == pytest.approx(len(lonlat) * STEP.prod(), rel=0.05)


def test_a_large_gap_is_drawn_coarser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CELLS_DRAWN", 10)
    lonlat = grid(20, 20)
    [gap] = found_in(lonlat, np.ones(400), np.zeros(400, dtype=bool)).worst
    assert gap.step_m == pytest.approx(7 * cell_side_m(lonlat))
    assert shapely.contains_xy(gap.shape, *lonlat.T).all()


@given(world=brute.worlds)
def test_the_usual_distance_to_the_next_place(world: tuple[int, int, int, float]) -> None:
    seed, n, _, spread = world
    lonlat = np.unique(brute.scattered(np.random.default_rng(seed), max(n, 2), spread), axis=0)
    if len(lonlat) < 2:
        return
    every = brute.matrix(lonlat, lonlat)
    np.fill_diagonal(every, np.inf)
    # Found by straight lines: of places a thousand kilometres apart that is a little less.
    assert cell_side_m(lonlat) == pytest.approx(np.median(every.min(axis=1)), rel=0.01)
    # Several cells of demand at one place are no nearer.
    assert cell_side_m(np.repeat(lonlat, 3, axis=0)) == pytest.approx(cell_side_m(lonlat))


def test_a_place_alone_has_the_usual_cell() -> None:
    assert cell_side_m(np.array([[116.8, 33.9]])) == 100

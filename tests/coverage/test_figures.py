"""One long table of everything by group: shares within 0 and 1, bands in order, parts whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from station_map.coverage.figures import WHOLE, Figure, figures
from station_map.coverage.inputs import Asked, Moment, Parameters
from station_map.coverage.run import prepare, run
from station_map.exporters.coverage import as_csv
from tests.coverage import brute


def told(world: tuple[int, int, int, float]) -> dict[tuple[str, str, str], Figure]:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    parameters = Parameters(asked=Asked(Moment(hours="night")) if seed % 2 else Asked())
    prepared = prepare(demand, stations, parameters)
    rows = list(figures(run(prepared, parameters, prepared)))
    found = {(row.indicator, row.item, row.group): row for row in rows}
    assert len(found) == len(rows)
    return found


@given(world=brute.worlds)
def test_bands_are_in_order_and_shares_are_shares(world: tuple[int, int, int, float]) -> None:
    for row in told(world).values():
        if row.low is None or row.high is None:
            continue
        assert row.low <= row.high + 1e-9
        if row.unit == "share":
            assert row.low >= -1e-9
            assert row.high <= 1 + 1e-9


@given(world=brute.worlds)
def test_groups_add_up_to_the_whole(world: tuple[int, int, int, float]) -> None:
    found = told(world)
    groups = ("甲", "乙", "丙", "outside")
    held = {group: found["demand", "total", group].low or 0.0 for group in (*groups, WHOLE)}
    assert sum(held[group] for group in groups) == held[WHOLE]
    for indicator, item in {(row[0], row[1]) for row in found if row[0] in {"share", "overlap"}}:
        parts = [(found[indicator, item, group].low or 0.0) * held[group] for group in groups]
        whole = (found[indicator, item, WHOLE].low or 0.0) * held[WHOLE]
        assert sum(parts) == pytest.approx(whole, rel=1e-9, abs=1e-9)


def test_csv_has_a_row_a_figure() -> None:
    random = np.random.default_rng(1)
    demand, stations = brute.demand(random, 30), brute.stations(random, 5)
    found = run(prepare(demand, stations, Parameters()), Parameters())
    text = as_csv(found).decode("utf-8-sig").splitlines()
    assert text[0] == "indicator,item,group,low,high,unit,note"
    assert len(text) == 1 + len(list(figures(found)))

"""The ten at once: they agree with each other, come out as JSON, and nothing is found twice."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from station_map.coverage.document import document
from station_map.coverage.groups import Groups
from station_map.coverage.inputs import Asked, Demand, Moment, Parameters, Stations
from station_map.coverage.prepared import Prepared
from station_map.coverage.reach import Geodesic, Nearest, Threshold
from station_map.coverage.run import Choice, prepare, run, share_within
from station_map.errors import InputError
from tests.coverage import brute


class Counting(Geodesic):
    """A reach that tells what it was asked."""

    asked: list[str]

    def nearest(self, lonlat: np.ndarray, k: int = 1) -> Nearest:
        self.asked.append("nearest")
        return super().nearest(lonlat, k)

    def within(self, lonlat: np.ndarray, limit: float):
        self.asked.append("within")
        return super().within(lonlat, limit)

    def only(self, stations: np.ndarray):
        fewer = super().only(stations)
        fewer.asked = self.asked
        return fewer


def counting(stations: Stations) -> Counting:
    reach = Counting(stations.lonlat)
    reach.asked = []
    return reach


@given(world=brute.worlds)
def test_the_indicators_agree_and_are_json(world: tuple[int, int, int, float]) -> None:
    seed, n, m, spread = world
    random = np.random.default_rng(seed)
    demand, stations = brute.demand(random, n, spread), brute.stations(random, m, spread)
    asked = Asked(Moment(hour=20), ("shower",)) if seed % 2 else Asked()
    parameters = Parameters(asked=asked)
    other = replace(stations, counts=np.ones(m, dtype=np.int8))
    found = run(
        prepare(demand, stations, parameters), parameters, prepare(demand, other, parameters)
    )
    km = next(share for share in found.shares if share.label == "1000 m")
    parts = found.overlap.sure
    assert (parts.none + km.demand.low).tolist() == found.demand.tolist()
    assert found.gaps.demand + found.gaps.scattered == pytest.approx(parts.none.sum())
    assert found.seats.sure.uncovered.tolist() == parts.none.tolist()
    assert found.redundancy.sole.sum() == pytest.approx(parts.one.sum())
    assert found.comparison is not None
    assert found.comparison.before.tolist() == km.demand.low.tolist()
    if asked.moment.hour is not None:
        assert found.hours.low[:, 20].tolist() == km.demand.low.tolist()
    assert (found.cells.cover == 1).tolist() == (found.cells.distance <= 1_000).tolist()
    rises = [share.demand.low.sum() for share in sorted(found.shares, key=lambda s: s.limit)]
    assert rises == sorted(rises)
    assert found.counted[0] <= found.counted[1] <= found.counted[2] == m

    told = document(found)
    again = json.loads(json.dumps(told, allow_nan=False))
    assert again["groups"] == ["甲", "乙", "丙", "outside"]
    assert again["shares"][0]["demand"]["low"] == found.shares[0].demand.low.tolist()
    assert "cells" not in again
    assert "change" not in again["comparison"]
    for gap in again["gaps"]["worst"]:
        assert gap["shape"]["type"] in {"Polygon", "MultiPolygon"}
    assert [gap["cells"] for gap in again["gaps"]["worst"]] == [g.cells for g in found.gaps.worst]


def test_the_same_again_gives_the_same_numbers() -> None:
    random = np.random.default_rng(4)
    demand, stations = brute.demand(random, 400), brute.stations(random, 30)
    first, second = (
        document(run(prepare(demand, stations, Parameters()), Parameters())) for _ in range(2)
    )
    assert first == second


def test_a_slider_finds_nothing_anew_that_did_not_change() -> None:
    random = np.random.default_rng(9)
    demand, stations = brute.demand(random, 300), brute.stations(random, 25)
    reach = counting(stations)
    prepared = prepare(demand, stations, Parameters(), reach)
    assert reach.asked == ["within"]
    for metres in (300, 650, 1_000, 300):
        for hour in (3, 12, 22):
            asked = Asked(Moment(hour=hour))
            share_within(prepared, Threshold(metres=metres), Choice(stations, asked))
    assert reach.asked == ["within"]
    run(prepared, Parameters())
    once = list(reach.asked)
    assert once.count("within") == 1
    run(prepared, replace(Parameters(), main=Threshold(metres=500)))
    assert reach.asked == once
    # Only what reaches further than ever before is.
    share_within(prepared, Threshold(metres=5_000), Choice(stations, Asked()))
    assert reach.asked == [*once, "within"]
    wide = prepared.within(5_000.0)
    assert prepared.within(1_000.0).start.tolist() == wide.up_to(1_000.0).start.tolist()


def test_a_scenario_shares_what_was_found_and_says_its_own() -> None:
    random = np.random.default_rng(6)
    demand, stations = brute.demand(random, 200), brute.stations(random, 20)
    reach = counting(stations)
    prepared = prepare(demand, stations, Parameters(), reach)
    first = run(prepared, Parameters())
    open_all = replace(stations, open=np.ones_like(stations.open))
    shared = prepared.scenario(open_all)
    found = document(run(shared, Parameters()))
    assert reach.asked.count("within") == 1
    assert found == document(run(prepare(demand, open_all, Parameters()), Parameters()))
    assert found["hours"] != document(first)["hours"]
    # Wider in one is not wider in the other, and right in both.
    shared.within(3_000.0)
    assert prepared.within(1_000.0).start.tolist() == shared.within(1_000.0).start.tolist()
    with pytest.raises(InputError):
        prepared.scenario(replace(stations, lonlat=stations.lonlat + 0.001))


def test_few_choices_are_kept_at_a_time() -> None:
    random = np.random.default_rng(2)
    demand, stations = brute.demand(random, 20), brute.stations(random, 40)
    reach = counting(stations)
    prepared = Prepared(demand, stations, reach)
    kinds = [np.arange(40) < count for count in range(1, 40)]
    for kept in (*kinds, kinds[-1]):
        prepared.distance(kept)
    assert reach.asked.count("nearest") == 39
    prepared.distance(kinds[0])
    assert reach.asked.count("nearest") == 40


@pytest.mark.parametrize("wrong", ["nan", "negative", "short"])
def test_arrays_that_do_not_fit_are_refused(wrong: str) -> None:
    lonlat, weight = np.array([[116.8, 33.9]]), np.array([1.0])
    if wrong == "nan":
        lonlat = np.array([[np.nan, 33.9]])
    elif wrong == "negative":
        weight = np.array([-1.0])
    else:
        weight = np.array([1.0, 2.0])
    with pytest.raises(InputError):
        Demand(lonlat, weight, Groups(("a",), np.zeros(1, dtype=np.int32)))
    stations = brute.stations(np.random.default_rng(1), 3)
    with pytest.raises(InputError):
        replace(stations, open=stations.open[:, :100])

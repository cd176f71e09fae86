from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import Polygon, box

from station_map.errors import InputError
from station_map.siting.candidates import (
    Sites,
    SiteStatus,
    candidates_at,
    excluding,
    from_demand,
    joined,
    too_close,
)

PLACES = np.array([[116.80, 33.95], [116.81, 33.95], [116.90, 33.95], [116.95, 33.95]])


def test_candidates_inside_an_area_become_excluded_and_no_others() -> None:
    status = ("candidate", "required", "candidate", "existing")
    found = excluding(Sites(status, PLACES), [box(116.7, 33.9, 116.85, 34.0)])
    assert found.status == ("excluded", "required", "candidate", "existing")


def test_on_the_edge_of_an_area_is_inside() -> None:
    edge = Polygon([(116.80, 33.9), (116.80, 34.0), (116.7, 33.95)])
    assert excluding(candidates_at(PLACES), [edge]).having(SiteStatus.EXCLUDED).tolist() == [0]


def test_no_area_excludes_nothing() -> None:
    assert not len(excluding(candidates_at(PLACES), []).having(SiteStatus.EXCLUDED))


@given(seed=st.integers(0, 2**32 - 1), spacing=st.floats(0, 2000))
def test_too_close_is_every_pair_below_the_spacing(seed: int, spacing: float) -> None:
    places = np.array([116.8, 33.9]) + np.random.default_rng(seed).uniform(0, 0.02, (9, 2))
    wanted = [
        [a, b]
        for a in range(9)
        for b in range(a + 1, 9)
        if Geod(ellps="WGS84").inv(*places[a], *places[b])[2] < spacing
    ]
    assert too_close(places, spacing).tolist() == wanted


def test_places_at_one_spot_are_too_close_only_when_a_spacing_is_asked_for() -> None:
    twice = PLACES[[0, 0]]
    assert too_close(twice, 1.0).tolist() == [[0, 1]]
    assert too_close(twice, 0.0).tolist() == []


@pytest.mark.parametrize("spacing", [-1.0, float("nan"), float("inf")])
def test_a_spacing_that_is_none_is_refused(spacing: float) -> None:
    with pytest.raises(InputError, match="间距"):
        too_close(PLACES, spacing)


def test_from_demand_takes_the_heaviest_apart_from_each_other() -> None:
    weight = [5.0, 9.0, 0.0, 1.0]
    assert from_demand(PLACES, weight, 2).lonlat.tolist() == PLACES[[1, 0]].tolist()
    # 0 lies 924 m from 1, and what has no weight is no candidate.
    apart = from_demand(PLACES, weight, 4, apart_m=1000)
    assert apart.lonlat.tolist() == PLACES[[1, 3]].tolist()


def test_joined_keeps_costs_and_capacities() -> None:
    first = Sites(("existing",), PLACES[:1], capacity=np.array([7.0]))
    both = joined(first, candidates_at(PLACES[1:3], cost=np.array([2.0, 3.0])))
    assert both.status == ("existing", "candidate", "candidate")
    assert both.costs.tolist() == [1.0, 2.0, 3.0]
    assert both.capacities.tolist() == [7.0, np.inf, np.inf]


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"status": ("open",)}, "status"),
        ({"status": ("candidate",), "cost": np.array([-1.0])}, "cost"),
        ({"status": ("candidate",), "cost": np.array([np.nan])}, "cost"),
        ({"status": ("candidate",), "cost": np.array([np.inf])}, "cost"),
        ({"status": ("candidate",), "capacity": np.array([1.0, 2.0])}, "capacity"),
        ({"status": ("candidate",), "lonlat": PLACES}, "lonlat"),
    ],
)
def test_sites_that_are_none_are_refused(given, parameter: str) -> None:
    with pytest.raises(InputError) as caught:
        Sites(**given)
    assert caught.value.parameter == parameter

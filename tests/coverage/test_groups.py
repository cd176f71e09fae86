from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely

from station_map.coverage.groups import OUTSIDE, Groups, by_area, by_code, by_h3, whole
from station_map.errors import InputError

PLACES = np.array([[116.80, 33.95], [116.81, 33.95], [116.99, 33.95], [117.5, 33.95]])


def test_sums_over_groups_are_the_total_what_is_outside_too() -> None:
    groups = Groups(("甲", "乙"), np.array([0, 1, -1, 1], dtype=np.int32))
    sums = groups.sum(np.array([1.0, 2.0, 4.0, 8.0]))
    assert dict(zip(groups.labels, sums.tolist(), strict=True)) == {"甲": 1, "乙": 10, OUTSIDE: 4}
    assert whole(3).sum(np.ones(3)).tolist() == [3, 0]


def test_codes_are_groups_in_their_order() -> None:
    groups = by_code(["340604", None, "340603", "340604"])
    assert groups.names == ("340603", "340604")
    assert groups.index.tolist() == [1, -1, 0, 1]


def test_areas_of_ones_own_take_what_they_cover_the_first_wins() -> None:
    shapes = [shapely.box(116.7, 33.9, 116.81, 34.0), shapely.box(116.8, 33.9, 117.0, 34.0)]
    groups = by_area(PLACES, ("西", "东"), shapes)
    # On the edge counts, and in both is in the first.
    assert groups.index.tolist() == [0, 0, 1, -1]
    assert by_area(PLACES, (), ()).index.tolist() == [-1] * 4


def test_h3_cells() -> None:
    groups = by_h3(PLACES, 8)
    cells = [groups.names[n] for n in groups.index]
    assert cells == [h3.latlng_to_cell(lat, lon, 8) for lon, lat in PLACES.tolist()]
    with pytest.raises(InputError) as refused:
        by_h3(PLACES, 11)
    assert refused.value.parameter == "by"

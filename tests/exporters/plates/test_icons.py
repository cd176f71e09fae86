from __future__ import annotations

from pathlib import Path

import pytest

from station_map.domain.vocabulary import AMENITIES
from station_map.errors import AssetsMissing
from station_map.exporters.plates.icons import GRID, LOGO_GRID, load_icons, load_logo
from station_map.resources import static_dir
from station_map.web.assets import assets


def test_every_amenity_has_its_icon_from_the_pages_own_set() -> None:
    icons = load_icons(static_dir())
    assert set(icons) == set(assets().icons)
    for code in [amenity.code for amenity in AMENITIES] + ["ui.clock", "ui.door"]:
        assert any(method in {"lineTo", "curveTo"} for method, _ in icons[code])
        points = [figure for _, figures in icons[code] for figure in figures]
        assert min(points) >= 0
        assert max(points) <= GRID


def test_the_mark_has_a_shape_and_a_drawing_on_it() -> None:
    for strokes in load_logo(static_dir()):
        points = [figure for _, figures in strokes for figure in figures]
        assert points
        assert 0 <= min(points) <= max(points) <= LOGO_GRID


def test_without_a_built_front_end_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(AssetsMissing, match="没有图标"):
        load_icons(tmp_path)

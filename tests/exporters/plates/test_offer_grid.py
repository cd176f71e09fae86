from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.vocabulary import AMENITIES
from station_map.exporters.plates.layout import Box
from station_map.exporters.plates.offer_grid import LARGEST, SMALLEST, grid_of

WORDS = [amenity.zh for amenity in AMENITIES] + [amenity.zh + " 部分" for amenity in AMENITIES]


def width(text: str) -> float:
    return sum(0.55 if char.isascii() else 1.0 for char in text)


@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=56, unique=True),
    st.floats(120, 200),
    st.floats(25, 70),
    st.sampled_from([1.0, 0.7071]),
)
def test_places_stay_in_the_box_and_apart(
    words: list[str], wide: float, high: float, scale: float
) -> None:
    box = Box(14, 20, wide * scale, high * scale)
    grid = grid_of(words, box, scale, width)
    assert grid.shown + grid.left_out == len(words)
    assert SMALLEST * scale <= grid.size <= LARGEST * scale
    places = list(grid.places())
    assert len(places) == grid.shown + bool(grid.left_out)
    parts = [part for place in places for part in (place.icon, place.word)]
    for part in parts:
        assert box.x <= part.x
        assert part.right <= box.right + 1e-9
        assert box.y <= part.y
        assert part.bottom <= box.bottom + 1e-9
    for number, one in enumerate(parts):
        for other in parts[number + 1 :]:
            beside = one.right <= other.x + 1e-9 or other.right <= one.x + 1e-9
            above = one.bottom <= other.y + 1e-9 or other.bottom <= one.y + 1e-9
            assert beside or above


def test_few_words_are_large_and_many_are_counted() -> None:
    box = Box(0, 0, 190, 32)
    assert grid_of(["饮水", "热饭"], box, 1.0, width).size == LARGEST
    many = grid_of([amenity.zh for amenity in AMENITIES], box, 1.0, width)
    assert many.size == SMALLEST
    assert many.left_out > 0

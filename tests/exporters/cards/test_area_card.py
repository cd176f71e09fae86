from __future__ import annotations

from io import BytesIO

from PIL import Image

from station_map.exporters.cards.area import AreaCard, draw_area
from station_map.exporters.cards.paper import RED

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[116.0, 33.0], [117.2, 33.0], [117.2, 34.0], [116.0, 34.0], [116.0, 33.0]]],
}


def card(**instead: object) -> AreaCard:
    told = {
        "name": "相山区",
        "filters": ("热饭饮水",),
        "count": 3,
        "demo": False,
        "shapes": [SQUARE],
        "spots": [(116.1, 33.1), (116.6, 33.5), (117.1, 33.9)],
    }
    return AreaCard(**(told | instead))  # type: ignore[arg-type]


def pixels(one: AreaCard) -> Image.Image:
    return Image.open(BytesIO(draw_area(one).png(1200))).convert("RGB")


def is_red(colour: object) -> bool:
    wanted = tuple(int(RED[at : at + 2], 16) for at in (1, 3, 5))
    return all(abs(a - b) < 12 for a, b in zip(colour, wanted, strict=True))  # type: ignore[arg-type]


def red_ones(picture: Image.Image) -> list[tuple[int, int]]:
    """Red pixels of the map's part."""
    return [
        (x, y)
        for x in range(600, 1141)
        for y in range(130, 581)
        if is_red(picture.getpixel((x, y)))
    ]


def test_dots_stand_where_stations_are_north_up_and_east_right() -> None:
    found = red_ones(pixels(card()))
    left, right = min(found), max(found)
    assert left[1] > right[1], "the western station is the southern one"
    (only,) = {
        (round(x / 30), round(y / 30)) for x, y in red_ones(pixels(card(spots=[(116.6, 33.5)])))
    }
    assert only == (29, 12), "the middle of the outline is the middle of its place"


def test_no_station_is_an_outline_without_dots() -> None:
    assert red_ones(pixels(card(count=0, spots=[]))) == []


def test_nothing_known_of_outlines_draws_stations_alone() -> None:
    assert red_ones(pixels(card(shapes=[])))
    assert draw_area(card(shapes=[], spots=[])).png(300).startswith(b"\x89PNG")
    assert draw_area(card(shapes=[], spots=[(116.0, 33.0)])).png(300).startswith(b"\x89PNG")


def test_many_stations_and_a_long_name_still_make_a_small_picture() -> None:
    many = [(116.0 + n % 240 / 200, 33.0 + n // 240 / 100) for n in range(24_000)]
    data = draw_area(card(name="很长的名字" * 12, count=190_000, spots=many)).png(1200)
    assert len(data) < 200_000

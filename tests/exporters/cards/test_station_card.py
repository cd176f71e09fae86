from __future__ import annotations

import itertools
import json
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from station_map.domain.vocabulary import AMENITIES, Kind, Status
from station_map.exporters.cards import paper
from station_map.exporters.cards.lettering import MISSING, letterings
from station_map.exporters.cards.paper import Box, Sheet, Style
from station_map.exporters.cards.station import (
    AMENITIES_UNKNOWN,
    BRAND,
    NOT_IN_USE,
    StationCard,
    draw_station,
)
from station_map.exporters.plates.facts import plate_of
from tests.web.stations import HOSTILE_NAMES

LONG = "安徽省淮北市相山区人民中路与古城路交叉口东北角中国石化加油站旁户外劳动者综合服务中心" * 2


def card(place: str = "相山区 · 淮海路 1 号", **facts: object) -> StationCard:
    told = {
        "code": "a",
        "name": "淮海路邮政工会驿站",
        "kind": Kind.UNION_STATION,
        "status": Status.OPEN,
        "opening_hours": "Mo-Fr 08:00-18:00",
        "access_method": "open_door",
        "registration_required": False,
        "amenities": {"microwave": "yes", "drinking_water": "yes"},
    }
    return StationCard(plate_of(json.dumps(told | facts)), place)


class Told(Sheet):
    """A sheet that remembers what was written on it, which icons were drawn, and where."""

    def __init__(self, fonts: paper.Letterings) -> None:
        super().__init__(fonts)
        self.lines: list[str] = []
        self.boxes: list[tuple[float, float, float]] = []
        self.drawn: list[str] = []

    def _lines(self, fitted, at, style, face):  # type: ignore[no-untyped-def]
        self.lines += fitted.lines
        for number, line in enumerate(fitted.lines):
            top = at[1] + number * fitted.size * style.leading
            self.boxes.append((at[0] + face.width(line) * fitted.size, top, top + fitted.size))
        super()._lines(fitted, at, style, face)

    def icon(self, name, at, side, colour):  # type: ignore[no-untyped-def]
        self.drawn.append(name)
        super().icon(name, at, side, colour)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setattr("station_map.exporters.cards.station.Sheet", Told)

    def draw(one: StationCard) -> Told:
        sheet = draw_station(one)
        assert isinstance(sheet, Told)
        return sheet

    return draw


def test_it_says_what_stays_true(told) -> None:  # type: ignore[no-untyped-def]
    sheet = told(card())
    assert sheet.lines == [
        *("工会驿站", BRAND, "淮海路邮政工会驿站", "相山区 · 淮海路 1 号"),
        *("周一至周五 8:00–18:00", "推门即进 · 免登记", "饮水", "热饭"),
    ]
    assert sheet.drawn == ["ui.place", "ui.clock", "ui.door", "drinking_water", "microwave"]


@pytest.mark.parametrize("status", list(NOT_IN_USE))
def test_who_is_not_in_use_says_so_instead_of_hours(told, status: str) -> None:  # type: ignore[no-untyped-def]
    lines = told(card(status=status)).lines
    assert NOT_IN_USE[status] in lines
    assert not any("8:00" in line for line in lines)


def test_unknown_is_told_as_unknown(told) -> None:  # type: ignore[no-untyped-def]
    lines = told(card("", opening_hours=None, amenities={}, access_method=None)).lines
    assert AMENITIES_UNKNOWN in lines
    assert "开放时间以门口告示为准" in lines
    assert lines.count("") == 0


@pytest.mark.parametrize("name", [LONG, "短", *HOSTILE_NAMES])
def test_everything_stands_on_the_sheet_whatever_the_name(told, name: str) -> None:  # type: ignore[no-untyped-def]
    every = {one.code: "yes" for one in AMENITIES}
    hours = "Mo-Fr 08:00-12:00,14:30-18:00; Sa 09:00-17:00; Su off; PH off"
    sheet = told(card("地" * 90, name=name, amenities=every, opening_hours=hours, demo=True))
    assert max(right for right, _, _ in sheet.boxes) <= paper.WIDTH_PX - 40
    assert max(bottom for _, _, bottom in sheet.boxes) <= paper.HEIGHT_PX - 24
    # No line stands on the one below it, apart from those side by side.
    rows = sorted({(round(top), round(bottom)) for _, top, bottom in sheet.boxes})
    assert all(
        lower[0] >= upper[1] - 12 or lower[0] - upper[0] < 12
        for upper, lower in itertools.pairwise(rows)
    )
    shown = [one for one in sheet.drawn if not one.startswith("ui.")]
    (more,) = [line for line in sheet.lines if line.startswith("另有")]
    assert more == f"另有 {len(AMENITIES) - len(shown)} 样"


def test_a_long_name_is_cut_with_dots(told) -> None:  # type: ignore[no-untyped-def]
    lines = told(card(name=LONG * 3)).lines
    assert any(line.endswith("…") and line[:-1] in LONG * 3 for line in lines)


def test_signs_without_a_glyph_become_boxes() -> None:
    assert letterings().bold.shown("驿站😀") == f"驿站{MISSING}"


@pytest.mark.parametrize("width", [1200, 600, 300])
def test_it_is_a_small_picture_of_the_width_asked_for(width: int) -> None:
    data = draw_station(card()).png(width)
    with Image.open(BytesIO(data)) as picture:
        assert (picture.format, picture.size) == ("PNG", (width, round(width * 0.525)))
        assert not picture.info.keys() & {"date:create", "Software", "exif"}
    assert len(data) < 120_000


def test_the_same_facts_are_the_same_bytes_and_others_are_not() -> None:
    assert draw_station(card()).png(600) == draw_station(card()).png(600)
    assert draw_station(card()).png(600) != draw_station(card(name="别的驿站")).png(600)


def test_ink_is_where_the_text_is_said_to_be(told) -> None:  # type: ignore[no-untyped-def]
    empty = Sheet(letterings())
    written = Sheet(letterings())
    box = Box(100, 200, 400, 60)
    tall = written.text(box, ["淮海路"], Style(60, 60))
    before, after = (Image.open(BytesIO(one.png(1200))).convert("L") for one in (empty, written))
    left, top, right, bottom = ImageChops.difference(before, after).getbbox()
    assert tall == 60
    assert left >= 100
    assert right <= 100 + 3 * 60 + 2
    assert top >= 196
    assert bottom <= 264

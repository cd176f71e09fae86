"""The printed file: what a camera and a reader find on its pages."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdfium2 import raw

from station_map.errors import InputError
from station_map.exporters.plates.address import at_the_door, station_url
from station_map.exporters.plates.document import Order, check_target, write_plates
from station_map.exporters.plates.drawing import DEMO, PROMPTS
from station_map.exporters.plates.facts import AMENITIES_UNKNOWN, HOURS_UNKNOWN, Plate
from station_map.exporters.plates.layout import QR_SMALLEST, READABLE_AT_3M, Size, Style, layout_of
from station_map.exporters.plates.sheet import Sheet
from tests.exporters.plates.stations import (
    BASE_URL,
    DPI,
    EVERYTHING,
    NOTHING_KNOWN,
    picture,
    plate,
    printed,
    scanned,
    small_faces,
    texts,
)
from tests.web.stations import HOSTILE_NAMES

MM_PER_DOT = 25.4 / DPI
SHEETS = [(style, size) for style in Style for size in Size]
LONGEST_REAL = "相山区相山北路邮政支局户外劳动者24小时智能工会驿站"
every_sheet = pytest.mark.parametrize(("style", "size"), SHEETS)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "plates.pdf"


# ---- the QR ---------------------------------------------------------------------------


@every_sheet
def test_the_qr_leads_to_the_station(target: Path, style: Style, size: Size) -> None:
    codes = ["340603-00012", "A" * 64, "x_y-1"]
    printed(target, *(plate(code=code) for code in codes), style=style, size=size)
    for number, code in enumerate(codes):
        (found,) = scanned(picture(target, number))
        assert found.text == at_the_door(station_url(BASE_URL, code))


@every_sheet
def test_the_qr_is_large_and_has_its_quiet_zone(target: Path, style: Style, size: Size) -> None:
    long_url = "https://" + ".".join(["map"] * 40) + ".example.org"
    for base in (BASE_URL, long_url):
        write_plates([plate()], target, Order(base, style, size), small_faces(), lambda _: None)
        image = picture(target)
        (found,) = scanned(image)
        corners = found.position
        side = (corners.top_right.x - corners.top_left.x) * MM_PER_DOT
        assert side >= QR_SMALLEST
        box = layout_of(style, size).qr
        top, left, bottom, right = (
            round(edge / MM_PER_DOT) for edge in (box.y, box.x, box.bottom, box.right)
        )
        quiet = image[top:bottom, left:right] < 128
        rows, columns = np.flatnonzero(quiet.any(axis=1)), np.flatnonzero(quiet.any(axis=0))
        modules = (columns[-1] - columns[0] + 1) / ((right - left) / (box.width / side))
        assert modules == pytest.approx(1, abs=0.02)  # what is dark is the code and no more
        margin = min(rows[0], columns[0], quiet.shape[0] - 1 - rows[-1])
        assert margin * MM_PER_DOT >= 4 * side / 80  # four modules of a code of at most 80


def test_only_black_and_the_unions_red_are_printed(target: Path) -> None:
    printed(target, plate(demo=True))
    with pypdfium2.PdfDocument(target) as document:
        image = document[0].render(scale=4, rev_byteorder=True).to_numpy()[..., :3].astype(int)
    pixels = image.reshape(-1, 3)
    grey = (pixels.max(axis=1) - pixels.min(axis=1)) < 12
    colours, counts = np.unique(pixels[~grey], axis=0, return_counts=True)
    assert colours[counts.argmax()].tolist() == [0xC8, 0x16, 0x1D]
    # Edges of red on white, or of white on red, lie between the two and nowhere else.
    share = (255 - colours[:, 1]) / (255 - 0x16)
    between = 255 - share[:, None] * (255 - np.array([0xC8, 0x16, 0x1D]))
    assert np.abs(colours - between).max() < 12


# ---- what it says ---------------------------------------------------------------------


@every_sheet
def test_a_sheet_says_what_is_known(target: Path, style: Style, size: Size) -> None:
    assert printed(target, plate(), style=style, size=size) == {}
    (text,) = texts(target)
    for words in (
        "工会驿站",
        "淮海路邮政工会驿站",
        "周一至周五8:30–12:00、14:30–17:30",
        "节假日休息",
        "推门即进·免登记",
        "饮水",
        "热饭",
        "AED部分",
        *PROMPTS,
        "编号340603-00012",
        "2026年11月22日",
        f"{BASE_URL}/stations/340603-00012",
    ):
        assert words in text
    assert DEMO not in text


@every_sheet
def test_a_sheet_says_what_is_unknown(target: Path, style: Style, size: Size) -> None:
    printed(target, plate(**NOTHING_KNOWN), style=style, size=size)
    (text,) = texts(target)
    assert HOURS_UNKNOWN in text
    assert "怎么进门，以门口告示为准" in text
    assert AMENITIES_UNKNOWN in text


@every_sheet
def test_demo_data_is_named_on_the_sheet(target: Path, style: Style, size: Size) -> None:
    printed(target, plate(demo=True, kind="driver_home"), style=style, size=size)
    assert DEMO in texts(target)[0]


def test_more_amenities_than_find_a_place_are_counted(target: Path) -> None:
    printed(target, plate(kind="driver_home", amenities=EVERYTHING, opening_hours="24/7"))
    (text,) = texts(target)
    assert "货车停车位" in text
    assert "另有" in text


def test_hostile_names_are_text(target: Path) -> None:
    plates = [plate(code=f"h-{n}", name=name) for n, name in enumerate(HOSTILE_NAMES)]
    troubles = printed(target, *plates)
    for number, (one, text) in enumerate(zip(plates, texts(target), strict=True)):
        (found,) = scanned(picture(target, number))
        assert found.text == at_the_door(station_url(BASE_URL, one.code))
        if one.code not in troubles:
            assert "".join(one.name.split()) in text
    emoji = next(one for one in plates if "😀" in one.name)
    assert troubles[emoji.code].missing == {"😀"}
    assert troubles[emoji.code].cut == [emoji.name]


def test_rare_characters_are_printed(target: Path) -> None:
    assert printed(target, plate(name="𠮷野驿站")) == {}
    shown = picture(target)
    printed(target, plate(name="□野驿站"))
    assert "野驿站" in texts(target)[0]
    assert (shown != picture(target)).any()


def test_characters_that_the_font_lacks_are_told(target: Path) -> None:
    troubles = printed(target, plate(), plate(code="2", name="驿站😀\U000f0001"))
    assert set(troubles) == {"2"}
    assert troubles["2"].missing == {"😀", "\U000f0001"}
    assert "驿站□□" in texts(target)[1]


def test_the_longest_name_that_is_stored_is_cut_and_told(target: Path) -> None:
    troubles = printed(target, plate(name="站" * 4096))
    assert troubles["340603-00012"].cut == ["站" * 4096]
    assert "站站…" in texts(target)[0]


# ---- room -----------------------------------------------------------------------------


class Lines:
    """Every line of text that was set: its box in mm, and its size."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.boxes: list[tuple[float, float, float, float, str]] = []
        real = Sheet.line

        def line(sheet: Sheet, x: float, top: float, text: str, size: float, face: Any) -> None:
            self.boxes.append((x, top, x + face.width(text) * size, top + size, text))
            real(sheet, x, top, text, size, face)

        monkeypatch.setattr(Sheet, "line", line)

    def size_of(self, text: str) -> float:
        """The size of the line that begins with a text."""
        return next(box[3] - box[1] for box in self.boxes if text.startswith(box[4]) and box[4])


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    return Lines(monkeypatch)


names = st.text(min_size=1, max_size=200) | st.text("站驿", min_size=1, max_size=4096)
hours = st.sampled_from(
    [
        None,
        "24/7",
        "Mo-Fr 08:30-12:00,14:30-17:30; Sa 09:00-12:00; Su,PH off",
        "May-Sep 05:30-22:30; Oct-Apr 06:30-21:00; PH off; Sa 01:00-02:00; Su 03:00-04:00",
    ]
)
amenities = st.dictionaries(
    st.sampled_from(sorted(EVERYTHING)), st.sampled_from(["yes", "partial"])
)
plates = st.builds(
    plate,
    name=names,
    opening_hours=hours,
    amenities=amenities,
    kind=st.sampled_from(["union_station", "driver_home", "partner_station"]),
    access_method=st.sampled_from([None, "open_door", "staff"]),
    registration_required=st.sampled_from([None, True, False]),
    demo=st.booleans(),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=plates, sheet=st.sampled_from(SHEETS))
def test_no_text_leaves_the_sheet_or_meets_another(
    one: Plate, sheet: tuple[Style, Size], target: Path, lines: Lines
) -> None:
    lines.boxes.clear()
    printed(target, one, style=sheet[0], size=sheet[1])
    layout = layout_of(*sheet)
    margin = 9 * layout.scale
    boxes = [*lines.boxes, (layout.qr.x, layout.qr.y, layout.qr.right, layout.qr.bottom, "QR")]
    for left, top, right, bottom, text in boxes:
        if text != "QR":
            assert left >= margin - 1e-6, text
            assert right <= layout.page.width - margin + 1e-6, text
        assert top >= 0, text
        assert bottom <= layout.page.height - 5 * layout.scale, text
    for number, one_box in enumerate(boxes):
        for other in boxes[number + 1 :]:
            beside = one_box[2] <= other[0] + 1e-6 or other[2] <= one_box[0] + 1e-6
            above = one_box[3] <= other[1] + 1e-6 or other[3] <= one_box[1] + 1e-6
            assert beside or above, (one_box[4], other[4])


@every_sheet
def test_name_and_invitation_are_read_at_three_metres(
    target: Path, lines: Lines, style: Style, size: Size
) -> None:
    printed(target, plate(name=LONGEST_REAL), style=style, size=size)
    assert lines.size_of(LONGEST_REAL) >= READABLE_AT_3M
    for prompt in PROMPTS:
        assert lines.size_of(prompt) >= READABLE_AT_3M - 1e-6


# ---- the file -------------------------------------------------------------------------


def test_every_font_is_embedded_with_the_characters_in_use(target: Path) -> None:
    printed(target, plate(), plate(code="2", name="另一个驿站"))
    names: set[str] = set()
    with pypdfium2.PdfDocument(target) as document:
        for page in document:
            for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]):
                font = raw.FPDFTextObj_GetFont(thing)
                assert raw.FPDFFont_GetIsEmbedded(font) == 1
                buffer = ctypes.create_string_buffer(64)
                raw.FPDFFont_GetBaseFontName(font, buffer, 64)
                names.add(buffer.value.decode().split("+")[-1])
    assert {name.split("-")[0] for name in names} == {"StationMapPlates"}
    assert b"Helvetica" not in target.read_bytes()
    assert target.stat().st_size < 200_000


def test_an_icon_is_in_the_file_once(target: Path) -> None:
    printed(target, *(plate(code=str(n)) for n in range(4)))
    content = target.read_bytes().replace(b"/FormXob", b"")
    assert content.count(b"/Subtype /Form") == 3 + 2  # amenities, clock and door


def test_pages_come_in_order_and_are_of_the_paper(target: Path) -> None:
    for style, size in SHEETS:
        printed(target, plate(code="b"), plate(code="a"), style=style, size=size)
        with pypdfium2.PdfDocument(target) as document:
            width, height = (length / 72 * 25.4 for length in document[0].get_size())
            assert len(document) == 2
        short, long = sorted((width, height))
        assert (round(short), round(long)) == ((210, 297) if size is Size.A4 else (148, 210))
        assert (width > height) == (style is Style.PLATE)
        assert "编号b" in texts(target)[0]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_file_leaves_the_old_one_and_nothing_else(
    target: Path, stop: type[BaseException]
) -> None:
    target.write_bytes(b"the old one")

    def interrupted(done: int) -> None:
        if done == 2:
            raise stop

    chosen = [plate(code=str(number)) for number in range(5)]
    with pytest.raises(stop):
        write_plates(chosen, target, Order(BASE_URL), small_faces(), interrupted)
    assert target.read_bytes() == b"the old one"
    assert list(target.parent.iterdir()) == [target]


def test_a_second_file_has_its_own_characters(target: Path) -> None:
    printed(target, plate(name="甲"))
    printed(target, plate(name="乙驿站"))
    assert "乙驿站" in texts(target)[0]


def test_progress_counts_every_plate(target: Path) -> None:
    told: list[int] = []
    chosen = [plate(code=str(number)) for number in range(3)]
    write_plates(chosen, target, Order(BASE_URL), small_faces(), told.append)
    assert told == [1, 2, 3]


@pytest.mark.parametrize("name", ["plates.txt", "plates", "none/plates.pdf", "folder.pdf"])
def test_a_target_that_cannot_be_written_is_refused_first(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.pdf").mkdir()
    with pytest.raises(InputError) as refused:
        check_target(tmp_path / name)
    assert refused.value.parameter == "-o"

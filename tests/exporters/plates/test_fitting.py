from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.exporters.plates.fitting import ELLIPSIS, Fitted, Room, fit, wrap


def width(text: str) -> float:
    """As in a usual font: Chinese characters one, others half of that."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.55 for char in text)


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), max_size=60)
mixed = st.text(st.sampled_from("驿站，。、（）《》 a1/.-:–😀"), max_size=60)
rooms = st.builds(
    Room,
    width=st.floats(20, 300),
    height=st.floats(5, 80),
    largest=st.floats(6, 40),
    smallest=st.floats(1, 5),
    leading=st.floats(1, 1.5),
    calm=st.floats(0.5, 1),
    legible=st.floats(0, 12),
)


def bare(text: str) -> str:
    return "".join(text.split())


@given(st.lists(chinese | mixed | st.text(max_size=300), min_size=1, max_size=4), rooms)
def test_text_never_leaves_its_box_and_none_of_it_is_lost_unsaid(
    paragraphs: list[str], room: Room
) -> None:
    fitted = fit(paragraphs, room, width)
    assert room.smallest <= fitted.size <= max(room.largest, room.smallest)
    for line in fitted.lines:
        assert width(line) * fitted.size <= room.width * (1 + 1e-9)
    assert fitted.height(room.leading) <= room.height * (1 + 1e-6)
    whole, shown = bare("".join(paragraphs)), bare("".join(fitted.lines))
    if fitted.cut:
        assert shown.endswith(ELLIPSIS)
        assert whole.startswith(shown.removesuffix(ELLIPSIS))
    else:
        assert shown == whole


@given(chinese.filter(bool), rooms)
def test_a_roomier_box_never_makes_type_smaller(text: str, room: Room) -> None:
    wide = Room(room.width * 1.5, room.height * 1.5, room.largest, room.smallest, room.leading)
    tight = Room(room.width, room.height, room.largest, room.smallest, room.leading)
    assert fit([text], wide, width).size >= fit([text], tight, width).size


def test_lines_are_of_nearly_equal_length() -> None:
    fitted = fit(["相山区相山北路邮政支局户外劳动者智能工会驿站"], Room(120, 30, 10, 5), width)
    lengths = [len(line) for line in fitted.lines]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 1


def test_a_calm_box_gives_size_for_fewer_lines_but_not_below_the_legible() -> None:
    name = ["杜集区朔里镇加油站司机之家"]
    largest = fit(name, Room(120, 30, 12, 3), width)
    assert (len(largest.lines), largest.size) == (2, 12)
    calm = fit(name, Room(120, 30, 12, 3, calm=0.7), width)
    assert len(calm.lines) == 1
    assert calm.size == pytest.approx(120 / 13, rel=0.03)
    assert fit(name, Room(120, 30, 12, 3, calm=0.7, legible=10), width) == largest


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("周一至周五 8:30–12:00、14:30–17:30", ["周一至周五", "8:30–12:00、", "14:30–17:30"]),
        ("甲乙丙丁戊己庚，辛", ["甲乙丙丁戊己", "庚，辛"]),
        ("甲乙丙丁戊己（庚）", ["甲乙丙丁戊己", "（庚）"]),
        ("a" * 20, ["a" * 12, "a" * 8]),
    ],
)
def test_where_lines_may_end(text: str, lines: list[str]) -> None:
    assert wrap(text, 7, width) == lines


def test_what_finds_no_room_at_the_smallest_size_is_cut_and_said() -> None:
    fitted = fit(["站" * 4096], Room(100, 20, 10, 5, leading=1), width)
    assert fitted == Fitted(5, ("站" * 20, "站" * 20, "站" * 20, "站" * 19 + ELLIPSIS), cut=True)

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.web.pages import wording

TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (0, "10 米"),
        (4.9, "10 米"),
        (349.7, "350 米"),
        (994, "990 米"),
        (996, "1.0 公里"),
        (1_249, "1.2 公里"),
        (9_949, "9.9 公里"),
        (10_400, "10 公里"),
        (812_345, "812 公里"),
    ],
)
def test_distances_are_rounded_as_a_person_would(metres: float, words: str) -> None:
    assert wording.distance(metres) == words


@given(st.floats(0, 2_000_000), st.floats(0, 2_000_000))
def test_a_longer_way_never_reads_shorter(one: float, other: float) -> None:
    def told(metres: float) -> float:
        figure, unit = wording.distance(metres).split()
        return float(figure) * (1_000 if unit == "公里" else 1)

    near, far = sorted((one, other))
    assert told(near) <= told(far)


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (10, "步行约 1 分钟 · 骑行约 1 分钟"),
        (350, "步行约 5 分钟 · 骑行约 2 分钟"),
        (1_900, "步行约 30 分钟 · 骑行约 10 分钟"),
        (5_000, "步行约 1 小时 20 分 · 骑行约 26 分钟"),
        (8_000, "骑行约 42 分钟"),
        (11_600, "骑行约 1 小时"),
    ],
)
def test_minutes_allow_for_the_detour(metres: float, words: str) -> None:
    assert wording.minutes(metres) == words


@pytest.mark.parametrize(
    ("verified_at", "words"),
    [
        (None, "还没有人核实"),
        ("2026-11-22T01:00:00Z", "今天有人核实"),
        ("2026-11-21T16:30:00Z", "今天有人核实"),  # 00:30 of the 22nd in China
        ("2026-11-21T15:30:00Z", "1 天前有人核实"),
        ("2026-11-19T02:00:00+00:00", "3 天前有人核实"),
        ("2026-09-20T12:20:00+08:00", "2 个月前有人核实"),
        ("2023-11-01T00:00:00Z", "3 年前有人核实"),
        ("2027-01-01T00:00:00Z", "今天有人核实"),
    ],
)
def test_the_age_of_what_is_known(verified_at: str | None, words: str) -> None:
    assert wording.verified(verified_at, TODAY) == words


@pytest.mark.parametrize(
    ("opening_hours", "words"),
    [
        ("24/7", "24 小时开放"),
        ("08:00-18:00", "每天 08:00–18:00"),
        ("Mo-Su 09:00-21:00", "每天 09:00–21:00"),
        ("08:30-12:00,14:30-18:00", "每天 08:30–12:00、14:30–18:00"),
        ("18:00-06:00", "每天 18:00–次日 06:00"),
        ("22:00-26:00", "每天 22:00–次日 02:00"),
        ("00:00-24:00", "每天 全天"),
        ("Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00", "周一至周五 08:30–17:30，周六至周日 09:00–16:00"),
        ("Mo-Fr 09:00-17:00; PH off", "周一至周五 09:00–17:00，节假日休息"),
        ("06:00-22:00; PH 06:00-22:00", "每天 06:00–22:00，节假日 06:00–22:00"),
        ("Mo,We,Fr 09:00-17:00", "周一、周三、周五 09:00–17:00"),
    ],
)
def test_hours_in_words(opening_hours: str, words: str) -> None:
    assert wording.hours(opening_hours) == words


@pytest.mark.parametrize(
    "opening_hours", [None, "Jun-Aug 08:00-18:00", "sunrise-sunset", "Mo-Fr 8-5; {{7*7}}", ""]
)
def test_hours_that_cannot_be_put_in_words_are_not_guessed(opening_hours: str | None) -> None:
    assert wording.hours(opening_hours) is None


@given(st.text(max_size=40))
def test_any_text_is_words_or_nothing(text: str) -> None:
    words = wording.hours(text)
    assert words is None or words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(349.7, "350 m"), (996, "1.0 km"), (1_249, "1.2 km"), (812_345, "812 km")],
)
def test_distances_in_english(metres: float, words: str, in_english: None) -> None:
    assert wording.distance(metres) == words


@pytest.mark.parametrize(
    ("metres", "words"),
    [
        (350, "5 min walk · 2 min by e-bike"),
        (5_000, "1 h 20 min walk · 26 min by e-bike"),
        (11_600, "1 h by e-bike"),
    ],
)
def test_minutes_in_english(metres: float, words: str, in_english: None) -> None:
    assert wording.minutes(metres) == words


@pytest.mark.parametrize(
    ("verified_at", "words"),
    [
        (None, "not checked yet"),
        ("2026-11-22T01:00:00Z", "checked today"),
        ("2026-11-21T15:30:00Z", "checked 1 day ago"),
        ("2026-11-19T02:00:00+00:00", "checked 3 days ago"),
        ("2026-10-20T12:20:00+08:00", "checked 1 month ago"),
        ("2023-11-01T00:00:00Z", "checked 3 years ago"),
    ],
)
def test_the_age_of_what_is_known_in_english(
    verified_at: str | None, words: str, in_english: None
) -> None:
    assert wording.verified(verified_at, TODAY) == words


@pytest.mark.parametrize(
    ("opening_hours", "words"),
    [
        ("24/7", "Open 24 hours"),
        ("08:30-12:00,14:30-18:00", "Daily 08:30–12:00, 14:30–18:00"),
        ("18:00-06:00", "Daily 18:00–06:00 next day"),
        ("00:00-24:00", "Daily all day"),
        ("Mo-Fr 08:30-17:30; Sa-Su 09:00-16:00", "Mon–Fri 08:30–17:30; Sat–Sun 09:00–16:00"),
        ("Mo-Fr 09:00-17:00; PH off", "Mon–Fri 09:00–17:00; public holidays closed"),
        ("PH 06:00-22:00", "Public holidays 06:00–22:00"),
        ("Mo,We 09:00-17:00", "Mon, Wed 09:00–17:00"),
        ("Jun-Aug 08:00-18:00", None),
    ],
)
def test_hours_in_english(opening_hours: str, words: str | None, in_english: None) -> None:
    assert wording.hours(opening_hours) == words
    assert wording.hours(opening_hours, "en") == words
    assert wording.hours("24/7", "zh") == "24 小时开放"


def test_days_in_each_language(in_english: None) -> None:
    assert wording.date(TODAY) == "22 Nov"
    assert wording.weekday(TODAY) == "Sun"
    assert wording.day("2026-11-22") == "22 Nov 2026"
    assert wording.day("2026-11-21T16:30:00Z") == "22 Nov 2026"
    assert wording.moment("2026-11-21T16:30:00Z") == "22 Nov 0:30"


def test_days_in_chinese() -> None:
    assert wording.date(TODAY) == "11月22日"
    assert wording.weekday(TODAY) == "周日"
    assert wording.day("2026-11-21T16:30:00Z") == "2026年11月22日"
    assert wording.moment("2026-11-21T16:30:00Z") == "11月22日 0:30"

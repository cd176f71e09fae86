"""The hours table: nights, holidays, make-up workdays, exceptions, seasons, and the unknown."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.hours import (
    SHANGHAI,
    Calendar,
    Code,
    DatedException,
    Timeline,
    minutes,
)
from station_map.web.pages.details.week import Week, make_week, spans_on
from tests.domain.hours.expressions import expression

# A Wednesday; the national holiday of that year begins on the next day.
TODAY = dt.date(2026, 9, 30)
SUNDAY = dt.date(2026, 11, 22)


def column(week: Week) -> list[str]:
    return ["、".join(row.times) for row in week.rows]


def ahead(week: Week) -> list[tuple[str, str, str]]:
    return [(one.days, one.reason, "、".join(one.times)) for one in week.ahead]


def test_seven_days_with_today_marked() -> None:
    week = make_week("Mo-Fr 08:30-12:00,14:30-18:00; Sa 09:00-12:00", SUNDAY)
    assert [row.label for row in week.rows] == [f"周{day}" for day in "一二三四五六日"]
    assert column(week) == ["08:30–12:00、14:30–18:00"] * 5 + ["09:00–12:00", "休息"]
    assert [row.today for row in week.rows] == [False] * 6 + [True]
    assert week.known
    assert not week.always


def test_a_night_belongs_to_the_evening_it_began_on() -> None:
    week = make_week("Mo-Sa 18:00-06:00", SUNDAY)
    assert column(week) == ["18:00–次日 06:00"] * 6 + ["休息"]
    assert column(make_week("10:00-24:00", SUNDAY)) == ["10:00–24:00"] * 7
    assert column(make_week("22:00-26:00", SUNDAY)) == ["22:00–次日 02:00"] * 7


def test_days_and_nights_on_end_are_told_by_the_day() -> None:
    week = make_week("Mo-Fr 00:00-24:00; Sa 00:00-06:00", SUNDAY)
    assert column(week) == ["全天"] * 5 + ["00:00–06:00", "休息"]


def test_day_and_night_needs_no_table() -> None:
    week = make_week("24/7", TODAY)
    assert week.always
    assert week.rows == ()
    assert ahead(week) == []


def test_an_exception_is_told_at_day_and_night_too() -> None:
    closed = DatedException(SUNDAY, SUNDAY + dt.timedelta(days=1), "off", "检修")
    week = make_week("24/7", SUNDAY, exceptions=[closed])
    assert week.always
    assert ahead(week) == [("11月22日–23日", "检修", "休息")]


def test_what_is_not_known_makes_no_table() -> None:
    for hours in (None, "", "open when the bank is"):
        week = make_week(hours, SUNDAY)
        assert not week.known
        assert (week.rows, week.holidays, week.ahead) == ((), (), ())


def test_hours_that_are_not_certain_are_not_shown_as_open() -> None:
    week = make_week('Mo-Fr 09:00-17:00; Sa 10:00-12:00 unknown; Su "看门口"', SUNDAY)
    assert column(week)[5:] == ["10:00–12:00 不一定", "不一定（看门口）"]
    assert week.spans[5][0].code is Code.UNKNOWN


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("Mo-Fr 08:00-18:00", ("照平时",)),
        ("Mo-Fr 08:00-18:00; PH off", ("休息",)),
        ("08:00-22:00; PH 10:00-12:00,14:00-16:00", ("10:00–12:00", "14:00–16:00")),
        ("Mo-Fr 08:00-18:00; PH Mo 10:00-12:00", ("和平时不同，看下面的日期",)),
    ],
)
def test_the_row_of_holidays(hours: str, told: tuple[str, ...]) -> None:
    assert make_week(hours, SUNDAY).holidays == told


def test_holidays_and_make_up_workdays_of_the_next_two_weeks() -> None:
    week = make_week("Mo-Fr 08:00-18:00; PH off", TODAY)
    assert ahead(week) == [
        ("10月1日–2日", "国庆节放假", "休息"),
        ("10月3日–4日", "国庆节放假", "照平时：休息"),
        ("10月5日–7日", "国庆节放假", "休息"),
        ("10月10日 周六", "国庆节调休，要上班", "08:00–18:00"),
    ]
    same = make_week("08:00-20:00", TODAY)
    assert ahead(same) == [
        ("10月1日–7日", "国庆节放假", "照平时：08:00–20:00"),
        ("10月10日 周六", "国庆节调休，要上班", "照平时：08:00–20:00"),
    ]


def test_today_says_what_holds_instead() -> None:
    cold = DatedException(SUNDAY, SUNDAY + dt.timedelta(days=2), "09:00-12:00", "寒潮")
    week = make_week("08:00-20:00", SUNDAY, exceptions=[cold])
    (today,) = [row for row in week.rows if row.today]
    assert today.differs == "寒潮：09:00–12:00"
    assert today.times == ("08:00–20:00",)
    assert ahead(week) == [("11月22日–24日", "寒潮", "09:00–12:00")]
    assert [row.differs for row in week.rows if not row.today] == [""] * 6
    # The table of this week tells of the same weekdays of the next.
    assert [row.soon for row in week.rows] == [
        "11月23日 寒潮：09:00–12:00",
        "11月24日 寒潮：09:00–12:00",
        *[""] * 5,
    ]


def test_a_weekday_tells_of_its_next_day_only() -> None:
    weeks = [DatedException(SUNDAY + dt.timedelta(days=n), SUNDAY + dt.timedelta(days=n), "off", why)
             for n, why in ((3, "停电"), (10, "检修"), (4, "照常"))]  # fmt: skip
    weeks[2] = DatedException(weeks[2].first_day, weeks[2].last_day, "08:00-20:00", "照常")
    week = make_week("08:00-20:00", SUNDAY, exceptions=weeks)
    assert [row.soon for row in week.rows] == [*[""] * 2, "11月25日 停电：休息", *[""] * 4]
    assert [reason for _, reason, _ in ahead(week)] == ["停电", "照常", "检修"]


def test_an_exception_without_reason_and_without_hours() -> None:
    nobody_knows = DatedException(SUNDAY, SUNDAY, None)
    week = make_week("08:00-20:00", SUNDAY, exceptions=[nobody_knows])
    assert ahead(week) == [("11月22日 周日", "临时安排", "不一定")]


def test_hours_of_one_day_are_told_where_the_usual_ones_are_not_known() -> None:
    fair = DatedException(SUNDAY, SUNDAY, "09:00-17:00", "招聘会")
    week = make_week(None, SUNDAY, exceptions=[fair])
    assert not week.known
    assert ahead(week) == [("11月22日 周日", "招聘会", "09:00–17:00")]


def test_two_weeks_are_looked_at_and_no_more() -> None:
    late = DatedException(SUNDAY + dt.timedelta(days=14), SUNDAY + dt.timedelta(days=20), "off")
    assert ahead(make_week("08:00-20:00", SUNDAY, exceptions=[late])) == []


def test_the_season_is_that_of_the_week() -> None:
    hours = "May-Sep 06:00-22:00; Oct-Apr 07:00-20:00"
    assert column(make_week(hours, SUNDAY)) == ["07:00–20:00"] * 7
    assert column(make_week(hours, dt.date(2026, 7, 1))) == ["06:00–22:00"] * 7
    assert make_week(hours, SUNDAY).seasonal
    assert not make_week("07:00-20:00", SUNDAY).seasonal
    turning = make_week(hours, dt.date(2026, 4, 22))
    assert ahead(turning)[0] == ("5月1日–5日", "劳动节放假", "06:00–22:00")


def test_staffed_hours_stand_beside_the_others() -> None:
    week = make_week("06:00-22:00", SUNDAY, staffed="Mo-Fr 09:00-17:00")
    assert week.has_staffed
    assert [row.staffed for row in week.rows] == [("09:00–17:00",)] * 5 + [("休息",)] * 2
    in_words = make_week("06:00-22:00", SUNDAY, staffed="白天有人")
    assert not in_words.has_staffed
    assert {row.staffed for row in in_words.rows} == {()}


def test_a_year_whose_holidays_are_not_published_is_told() -> None:
    known_until = Calendar(years=frozenset({2026}))
    before = make_week("Mo-Fr 08:00-18:00", dt.date(2026, 12, 10), calendar=known_until)
    after = make_week("Mo-Fr 08:00-18:00", dt.date(2026, 12, 24), calendar=known_until)
    always = make_week("24/7", dt.date(2026, 12, 24), calendar=known_until)
    assert [week.year_unknown for week in (before, after, always)] == [False, True, False]


@given(st.integers(0, 2**32), st.dates(dt.date(2025, 1, 8), dt.date(2026, 12, 20)))
def test_the_days_together_are_the_open_time(seed: int, first: dt.date) -> None:
    """Spans by the day, nights moved to their evening, cover what is open once, and no more."""
    timeline = Timeline(expression(random.Random(seed)))
    told: list[int] = []
    for n in range(-2, 9):
        for span in spans_on(timeline, first + dt.timedelta(days=n)):
            if span.code is Code.OPEN:
                told.extend(range(n * 1440 + span.start, n * 1440 + span.end))
    assert len(told) == len(set(told))
    start, end = (
        dt.datetime.combine(first + dt.timedelta(days=n), dt.time(), SHANGHAI) for n in (0, 7)
    )
    found = minutes(timeline, start, end)
    midnight = int(start.timestamp()) // 60
    open_time = {minute - midnight for begins, ends in found for minute in range(begins, ends)}
    assert {minute for minute in told if 0 <= minute < 7 * 1440} == open_time

from __future__ import annotations

import pytest

from station_map.exporters.plates.hours import hours_lines


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("24/7", ("24 小时开放",)),
        ("08:00-18:00", ("每天 8:00–18:00",)),
        ("Mo-Su 08:30-17:30", ("每天 8:30–17:30",)),
        (
            "Mo-Fr 08:30-12:00,14:30-17:30; PH off",
            ("周一至周五 8:30–12:00、14:30–17:30", "节假日休息"),
        ),
        (
            "Mo-Fr 08:00-18:00; Sa-Su 09:00-16:00",
            ("周一至周五 8:00–18:00", "周六、周日 9:00–16:00"),
        ),
        ("Mo,We-Fr 08:00-10:00", ("周一、周三至周五 8:00–10:00",)),
        ("Sa,PH 09:00-16:00", ("周六、节假日 9:00–16:00",)),
        ("10:00-02:00", ("每天 10:00–次日 2:00",)),
        ("18:00-26:00", ("每天 18:00–次日 2:00",)),
        ("07:00-24:00", ("每天 7:00–24:00",)),
        ("Mo 00:00-24:00", ("周一 全天",)),
        ("Mo-Fr", ("周一至周五 全天",)),
        (
            "May-Sep 05:30-22:30; Oct-Apr 06:30-21:00",
            ("5月至9月 5:30–22:30", "10月至4月 6:30–21:00"),
        ),
        ("May-Sep Mo-Su 16:00-22:00", ("5月至9月，每天 16:00–22:00",)),
        ("May 01-Oct 07 08:00-20:00", ("5月1日至10月7日 8:00–20:00",)),
        ("Dec 24-26 off", ("12月24日至12月26日休息",)),
    ],
)
def test_the_usual_week_in_plain_words(expression: str, lines: tuple[str, ...]) -> None:
    assert hours_lines(expression) == lines


@pytest.mark.parametrize(
    "expression",
    [
        None,
        "Mo[1] 08:00-10:00",
        "08:00+",
        "sunrise-sunset",
        '08:00-10:00 "按门铃"',
        "Mo-Fr 08:00-10:00 || unknown",
        "2026 Dec 01 off",
        "week 1-10 08:00-10:00",
        "SH 08:00-10:00",
        "PH +1 day 08:00-10:00",
        "Mo-Fr 08:00-18:00; Mo[1] off",
        "off",
        "May 01-Sep 08:00-20:00",
    ],
)
def test_what_is_not_certain_in_few_words_is_not_told(expression: str | None) -> None:
    assert hours_lines(expression) == ()

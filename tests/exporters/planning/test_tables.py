"""Tables say what the figures say, with unknown told apart from nothing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.coverage.figures import WHOLE
from station_map.exporters.planning import coverage_tables, siting_tables, words
from station_map.exporters.planning.tables import Of, Table, printed, said
from tests.exporters.planning.examples import NASTY, coverage, siting


def column(table: Table, name: str) -> list[object]:
    place = [one.name for one in table.columns].index(name)
    return [row[place] for row in table.rows]


def test_every_indicator_has_a_table_and_every_row_its_columns() -> None:
    report = coverage(compared=True)
    tables = coverage_tables.tables(report)
    assert [table.name for table in tables] == [
        *("share", "area_share", "overlap", "distance", "hours", "hour_of_week", "amenity"),
        *("seats", "load", "equity", "below_standard", "gaps", "stations", "comparison"),
    ]
    for table in tables:
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert len({one.name for one in table.columns}) == len(table.columns)
    assert "comparison" not in {table.name for table in coverage_tables.tables(coverage())}


def test_a_table_holds_the_figures() -> None:
    report = coverage()
    held = coverage_tables.held_of(report)
    table = coverage_tables.share(report, held)
    assert column(table, "group") == ["相山区", "濉溪县", "全部"]
    assert column(table, "demand") == [*report.result.demand[:2].tolist(), report.weight.sum()]
    for label, name in (("300 m", "within_300_m"), ("15 min walk", "within_15_min_walk")):
        whole = held["share", label, WHOLE]
        assert column(table, f"{name}_low")[-1] == whole.low
        assert column(table, f"{name}_high")[-1] == whole.high
        assert 0 < whole.low < whole.high  # type: ignore[operator]
    week = coverage_tables.week(held)
    assert len(week.rows) == 168
    assert week.rows[24 + 8][:2] == ("周二", 8)
    # By night nobody is covered, by day whoever is.
    assert week.rows[24 + 7][2] == 0
    assert week.rows[24 + 8][2] == held["share", "1000 m", WHOLE].low


def test_gaps_and_stations_say_what_is_unknown() -> None:
    report = coverage()
    gaps = coverage_tables.gaps(report)
    assert sum(column(gaps, "demand")) == pytest.approx(report.result.gaps.demand)  # type: ignore[arg-type]
    found = coverage_tables.stations(report)
    assert column(found, "name") == list(NASTY)
    assert column(found, "counts")[:3] == ["算", "算", "不清楚"]
    assert column(found, "seats")[:2] == [5.0, None]
    assert printed(found, ("seats",)).rows[1] == ("—",)
    closing = [order for order in column(found, "order") if order is not None]
    assert sorted(closing) == list(range(1, len(report.result.redundancy.together) + 1))  # type: ignore[type-var]


def test_many_groups_do_not_multiply_amenities() -> None:
    groups = [f"{n:06d} 片区" for n in range(150)]
    report = coverage(groups=groups)
    table = coverage_tables.amenities(report, coverage_tables.held_of(report))
    assert [row[1:3] for row in table.rows] == [("microwave", "全部"), ("shower", "全部")]


def test_sites_add_up() -> None:
    report = siting()
    table = siting_tables.sites(report)
    assert column(table, "together") == [100.0, 199.0, 297.0]
    assert [one.name for one in siting_tables.tables(report)] == [
        *("sites", "shares", "proof", "closed")
    ]
    shares = siting_tables.shares(report)
    assert shares.rows[0] == ("全部", 2000.0, 900.0, 1200.0, 0.45, 0.6)
    told = dict(
        zip(column(siting_tables.proof(report), "name"), report_values(report), strict=True)
    )
    assert told["gap"] == "4.0000%"
    assert told["bound"] == 1250.0
    assert "siting" not in told


def report_values(report: object) -> list[object]:
    return column(siting_tables.proof(report), "value")  # type: ignore[arg-type]


def test_a_band_is_one_cell_on_paper() -> None:
    report = coverage()
    table = coverage_tables.overlap(report, coverage_tables.held_of(report))
    shown = printed(table)
    assert shown.heads == ("组", "需求（人）", "没有驿站", "只有一个站", "两个以上")
    assert any(" – " in cell for row in shown.rows for cell in row)
    assert shown.left == (True, False, False, False, False)


@given(st.text())
def test_a_text_becomes_one_line_that_can_be_printed(text: str) -> None:
    shown = words.plain(text)
    assert len(shown) <= 60
    assert all(char.isprintable() for char in shown)


@pytest.mark.parametrize(
    ("value", "of", "shown"),
    [
        (None, Of.AMOUNT, "—"),
        (0.12345, Of.SHARE, "12.3%"),
        (1234.5, Of.AMOUNT, "1,234"),
        (12.34, Of.AMOUNT, "12.3"),
        (3.0, Of.COUNT, "3"),
        (116.7, Of.DEGREES, "116.70000"),
        (0.5, Of.FINE, "0.500"),
        (math.inf, Of.AMOUNT, "—"),
        ("甲", Of.TEXT, "甲"),
    ],
)
def test_values_as_text(value: float | str | None, of: Of, shown: str) -> None:
    assert said(value, of) == shown


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("300 m", "300 米"),
        ("1000 m", "1,000 米"),
        ("7.5 min ebike", "电动车 7.5 分钟"),
        ("{{7*7}}", "{{7*7}}"),
    ],
)
def test_thresholds_in_chinese(label: str, shown: str) -> None:
    assert words.threshold(label) == shown

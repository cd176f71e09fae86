"""Differences in words: every field has its own, unknown is said, nothing private slips out."""

from __future__ import annotations

from typing import Any

import pytest

from station_map.domain.fields import LABELS
from station_map.web.admin.differences import (
    Line,
    Words,
    metres_in_words,
    move_of,
    value_in_words,
)

WORDS = Words({"340603": "相山区"}, contacts=True)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("seats", None, "不清楚"),
        ("seats", 0, "0"),
        ("area_m2", 12.5, "12.5"),
        ("name", "", "不清楚"),
        ("kind", "driver_home", "司机之家"),
        ("kind", "of tomorrow", "of tomorrow"),
        ("registration_required", True, "要登记"),
        ("registration_required", False, "不用登记"),
        ("parking_paid", False, "免费"),
        ("opening_hours", "24/7", "24 小时开放"),
        ("opening_hours", "Mo-Fr 08:00-12:00; PH off", "周一至周五 08:00–12:00，节假日休息"),
        ("opening_hours", "week 1-5 Mo 08:00-12:00", "week 1-5 Mo 08:00-12:00"),
        ("verified_at", "2026-11-22T18:30:00+00:00", "2026-11-23 02:30"),
        ("suspended_until", "2027-03-01", "2027-03-01"),
        ("aliases", ["一", "二"], "一、二"),
        ("aliases", [], "没有"),
        ("honours", ["AAA", "model"], "AAA级、示范"),
        ("photos", [{"id": 1}, {"id": 2}], "2 张"),
        ("lon", 116.8021234, "116.802123"),
        ("note", "字" * 400, "字" * 300 + "……"),
        ("status", "suspended", "暂停"),
        ("source_datum", "gcj02", "GCJ-02 火星坐标"),
        ("amenities", {"wifi": {"state": "yes"}}, "无线网络 有"),
        (
            "hours_override",
            {"first_day": "2027-02-05", "last_day": "2027-02-05", "opening_hours": "off"},
            "2027-02-05 不开门",
        ),
    ],
)
def test_values_in_words(name: str, value: Any, words: str) -> None:
    assert value_in_words(name, value) == words


def test_lines_stand_in_the_order_of_the_fields() -> None:
    changes = {"note": [None, "a"], "seats": [1, 2], "name": ["甲", "乙"], "tomorrow": [1, None]}
    assert WORDS.lines(changes) == [
        Line("站名", "甲", "乙"),
        Line("座位", "1", "2"),
        Line("备注", "不清楚", "a"),
        Line("tomorrow", "1", "不清楚"),
    ]


def test_amenities_and_dated_hours_are_told_one_by_one() -> None:
    spring = {"first_day": "2027-02-05", "last_day": "2027-02-12", "opening_hours": "off"}
    changes = {
        "amenities": [
            {"wifi": {"state": "yes"}, "aed": {"state": "no"}, "books": {"state": "yes"}},
            {"wifi": {"state": "partial", "quantity": 2, "fee": "免费"}, "aed": {"state": "no"}},
        ],
        "hours_exceptions": [[spring], [{**spring, "last_day": "2027-02-10", "reason": "春节"}]],
    }
    assert WORDS.lines(changes) == [
        Line("特别日子", "2027-02-05 至 2027-02-12 不开门", "没有"),
        Line("特别日子", "没有", "2027-02-05 至 2027-02-10 不开门（春节）"),
        Line("设施 · 无线网络", "有", "部分，2 个，免费"),
        Line("设施 · 图书", "有", "不清楚"),
    ]


def test_a_move_is_one_line_with_its_metres() -> None:
    changes = {"lon": [116.8, 116.81], "adcode": [None, "340603"], "lat": [33.9, 33.9001]}
    move = move_of(changes, 0, 0)
    assert move is not None
    assert WORDS.lines(changes, move) == [
        Line("位置", "116.800000, 33.900000", "116.810000, 33.900100", "移了 925 米"),
        Line("区县", "不清楚", "相山区"),
    ]
    only_north = move_of({"lat": [33.9, 34.0]}, 116.8, 34.0)
    assert only_north is not None
    assert (only_north.from_lon, only_north.to_lon) == (116.8, 116.8)
    assert [line.label for line in WORDS.lines({"lat": [33.9, 34.0]}, only_north)] == ["位置"]
    assert move_of({"seats": [1, 2]}, 116.8, 34.0) is None
    assert move_of({"lon": [116.8, None], "lat": [33.9, None]}, 0, 0) is None


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0.4, "不到 1 米"), (8.2, "8 米"), (925.4, "925 米"), (12_345, "12.3 公里")],
)
def test_metres_in_words(metres: float, words: str) -> None:
    assert metres_in_words(metres) == words


def test_telephones_are_for_those_who_may_see_them() -> None:
    changes = {"phone": [None, "0561-1234567"]}
    assert WORDS.lines(changes) == [Line("电话", "不清楚", "0561-1234567")]
    assert Words().lines(changes) == [Line("电话", "不清楚", "（不能看）")]


def test_no_field_is_without_words() -> None:
    for name in LABELS:
        for value in (None, "x", 1, 1.5, True, "2026-01-01T00:00:00+00:00"):
            if name in {"amenities", "aliases", "honours", "photos", "hours_exceptions"} or (
                name == "hours_override"
            ):
                continue
            if name.endswith("_at") and not str(value).startswith("2026") and value is not None:
                continue
            assert WORDS.value(name, value)

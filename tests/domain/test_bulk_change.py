"""Changes for many: read from forms, said wrong things at their field, applied to documents."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain import bulk_change
from station_map.domain.bulk_change import (
    AmenityChange,
    HoursChange,
    StatusChange,
    amenity_change,
    dated_hours,
    hours_change,
    status_change,
)
from station_map.domain.reasons import checked_reason
from station_map.domain.vocabulary import Status
from station_map.errors import InputError

SPRING = ("2027-02-05", "2027-02-12", "休息", "spring_festival", "")
ENTRY = {
    "first_day": "2027-02-05",
    "last_day": "2027-02-12",
    "opening_hours": "off",
    "reason": "春节",
}


def test_hours_are_read_in_words_and_kept_as_written() -> None:
    change = hours_change(" 周一至周五 8:30-17:30 ")
    assert change == HoursChange("Mo-Fr 08:30-17:30", "周一至周五 8:30-17:30")
    now = {"opening_hours": "24/7", "hours_text": "周一至周五 8:30-17:30"}
    assert change.fields(now) == {"opening_hours": "Mo-Fr 08:30-17:30"}
    assert change.fields({**now, **change.fields(now)}) == {}


def test_unknown_hours_are_unknown_and_not_no_hours() -> None:
    assert hours_change("不清楚").fields({"opening_hours": "24/7"}) == {"opening_hours": None}


def test_a_status_takes_reason_and_day_along() -> None:
    change = status_change("suspended", "装修", "2027-03-01")
    assert change == StatusChange(Status.SUSPENDED, "装修", dt.date(2027, 3, 1))
    assert change.fields({"status": "open"}) == {
        "status": "suspended",
        "status_reason": "装修",
        "suspended_until": "2027-03-01",
    }
    # ... and open again leaves neither behind.
    now = {"status": "suspended", "status_reason": "装修", "suspended_until": "2027-03-01"}
    assert status_change("open", "", "").fields(now) == {
        "status": "open",
        "status_reason": None,
        "suspended_until": None,
    }


def test_an_amenity_keeps_what_else_is_known_of_it() -> None:
    now = {"amenities": {"wifi": {"state": "yes", "note": "密码在墙上"}, "books": {"state": "no"}}}
    broken = AmenityChange("wifi", "broken").fields(now)
    assert broken == {
        "amenities": {
            "wifi": {"state": "broken", "note": "密码在墙上"},
            "books": {"state": "no"},
        }
    }
    assert amenity_change("wifi", "yes").fields(now) == {}
    assert amenity_change("wifi", "unknown").fields(now) == {
        "amenities": {"books": {"state": "no"}}
    }
    assert amenity_change("aed", "unknown").fields(now) == {}


def test_dated_hours_stand_beside_others() -> None:
    change = dated_hours(*SPRING)
    later = {**ENTRY, "first_day": "2027-05-01", "last_day": "2027-05-01"}
    fields = change.fields({"hours_exceptions": [later]})
    assert fields == {"hours_exceptions": [ENTRY, later]}
    assert change.fields(fields) == {}
    assert change.told() == {"change": "dated", **ENTRY}


@pytest.mark.parametrize(
    ("make", "given", "parameter", "words"),
    [
        (hours_change, ("随缘",), "hours", "看不懂这个时间"),
        (hours_change, ("",), "hours", "看不懂这个时间"),
        (status_change, ("gone", "", ""), "status", "请选一个状态"),
        (status_change, ("closed", "", ""), "status_reason", "请写原因"),
        (status_change, ("closed", "字" * 201, ""), "status_reason", "最多 200"),
        (status_change, ("open", "", "2027-01-01"), "suspended_until", "只有“暂停”"),
        (status_change, ("suspended", "修", "明天"), "suspended_until", "请写日期"),
        (amenity_change, ("sauna", "yes"), "amenity_code", "请选一样设施"),
        (amenity_change, ("wifi", "maybe"), "amenity_state", "请选"),
        (dated_hours, ("x", *SPRING[1:]), "first_day", "请写日期"),
        (dated_hours, (SPRING[1], SPRING[0], *SPRING[2:]), "last_day", "不行"),
        (dated_hours, (*SPRING[:2], "看心情", *SPRING[3:]), "dated_hours", "看不懂"),
        (dated_hours, (*SPRING[:3], "party", ""), "override_reason", "请选为什么"),
        (dated_hours, (*SPRING[:4], "字" * 201), "note", "最多"),
        (checked_reason, ("字" * 501,), "reason", "最多 500"),
        (checked_reason, ("a\u202eb",), "reason", "最多 500"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(make, given, parameter, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=words) as caught:
        make(*given)
    assert caught.value.parameter == parameter


def test_a_reason_is_one_line_or_none() -> None:
    assert checked_reason("  弄错了\n一行 ") == "弄错了 一行"
    assert checked_reason(" \n") is None
    assert bulk_change.AT_MOST == 5_000

"""The rules of a change: reasons, suspensions, words on the door, moves."""

from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.editing.edit import (
    StationEdit,
    settled_hours,
    settled_status,
)
from station_map.domain.editing.moves import asks_why, checked_move
from station_map.domain.editing.subjects import FIELDS, Subject
from station_map.domain.fields import LABELS
from station_map.domain.reasons import checked_reason
from station_map.errors import InputError
from station_map.store.columns import FIELD_TYPES

TODAY = dt.date(2026, 11, 22)
NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)


def test_a_reason_is_one_line() -> None:
    assert checked_reason("  搬到\n路对面 ") == "搬到 路对面"
    assert checked_reason(" \n") is None
    for wrong in ("因" * 501, "一\x00二"):
        with pytest.raises(InputError, match="原因要一行"):
            checked_reason(wrong)


@pytest.mark.parametrize(
    ("distance_m", "before", "after", "asked"),
    [
        (199.9, "340603", "340603", False),
        (200.1, "340603", "340603", True),
        (1.0, "340603", "340602", True),
        (1.0, "340603", None, True),
        (1.0, None, None, False),
    ],
)
def test_which_moves_ask_why(
    distance_m: float, before: str | None, after: str | None, asked: bool
) -> None:
    assert asks_why(distance_m, before, after) is asked
    checked_move(distance_m, before, after, "搬了")
    if asked:
        with pytest.raises(InputError) as refused:
            checked_move(distance_m, before, after, None)
        assert refused.value.parameter == "reason"
    else:
        checked_move(distance_m, before, after, None)


def test_a_suspension_that_ends_takes_its_day_and_its_reason_along() -> None:
    assert settled_status("open", {"status": "open"}, TODAY) == {
        "status": "open",
        "status_reason": None,
        "suspended_until": None,
    }
    kept = {"status": "suspended", "status_reason": "装修"}
    assert settled_status("suspended", kept, TODAY) == kept
    for status, until in (("open", dt.date(2027, 1, 1)), ("suspended", TODAY)):
        with pytest.raises(InputError) as refused:
            settled_status(status, {"suspended_until": until}, TODAY)
        assert refused.value.parameter == "suspended_until"


def test_words_on_the_door_stay_only_with_hours_that_they_say() -> None:
    hours = {"opening_hours": "Mo-Su 08:00-20:00"}
    said = settled_hours(hours, "Mo-Su 08:00-20:00", "每天8:00-20:00", NOW)
    assert "hours_text" not in said
    assert settled_hours(hours, "Mo-Su 08:00-20:00", "同银行", NOW)["hours_text"] is None
    assert settled_hours(hours, "每天8点到20点", "同银行", NOW)["hours_text"] == "每天8点到20点"
    mine = settled_hours(hours | {"hours_text": "照旧"}, "每天8点到20点", None, NOW)
    assert mine["hours_text"] == "照旧"
    assert settled_hours({"hours_checked": True}, "", None, NOW) == {"hours_verified_at": NOW}
    assert settled_hours({"hours_source": "门牌"}, "", "同银行", NOW) == {"hours_source": "门牌"}


def test_an_edit_of_nothing_is_nothing() -> None:
    assert not StationEdit()
    assert StationEdit(honours=())
    assert StationEdit(fields={"price": None})


def test_every_field_of_a_station_has_its_name_and_its_form() -> None:
    assert set(FIELDS) == set(Subject)
    assert set(FIELD_TYPES) <= set(LABELS)
    edited = {name for fields in FIELDS.values() for name in fields}
    told_otherwise = {
        *("source_lon", "source_lat", "source_datum"),  # by the position
        *("stated_district", "demo", "bays_at"),
        *("verified_at", "verified_by"),  # by "I was there"
    }
    assert set(FIELD_TYPES) - edited == told_otherwise

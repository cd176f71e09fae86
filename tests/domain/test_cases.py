"""Rules of the queue and notes: their bounds, in words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.cases import (
    KINDS,
    LEVELS,
    NOTE_LONGEST,
    CaseRules,
    checked_note,
)
from station_map.domain.reports import ReportKind
from station_map.errors import InputError


def test_open_as_stated_asks_for_nothing() -> None:
    assert set(KINDS) == set(ReportKind) - {ReportKind.OPEN}


def test_the_programs_rules_name_every_level() -> None:
    assert set(CaseRules().stale_days) == set(LEVELS)
    assert CaseRules().locked_hours == 24


@pytest.mark.parametrize(
    "wrong",
    [
        {"locked_reports": 0},
        {"locked_reports": 11},
        {"locked_window": dt.timedelta(minutes=59)},
        {"locked_window": dt.timedelta(days=8)},
        {"stale_days": {"smart": 3}},
        {"stale_days": {**CaseRules().stale_days, "smart": 0}},
        {"stale_days": {**CaseRules().stale_days, "mobile": 1_001}},
    ],
)
def test_rules_beyond_the_bounds_are_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match="。 ") as refused:
        CaseRules(**wrong)  # type: ignore[arg-type]
    assert refused.value.parameter
    assert refused.value.allowed


@given(st.text(max_size=600))
def test_a_note_is_bounded_and_holds_no_steering_signs(told: str) -> None:
    try:
        kept = checked_note(told)
    except InputError:
        assert len(told) > NOTE_LONGEST
        return
    if kept is None:
        return
    assert 1 <= len(kept) <= NOTE_LONGEST
    assert not any(sign in kept for sign in "\0\r\t\x1b\u202e\u2066")
    kept.encode()  # no half characters: the database takes it
    assert checked_note(kept) == kept


def test_line_ends_and_emoji_stay() -> None:
    assert checked_note(" 一\r\n二😀👨‍👩‍👧 ") == "一\n二😀👨‍👩‍👧"
    assert checked_note(" \n ") is None

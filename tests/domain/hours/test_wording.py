from __future__ import annotations

import datetime as dt

import pytest

from station_map.domain.hours import (
    SHANGHAI,
    State,
    StateCode,
    state_note,
    state_text,
    state_word,
)

NOW = dt.datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)  # a Sunday
OPEN, SOON, CLOSED = StateCode.OPEN, StateCode.CLOSING_SOON, StateCode.CLOSED


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("code", "until", "opens", "zh", "en"),
    [
        (OPEN, "2026-11-22T18:00", None, "开放中，到 18:00", "Open until 18:00"),
        (OPEN, "2026-11-23T00:00", None, "开放中，到 24:00", "Open until 24:00"),
        (OPEN, "2026-11-23T06:30", None, "开放中，到 明天 6:30", "Open until tomorrow 6:30"),
        (OPEN, "2026-11-25T00:00", None, "开放中，到 周二 24:00", "Open until Tue 24:00"),
        (OPEN, None, None, "开放中", "Open"),
        (SOON, "2026-11-22T10:20", None, "快关了，还有 20 分钟", "Closing soon, 20 min left"),
        (CLOSED, None, "2026-11-22T14:30", "已关，今天 14:30 开", "Closed, opens today 14:30"),
        (CLOSED, None, "2026-11-23T08:30", "已关，明天 8:30 开", "Closed, opens tomorrow 8:30"),
        (CLOSED, None, "2026-11-28T08:30", "已关，周六 8:30 开", "Closed, opens Sat 8:30"),
        (CLOSED, None, "2026-11-29T08:30", "已关，11月29日 8:30 开", "Closed, opens 29 Nov 8:30"),
        (CLOSED, None, "2027-01-04T08:05", "已关，1月4日 8:05 开", "Closed, opens 4 Jan 8:05"),
        (CLOSED, None, None, "已关", "Closed"),
        (StateCode.SUSPENDED, "2026-12-01", None, "暂停，到 12月1日", "Suspended until 1 Dec"),
        (
            StateCode.SUSPENDED,
            "2027-06-01",
            None,
            "暂停，到 2027年6月1日",
            "Suspended until 1 Jun 2027",
        ),
        (StateCode.SUSPENDED, None, None, "暂停", "Suspended"),
        (StateCode.UNKNOWN, None, None, "时间未知", "Hours unknown"),
    ],
)
def test_lines(code: StateCode, until: str | None, opens: str | None, zh: str, en: str) -> None:
    state = State(code, until=until and at(until), next=opens and at(opens))
    assert state_text(state, NOW) == zh
    assert state_text(state, NOW, "en") == en
    # Whoever asks from another zone reads the station's clock.
    assert state_text(state, NOW.astimezone(dt.UTC)) == zh


def test_the_last_seconds_are_a_minute() -> None:
    state = State(SOON, until=NOW + dt.timedelta(seconds=5))
    assert state_text(state, NOW) == "快关了，还有 1 分钟"


def test_every_code_has_a_word() -> None:
    words = {state_word(code, lang) for code in StateCode for lang in ("zh", "en")}
    assert len(words) == 2 * len(StateCode)


def test_an_unknown_year_is_noted() -> None:
    assert state_note(State(OPEN)) == state_note(State(OPEN), "en") == ""
    doubtful = State(OPEN, year_known=False)
    assert "节假日" in state_note(doubtful)
    assert "holidays" in state_note(doubtful, "en")

"""The state of a station in words, Chinese and English."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

from station_map.domain.hours.state import State, StateCode
from station_map.domain.hours.timeline import local_day

Language = Literal["zh", "en"]

_WORDS: Final[dict[Language, dict[StateCode, str]]] = {
    "zh": {
        StateCode.OPEN: "开放中",
        StateCode.CLOSING_SOON: "快关了",
        StateCode.CLOSED: "已关",
        StateCode.SUSPENDED: "暂停",
        StateCode.UNKNOWN: "时间未知",
    },
    "en": {
        StateCode.OPEN: "Open",
        StateCode.CLOSING_SOON: "Closing soon",
        StateCode.CLOSED: "Closed",
        StateCode.SUSPENDED: "Suspended",
        StateCode.UNKNOWN: "Hours unknown",
    },
}
WEEKDAYS_ZH: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
"""From Monday on."""
_WEEKDAYS_EN: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_NEAR_ZH: Final = {0: "今天", 1: "明天"}
_NEAR_EN: Final = {0: "today", 1: "tomorrow"}
_WEEK: Final = 7


def state_text(state: State, now: dt.datetime, lang: Language = "zh") -> str:
    """One line: 开放中，到 18:00 / Open until 18:00."""
    word, detail = state_word(state.code, lang), state_detail(state, now, lang)
    if not detail:
        return word
    if lang == "zh":
        return f"{word}，{detail}"
    return f"{word}{'' if detail.startswith('until') else ','} {detail}"


def state_word(code: StateCode, lang: Language = "zh") -> str:
    """The word that stands beside the mark: 开放中, 已关 ..."""
    return _WORDS[lang][code]


def state_detail(state: State, now: dt.datetime, lang: Language = "zh") -> str:
    """What follows the word: 到 18:00, 还有 20 分钟, 今天 14:30 开, 到 12月1日; or ""."""
    today = local_day(now)
    if state.code is StateCode.SUSPENDED and state.until is not None:
        day = _date(state.until.date(), today, lang)
        return f"到 {day}" if lang == "zh" else f"until {day}"
    if state.until is not None and state.code is StateCode.CLOSING_SOON:
        left = max(1, round((state.until - now).total_seconds() / 60))
        return f"还有 {left} 分钟" if lang == "zh" else f"{left} min left"
    if state.until is not None:
        return _until(state.until, today, lang)
    if state.next is not None:
        day = _day(state.next.date(), today, lang)
        time = _clock(state.next)
        return f"{day} {time} 开" if lang == "zh" else f"opens {day} {time}"
    return ""


def state_note(state: State, lang: Language = "zh") -> str:
    """What qualifies the answer: the holidays of that year are not published yet."""
    if state.year_known:
        return ""
    if lang == "zh":
        return "按平时的时间；节假日安排还没公布"
    return "By the usual week; the holidays of that year are not published yet"


def _until(until: dt.datetime, today: dt.date, lang: Language) -> str:
    """Midnight at the end of a day is 24:00 of that day."""
    midnight = until.time() == dt.time()
    day = until.date() - dt.timedelta(days=1) if midnight else until.date()
    time = "24:00" if midnight else _clock(until)
    near = "" if day == today else f"{_day(day, today, lang)} "
    return f"到 {near}{time}" if lang == "zh" else f"until {near}{time}"


def _clock(moment: dt.datetime) -> str:
    return f"{moment.hour}:{moment.minute:02d}"


def _day(day: dt.date, today: dt.date, lang: Language) -> str:
    """Today, tomorrow, the weekday within the week ahead, else the date."""
    days = (day - today).days
    near = (_NEAR_ZH if lang == "zh" else _NEAR_EN).get(days)
    if near:
        return near
    if 0 < days < _WEEK:
        weekday = day.weekday()
        return WEEKDAYS_ZH[weekday] if lang == "zh" else _WEEKDAYS_EN[weekday]
    return _date(day, today, lang)


def _date(day: dt.date, today: dt.date, lang: Language) -> str:
    """The year is said when it is neither this one nor close."""
    far = day.year != today.year and abs((day - today).days) > 180
    if lang == "zh":
        return (f"{day.year}年" if far else "") + f"{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]}" + (f" {day.year}" if far else "")

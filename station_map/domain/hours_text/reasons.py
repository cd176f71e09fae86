"""Why a text about hours does not say for certain when the door is open."""

from __future__ import annotations

from station_map.domain.vocabulary import Labelled


class HoursReason(Labelled):
    """Stable codes, with what to tell the person who must decide."""

    EMPTY = "empty", "没有填写开放时间", "no hours are given"
    TOO_LONG = "too_long", "开放时间的文字太长", "the text about the hours is too long"
    REFERS = (
        "refers_elsewhere",
        "开放时间要看别处（如询问电话、同依托单位）",
        "the hours are to be asked or looked up elsewhere",
    )
    APPROXIMATE = "approximate", "开放时间只是大约", "the hours are only approximate"
    SEASON = (
        "season_without_dates",
        "分季节但没有写起止日期",
        "seasons differ, but their dates are not given",
    )
    CLOCK = (
        "clock_unclear",
        "时刻不明确（上午还是下午，或缺少单位）",
        "a time of day is unclear (morning or evening, or no unit)",
    )
    END_BEFORE_START = (
        "end_before_start",
        "结束早于开始，且没有写“次日”",
        "it ends before it starts, and nothing says next day",
    )
    HOLIDAY = (
        "holiday_unclear",
        "“节假日”是否包括周末不明确",
        "it is unclear whether holidays include weekends",
    )
    CONTRADICTION = (
        "contradiction",
        "文字前后矛盾或有重叠",
        "the parts of the text contradict or overlap each other",
    )
    NO_TIMES = "no_times", "没有写几点到几点", "it does not say from when to when"
    NOT_UNDERSTOOD = "not_understood", "文字看不懂", "the text is not understood"


class UncertainError(Exception):
    """Raised inside this package when the text is not certain; never leaves it."""

    def __init__(self, reason: HoursReason, words: str = "") -> None:
        super().__init__(reason, words)
        self.reason = reason
        self.words = words

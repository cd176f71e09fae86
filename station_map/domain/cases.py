"""The queue: what becomes of riders' reports, and the rules that operators may set.

A case holds the reports of one kind about one station until somebody answers it. Later reports
begin another one.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from station_map.domain.reports import LOCKED_REPORTS, LOCKED_WINDOW, ReportKind
from station_map.domain.vocabulary import Labelled, ServiceLevel
from station_map.errors import InputError

NOTE_LONGEST: Final = 500  # characters
KINDS: Final = tuple(kind for kind in ReportKind if kind is not ReportKind.OPEN)
"""Reports that ask for something; "open as stated" asks for nothing."""

UNKNOWN_LEVEL: Final = "unknown"
LEVELS: Final = (*(level.value for level in ServiceLevel), UNKNOWN_LEVEL)
LEVEL_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {level.value: level.zh for level in ServiceLevel} | {UNKNOWN_LEVEL: "服务等级未知"}
)


class CaseAnswer(Labelled):
    """How a case ended."""

    FIXED = "fixed", "已处理", "fixed"
    NOT_SO = "not_so", "情况不属实", "not so"
    DUPLICATE = "duplicate", "和别的重复", "duplicate"
    SPAM = "spam", "乱报", "spam"


CLEARS_MARK: Final = frozenset({CaseAnswer.FIXED, CaseAnswer.NOT_SO, CaseAnswer.SPAM})
"""Answers after which "somebody reported it locked" no longer stands on the card."""


class CaseStep(Labelled):
    """What somebody did with a case."""

    OPENED = "opened", "报告", "opened"
    REMARKED = "remarked", "补充", "remarked"
    ASSIGNED = "assigned", "分给", "assigned"
    RELEASED = "released", "不再分给谁", "released"
    ANSWERED = "answered", "答复", "answered"
    REOPENED = "reopened", "重新打开", "reopened"


# ---- rules that operators may set ----------------------------------------------------------

MOST_REPORTS: Final = 10
# Hashes of senders are kept for eight days; a longer window would compare with nothing.
LONGEST_WINDOW_HOURS: Final = 7 * 24
LONGEST_STALE_DAYS: Final = 1_000

_STALE_DAYS: Final = {
    ServiceLevel.COMPREHENSIVE.value: 90,
    ServiceLevel.EXTENDED_HOURS.value: 60,
    ServiceLevel.SMART.value: 60,
    ServiceLevel.COMPACT.value: 90,
    ServiceLevel.MOBILE.value: 30,
    UNKNOWN_LEVEL: 90,
}


def _default_stale_days() -> Mapping[str, int]:
    return MappingProxyType(dict(_STALE_DAYS))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRules:
    """locked_reports: that many people, within locked_window, mark a door as reported locked.

    stale_days: after how many days without a check a station is due, by service level;
    UNKNOWN_LEVEL for those whose level nobody knows. Raises InputError beyond the bounds.
    """

    locked_reports: int = LOCKED_REPORTS
    locked_window: dt.timedelta = LOCKED_WINDOW
    stale_days: Mapping[str, int] = field(default_factory=_default_stale_days)

    def __post_init__(self) -> None:
        _bounded(self.locked_reports, "locked_reports", "几个人", MOST_REPORTS, 2)
        hours = self.locked_hours
        _bounded(hours, "locked_hours", "小时数", LONGEST_WINDOW_HOURS, 24)
        if set(self.stale_days) != set(LEVELS):
            raise InputError(
                "每个服务等级都要有天数。 Each service level needs its days.",
                parameter="stale_days",
                allowed=", ".join(LEVELS),
            )
        for level, days in self.stale_days.items():
            _bounded(days, f"stale_{level}", LEVEL_WORDS[level], LONGEST_STALE_DAYS, 90)

    @property
    def locked_hours(self) -> int:
        """The window in whole hours."""
        return int(self.locked_window / dt.timedelta(hours=1))


def _bounded(value: int, parameter: str, zh: str, most: int, example: int) -> None:
    if 1 <= value <= most:
        return
    raise InputError(
        f"{zh}要在 1 到 {most} 之间，比如 {example}。 {parameter} is from 1 to {most}.",
        parameter=parameter,
        allowed=f"a whole number from 1 to {most}",
        example=str(example),
    )


def checked_note(told: str, parameter: str = "note") -> str | None:
    """A note as it is stored, None for none. Raises InputError for one that is too long.

    Signs that only steer a screen are dropped; line ends stay.
    """
    told = told.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in told if sign == "\n" or _is_shown(sign)).strip()
    if len(kept) > NOTE_LONGEST:
        raise InputError(
            f"最多 {NOTE_LONGEST} 个字，现在是 {len(kept)} 个。"
            f" At most {NOTE_LONGEST} characters; these are {len(kept)}.",
            parameter=parameter,
            allowed=f"at most {NOTE_LONGEST} characters",
            example="门锁修好了",
        )
    return kept or None


def _is_shown(sign: str) -> bool:
    # Controls, surrogates, and what turns the writing direction of a line.
    return unicodedata.category(sign) not in {"Cc", "Cs", "Cn"} and not (
        "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"
    )

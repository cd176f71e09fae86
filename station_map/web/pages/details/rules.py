"""A recurring service's rule in words, where it can be put so; else that it recurs."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from station_map.web.language import mark, t
from station_map.web.pages import wording

_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MONDAY: Final = dt.date(2026, 11, 23)
_NTH: Final[dict[str, str]] = {
    "1": mark("每月第一个%(day)s"),
    "2": mark("每月第二个%(day)s"),
    "3": mark("每月第三个%(day)s"),
    "4": mark("每月第四个%(day)s"),
    "-1": mark("每月最后一个%(day)s"),
}
_NTH_DAY: Final = re.compile(r"[+]?(-?[1-4])([A-Z]{2})")
_DAY_OF_MONTH: Final = re.compile(r"[1-9]\d?")


def rule_words(rule: str) -> str:
    """Such as "每周三、周五", "每月第一个周三", "每月 10 日", "每天"; else "会再办"."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    parts.pop("WKST", None)
    freq, days = parts.pop("FREQ"), parts.pop("BYDAY", "")
    month_days = parts.pop("BYMONTHDAY", "")
    if not parts and freq == "DAILY" and not (days or month_days):
        return t("每天")
    if not parts and freq == "WEEKLY" and days and not month_days:
        return t("每%(days)s", days=t("、").join(_weekday(day) for day in days.split(",")))
    if not parts and freq == "MONTHLY" and bool(days) != bool(month_days):
        return _monthly(days, month_days)
    return t("会再办")


def _monthly(days: str, month_days: str) -> str:
    nth = _NTH_DAY.fullmatch(days)
    if nth is not None and nth[1] in _NTH:
        return t(_NTH[nth[1]], day=_weekday(nth[2]))
    if _DAY_OF_MONTH.fullmatch(month_days):
        return t("每月 %(day)s 日", day=month_days)
    return t("会再办")


def _weekday(code: str) -> str:
    return wording.weekday(_MONDAY + dt.timedelta(days=_DAYS.index(code)))

"""Figures and facts in the short words that riders use, in the language of the page.

Hours are also asked for in a language by its name: the phone keeps them in both.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from babel.dates import format_date

from station_map.domain.hours import SHANGHAI, local_day
from station_map.domain.hours.wording import Language
from station_map.domain.travel import TravelMode, seconds_per_metre
from station_map.web.language import language, t, tn

_WALK_S_PER_M: Final = seconds_per_metre(TravelMode.WALK)
_EBIKE_S_PER_M: Final = seconds_per_metre(TravelMode.EBIKE)

_TEN: Final = 10
_KM: Final = 1_000
_WEEK: Final = 7
_MONTH: Final = 30
_TWO_YEARS_IN_MONTHS: Final = 24


@dataclass(frozen=True, slots=True)
class _HoursWords:
    """The words that opening hours are told in."""

    always: str
    daily: str
    days: dict[str, str]
    through: str
    also: str
    off: str
    spans: str
    whole: str
    next_day: str
    rules: str


_HOURS_WORDS: Final[dict[Language, _HoursWords]] = {
    "zh": _HoursWords(
        always="24 小时开放",
        daily="每天",
        days={
            "Mo": "周一",
            "Tu": "周二",
            "We": "周三",
            "Th": "周四",
            "Fr": "周五",
            "Sa": "周六",
            "Su": "周日",
            "PH": "节假日",
        },
        through="至",
        also="、",
        off="{days}休息",
        spans="、",
        whole="全天",
        next_day="次日 {clock}",
        rules="，",
    ),
    "en": _HoursWords(
        always="Open 24 hours",
        daily="Daily",
        days={
            "Mo": "Mon",
            "Tu": "Tue",
            "We": "Wed",
            "Th": "Thu",
            "Fr": "Fri",
            "Sa": "Sat",
            "Su": "Sun",
            "PH": "public holidays",
        },
        through="–",
        also=", ",
        off="{days} closed",
        spans=", ",
        whole="all day",
        next_day="{clock} next day",
        rules="; ",
    ),
}
_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_DAYS_PART: Final = f"{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*"
_CLOCK: Final = r"\d{2}:\d{2}"
_SPANS_PART: Final = f"{_CLOCK}-{_CLOCK}(?:,{_CLOCK}-{_CLOCK})*"
_RULE: Final = re.compile(f"(?:({_DAYS_PART}) ?)?({_SPANS_PART}|off|closed|24/7)")


def distance(metres: float) -> str:
    """To ten metres, a tenth of a kilometre, a kilometre: "350 米", "1.2 公里", "23 km"."""
    rounded = round(metres / _TEN) * _TEN
    if rounded < _KM:
        return t("%(n)s 米", n=max(rounded, _TEN))
    far = f"{rounded / _KM:.1f}" if rounded < _TEN * _KM else round(metres / _KM)
    return t("%(n)s 公里", n=far)


def minutes(metres: float) -> str:
    """Time on foot and by e-bike for a straight distance, with the usual detour."""
    walk, ride = (max(1, round(metres * pace / 60)) for pace in (_WALK_S_PER_M, _EBIKE_S_PER_M))
    if walk > 2 * 60:
        return t("骑行约 %(ride)s", ride=_duration(ride))
    return t("步行约 %(walk)s · 骑行约 %(ride)s", walk=_duration(walk), ride=_duration(ride))


def _duration(whole: int) -> str:
    if whole < 60:
        return t("%(n)s 分钟", n=whole)
    hours_, rest = divmod(round(whole / 5) * 5, 60)
    if not rest:
        return t("%(hours)s 小时", hours=hours_)
    return t("%(hours)s 小时 %(rest)s 分", hours=hours_, rest=rest)


def verified(verified_at: str | None, today: dt.date) -> str:
    """How long ago someone checked; `verified_at` is ISO 8601, `today` the day in China."""
    if verified_at is None:
        return t("还没有人核实")
    days = (today - local_day(dt.datetime.fromisoformat(verified_at))).days
    if days <= 0:
        return t("今天有人核实")
    if days < _MONTH:
        return tn("%(num)s 天前有人核实", days)
    months = days // _MONTH
    if months < _TWO_YEARS_IN_MONTHS:
        return tn("%(num)s 个月前有人核实", months)
    return tn("%(num)s 年前有人核实", days // 365)


def hours(opening_hours: str | None, chosen: Language | None = None) -> str | None:
    """OSM opening hours in words; None when unknown or beyond what is put in words here.

    chosen: the language, the page's own unless given.
    """
    if opening_hours is None:
        return None
    words = _HOURS_WORDS[chosen or language()]
    if opening_hours == "24/7":
        return words.always
    rules = [_RULE.fullmatch(rule.strip()) for rule in opening_hours.split(";")]
    told = [_rule(rule[1], rule[2], words) for rule in rules if rule is not None]
    if len(told) != len(rules):
        return None
    line = words.rules.join(told)
    return line[:1].upper() + line[1:]


def _rule(days: str | None, spans: str, words: _HoursWords) -> str:
    when = _days(days, words) if days else words.daily
    if spans in {"off", "closed"}:
        return words.off.format(days=when)
    return f"{when} {words.spans.join(_span(span, words) for span in spans.split(','))}"


def _days(days: str, words: _HoursWords) -> str:
    if days == "Mo-Su":
        return words.daily
    parts = (
        words.through.join(words.days[day] for day in part.split("-")) for part in days.split(",")
    )
    return words.also.join(parts)


def _span(span: str, words: _HoursWords) -> str:
    start, end = span.split("-")
    if (start, end) in {("00:00", "24:00"), ("00:00", "00:00")}:
        return words.whole
    if end > "24:00":
        end = words.next_day.format(clock=f"{int(end[:2]) - 24:02d}{end[2:]}")
    elif end <= start:
        end = words.next_day.format(clock=end)
    return f"{start}–{end}"


def date(day: dt.date) -> str:
    """A day of about now: "11月25日", "25 Nov"."""
    return _formatted(day, t("M月d日"))


def iso_day(moment: str) -> str:
    """The day in China of an ISO 8601 date or time: "2026-11-25", for a line of small print."""
    return _day_in_china(moment).isoformat()


def _day_in_china(moment: str) -> dt.date:
    read = dt.datetime.fromisoformat(moment)
    return read.date() if read.tzinfo is None else local_day(read)


def day_of_month(day: dt.date) -> str:
    """The last day of a stretch within one month: "28日", "28 Nov"."""
    return _formatted(day, t("d日"))


def weekday(day: dt.date) -> str:
    """The day of the week: "周三", "Wed"."""
    return _formatted(day, "EEE")


def day(moment: str) -> str:
    """The day in China of an ISO 8601 date or time: "2026年11月25日", "25 Nov 2026"."""
    return _formatted(_day_in_china(moment), t("y年M月d日"))


def moment(told: str) -> str:
    """An ISO 8601 time with its zone, as people in China read it: "11月25日 9:30"."""
    local = dt.datetime.fromisoformat(told).astimezone(SHANGHAI)
    return f"{date(local.date())} {local.hour}:{local.minute:02d}"


def _formatted(day: dt.date, pattern: str) -> str:
    return format_date(day, pattern, locale=language())

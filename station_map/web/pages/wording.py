"""Figures and facts in the short Chinese that riders use."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from station_map.domain.travel import TravelMode, seconds_per_metre

_WALK_S_PER_M: Final = seconds_per_metre(TravelMode.WALK)
_EBIKE_S_PER_M: Final = seconds_per_metre(TravelMode.EBIKE)

# China has one zone and no summer time; a table of zones would be one more thing to ship.
CHINA: Final = dt.timezone(dt.timedelta(hours=8))

_TEN: Final = 10
_KM: Final = 1_000
_WEEK: Final = 7
_MONTH: Final = 30
_TWO_YEARS_IN_MONTHS: Final = 24

_DAYS: Final = {
    "Mo": "周一",
    "Tu": "周二",
    "We": "周三",
    "Th": "周四",
    "Fr": "周五",
    "Sa": "周六",
    "Su": "周日",
    "PH": "节假日",
}
_DAY: Final = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_DAYS_PART: Final = f"{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*"
_CLOCK: Final = r"\d{2}:\d{2}"
_SPANS_PART: Final = f"{_CLOCK}-{_CLOCK}(?:,{_CLOCK}-{_CLOCK})*"
_RULE: Final = re.compile(f"(?:({_DAYS_PART}) ?)?({_SPANS_PART}|off|closed|24/7)")


def distance_zh(metres: float) -> str:
    """To ten metres, a tenth of a kilometre, a kilometre: "350 米", "1.2 公里", "23 公里"."""
    rounded = round(metres / _TEN) * _TEN
    if rounded < _KM:
        return f"{max(rounded, _TEN)} 米"
    if rounded < _TEN * _KM:
        return f"{rounded / _KM:.1f} 公里"
    return f"{round(metres / _KM)} 公里"


def minutes_zh(metres: float) -> str:
    """Time on foot and by e-bike for a straight distance, with the usual detour."""
    walk, ride = (max(1, round(metres * pace / 60)) for pace in (_WALK_S_PER_M, _EBIKE_S_PER_M))
    if walk > 2 * 60:
        return f"骑行约 {_duration(ride)}"
    return f"步行约 {_duration(walk)} · 骑行约 {_duration(ride)}"


def _duration(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(round(minutes / 5) * 5, 60)
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"


def verified_zh(verified_at: str | None, today: dt.date) -> str:
    """How long ago someone checked; `verified_at` is ISO 8601, `today` the day in China."""
    if verified_at is None:
        return "还没有人核实"
    days = (today - dt.datetime.fromisoformat(verified_at).astimezone(CHINA).date()).days
    if days <= 0:
        return "今天有人核实"
    return f"{_ago(days)}前有人核实"


def _ago(days: int) -> str:
    if days < _MONTH:
        return f"{days} 天"
    months = days // _MONTH
    if months < _TWO_YEARS_IN_MONTHS:
        return f"{months} 个月"
    return f"{days // 365} 年"


def hours_zh(opening_hours: str | None) -> str | None:
    """OSM opening hours in words; None when unknown or beyond what is put in words here."""
    if opening_hours is None:
        return None
    if opening_hours == "24/7":
        return "24 小时开放"
    rules = [_RULE.fullmatch(rule.strip()) for rule in opening_hours.split(";")]
    told = [_rule_zh(rule[1], rule[2]) for rule in rules if rule is not None]
    return "，".join(told) if len(told) == len(rules) else None


def _rule_zh(days: str | None, spans: str) -> str:
    when = _days_zh(days) if days else "每天"
    if spans in {"off", "closed"}:
        return f"{when}休息"
    return f"{when} {'、'.join(_span_zh(span) for span in spans.split(','))}"


def _days_zh(days: str) -> str:
    if days == "Mo-Su":
        return "每天"
    return "、".join("至".join(_DAYS[day] for day in part.split("-")) for part in days.split(","))


def _span_zh(span: str) -> str:
    start, end = span.split("-")
    if (start, end) in {("00:00", "24:00"), ("00:00", "00:00")}:
        return "全天"
    if end > "24:00":
        end = f"次日 {int(end[:2]) - 24:02d}{end[2:]}"
    elif end <= start:
        end = f"次日 {end}"
    return f"{start}–{end}"


def date_zh(day: dt.date) -> str:
    """A day of about now: "11月25日"."""
    return f"{day.month}月{day.day}日"


def day_zh(moment: str) -> str:
    """The day in China of an ISO 8601 date or time: "2026年11月25日"."""
    day = _day_in_china(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def iso_day(moment: str) -> str:
    """The same as "2026-11-25", for a line of small print."""
    return _day_in_china(moment).isoformat()


def _day_in_china(moment: str) -> dt.date:
    day = dt.datetime.fromisoformat(moment)
    return (day if day.tzinfo is None else day.astimezone(CHINA)).date()


def moment_zh(moment: str) -> str:
    """An ISO 8601 time with its zone, as people in China read it: "11月25日 9:30"."""
    local = dt.datetime.fromisoformat(moment).astimezone(CHINA)
    return f"{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"

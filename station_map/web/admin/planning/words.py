"""Figures of planning as people say them, and what stands in the page about each."""

from __future__ import annotations

import math
from typing import Final

from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.planning.live_answer import District, LiveAnswer
from station_map.planning.live_asked import LiveAsked
from station_map.planning.live_cells import DISTANCES_M

_CLASSES: Final = {
    "day": "工作日白天",
    "night": "夜里",
    "weekend": "周末白天",
    "24h": "全天 24 小时",
}
_MYRIAD: Final = 10_000
_KILOMETRE: Final = 1000


def share(part: float, whole: float) -> str:
    """A percentage with one decimal; a dash when there is nothing to share."""
    return f"{100 * part / whole:.1f}%" if whole > 0 else "–"


def band(low: float, high: float, whole: float) -> str:
    """A percentage, or the band from what is known to what may be."""
    ends = share(low, whole), share(high, whole)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def amount(number: float, unit: str) -> str:
    """Such as "12.3 万人" or "860 人"; small fractions of weights are kept."""
    if abs(number) >= _MYRIAD:
        return f"{number / _MYRIAD:,.1f} 万{unit}"
    digits = 0 if abs(number) >= 100 or number == round(number) else 1
    return f"{number:,.{digits}f} {unit}"


def signed(number: float, unit: str) -> str:
    """The same with its sign; none for nothing."""
    if not round(number, 1):
        return f"0 {unit}"
    return ("+" if number > 0 else "−") + amount(abs(number), unit)


def points(before: float, after: float, whole: float) -> str:
    """By how many hundredths a share moved."""
    moved = 100 * (after - before) / whole if whole > 0 else 0.0
    return (
        "没有变化"
        if not round(moved, 2)
        else f"{'+' if moved > 0 else '−'}{abs(moved):.2f} 个百分点"
    )


def metres(number: float) -> str:
    """A distance as a person would say it."""
    if not math.isfinite(number):
        return "没有驿站"
    if number < _KILOMETRE:
        return f"{round(number, -1):.0f} 米"
    return f"{number / _KILOMETRE:.1f} 公里"


def reach_words(asked: LiveAsked) -> str:
    """Such as "500 米内" or "步行 15 分钟内"."""
    if not asked.minutes:
        return f"{asked.radii[0]:g} 米内"
    return f"{TravelMode(asked.mode).zh} {asked.minutes[0]:g} 分钟内"


def moment_words(asked: LiveAsked) -> str:
    """Such as "周三 22 时" or "夜里"."""
    if asked.hour is not None:
        day, hour = divmod(asked.hour, 24)
        return f"{WEEKDAYS_ZH[day]} {hour} 时"
    return "任何时候" if asked.hours is None else _CLASSES[asked.hours]


def question_words(asked: LiveAsked) -> str:
    """The whole question in one line."""
    parts = [reach_words(asked)]
    if asked.hour is not None or asked.hours is not None:
        parts.append(f"{moment_words(asked)}开着")
    parts += [f"有{AMENITY_BY_CODE[code].zh}" for code in asked.amenities]
    parts += [one.zh for one in asked.kinds]
    parts += [f"{one.zh}能用" for one in asked.audiences]
    return "、".join(parts)


def changes_words(asked: LiveAsked) -> str:
    """What a scenario changes."""
    parts = []
    if asked.added:
        parts.append(f"新设 {len(asked.added)} 个")
    if asked.without:
        parts.append(f"关闭 {len(asked.without)} 个")
    if asked.with_planned:
        parts.append("规划中的都建成")
    return "、".join(parts) or "和现在一样"


def district_words(label: str) -> str:
    """A group of demand without its code."""
    name = label.partition(" ")[2] or label
    return "区县以外" if name == "outside" else name


def said(answer: LiveAnswer) -> str:
    """The answer in one sentence, for those who do not see the page change."""
    whole: District = answer.whole
    words = f"覆盖 {band(whole.low, whole.high, whole.demand)}"
    if answer.change is not None:
        words += f"，{points(whole.before_low, whole.low, whole.demand)}"
    return words + f"，缺口 {answer.gaps_count} 处"


def effect(answer: LiveAnswer, unit: str) -> str:
    """What the changes of the scenario do, beside the map."""
    if answer.change is None:
        return ""
    whole = answer.whole
    words = (
        f"{points(whole.before_low, whole.low, whole.demand)}：新覆盖 {amount(whole.gained, unit)}"
    )
    return words + (f"，失去 {amount(whole.lost, unit)}" if whole.lost else "")


def distance_legend() -> list[str]:
    """What the classes of distance are called, the nearest first."""
    names = [f"≤ {DISTANCES_M[0]} 米"]
    names += [f"–{end} 米" for end in DISTANCES_M[1:]]
    return [*names, f"> {DISTANCES_M[-1]} 米"]


def demand_legend(breaks: list[float], unit: str) -> list[str]:
    """What the classes of demand are called, the least first."""
    names = [f"≤ {breaks[0]:g} {unit}"]
    names += [f"–{end:g} {unit}" for end in breaks[1:]]
    return [*names, f"> {breaks[-1]:g} {unit}"]

"""Coverage in a paragraph of words, and in eight figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from station_map.coverage.figures import WHOLE, Figure
from station_map.coverage.groups import OUTSIDE
from station_map.exporters.planning import words
from station_map.exporters.planning.report import CoverageReport

type Held = Mapping[tuple[str, str, str], Figure]


def summary(report: CoverageReport, held: Held) -> Iterable[str]:
    """A paragraph in Chinese, then one in English."""
    result = report.result
    main, unit = result.parameters.main.label, words.unit(result.unit)
    total = words.amount(held["demand", "total", WHOLE].low)
    share = _share(held, "share", _label(report))
    more, one = (_share(held, "overlap", item) for item in ("more", "one"))
    night = _share(held, "hours_always", "night")
    yield (
        f"{total} {unit}的需求里，{share} 在 {words.threshold(main)}内有驿站；{more} 在 1 公里内有"
        f"两个以上，{one} 只靠一个站。夜里（22 时到次日 6 时）每个钟头都有站开着的占 {night}。"
        f"{_gaps_zh(report, unit)}{_worst_zh(report)}{_change_zh(report, unit)}"
    )
    yield (
        f"Of {total} {result.unit}, {share} have a station within {main}; {more} have two or more"
        f" within 1 km, {one} depend on a single one. All night long {night} have an open one."
        f" Gaps: {result.gaps.count:,}, with {words.amount(result.gaps.demand)} together."
    )


def key_figures(report: CoverageReport, held: Held) -> tuple[tuple[str, str], ...]:
    """Value, and what it is."""
    result = report.result
    main, unit = words.threshold(result.parameters.main.label), words.unit(result.unit)
    sure, possible, _ = result.counted
    distance = held["distance", "mean", WHOLE]
    return (
        (words.amount(held["demand", "total", WHOLE].low), f"需求（{unit}）" if unit else "需求"),
        (_share(held, "share", _label(report)), f"{main}内有驿站"),
        (_share(held, "overlap", "more"), "1 公里内有两个以上"),
        (_share(held, "hours_always", "night"), "整夜有站开着"),
        (words.band(words.amount(sure), words.amount(possible)), "算数的驿站"),
        (words.band(words.amount(distance.low), words.amount(distance.high)), "平均到站（米）"),
        (f"{result.gaps.count:,}", f"缺口，合 {words.amount(result.gaps.demand)} {unit}"),
        (_worst(report), "覆盖最差的一组"),
    )


def _label(report: CoverageReport) -> str:
    labels = [one.label for one in report.result.shares]
    main = report.result.parameters.main.label
    return main if main in labels else labels[-1]


def _share(held: Held, indicator: str, item: str) -> str:
    found = held[indicator, item, WHOLE]
    return words.band(words.share(found.low), words.share(found.high))


def _gaps_zh(report: CoverageReport, unit: str) -> str:
    found = report.result.gaps
    if not found.worst:
        return ""
    place = words.plain(report.places[0]) or "各区之外"
    return (
        f"没有覆盖的需求里，有 {found.count:,} 处连成片的缺口，合 {words.amount(found.demand)}"
        f" {unit}；最大的一处在{place}，{words.amount(found.worst[0].demand)} {unit}。"
    )


def _worst(report: CoverageReport) -> str:
    worst = report.result.equity.worst
    if worst is None:
        return words.NOTHING
    return words.OUTSIDE_ZH if worst == OUTSIDE else words.plain(words.group(worst), 20)


def _worst_zh(report: CoverageReport) -> str:
    found = report.result.equity
    if found.worst is None or len(report.result.groups) <= 2:
        return ""
    return f"覆盖最差的是{_worst(report)}，{words.share(found.worst_share)}。"


def _change_zh(report: CoverageReport, unit: str) -> str:
    change = report.result.comparison
    if change is None:
        return ""
    gained, lost = (words.amount(float(held.sum())) for held in (change.gained, change.lost))
    return f"换成比较的方案，{gained} {unit}得到覆盖，{lost} {unit}失去。"

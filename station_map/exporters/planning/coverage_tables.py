"""The indicators of coverage as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from station_map.coverage.arrays import NO, UNKNOWN, YES
from station_map.coverage.figures import WHOLE, Figure, figures
from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.exporters.planning import words
from station_map.exporters.planning.report import CoverageReport, Said
from station_map.exporters.planning.tables import Column, Of, Table, Value, banded

COUNTS: Final = {YES: "算", NO: "不算", UNKNOWN: "不清楚"}
_GROUP: Final = Column("group", "组", Of.TEXT)
_STATION: Final = (Column("code", "编号", Of.TEXT), Column("name", "驿站", Of.TEXT))
_PLACE: Final = (Column("lon", "经度", Of.DEGREES), Column("lat", "纬度", Of.DEGREES))
_OVERLAP: Final = {"none": "没有驿站", "one": "只有一个站", "more": "两个以上"}
_DISTANCES: Final = {
    "mean": "平均（米）",
    "median": "中位数（米）",
    "p90": "九成以内（米）",
    "maximum": "最远（米）",
}
_SPLIT: Final = {"served": "座位够", "short": "座位不够", "uncovered": "不在范围内"}
_GROUPS_OF_AMENITIES: Final = 100
_EVEN: Final = ("gini", "palma", "theil", "theil_within", "theil_between")
_CHANGES: Final = {
    "before": "之前覆盖",
    "after": "之后覆盖",
    "gained": "得到",
    "lost": "失去",
    "nearer": "变近",
    "farther": "变远",
}

type Held = Mapping[tuple[str, str, str], Figure]


class _Wide(NamedTuple):
    """One figure by group: two columns, the ends of its band."""

    indicator: str
    item: str
    key: str
    zh: str
    of: Of = Of.SHARE


def held_of(report: CoverageReport) -> Held:
    """Every figure by indicator, item and group."""
    return {(f.indicator, f.item, f.group): f for f in figures(report.result)}


def tables(report: CoverageReport) -> tuple[Table, ...]:
    """One for each indicator, then gaps, stations and, if two were compared, what changes."""
    held = held_of(report)
    made = [
        share(report, held),
        _area_share(report, held),
        overlap(report, held),
        distance(report, held),
        hour_classes(report, held),
        week(held),
        amenities(report, held),
        seats(report, held),
        loads(report),
        equity(report),
        below(report, held),
        gaps(report),
        stations(report),
    ]
    if report.result.comparison is not None:
        made.append(comparison(report, held))
    return tuple(made)


def _of_groups(
    report: CoverageReport, held: Held, name: str, title: Said, wanted: Sequence[_Wide]
) -> Table:
    """A row a group that has any demand, the whole at the end."""
    unit = words.unit(report.result.unit)
    columns = (_GROUP, Column("demand", f"需求（{unit}）" if unit else "需求"))
    ends = tuple(end for one in wanted for end in banded(one.key, one.zh, one.of))
    rows = tuple(
        (named(group), held["demand", "total", group].low, *_ends(held, wanted, group))
        for group in filled(report, held)
    )
    return Table(name, title, (*columns, *ends), rows)


def filled(report: CoverageReport, held: Held) -> list[str]:
    """Groups that have any demand, in the order of every table's rows; the whole at the end."""
    return [g for g in report.result.groups if held["demand", "total", g].low] + [WHOLE]


def named(group: str) -> str:
    """A group as tables have it."""
    return words.ALL if group == WHOLE else words.group(group)


def _ends(held: Held, wanted: Iterable[_Wide], group: str) -> Iterable[Value]:
    for one in wanted:
        found = held[one.indicator, one.item, group]
        yield from (found.low, found.high)


def _key(label: str) -> str:
    return "within_" + label.replace(" ", "_")


def share(report: CoverageReport, held: Held) -> Table:
    """1. Share of demand."""
    return _within(report, held, "share", Said("覆盖率（需求）", "share of demand within reach"))


def _area_share(report: CoverageReport, held: Held) -> Table:
    return _within(report, held, "area_share", Said("覆盖率（面积）", "share of area within reach"))


def _within(report: CoverageReport, held: Held, indicator: str, title: Said) -> Table:
    labels = [one.label for one in report.result.shares]
    wanted = [_Wide(indicator, one, _key(one), words.threshold(one)) for one in labels]
    return _of_groups(report, held, indicator, title, wanted)


def overlap(report: CoverageReport, held: Held) -> Table:
    """2. Overlapping coverage."""
    wanted = [_Wide("overlap", item, item, zh) for item, zh in _OVERLAP.items()]
    return _of_groups(report, held, "overlap", Said("重叠覆盖", "overlapping coverage"), wanted)


def distance(report: CoverageReport, held: Held) -> Table:
    """3. Distances."""
    wanted = [
        *(_Wide("distance", item, item, zh, Of.AMOUNT) for item, zh in _DISTANCES.items()),
        *(
            _Wide("distance_to_nth", str(n), f"mean_to_{n}", f"到第 {n} 近（米）", Of.AMOUNT)
            for n in range(1, len(report.result.distances.nth) + 1)
        ),
    ]
    return _of_groups(report, held, "distance", Said("距离", "distance to a station"), wanted)


def hour_classes(report: CoverageReport, held: Held) -> Table:
    """4. By class of hours."""
    wanted = [
        _Wide(f"hours_{kind}", name, f"{name}_{kind}", f"{words.CLASSES[name]}{zh}")
        for name in report.result.hours.classes
        for kind, zh in (("mean", "平均"), ("always", "一直"))
    ]
    return _of_groups(report, held, "hours", Said("按时段", "by class of hours"), wanted)


def week(held: Held) -> Table:
    """4. The 168 hours, of the whole."""
    found = [figure for (indicator, _, _), figure in held.items() if indicator == "hour_of_week"]
    rows = tuple(
        (WEEKDAYS_ZH[n // 24], n % 24, figure.low, figure.high) for n, figure in enumerate(found)
    )
    columns = (Column("day", "星期", Of.TEXT), Column("hour", "几点", Of.COUNT))
    ends = banded("share", "覆盖率")
    return Table("hour_of_week", Said("每个钟头", "by hour of the week"), (*columns, *ends), rows)


def amenities(report: CoverageReport, held: Held) -> Table:
    """5. By amenity, of the whole first."""
    columns = (Column("amenity", "设施", Of.TEXT), Column("code", "代码", Of.TEXT), _GROUP)
    groups = filled(report, held)[:-1]
    # Every amenity of every H3 cell would be millions of rows.
    order = [WHOLE, *(groups if len(groups) <= _GROUPS_OF_AMENITIES else ())]
    rows = tuple(
        (
            AMENITY_BY_CODE[code].zh if code in AMENITY_BY_CODE else code,
            code,
            named(group),
            *held["amenity", code, group][3:5],
        )
        for group in order
        for code in report.result.amenities
    )
    ends = banded("share", "覆盖率")
    return Table("amenity", Said("按设施", "by amenity"), (*columns, *ends), rows)


def seats(report: CoverageReport, held: Held) -> Table:
    """6. Seats."""
    wanted = [
        _Wide("seats_per_1000", report.result.seats.decay, "per_1000", "每千人座位", Of.FINE),
        *(_Wide("demand_split", item, item, zh) for item, zh in _SPLIT.items()),
    ]
    return _of_groups(report, held, "seats", Said("座位", "seats"), wanted)


def loads(report: CoverageReport) -> Table:
    """6. The most loaded stations."""
    names = dict(zip(report.stations.codes, report.stations.names, strict=True))
    columns = (
        *_STATION,
        Column("demand", "来的需求"),
        Column("seats", "座位", Of.COUNT),
        Column("per_seat", "每座需求"),
    )
    rows = tuple(
        (one.code, names.get(one.code, ""), one.demand, one.seats, one.per_seat)
        for one in report.result.seats.overloaded
    )
    return Table("load", Said("最挤的站", "most loaded stations"), columns, rows)


def equity(report: CoverageReport) -> Table:
    """7. How evenly."""
    found = report.result.equity
    columns = (
        Column("of", "什么", Of.TEXT),
        *(Column(item, item.replace("_", " ").title(), Of.FINE) for item in _EVEN),
    )
    rows = tuple(
        (name, *(getattr(held, item) for item in _EVEN))
        for name, held in (("每人座位", found.seats), ("到站距离", found.distance))
    )
    return Table("equity", Said("是否均衡", "equity"), columns, rows)


def below(report: CoverageReport, held: Held) -> Table:
    """7. Below the standard of seats."""
    standard = f"{report.result.equity.standard:g}"
    wanted = [_Wide("below_standard", standard, "below", f"每千人不到 {standard} 座")]
    title = Said("低于标准", "below the standard of seats")
    return _of_groups(report, held, "below_standard", title, wanted)


def gaps(report: CoverageReport) -> Table:
    """8. Gaps, the largest first."""
    columns = (
        Column("number", "号", Of.COUNT),
        Column("place", "在哪里", Of.TEXT),
        *_PLACE,
        Column("demand", "需求"),
        Column("certain", "其中肯定"),
        Column("cells", "格", Of.COUNT),
        Column("nearest_m", "最近到站（米）"),
        Column("mean_m", "平均到站（米）"),
    )
    rows = tuple(
        (
            *(n, place, gap.lon, gap.lat, gap.demand, gap.certain, gap.cells),
            *(_known(gap.nearest_m), _known(gap.mean_m)),
        )
        for n, (gap, place) in enumerate(
            zip(report.result.gaps.worst, report.places, strict=True), 1
        )
    )
    return Table("gaps", Said("缺口", "gaps"), columns, rows)


def stations(report: CoverageReport) -> Table:
    """9. What each station's closing would lose; `order` of those that could close together."""
    columns = (
        *_STATION,
        *_PLACE,
        Column("counts", "算不算", Of.TEXT),
        Column("demo", "演示", Of.TEXT),
        Column("seats", "座位", Of.COUNT),
        Column("sole", "只靠它的需求"),
        Column("sole_possible", "其中肯定"),
        Column("first", "它最近的需求"),
        Column("extra_m", "关了多走（米）"),
        Column("order", "可一起撤，第几", Of.COUNT),
    )
    found, spare = report.stations, report.result.redundancy
    order = {number: n for n, number in enumerate(spare.together, 1)}
    rows = tuple(
        (
            *(code, found.names[j], *found.lonlat[j].tolist()),
            *(COUNTS[int(found.counts[j])], "演示" if found.demo[j] else ""),
            *(_known(found.seats[j]), float(spare.sole[j]), float(spare.sole_possible[j])),
            *(float(spare.first[j]), _known(spare.extra_m[j]), order.get(j)),
        )
        for j, code in enumerate(found.codes)
    )
    return Table("stations", Said("驿站", "stations and their redundancy"), columns, rows)


def comparison(report: CoverageReport, held: Held) -> Table:
    """10. Before and after."""
    columns = (_GROUP, Column("demand", "需求"), *(Column(k, zh) for k, zh in _CHANGES.items()))
    rows = tuple(
        (
            *(named(group), held["demand", "total", group].low),
            *(held["comparison", item, group].low for item in _CHANGES),
        )
        for group in filled(report, held)
    )
    return Table("comparison", Said("比较", "two scenarios compared"), columns, rows)


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None

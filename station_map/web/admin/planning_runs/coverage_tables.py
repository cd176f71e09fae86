"""The ten indicators of a coverage run as sections of its page: pure, from the document."""

from __future__ import annotations

from collections.abc import Sequence

from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.web.admin.planning_runs import tables
from station_map.web.admin.planning_runs.coverage_answer import CoverageView, Ends, group_name
from station_map.web.admin.planning_runs.coverage_ranks import gaps, loads, redundancy
from station_map.web.admin.planning_runs.numbers import percent, percent_band
from station_map.web.admin.planning_runs.section import (
    GROUP,
    MOST_GROUPS,
    NO_HEAD,
    Section,
    by_group,
)
from station_map.web.admin.planning_runs.tables import Cell, Head, Table, table
from station_map.web.admin.planning_runs.words import HOURS, HOURS_SHORT
from station_map.web.charts import steps


def sections(answer: CoverageView, places: Sequence[str]) -> list[Section]:
    """All but the large figure and what is compared. places: names of the gaps."""
    return [
        _districts(answer),
        gaps(answer, places),
        _hours(answer),
        _amenities(answer),
        _thresholds(answer),
        _overlap(answer),
        _distances(answer),
        _seats(answer),
        _equity(answer),
        redundancy(answer),
    ]


def _districts(answer: CoverageView) -> Section:
    found = answer.shares(answer.told["shares"][answer.main]["demand"])
    within = answer.within[answer.main]
    rows = by_group(
        answer,
        (tables.share_bar(*ends) for ends in found),
        (tables.share(*ends) for ends in found),
        (tables.amount(held, answer.unit) for held in answer.demand),
    )
    heads = (GROUP, NO_HEAD, within, "人数" if answer.unit == "人" else "需求")
    one = table(f"各地方 {within}以内的覆盖率", heads, rows, whole=True, most=MOST_GROUPS)
    return Section("districts", "各地方", "share", (one,))


def _thresholds(answer: CoverageView) -> Section:
    shares = answer.told["shares"]
    columns = [[tables.share(*ends) for ends in answer.shares(one["demand"])] for one in shares]
    grouped = table(
        "每个范围以内有驿站的人的比例",
        (GROUP, *answer.within),
        by_group(answer, *columns),
        whole=True,
        most=MOST_GROUPS,
    )
    area = [
        (
            tables.words(within),
            tables.share(*answer.shares(one["demand"])[-1]),
            tables.share(*answer.shares(one["area"], answer.told["area"])[-1]),
        )
        for within, one in zip(answer.within, shares, strict=True)
    ]
    heads = (Head("范围", text=True), "人", "面积")
    return Section("thresholds", "多远以内", "share", (grouped, table("按人和按面积", heads, area)))


def _overlap(answer: CoverageView) -> Section:
    found = answer.told["overlap"]
    sure, possible = found["sure"], found["possible"]
    rows = by_group(
        answer,
        (tables.share(*ends) for ends in answer.part(possible["none"], sure["none"])),
        (tables.share(*ends) for ends in answer.shares(found["single"])),
        (tables.share(*ends) for ends in answer.part(sure["more"], possible["more"])),
    )
    heads = (GROUP, "没有", "只有一个", "两个以上")
    one = table("一公里内有几个驿站", heads, rows, whole=True, most=MOST_GROUPS)
    return Section("overlap", "一公里内有几个", "overlap", (one,))


def _distances(answer: CoverageView) -> Section:
    found = answer.told["distances"]
    # Whatever else may count can only be nearer.
    columns = [
        [
            tables.metres(low, high)
            for low, high in zip(
                answer.with_whole(found["possible"][item]),
                answer.with_whole(found["sure"][item]),
                strict=True,
            )
        ]
        for item in ("mean", "median", "p90", "maximum")
    ]
    nth = [[tables.metres(value) for value in answer.with_whole(one)] for one in found["nth"]]
    ranks = [f"到第 {number} 近的平均" for number in range(2, len(nth) + 1)]
    heads: list[Head | str] = [GROUP, "平均", "一半人以内", "九成人以内", "最远", *ranks]
    rows = by_group(answer, *columns, *nth[1:])
    one = table("到最近驿站的直线距离", heads, rows, whole=True, most=MOST_GROUPS)
    return Section("distances", "要走多远", "distance", (one,))


def _hours(answer: CoverageView) -> Section:
    # Kept as jsonb, their order is not ours.
    found = answer.told["hours"]["classes"]
    names = [name for name in HOURS if name in found]
    classes = [
        (
            tables.words(HOURS[name]),
            tables.share_bar(*answer.shares(found[name]["always"])[-1]),
            tables.share(*answer.shares(found[name]["mean"])[-1]),
            tables.share(*answer.shares(found[name]["always"])[-1]),
        )
        for name in names
    ]
    heads = (Head("时间", text=True), NO_HEAD, "平均每个钟头", "从头到尾都有")
    by_class = table("按时间", heads, classes)
    columns = [
        [tables.share(*ends) for ends in answer.shares(found[name]["always"])] for name in names
    ]
    grouped = table(
        "从头到尾都够得着的人",
        (GROUP, *(HOURS_SHORT[name] for name in names)),
        by_group(answer, *columns),
        whole=True,
        most=MOST_GROUPS,
    )
    week = week_of(answer)
    return Section(
        "hours",
        "什么时候",
        "hours",
        (by_class, grouped),
        chart=steps([low for low, _ in week], [high for _, high in week]),
        folded=(_week_table(week),),
    )


def week_of(answer: CoverageView) -> list[Ends]:
    """Shares of all demand by hour of the week, from Monday 0 to 1."""
    found, held = answer.told["hours"], answer.demand[-1]
    sums = [[sum(hour) for hour in zip(*found[end], strict=True)] for end in ("low", "high")]
    return [
        (low / held, high / held) if held > 0 else (None, None)
        for low, high in zip(*sums, strict=True)
    ]


def _week_table(week: Sequence[Ends]) -> Table:
    rows = [
        (
            Cell(f"{hour}–{hour + 1} 点", float(hour), text=True),
            *(tables.share(*week[day * 24 + hour]) for day in range(len(WEEKDAYS_ZH))),
        )
        for hour in range(24)
    ]
    return table("每个钟头的覆盖率", (Head("钟头", text=True), *WEEKDAYS_ZH), rows)


def _amenities(answer: CoverageView) -> Section:
    found = [
        (code, answer.shares(band)[-1])
        for code, band in answer.told["amenities"].items()
        if code in AMENITY_BY_CODE
    ]
    asked = set(answer.told["parameters"]["asked"]["amenities"])
    found.sort(key=lambda one: (one[0] not in asked, -(one[1][0] or 0), -(one[1][1] or 0)))
    rows = [
        (
            tables.words(AMENITY_BY_CODE[code].zh + ("（要求的）" if code in asked else "")),
            tables.share_bar(*ends),
            tables.share(*ends),
        )
        for code, ends in found
    ]
    within = answer.within[answer.main]
    heads = (Head("设施", text=True), NO_HEAD, within)
    one = table(f"{within}以内有这样设施的人的比例", heads, rows)
    return Section("amenities", "有什么设施", "amenity", (one,))


def _seats(answer: CoverageView) -> Section:
    seats = answer.told["seats"]
    sure, possible = seats["sure"], seats["possible"]
    per_1000 = [
        Cell(_between(low, high), low)
        for low, high in zip(
            answer.with_whole(seats["per_1000_low"]),
            answer.with_whole(seats["per_1000_high"]),
            strict=True,
        )
    ]
    rows = by_group(
        answer,
        per_1000,
        (tables.share(*ends) for ends in answer.part(sure["served"], possible["served"])),
        (tables.share(*ends) for ends in answer.shares(seats["short"])),
        (tables.share(*ends) for ends in answer.part(possible["uncovered"], sure["uncovered"])),
    )
    heads = (GROUP, "每千人座位", "座位够", "座位不够", "不在范围里")
    grouped = table("座位够不够", heads, rows, whole=True, most=MOST_GROUPS)
    each = answer.told["parameters"]["workers_per_seat"]
    notes = [f"一个座位按够 {each:g} 个人用算。"]
    if seats["unknown"]:
        notes.append(
            f"有 {seats['unknown']:,} 个驿站的座位不清楚：低的一头当没有，"
            f"高的一头当 {seats['assumed']:g} 个（中位数）。"
        )
    return Section("seats", "座位", "seats", (grouped, loads(answer)), tuple(notes))


def _between(low: float | None, high: float | None) -> str:
    told = ["—" if end is None else f"{end:.2f}" for end in (low, high)]
    return told[0] if told[0] == told[1] else " – ".join(told)


def _equity(answer: CoverageView) -> Section:
    equity = answer.told["equity"]
    rows = [
        (
            tables.words(name),
            *(tables.plain(equity[key][item], 3) for item in ("gini", "palma", "theil")),
            tables.plain(equity[key]["theil_within"], 3),
            tables.plain(equity[key]["theil_between"], 3),
        )
        for key, name in (("seats", "每个人分到的座位"), ("distance", "到最近驿站的距离"))
    ]
    heads = (Head("看什么", text=True), "基尼", "帕尔马", "泰尔", "组内", "组间")
    notes = []
    if equity["worst"] is not None:
        worst = group_name(equity["worst"])
        notes.append(f"覆盖最差的是{worst}，{percent(equity['worst_share'])}。")
    below = answer.part(equity["below_low"], equity["below_high"])[-1]
    notes.append(f"每千人不到 {equity['standard']:g} 个座位的：{percent_band(*below)} 的人。")
    return Section(
        "equity", "是不是均匀", "equity", (table("越小越均匀", heads, rows),), tuple(notes)
    )

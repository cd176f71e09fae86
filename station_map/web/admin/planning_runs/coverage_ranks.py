"""What a coverage run ranks: gaps, crowded stations, stations that could close; and two scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from station_map.web.admin.planning_runs import tables
from station_map.web.admin.planning_runs.coverage_answer import CoverageView
from station_map.web.admin.planning_runs.numbers import amount
from station_map.web.admin.planning_runs.section import (
    GROUP,
    MOST_GROUPS,
    NO_HEAD,
    Section,
    by_group,
)
from station_map.web.admin.planning_runs.tables import Cell, Head, Table, table

_RANKED: Final = 20


def loads(answer: CoverageView) -> Table:
    """Stations with the most people to a seat."""
    rows = [
        (
            _station(answer, one["code"]),
            tables.amount(one["demand"], answer.unit),
            Cell("不清楚" if one["seats"] is None else f"{one['seats']:g}", one["seats"]),
            _per_seat(one),
        )
        for one in answer.told["seats"]["overloaded"]
    ]
    heads = (Head("驿站", text=True), "会来的人", "座位", "每个座位的人")
    return table("最挤的驿站", heads, rows)


def _per_seat(load: dict[str, Any]) -> Cell:
    if load["per_seat"] is not None:
        return tables.amount(load["per_seat"])
    # A station without a seat comes before all with one.
    return Cell("没有座位", 1e12 if load["seats"] == 0 else None)


def _station(answer: CoverageView, code: str) -> Cell:
    if code.startswith("+"):
        return tables.words(f"新站 {code[1:]}")
    return tables.words(answer.stations.get(code) or code, href=f"/stations/{code}")


def gaps(answer: CoverageView, places: Sequence[str]) -> Section:
    """The worst gaps. places: the names of where they are, in their order."""
    found = answer.told["gaps"]
    rows = []
    for number, gap in enumerate(found["worst"]):
        place = places[number] if number < len(places) else ""
        rows.append(
            (
                Cell(
                    f"{number + 1}. {place or '区县以外'}",
                    float(number + 1),
                    text=True,
                    spot=f"gap-{number + 1}",
                ),
                tables.amount(gap["demand"], answer.unit),
                tables.amount(gap["certain"], answer.unit),
                tables.metres(gap["nearest_m"]),
                tables.metres(gap["mean_m"]),
            )
        )
    heads = (
        Head("在哪里", text=True),
        "没有覆盖的人" if answer.unit == "人" else "没有覆盖的需求",
        "其中肯定没有",
        "边上到驿站",
        "平均到驿站",
    )
    notes = [
        (
            f"一共 {found['count']:,} 个缺口，里面 {amount(found['demand'], answer.unit)}；"
            f"另有 {amount(found['scattered'], answer.unit)}散在人少的地方。"
        )
    ]
    one = table("最大的缺口", heads, rows)
    return Section("gaps", "缺口在哪里", "gaps", (one,), tuple(notes))


def redundancy(answer: CoverageView) -> Section:
    """Who would lose by a closing: the most, and the least."""
    found, codes = answer.told["redundancy"], answer.told["codes"]
    used = [place for place, first in enumerate(found["first"]) if first > 0]
    least = sorted(used, key=lambda place: (found["sole"][place], found["first"][place]))
    most = sorted(used, key=lambda place: -found["sole"][place])
    heads = (
        Head("驿站", text=True),
        "关了就没有驿站的人",
        "最近的是它的人",
        "要多走",
    )

    def row(place: int) -> tuple[Cell, ...]:
        return (
            _station(answer, codes[place]),
            tables.amount(found["sole"][place], answer.unit),
            tables.amount(found["first"][place], answer.unit),
            tables.metres(found["extra_m"][place]),
        )

    free = sum(1 for place in used if found["sole"][place] == 0)
    notes = [
        (
            f"单独关掉也没有人失去覆盖的驿站有 {free:,} 个；"
            f"其中 {len(found['together']):,} 个可以一起关，仍然没有人失去覆盖。"
            "这只看距离：关不关还要看座位、时间和现场。"
        )
    ]
    return Section(
        "redundancy",
        "少了它会怎样",
        "redundancy",
        (
            table("最不能关的", heads, (row(place) for place in most[:_RANKED])),
            table("关了影响最小的", heads, (row(place) for place in least[:_RANKED])),
        ),
        tuple(notes),
    )


def comparison(answer: CoverageView) -> Section | None:
    """Before and after inside one run; None when it had no other scenario."""
    found = answer.told["comparison"]
    if found is None:
        return None
    shares = [answer.part(found[item], found[item]) for item in ("before", "after")]
    rows = by_group(
        answer,
        (tables.share_bar(a[0], mark=b[0]) for b, a in zip(*shares, strict=True)),
        *([tables.share(*ends) for ends in one] for one in shares),
        (tables.points(_minus(a[0], b[0])) for b, a in zip(*shares, strict=True)),
        (tables.amount(value, answer.unit) for value in answer.sums(found["gained"])),
        (tables.amount(value, answer.unit) for value in answer.sums(found["lost"])),
        (tables.metres(value) for value in answer.with_whole(found["mean_nearer_m"])),
    )
    heads = (GROUP, NO_HEAD, "以前", "以后", "差（百分点）", "得到的人", "失去的人", "平均近了")
    one = table("以前和以后", heads, rows, whole=True, most=MOST_GROUPS)
    return Section("comparison", "以前和以后", "comparison", (one,))


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before

"""What reports say of themselves: data, date, method; what is unknown, made up or a demo."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from station_map.coverage.arrays import UNKNOWN
from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import AMENITY_BY_CODE, Audience, Kind
from station_map.exporters.planning.report import Fact, Said
from station_map.planning.asked import Asked, CoverageAsked, SitingAsked
from station_map.planning.coverage import CoverageAnswer, CoverageRead
from station_map.planning.siting import Made
from station_map.store.demand_layers import StoredLayer
from station_map.store.planning import PlanningStations

_STRAIGHT: Final = Said(
    "距离是直线（椭球面上），不是走路的路程：范围内的比例是上限。",
    "Distances are straight lines on the spheroid, no ways: shares are upper bounds.",
)
_GOALS: Final = {
    "cover": Said("覆盖的需求最多", "the most demand covered"),
    "share": Said("用最少的站覆盖这么多", "the fewest sites for a share"),
    "budget": Said("费用之内覆盖最多", "the most demand for a budget"),
    "p-median": Said("总距离最短", "the least sum of distances"),
    "p-center": Said("最远的人最近", "the least distance of the farthest"),
    "backup": Said("覆盖两次的最多", "covered twice counts more"),
    "capacitated": Said("坐得下的需求最多", "the most demand that there is room for"),
    "relocate": Said("撤几个、开几个", "close some, open some"),
    "phases": Said("分期建", "in phases"),
}
_HOURS: Final = {"day": "白天", "night": "夜里", "weekend": "周末", "24h": "全天"}
_UNTOLD: Final = "不清楚 unknown"


def goal_words(asked: SitingAsked) -> Said:
    """What is wanted."""
    return _GOALS[asked.goal]


def marks_of(about: dict[str, Any]) -> tuple[str, ...]:
    """In a word each, for every row of a csv."""
    made = ("synthetic demand",) if about["synthetic"] else ()
    demo = about["demo_stations"]
    return (*made, *((f"{demo} demo stations",) if demo else ()), "straight-line distance")


def coverage_facts(
    answer: CoverageAnswer, given: CoverageRead, asked: CoverageAsked, layers: Sequence[StoredLayer]
) -> tuple[Fact, ...]:
    """Data, date, method of a run of coverage."""
    result, about = answer.result, answer.about
    sure, possible, every = result.counted
    return (
        Fact("需求", "demand", f"{given.points.source}：{result.demand.sum():,.0f} {result.unit}"),
        *_layer_facts(layers),
        Fact(
            "驿站",
            "stations",
            f"{sure:,} 个算数 count，{possible - sure:,} 个不清楚 may，共 {every:,} 个 in all",
        ),
        Fact("哪些站算", "which stations", "；".join(_conditions(asked))),
        Fact("其他指标的范围", "radius of the other indicators", result.parameters.main.label),
        *_ending(about, asked),
    )


def coverage_unknown(answer: CoverageAnswer, found: PlanningStations) -> tuple[Said, ...]:
    """What is not known, most important first."""
    result, about = answer.result, answer.about
    sure, possible, _ = result.counted
    untimed = int((found.open == UNKNOWN).any(axis=1).sum())
    told = [*_of_data(about, result.unknown_cells, len(found.codes))]
    for count, zh, en in (
        (
            possible - sure,
            "个站算不算不清楚，比例因此是一段",
            "stations may count or not: shares are bands",
        ),
        (untimed, "个站有的钟头开不开不清楚", "stations have hours that are not known"),
        (
            about["unknown_seats"],
            "个站座位数不清楚，下限当没有",
            "stations do not tell their seats: none at the low end",
        ),
    ):
        if count:
            told.append(Said(f"{count:,} {zh}。", f"{count:,} {en}."))
    return (*told, _STRAIGHT)


def siting_facts(made: Made, asked: SitingAsked, layers: Sequence[StoredLayer]) -> tuple[Fact, ...]:
    """Data, date, method of a plan."""
    about, goal = made.about, goal_words(asked)
    reach = (
        "不限，按距离算 none: by distance"
        if about["metres"] is None
        else f"{about['metres']:,.0f} m"
    )
    mode = "" if asked.minutes is None else f"（{asked.minutes:g} min {TravelMode(asked.mode).zh}）"
    return (
        Fact("要什么", "goal", f"{goal.zh} {goal.en}"),
        Fact("需求", "demand", f"{about['demand']}：{about['total']:,.0f} {about['unit']}"),
        *_layer_facts(layers),
        Fact("已有的站", "existing stations", f"{about['stations']:,}，开业的才算 open ones only"),
        Fact(
            "备选地点",
            "candidates",
            f"{about['candidates']:,}（{asked.candidates}），排除 excluded {about['excluded']:,}",
        ),
        Fact("范围", "within reach", reach + mode),
        *_ending(about, asked),
    )


def siting_unknown(made: Made) -> tuple[Said, ...]:
    """What is not known, and what the proof does not cover."""
    about = made.about
    told = [*_of_data(about, about["unknown_cells"], about["stations"])]
    if about["goal"] == "capacitated" and about["unknown_seats"]:
        seats = about["unknown_seats"]
        told.append(
            Said(
                f"{seats:,} 个站座位数不清楚，当没有。",
                f"{seats:,} stations do not tell their seats: counted as none.",
            )
        )
    among = Said(
        "“最优”是在这些备选地点里最优；租不租得到、能不能停车，要到现场看。",
        "Optimal means among these candidates; whether a place can be had must be looked at there.",
    )
    return (*told, among, _STRAIGHT)


def _of_data(about: dict[str, Any], cells: int, stations: int) -> Iterable[Said]:
    if about["synthetic"]:
        yield Said("需求是合成的，不是数出来的。", "The demand is synthetic: made, not counted.")
    if demo := about["demo_stations"]:
        yield Said(
            f"{stations:,} 个站里有 {demo:,} 个是演示数据，不是真的。",
            f"{demo:,} of {stations:,} stations are demo data, not real.",
        )
    if cells:
        yield Said(
            f"另有 {cells:,} 处需求不清楚，没有算。",
            f"Beside these, {cells:,} places of unknown demand are not counted.",
        )


def _layer_facts(layers: Sequence[StoredLayer]) -> Iterable[Fact]:
    for one in layers:
        told = (
            f"{one.title}（{one.pinned}）",
            f"单位 unit {one.unit}",
            f"日期 as of {one.as_of or _UNTOLD}",
            f"来源 source {one.source or _UNTOLD}",
            f"许可 licence {one.licence or _UNTOLD}",
            f"{one.cells:,} 格 cells",
        )
        yield Fact("需求图层", "layer", "；".join(told))


def _conditions(asked: CoverageAsked) -> Iterable[str]:
    if asked.at is not None:
        yield f"{asked.at:%Y-%m-%d %H} 时开着 open then"
    elif asked.hours is not None:
        yield f"{_HOURS[asked.hours]}一直开着 open in all hours of {asked.hours}"
    else:
        yield "不论几点 at any time"
    for code in asked.amenities:
        yield f"有{AMENITY_BY_CODE[code].zh} with {code}"
    if asked.kinds:
        yield "、".join(Kind(kind).zh for kind in asked.kinds)
    if asked.audiences:
        yield "对象 for " + "、".join(Audience(who).zh for who in asked.audiences)
    if asked.compares:
        yield "比较的方案 compared with: " + "、".join(_changes(asked))


def _changes(asked: CoverageAsked) -> Iterable[str]:
    if asked.without:
        some = ", ".join(asked.without[:5]) + ("…" if len(asked.without) > 5 else "")
        yield f"关 {len(asked.without)} 个 closed ({some})"
    if asked.with_planned:
        yield "筹建的也开了 planned ones open"
    if asked.added:
        yield f"新加 {len(asked.added)} 个 added"


def _ending(about: dict[str, Any], asked: Asked) -> Iterable[Fact]:
    yield Fact("版本", "version", about["version"])
    yield Fact("需求摘要", "demand digest", about["demand_digest"])
    yield Fact("驿站摘要", "stations digest", about["stations_digest"])
    given = asked.model_dump(mode="json", exclude_none=True)
    yield Fact("参数", "asked", json.dumps(given, ensure_ascii=False, sort_keys=True))

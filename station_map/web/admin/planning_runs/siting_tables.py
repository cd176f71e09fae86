"""A siting run's answer as its page tells it: how good, what stands where, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.siting_goal import BY_DISTANCE
from station_map.web.admin.planning_runs import tables
from station_map.web.admin.planning_runs.coverage_answer import WHOLE, group_name, unit_words
from station_map.web.admin.planning_runs.numbers import NONE, amount, metres, percent, ratio
from station_map.web.admin.planning_runs.section import GROUP, MOST_GROUPS, NO_HEAD, Section
from station_map.web.admin.planning_runs.tables import Cell, Head, table
from station_map.web.admin.planning_runs.words import BOUND_BY, GOALS, STOPPED

_PROVEN: Final = 1e-9
_MOST_SITES: Final = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """How good a plan is, in words. figures: name and value."""

    headline: str
    figures: tuple[tuple[str, str], ...]


def unit_of(told: Mapping[str, Any]) -> str:
    """What demand counts."""
    return unit_words(told.get("unit"))


def proof(told: Mapping[str, Any]) -> Proof:
    """Objective, bound, gap, and why it stopped."""
    goal = told["goal"]
    words = GOALS[goal].objective if goal in GOALS else "目标"
    figures = [
        (words, objective_words(told, told["objective"])),
        ("不可能好过（界）", objective_words(told, told["bound"])),
        ("还差", gap_words(told["gap"])),
        ("界从哪里来", BOUND_BY.get(told["bound_by"] or "", NONE)),
        ("停下来是因为", STOPPED.get(told["stopped"], told["stopped"])),
        ("先找到的方案", objective_words(told, told["heuristic"])),
        ("用了", f"{told['seconds']:.1f} 秒"),
    ]
    return Proof(_headline(told), tuple(figures))


def objective_words(told: Mapping[str, Any], value: float | None) -> str:
    """A value of the goal, with its unit."""
    if value is None:
        return NONE
    goal = told["goal"]
    if goal == "p-center":
        return metres(value)
    if goal == "p-median":
        mean = ratio(value, told["total"])
        return f"平均 {metres(mean)}"
    if goal == "share":
        return f"{value:g} 个"
    return amount(value, unit_of(told))


def gap_words(gap: float | None) -> str:
    """A gap as a share: 0 is proven best."""
    if gap is None:
        return NONE
    return "0，已证明最好" if gap <= _PROVEN else f"最多 {_exact(gap)}"


def _exact(gap: float) -> str:
    return f"{gap:.2%}" if gap < 0.01 else f"{gap:.1%}"


def _headline(told: Mapping[str, Any]) -> str:
    if told["stopped"] == "infeasible":
        return "没有这样的方案"
    if told["objective"] is None:
        return "时间里没有找到方案"
    gap = told["gap"]
    if gap is None:
        return "找到了方案，还没有证明它有多好"
    if gap <= _PROVEN:
        return "这是最好的方案，已证明"
    return f"离最好的最多差 {_exact(gap)}，已证明"


def sections(told: Mapping[str, Any]) -> list[Section]:
    """Sites in order, those given up, shares before and after."""
    found = [_sites(told)]
    if told["closed"]:
        found.append(_closed(told))
    if told["shares"]:
        found.append(_shares(told))
    return found


def _adds(told: Mapping[str, Any], value: float | None) -> Cell:
    if value is None:
        return Cell(NONE)
    if told["goal"] == "p-median":
        total = ratio(value, told["total"])
        return Cell(f"平均近 {metres(total)}", value)
    return Cell(
        objective_words(told, value) if told["goal"] != "share" else _share_adds(told, value), value
    )


def _share_adds(told: Mapping[str, Any], value: float) -> str:
    return amount(value, unit_of(told))


def _sites(told: Mapping[str, Any]) -> Section:
    sites = told["sites"]
    most = max((one["adds"] or 0.0 for one in sites), default=0.0)
    phased = any(one["phase"] is not None for one in sites)
    rows = [
        (
            Cell(
                f"{rank}. {site_name(one)}",
                float(rank),
                text=True,
                spot=f"site-{rank}",
            ),
            tables.share_bar(one["adds"], most=most or 1.0),
            _adds(told, one["adds"]),
            *([Cell(f"第 {one['phase']} 期", float(one["phase"] or 0))] if phased else []),
            Cell(f"{one['lon']:.5f}, {one['lat']:.5f}", None, text=True),
        )
        for rank, one in enumerate(sites, 1)
    ]
    heads = (
        Head("开在哪里", text=True),
        NO_HEAD,
        Head("能加多少"),
        *([Head("哪一期")] if phased else []),
        Head("经度, 纬度", text=True),
    )
    one = table(f"新开 {len(sites)} 个，用处大的在前", heads, rows, most=_MOST_SITES)
    notes = [] if sites else ["不用新开，或者没有可开的地方。"]
    return Section("sites", "开在哪里", "adds", (one,) if sites else (), tuple(notes))


def site_name(site: Mapping[str, Any]) -> str:
    """What people call it: its name, else where it is."""
    where = site["district"] or "区县以外"
    return f"{site['name']}（{where}）" if site["name"] else where


def _closed(told: Mapping[str, Any]) -> Section:
    rows = [
        (
            Cell(
                one["name"] or one["code"],
                text=True,
                href=f"/stations/{one['code']}" if one["code"] else "",
                spot=f"closed-{number}",
            ),
            tables.words(one["district"] or "区县以外"),
            tables.words(one["code"]),
        )
        for number, one in enumerate(told["closed"], 1)
    ]
    heads = (Head("驿站", text=True), Head("地方", text=True), Head("编号", text=True))
    return Section("closed", "关哪些", "adds", (table(f"关 {len(rows)} 个", heads, rows),))


def _shares(told: Mapping[str, Any]) -> Section:
    shares = [*told["shares"][1:], told["shares"][0]]
    shown = [one for one in shares if one["demand"] > 0 or one["group"] is None]
    rows = []
    for one in shown:
        before, after = (ratio(one[when], one["demand"]) for when in ("before", "after"))
        change = None if before is None or after is None else after - before
        rows.append(
            (
                tables.words(WHOLE if one["group"] is None else group_name(one["group"])),
                tables.share_bar(after, mark=before),
                tables.share(before),
                tables.share(after),
                tables.points(change),
                tables.amount(one["demand"], unit_of(told)),
            )
        )
    word = "能到驿站的人" if told["goal"] in BY_DISTANCE else "够得着的人"
    heads = (GROUP, NO_HEAD, "以前", "以后", "差（百分点）", "一共")
    one_table = table(f"{word}的比例，竖线是以前", heads, rows, whole=True, most=MOST_GROUPS)
    return Section("shares", "以前和以后", "share", (one_table,))


def before_and_after(told: Mapping[str, Any]) -> tuple[str, str] | None:
    """The shares of the whole; None when the answer tells none."""
    if not told["shares"] or told["stopped"] == "infeasible":
        return None
    whole = told["shares"][0]
    return percent(ratio(whole["before"], whole["demand"])), percent(
        ratio(whole["after"], whole["demand"])
    )

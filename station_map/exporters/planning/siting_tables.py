"""The answer of siting as tables."""

from __future__ import annotations

from typing import Final

from station_map.exporters.planning import words
from station_map.exporters.planning.report import Said, Site, SitingReport
from station_map.exporters.planning.tables import Column, Of, Table, Value

_PLACE: Final = (
    Column("lon", "经度", Of.DEGREES),
    Column("lat", "纬度", Of.DEGREES),
    Column("district", "区县", Of.TEXT),
    Column("code", "编号", Of.TEXT),
    Column("name", "名称", Of.TEXT),
)


def tables(report: SitingReport) -> tuple[Table, ...]:
    """Sites to open, stations to close, shares before and after, the proof."""
    made = (sites(report), shares(report), proof(report))
    return (*made, closed(report)) if report.closed else made


def sites(report: SitingReport) -> Table:
    """What to open, the most useful first. `together` adds up what they add so far."""
    columns = (
        Column("rank", "第几", Of.COUNT),
        *_PLACE,
        Column("adds", "增加" if report.result.maximise else "减少"),
        Column("together", "累计"),
        Column("phase", "第几期", Of.COUNT),
    )
    rows, total = [], 0.0
    for one in report.opened:
        total += one.adds or 0.0
        rows.append((one.rank, *_place(one), one.adds, total, one.phase))
    return Table("sites", Said("新站", "sites to open"), columns, tuple(rows))


def closed(report: SitingReport) -> Table:
    """Stations to close."""
    rows = tuple(_place(one) for one in report.closed)
    return Table("closed", Said("要撤的站", "stations to close"), _PLACE, rows)


def _place(one: Site) -> tuple[Value, ...]:
    return (one.lon, one.lat, one.district, one.code, one.name)


def shares(report: SitingReport) -> Table:
    """Who is covered before and after; everybody first."""
    unit = report.unit
    columns = (
        Column("group", "组", Of.TEXT),
        Column("demand", f"需求（{words.unit(unit)}）" if words.unit(unit) else "需求"),
        Column("before", "之前"),
        Column("after", "之后"),
        Column("share_before", "之前占", Of.SHARE),
        Column("share_after", "之后占", Of.SHARE),
    )
    rows = tuple(
        (
            words.ALL if one.district is None else words.group(one.district),
            *(one.demand, one.before, one.after),
            *(part / one.demand if one.demand else None for part in (one.before, one.after)),
        )
        for one in report.result.shares
    )
    return Table("shares", Said("前后对比", "before and after"), columns, rows)


def proof(report: SitingReport) -> Table:
    """How good it is at least."""
    result = report.result
    by = result.bound_by
    rows: list[tuple[str, str, Value]] = [
        ("要什么", "goal", f"{report.goal.zh} {report.goal.en}"),
        ("方向", "sense", "越大越好 maximise" if result.maximise else "越小越好 minimise"),
        ("目标值", "objective", result.objective),
        ("上界" if result.maximise else "下界", "bound", result.bound),
        ("界的来处", "bound by", "" if by is None else f"{by.zh} {by.en}"),
        ("差距", "gap", None if result.gap is None else f"{result.gap:.4%}"),
        ("为什么停", "stopped", f"{result.stopped.zh} {result.stopped.en}"),
        ("启发式先得到", "heuristic", result.heuristic),
        ("用时（秒）", "seconds", result.seconds),
    ]
    if result.reason is not None:
        rows.append(("为什么无解", "reason", str(result.reason)))
    columns = (
        Column("what", "什么", Of.TEXT),
        Column("name", "name", Of.TEXT),
        Column("value", "值", Of.AMOUNT),
    )
    return Table("proof", Said("证明", "proof"), columns, tuple(rows))

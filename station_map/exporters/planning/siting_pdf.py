"""The report of a plan: summary, sites in order, map, proof, before and after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from station_map.coverage.measures.gaps import cell_side_m
from station_map.exporters.planning import atlas, charts, signs, siting_tables, words
from station_map.exporters.planning.about_pdf import about_blocks, warnings
from station_map.exporters.planning.blocks import Block, Figures, Heading, NewPage, Rows, Text
from station_map.exporters.planning.ground import squares
from station_map.exporters.planning.palette import GAIN, GREY, LOSS, Rgb, steps
from station_map.exporters.planning.report import BARE, GAINS, LOSES, STAYS, SitingReport
from station_map.exporters.planning.tables import Table, printed

LIMITS_M: Final = (500.0, 1000.0, 2000.0, 5000.0)
_MOST_SITES: Final = 200
_MOST_GROUPS: Final = 40
_BARE: Final[Rgb] = (70, 70, 70)
_STATES: Final = {
    BARE: (_BARE, "还没有覆盖"),
    STAYS: (GREY, "之前就有"),
    GAINS: (GAIN, "新得到"),
    LOSES: (LOSS, "失去"),
}
_WHITE: Final[Rgb] = (255, 255, 255)


def blocks(report: SitingReport) -> list[Block]:
    """The whole report, in order."""
    made: list[Block] = [
        *warnings(report.about),
        *(Text(text) for text in summary(report)),
        Figures(_key_figures(report)),
        Heading("证明", "proof: how good the plan is at least"),
        Rows(printed(siting_tables.proof(report))),
        Text(
            "没有哪个方案能超过“界”；差距是界和目标值相差多少。 No plan is better than the bound.",
            small=True,
        ),
        Heading("前后对比", "before and after"),
        *_shares(report),
        NewPage(),
        Heading("地图", "map"),
        atlas.drawing(_picture(report)),
        Text(
            "等距圆柱投影，WGS-84。编号是新站的先后，1 增加得最多。只画有需求的地方。", small=True
        ),
    ]
    made += _sites(report)
    made += [NewPage(), *about_blocks(report.about)]
    return made


def summary(report: SitingReport) -> Iterable[str]:
    """A paragraph in Chinese, then one in English."""
    result, unit = report.result, words.unit(report.unit)
    if result.reason is not None:
        yield f"无解：{result.reason.zh}"
        yield f"No plan can keep all conditions: {result.reason.en}"
        return
    reach = "" if report.metres is None else f"（{words.amount(report.metres)} 米内）"
    done, shut = len(report.opened), len(report.closed)
    closing = f"，撤 {shut} 个" if shut else ""
    shares = [words.share(_part(report, n)) for n in (result.before, result.after)]
    gained = words.amount(result.after - result.before)
    gap = words.NOTHING if result.gap is None else f"{result.gap:.2%}"
    covered = (
        f"覆盖的需求{reach}从 {shares[0]} 到 {shares[1]}，多 {gained} {unit}。"
        if report.nearest_m is None
        else ""
    )
    yield (
        f"要的是：{report.goal.zh}。新开 {done} 个站{closing}。{covered}"
        f"{result.stopped.zh}：离最好的方案最多还差 {gap}。"
    )
    yield (
        f"Wanted: {report.goal.en}. {done} sites open, {shut} close; {result.stopped.en}, the gap to"
        f" the best plan is {gap} at most."
    )


def _part(report: SitingReport, covered: float) -> float | None:
    whole = report.result.shares[0].demand if report.result.shares else 0.0
    return covered / whole if whole else None


def _key_figures(report: SitingReport) -> tuple[tuple[str, str], ...]:
    result = report.result
    told = [
        (f"{len(report.opened):,}", "新站"),
        (words.amount(result.objective), "目标值"),
        (words.amount(result.bound), "上界" if result.maximise else "下界"),
        (words.NOTHING if result.gap is None else f"{result.gap:.2%}", "差距"),
    ]
    if report.nearest_m is None:
        told += [
            (words.share(_part(report, result.before)), "之前覆盖"),
            (words.share(_part(report, result.after)), "之后覆盖"),
        ]
    told += [
        (words.amount(float(report.weight.sum())), f"需求（{words.unit(report.unit)}）"),
        (f"{len(report.stations.codes):,}", "已有的站"),
    ]
    return tuple(told)


def _picture(report: SitingReport) -> atlas.Picture:
    side = cell_side_m(report.lonlat) if len(report.lonlat) else 100.0
    klass, colours, said = _classes(report)
    plain = signs.dot(_WHITE)
    keys = [
        atlas.Key(signs.swatch(colour), text) for colour, text in zip(colours, said, strict=True)
    ]
    keys.append(atlas.Key(signs.sign(plain), "已有的站"))
    if report.opened:
        keys.append(atlas.Key(signs.sign(_first), "新站，按先后"))
    dots: list[Any] = [(report.stations.lonlat, plain)]
    if report.closed:
        places = np.array([(one.lon, one.lat) for one in report.closed])
        dots.append((places, signs.cross))
        keys.append(atlas.Key(signs.sign(signs.cross), "要撤的站"))
    return atlas.Picture(
        squares=squares(report.lonlat, report.weight, klass, side),
        colours=colours,
        hatched=frozenset(),
        areas=report.areas,
        shapes=(),
        dots=tuple(dots),
        marks=tuple(atlas.Mark(one.lon, one.lat, str(one.rank)) for one in report.opened),
        keys=tuple(keys),
    )


def _classes(report: SitingReport) -> tuple[Any, tuple[Rgb, ...], tuple[str, ...]]:
    """What becomes of each piece of demand; by distance, how far it has afterwards."""
    if report.nearest_m is None:
        there = [n for n in _STATES if n != LOSES or (report.state == LOSES).any()]
        colours, said = zip(*(_STATES[n] for n in there), strict=True)
        return report.state.astype(np.int64), colours, said
    klass = np.searchsorted(np.array(LIMITS_M), report.nearest_m)
    names = [f"之后 {words.amount(limit)} 米以内" for limit in LIMITS_M]
    names.append(f"{words.amount(LIMITS_M[-1])} 米以外")
    return klass, steps(len(names)), tuple(names)


def _first(pen: Any, place: tuple[float, float]) -> None:
    signs.disc(pen, place, "1")


def _sites(report: SitingReport) -> Iterable[Block]:
    yield Heading("新站", "sites in the order of what they add")
    if not report.opened:
        yield Text("没有要新开的站。 There is no site to open.")
    else:
        yield charts.adds([one.adds for one in report.opened])
        table = siting_tables.sites(report)
        # Columns without anything in them are left out.
        wanted = [
            column.key
            for n, column in enumerate(table.columns)
            if any(row[n] not in {None, ""} for row in table.rows)
        ]
        if len(table.rows) > _MOST_SITES:
            yield Text(f"前 {_MOST_SITES} 个，共 {len(table.rows):,} 个。", small=True)
        yield Rows(printed(table, wanted, _MOST_SITES))
    if report.closed:
        yield Heading("要撤的站", "stations to close")
        yield Rows(printed(siting_tables.closed(report), most=_MOST_SITES))


def _shares(report: SitingReport) -> Iterable[Block]:
    table = siting_tables.shares(report)
    whole, groups = table.rows[:1], [row for row in table.rows[1:] if row[1]]
    if len(groups) > _MOST_GROUPS:
        groups.sort(key=lambda row: float(row[-1] or 0.0))
        yield Text(f"之后覆盖最低的 {_MOST_GROUPS} 组，共 {len(groups):,} 组。", small=True)
    rows = (*whole, *groups[:_MOST_GROUPS])
    yield Rows(printed(Table(table.name, table.title, table.columns, rows)))

"""The report of coverage: summary, key figures, maps, charts, tables, what it all rests on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from station_map.coverage.arrays import NO, UNKNOWN, YES
from station_map.coverage.figures import Figure
from station_map.coverage.groups import OUTSIDE
from station_map.exporters.planning import atlas, charts, coverage_tables, signs, words
from station_map.exporters.planning.about_pdf import about_blocks, warnings
from station_map.exporters.planning.blocks import Block, Figures, Heading, NewPage, Rows, Text
from station_map.exporters.planning.coverage_words import key_figures, summary
from station_map.exporters.planning.ground import squares
from station_map.exporters.planning.layers import limits_m
from station_map.exporters.planning.palette import GAIN, GREY, LOSS, steps
from station_map.exporters.planning.report import CoverageReport
from station_map.exporters.planning.tables import Printed, Table, printed

_MOST_GROUPS: Final = 40
# Of the tables after the first.
_FEWER_GROUPS: Final = 15
_MOST_RANKS: Final = 15
_WHITE: Final = (255, 255, 255)

type Held = Mapping[tuple[str, str, str], Figure]


def blocks(report: CoverageReport) -> list[Block]:
    """The whole report, in order."""
    held = coverage_tables.held_of(report)
    made: list[Block] = [
        *warnings(report.about),
        *(Text(text) for text in summary(report, held)),
        Figures(key_figures(report, held)),
        *_shares(report, held),
        NewPage(),
        Heading("地图：到最近的站有多远", "map"),
        atlas.drawing(_distances(report)),
        *_note(report),
    ]
    made += _gaps(report)
    made += _time(report, held)
    made += _rest(report, held)
    made += _compared(report, held)
    made += [NewPage(), *about_blocks(report.about, bands=True)]
    return made


def _distances(report: CoverageReport) -> atlas.Picture:
    """Classes of distance to a station that counts; hatched where only one that may is near."""
    cells, limits = report.result.cells, limits_m(report.result)
    count = len(limits) + 1
    near = np.searchsorted(np.array(limits), cells.distance)
    klass = np.where(cells.cover == UNKNOWN, count, near)
    ground = squares(report.lonlat, report.weight, klass, report.result.gaps.cell_m)
    colours = steps(count)
    keys = [atlas.Key(signs.swatch(colour), said) for colour, said in _classes(colours, limits)]
    keys.append(atlas.Key(signs.swatch(_WHITE, hatched=True), "不清楚：也许有站够得着"))
    dots = {YES: signs.dot(_WHITE), UNKNOWN: signs.diamond(GREY)}
    said = {YES: "驿站（算）", UNKNOWN: "驿站（不清楚算不算）"}
    keys.extend(
        atlas.Key(signs.sign(dots[kind]), said[kind])
        for kind in (YES, UNKNOWN)
        if (report.stations.counts == kind).any()
    )
    if report.result.gaps.worst:
        keys.append(atlas.Key(signs.sign(_one), "缺口，按需求排"))
    return atlas.Picture(
        squares=ground,
        colours=(*colours, _WHITE),
        hatched=frozenset({count}),
        areas=report.areas,
        shapes=tuple(gap.shape for gap in report.result.gaps.worst),
        dots=tuple(
            (report.stations.lonlat[report.stations.counts == kind], dots[kind])
            for kind in (UNKNOWN, YES)
        ),
        marks=tuple(
            _within(gap.shape, str(n)) for n, gap in enumerate(report.result.gaps.worst, 1)
        ),
        keys=tuple(keys),
    )


def _within(shape: Any, text: str) -> atlas.Mark:
    """Its middle by demand may lie outside of a gap that goes round a town."""
    point = shapely.point_on_surface(shape)
    return atlas.Mark(point.x, point.y, text)


def _one(pen: Any, place: tuple[float, float]) -> None:
    signs.disc(pen, place, "1")


def _classes(colours: Sequence[Any], limits: Sequence[float]) -> Iterable[tuple[Any, str]]:
    for colour, limit in zip(colours, limits, strict=False):
        yield colour, f"{words.amount(limit)} 米以内"
    yield colours[-1], f"{words.amount(limits[-1])} 米以外"


def _note(report: CoverageReport) -> Iterable[Block]:
    side = report.result.gaps.cell_m
    drawn = squares(report.lonlat, report.weight, np.zeros(len(report.weight), np.int64), side)
    joined = (
        ""
        if drawn.side_m <= side
        else f"图上每格约 {drawn.side_m:.0f} 米，颜色是其中需求最多的一类。"
    )
    yield Text(
        f"需求格约 {side:.0f} 米；{joined}距离是到最近一个算数的站的直线距离。只画有需求的地方。"
        "等距圆柱投影，WGS-84。",
        small=True,
    )


def _gaps(report: CoverageReport) -> Iterable[Block]:
    found = report.result.gaps
    yield Heading("缺口", "gaps: where demand has no station within reach")
    if not found.worst:
        yield Text("没有缺口。 There are no gaps.")
        return
    unit = words.unit(report.result.unit)
    yield Text(
        f"一共 {found.count:,} 处，合 {words.amount(found.demand)} {unit}；下面是最大的"
        f" {len(found.worst)} 处。另有零散的 {words.amount(found.scattered)} {unit}。"
        "“其中肯定”：不清楚的站都算上也覆盖不到。",
        small=True,
    )
    yield Rows(printed(coverage_tables.gaps(report)))


def _shares(report: CoverageReport, held: Held) -> Iterable[Block]:
    yield Heading("覆盖率", "share of demand within reach")
    label = _main(report)
    found = _by_uncovered(report, held)[: charts.MOST_BARS]
    if len(found) > 1:
        figures = {group: held["share", label, group] for group in found}
        found.sort(key=lambda group: figures[group].low or 0.0)
        yield Text(f"{words.threshold(label)}以内的需求，最差的在上：", small=True)
        yield charts.bars(
            [charts.Bar(words.group(g), figures[g].low, figures[g].high) for g in found]
        )
    table, more = _worst(report, held, coverage_tables.share(report, held), _MOST_GROUPS)
    yield from more
    yield Rows(printed(table))


def _main(report: CoverageReport) -> str:
    labels = [one.label for one in report.result.shares]
    main = report.result.parameters.main.label
    return main if main in labels else labels[-1]


def _by_uncovered(report: CoverageReport, held: Held) -> list[str]:
    """Groups with demand, those with the most that is not covered first."""
    label = _main(report)
    left = {
        group: (total := held["demand", "total", group].low or 0.0)
        - total * (held["share", label, group].low or 0.0)
        for group in report.result.groups
        if held["demand", "total", group].low
    }
    return sorted(left, key=lambda group: -left[group])


def _worst(
    report: CoverageReport, held: Held, table: Table, most: int = _FEWER_GROUPS
) -> tuple[Table, list[Block]]:
    """As many groups as a page takes, the worst first; the rest is in the workbook."""
    if len(table.rows) <= most + 1:
        return table, []
    place = {group: n for n, group in enumerate(coverage_tables.filled(report, held))}
    worst = _by_uncovered(report, held)[:most]
    rows = (*(table.rows[place[group]] for group in worst), table.rows[-1])
    said = f"共 {len(place) - 1:,} 组，这里是没有覆盖的需求最多的 {most} 组；全部在工作簿里。"
    return Table(table.name, table.title, table.columns, rows), [Text(said, small=True)]


def _time(report: CoverageReport, held: Held) -> Iterable[Block]:
    yield Heading("一周里的每个钟头", "by hour of the week")
    found = coverage_tables.week(held).rows
    low, high = ([float(row[n] or 0.0) for row in found] for n in (2, 3))
    yield charts.week(low, high)
    yield Text(
        f"范围 {words.threshold(report.result.parameters.main.label)}；"
        + "；".join(f"{words.CLASSES[name]}：{said}" for name, said in words.CLASS_HOURS.items())
        + "。“一直”：这段时间里每个钟头都有站开着（可以不是同一个）。",
        small=True,
    )
    table, more = _worst(report, held, coverage_tables.hour_classes(report, held))
    yield from more
    yield Rows(printed(table))


def _rest(report: CoverageReport, held: Held) -> Iterable[Block]:
    yield Heading("设施", "by amenity, of the whole")
    whole = coverage_tables.amenities(report, held)
    rows = [row for row in whole.rows[: len(report.result.amenities)] if row[-1]]
    rows.sort(key=lambda row: -float(row[-2] or 0.0))
    yield Rows(
        _beside(printed(Table("", whole.title, whole.columns, tuple(rows)), ("amenity", "share")))
    )
    for title, english, table in (
        ("重叠覆盖（1 公里）", "overlapping coverage", coverage_tables.overlap(report, held)),
        ("距离", "distance", coverage_tables.distance(report, held)),
        ("座位", "seats", coverage_tables.seats(report, held)),
    ):
        yield Heading(title, english)
        shown, more = _worst(report, held, table)
        yield from more
        yield Rows(printed(shown))
    yield Rows(printed(coverage_tables.loads(report), most=_MOST_RANKS))
    yield from _even(report)
    yield from _spare(report)


def _beside(table: Printed, parts: int = 3) -> Printed:
    """A long narrow table as some beside each other."""
    tall = -(-len(table.rows) // parts)
    blank = ("",) * len(table.heads)
    padded = [*table.rows, *[blank] * (parts * tall - len(table.rows))]
    rows = tuple(
        tuple(cell for part in range(parts) for cell in padded[part * tall + n])
        for n in range(tall)
    )
    return Printed(table.heads * parts, rows, table.left * parts)


def _even(report: CoverageReport) -> Iterable[Block]:
    yield Heading("是否均衡", "equity")
    found = report.result.equity
    if found.worst is not None:
        worst = "各组之外" if found.worst == OUTSIDE else words.group(found.worst)
        yield Text(f"最差的一组：{worst}，{words.share(found.worst_share)}。", small=True)
    yield Rows(printed(coverage_tables.equity(report)))


def _spare(report: CoverageReport) -> Iterable[Block]:
    yield Heading("多余的站", "redundancy: could all close without anybody losing cover")
    table = coverage_tables.stations(report)
    order = len(table.columns) - 1
    rows = [row for row in table.rows if row[order] is not None]
    rows.sort(key=lambda row: int(row[order] or 0))
    yield Text(
        f"有 {len(rows):,} 个站可以一起撤而没有人失去覆盖（只看距离，不看座位和时间）；"
        f"前 {min(len(rows), _MOST_RANKS)} 个：",
        small=True,
    )
    kept = Table(table.name, table.title, table.columns, tuple(rows))
    wanted = ("code", "name", "seats", "first", "extra_m", "order")
    yield Rows(printed(kept, wanted, _MOST_RANKS))


def _compared(report: CoverageReport, held: Held) -> Iterable[Block]:
    change = report.result.comparison
    if change is None:
        return
    yield NewPage()
    yield Heading("比较", "two scenarios compared")
    yield atlas.drawing(_difference(report, change.change))
    table, more = _worst(report, held, coverage_tables.comparison(report, held))
    yield from more
    yield Rows(printed(table))


def _difference(report: CoverageReport, change: Any) -> atlas.Picture:
    """Who gains, who loses."""
    colours = (LOSS, GREY, GAIN)
    said = ("失去覆盖", "不变", "得到覆盖")
    side = report.result.gaps.cell_m
    white = signs.dot(_WHITE)
    keys = [
        atlas.Key(signs.swatch(colour), text) for colour, text in zip(colours, said, strict=True)
    ]
    return atlas.Picture(
        squares=squares(report.lonlat, report.weight, change.astype(np.int64) + 1, side),
        colours=colours,
        hatched=frozenset(),
        areas=report.areas,
        shapes=(),
        dots=((report.stations.lonlat[report.stations.counts != NO], white),),
        marks=(),
        keys=(*keys, atlas.Key(signs.sign(white), "驿站（之前）")),
    )

"""The tables of `coverage` on the terminal. Names are data, never markup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from station_map.cli.environment import say
from station_map.coverage.document import document
from station_map.coverage.figures import WHOLE, Figure, figures
from station_map.coverage.groups import OUTSIDE
from station_map.coverage.run import Coverage
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.exporters.coverage import as_csv
from station_map.planning.coverage import CoverageAnswer

_GROUPS_SHOWN: Final = 40
_RANKS_SHOWN: Final = 10
_WIDE: Final = 120
_CLASSES: Final = {
    "day": "白天 day",
    "night": "夜里 night",
    "weekend": "周末 weekend",
    "24h": "全天 24 h",
}
_PARTS: Final = {
    "none": "没有驿站 none within reach",
    "one": "只靠一个站 on one station alone",
    "more": "两个以上 two or more",
    "served": "座位够 served",
    "short": "座位不够 short of seats",
    "uncovered": "不在范围内 not covered",
}
_DISTANCES: Final = {
    "mean": "平均 mean",
    "median": "中位数 median",
    "p90": "九成以内 P90",
    "maximum": "最远 maximum",
}

type _Key = tuple[str, str, str]


def show(
    result: Coverage, names: Mapping[str, str], places: Sequence[str], out: Path | None
) -> None:
    """Print the tables, or write them to a file. names: of stations, by code; places: of gaps."""
    if out is None:
        _tell(Console(highlight=False), result, names, places)
        return
    with out.open("w", encoding="utf-8") as stream:
        _tell(Console(file=stream, width=_WIDE, highlight=False), result, names, places)


def written_coverage(
    answer: CoverageAnswer, places: Sequence[str], form: str, out: Path | None
) -> None:
    """The answer as text, JSON or csv, to the terminal or into a file."""
    result = answer.result
    if form == "json":
        _put(json.dumps(document(result), ensure_ascii=False, allow_nan=False, indent=1), out)
    elif form == "csv":
        _put(as_csv(result).decode("utf-8-sig"), out, encoding="utf-8-sig")
    else:
        show(result, answer.names, places, out)
    if out is not None:
        say(f"→ {out}")


def _put(text: str, out: Path | None, encoding: str = "utf-8") -> None:
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding=encoding, newline="")


def _tell(
    console: Console, result: Coverage, names: Mapping[str, str], places: Sequence[str]
) -> None:
    held = {(f.indicator, f.item, f.group): f for f in figures(result)}
    for line in _about(result):
        console.print(seen(line))
    _shares(console, result, held)
    _by_group(console, result, held)
    _simple(console, "重叠覆盖 Overlapping coverage", held, "overlap", _PARTS)
    _simple(console, "距离 Distance (m)", held, "distance", _DISTANCES)
    _hours(console, held)
    _amenities(console, result, held)
    _simple(console, "座位 Seats", held, "demand_split", _PARTS)
    _even(console, result)
    _gaps(console, result, places)
    _stations(console, result, names)
    _compared(console, result, held)


def _about(result: Coverage) -> Iterable[str]:
    main = result.parameters.main.label
    sure, possible, every = result.counted
    yield f"需求 demand: {result.demand.sum():,.0f} {result.unit} · {result.source}"
    if result.synthetic:
        yield "需求是合成的，不是数出来的。 The demand is synthetic: made, not counted."
    if result.unknown_cells:
        yield f"另有 {result.unknown_cells:,} 处需求不清楚，没有算 of unknown demand, not counted."
    yield f"驿站 stations: {sure:,} 个算数 count, {possible - sure:,} 个不清楚 may, of {every:,}"
    yield f"范围 within: {main}；直线距离（椭球面）straight, on the spheroid"
    yield "“a – b”：从已知的到可能的。 From what is known to what may be."


def seen(text: str) -> Text:
    """Plain text: neither markup nor anything that steers a terminal."""
    return Text("".join(letter if letter.isprintable() else "�" for letter in text))


def band(figure: Figure) -> str:
    """A share as per cent, another figure as a number; two where something is unknown."""
    ends = [_number(value, figure.unit) for value in (figure.low, figure.high)]
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "—"
    return f"{value:.1%}" if unit == "share" else f"{value:,.1f}"


def _table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table | None:
    table = Table(title=seen(title), title_justify="left")
    for number, head in enumerate(heads):
        table.add_column(seen(head), justify="right" if number else "left")
    for row in rows:
        table.add_row(*(seen(cell) for cell in row))
    return table if table.row_count else None


def _print(console: Console, table: Table | None) -> None:
    if table is not None:
        console.print()
        console.print(table)


def _shares(console: Console, result: Coverage, held: Mapping[_Key, Figure]) -> None:
    rows = [
        (
            share.label,
            f"{share.limit:,.0f}",
            band(held["share", share.label, WHOLE]),
            band(held["area_share", share.label, WHOLE]),
        )
        for share in result.shares
    ]
    heads = ("范围 within", "米 m", "需求 demand", "面积 area")
    _print(console, _table("覆盖 Coverage", heads, rows))


def _by_group(console: Console, result: Coverage, held: Mapping[_Key, Figure]) -> None:
    labels = [share.label for share in result.shares]
    sums = dict(zip(result.groups, result.demand.tolist(), strict=True))
    shown = [group for group in result.groups if sums[group] > 0]
    if len(shown) > _GROUPS_SHOWN:
        shown = sorted(shown, key=lambda group: held["share", labels[-1], group].low or 0.0)
    rows = [
        (
            "各组之外 outside" if group == OUTSIDE else group,
            f"{sums[group]:,.0f}",
            *(band(held["share", label, group]) for label in labels),
            band(held["distance", "mean", group]),
        )
        for group in shown[:_GROUPS_SHOWN]
    ]
    title = "分组 By group" + (
        f"（最差的 {_GROUPS_SHOWN} 个，共 {len(shown)} 个 the worst of {len(shown)}）"
        if len(shown) > _GROUPS_SHOWN
        else ""
    )
    heads = ("组 group", "需求 demand", *labels, "平均米 mean m")
    _print(console, _table(title, heads, rows))


def _simple(
    console: Console,
    title: str,
    held: Mapping[_Key, Figure],
    indicator: str,
    words: Mapping[str, str],
) -> None:
    rows = [
        (said, band(held[indicator, item, WHOLE]))
        for item, said in words.items()
        if (indicator, item, WHOLE) in held
    ]
    _print(console, _table(title, ("", ""), rows))


def _hours(console: Console, held: Mapping[_Key, Figure]) -> None:
    rows = [
        (said, *(band(held[kind, item, WHOLE]) for kind in ("hours_mean", "hours_always")))
        for item, said in _CLASSES.items()
    ]
    heads = ("时间 hours", "平均 in the mean hour", "一直 in every hour")
    _print(console, _table("按时间 By time", heads, rows))


def _amenities(console: Console, result: Coverage, held: Mapping[_Key, Figure]) -> None:
    asked = result.parameters.asked.amenities
    found = [held["amenity", code, WHOLE] for code in result.amenities]
    found.sort(key=lambda figure: (figure.item not in asked, -(figure.low or 0.0), figure.item))
    rows = [
        (f"{AMENITY_BY_CODE[f.item].zh} {f.item}", band(f))
        for f in found
        if f.item in asked or f.low
    ]
    _print(console, _table("按设施 By amenity", ("设施 amenity", "需求 demand"), rows))


def _even(console: Console, result: Coverage) -> None:
    equity = result.equity
    rows = [
        (name, *("—" if v is None else f"{v:.3f}" for v in (x.gini, x.palma, x.theil)))
        for name, x in (("座位 seats", equity.seats), ("距离 distance", equity.distance))
    ]
    _print(console, _table("是否均衡 Equity", ("", "Gini", "Palma", "Theil"), rows))
    if equity.worst is not None:
        worst = f"最差的一组 worst off: {equity.worst} {equity.worst_share:.1%}"
        console.print(seen(worst))


def _gaps(console: Console, result: Coverage, places: Sequence[str]) -> None:
    rows = [
        (
            f"{place} {gap.lon:.4f}, {gap.lat:.4f}".strip(),
            f"{gap.demand:,.0f}",
            f"{gap.certain:,.0f}",
            f"{gap.cells:,}",
            "—" if gap.mean_m == float("inf") else f"{gap.mean_m:,.0f}",
        )
        for gap, place in zip(result.gaps.worst, places, strict=True)
    ]
    heads = ("在哪里 where", "需求 demand", "其中肯定 certain", "格 cells", "到驿站 m to a station")
    found = result.gaps
    title = f"缺口 Gaps: {found.count:,}, {found.demand:,.0f} {result.unit}"
    _print(console, _table(title, heads, rows))
    if found.scattered:
        said = f"另有零散的 scattered beside them: {found.scattered:,.0f}（每格不到 cells below {found.floor:,.1f}）"
        console.print(seen(said))


def _stations(console: Console, result: Coverage, names: Mapping[str, str]) -> None:
    loaded = [
        (
            f"{load.code} {names.get(load.code, '')}",
            f"{load.demand:,.0f}",
            f"{load.seats:,.0f}",
            "—" if load.per_seat is None else f"{load.per_seat:,.0f}",
        )
        for load in result.seats.overloaded[:_RANKS_SHOWN]
    ]
    heads = ("驿站 station", "需求 demand", "座位 seats", "每座 per seat")
    title = f"最挤的 Most loaded（{result.seats.unknown} 个站座位不清楚 unknown seats）"
    _print(console, _table(title, heads, loaded))
    spare = result.redundancy
    rows = [
        (
            f"{result.codes[j]} {names.get(result.codes[j], '')}",
            f"{spare.first[j]:,.0f}",
            "—" if not spare.extra_m[j] < float("inf") else f"{spare.extra_m[j]:,.0f}",
        )
        for j in spare.together[:_RANKS_SHOWN]
    ]
    title = f"可以一起撤、没有人失去覆盖 Could close together: {len(spare.together)}"
    _print(
        console, _table(title, ("驿站 station", "最近的人 nearest to", "要多走 m further"), rows)
    )


def _compared(console: Console, result: Coverage, held: Mapping[_Key, Figure]) -> None:
    if result.comparison is None:
        return
    items = ("before", "after", "gained", "lost")
    groups = [g for g in (*result.groups, WHOLE) if held["demand", "total", g].low]
    rows = [(group, *(band(held["comparison", i, group]) for i in items)) for group in groups]
    heads = ("组 group", "之前 before", "之后 after", "得到 gained", "失去 lost")
    _print(console, _table("比较 Comparison", heads, rows))

"""The answer of `site` as text, JSON, csv and GeoJSON. Names are data, never markup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from io import StringIO
from typing import Any

from rich.console import Console

from station_map.cli.coverage_tables import seen
from station_map.exporters.csv_table import csv_table
from station_map.planning.siting import Made
from station_map.planning.siting_document import document, features, opened, place
from station_map.siting.result import Result

_WIDE = 120
_HEAD = ("what", "lon", "lat", "district", "code", "name", "adds", "phase", "note")


def written(form: str, made: Made, result: Result) -> str:
    """The whole answer in one of the formats."""
    if form == "json":
        told = document(made, result)
        return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    if form == "csv":
        return csv_table(_HEAD, _rows(made, result)).decode("utf-8-sig")
    if form == "geojson":
        return json.dumps(features(made, result), ensure_ascii=False, allow_nan=False)
    stream = StringIO()
    console = Console(file=stream, width=_WIDE, highlight=False)
    for line in _lines(made, result):
        console.print(seen(line))
    return stream.getvalue()


def _rows(made: Made, result: Result) -> Iterable[tuple[object, ...]]:
    """One row a site; the note says of made-up demand, in every row, that it is."""
    said = "synthetic" if made.about["synthetic"] else ""
    closed = ({**place(made, s), "adds": None, "phase": None} for s in result.closed)
    for what, places in (("open", opened(made, result)), ("close", closed)):
        for one in places:
            yield (what, *(one[head] for head in _HEAD[1:-1]), said)


def _lines(made: Made, result: Result) -> Iterable[str]:
    yield from _about(made)
    if result.reason is not None:
        yield f"无解 infeasible: {result.reason}"
    else:
        yield _proof(result)
    for rank, one in enumerate(opened(made, result), 1):
        phase = f" 第 {one['phase']} 期 phase" if one["phase"] else ""
        adds = "—" if one["adds"] is None else f"{one['adds']:,.1f}"
        at = f"{one['lon']:.6f}, {one['lat']:.6f} {one['district']} {one['name']}".rstrip()
        yield f"{rank:>4}. {at} 增加 adds {adds}{phase}"
    for site in result.closed:
        one = place(made, site)
        yield f"  撤 close: {one['code']} {one['name']} {one['district']}"
    word = "能到 has a site" if made.about["metres"] is None else "覆盖 covered"
    for share in result.shares:
        parts = [f"{n / share.demand:.1%}" if share.demand else "—" for n in _both(share)]
        yield f"{share.district or '全部 all'}: {word} {parts[0]} → {parts[1]} / {share.demand:,.0f}"


def _both(share: Any) -> tuple[float, float]:
    return share.before, share.after


def _about(made: Made) -> Iterable[str]:
    told = made.about
    yield f"需求 demand: {told['total']:,.0f} {told['unit']} · {told['demand']}"
    if told["synthetic"]:
        yield "需求是合成的，不是数出来的。 The demand is synthetic: made, not counted."
    if told["unknown_cells"]:
        yield f"另有 {told['unknown_cells']:,} 处需求不清楚，没有算 of unknown demand, not counted."
    yield f"驿站 stations: {told['stations']:,}（演示 demo {told['demo_stations']:,}），开业的才算 open ones"
    if told["goal"] == "capacitated" and told["unknown_seats"]:
        yield f"{told['unknown_seats']:,} 个站座位不清楚，当没有 of unknown seats, counted as none."
    yield f"备选 candidates: {told['candidates']:,}，排除 excluded {told['excluded']:,}"
    if told["metres"] is not None:
        yield f"范围 within: {told['metres']:,.0f} m 直线 straight, on the spheroid"
    yield f"重算 repeat: {told['version']} demand {told['demand_digest']} stations {told['stations_digest']}"


def _proof(result: Result) -> str:
    objective, bound = ("—" if n is None else f"{n:,.1f}" for n in (result.objective, result.bound))
    gap = "—" if result.gap is None else f"{result.gap:.2%}"
    stopped = f"{result.stopped.zh} {result.stopped.en}"
    return f"目标 objective {objective} 界 bound {bound} 差距 gap {gap}；{stopped}，{result.seconds:.1f} s"

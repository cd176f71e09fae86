"""Layers of demand as the command line tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from station_map.domain.demand import SYNTHETIC_ZH

if TYPE_CHECKING:
    from station_map.store.demand_layers import StoredLayer

_UNKNOWN: Final = "不详 / unknown"


def layer_line(one: StoredLayer) -> str:
    """A layer on one line."""
    marks = [f"（{SYNTHETIC_ZH} synthetic）"] if one.synthetic else []
    marks += [] if one.current else ["（旧版本 replaced）"]
    figures = f"{figure(one.total)} {one.unit}，{one.cells:,} 格 cells"
    return f"{one.pinned}  {one.title}{''.join(marks)}  {figures}  {one.as_of or _UNKNOWN}"


def layer_facts(one: StoredLayer) -> list[tuple[str, object]]:
    """Everything that a layer says of itself, with its labels."""
    kind = f"{one.kind}（{SYNTHETIC_ZH}，不是真实分布 not real）" if one.synthetic else one.kind
    return [
        ("图层 layer", one.pinned),
        ("标题 title", one.title),
        ("由来 kind", kind),
        ("单位 unit", one.unit),
        ("日期 date", one.as_of or _UNKNOWN),
        ("来源 source", one.source or _UNKNOWN),
        ("许可 licence", one.licence or _UNKNOWN),
        ("原坐标系 datum", one.datum),
        ("合计 total", f"{figure(one.total)} {one.unit}"),
        ("格数 cells", f"{one.cells:,}"),
        ("数量未知的格 unknown", f"{one.unknown:,}"),
        ("校验 digest", one.digest),
        ("导入 imported", f"{one.created_at:%Y-%m-%d %H:%M} UTC  {one.actor}"),
    ]


def figure(value: float) -> str:
    """A sum as people read it."""
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.3f}"

"""What a GeoPackage holds: layers of cells, stations, gaps, districts, sites."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import shapely

from station_map.coverage.arrays import NO, UNKNOWN, YES
from station_map.coverage.run import Coverage
from station_map.exporters.planning import coverage_tables, siting_tables, styles
from station_map.exporters.planning.palette import GAIN, GREY, INK, LOSS, RED, Rgb, steps
from station_map.exporters.planning.report import (
    BARE,
    GAINS,
    LOSES,
    STAYS,
    Area,
    CoverageReport,
    Fact,
    Report,
    Said,
    SitingReport,
    Standing,
)
from station_map.exporters.planning.tables import Table, Value

_COVER: Final = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
_CHANGE: Final = {1: "gains", 0: "same", -1: "loses"}
STATES: Final = {BARE: "not covered", STAYS: "covered", GAINS: "gains", LOSES: "loses"}
_WHITE: Final[Rgb] = (255, 255, 255)
_CELLS: Final = "cells"
_FAR_M: Final = 1e9
_USUAL_M: Final = 100.0
# A gigabyte of points is no use to anybody; so many are sixty megabytes.
MOST_CELLS: Final = 500_000


@dataclass(frozen=True, slots=True)
class Layer:
    """name: of its table. shapes: shapely, one a row. style: QML."""

    name: str
    title: Said
    shapes: Any
    columns: Mapping[str, Any]
    style: str


def layers_of(report: Report) -> tuple[Layer, ...]:
    """The layers, those that are drawn below the others first."""
    made = _coverage(report) if isinstance(report, CoverageReport) else _siting(report)
    few = len(report.weight) <= MOST_CELLS
    return tuple(layer for layer in made if len(layer.shapes) and (few or layer.name != _CELLS))


def left_out(report: Report) -> tuple[Fact, ...]:
    """What is not among the layers, to be told beside them."""
    count = len(report.weight)
    if count <= MOST_CELLS:
        return ()
    return (Fact("没有写的图层", "layer left out", f"cells: {count:,} > {MOST_CELLS:,}"),)


def limits_m(result: Coverage) -> tuple[float, ...]:
    """Where classes of distance end: the radii asked for, and twice the last; at most five."""
    found = sorted({one.limit for one in result.shares if one.label.endswith(" m")})
    found = found[-4:] or [1000.0]
    return (*found, 2 * found[-1])


def _coverage(report: CoverageReport) -> Iterable[Layer]:
    held = coverage_tables.held_of(report)
    of_groups = [
        coverage_tables.share(report, held),
        coverage_tables.overlap(report, held),
        coverage_tables.distance(report, held),
        coverage_tables.hour_classes(report, held),
        coverage_tables.seats(report, held),
    ]
    if report.result.comparison is not None:
        of_groups.append(coverage_tables.comparison(report, held))
    yield _cells(report)
    yield from _groups(report, of_groups)
    yield _gaps(report)
    yield _table_layer(
        coverage_tables.stations(report),
        _points(report.stations.lonlat),
        styles.categories(
            "counts",
            [(word, word) for word in coverage_tables.COUNTS.values()],
            [styles.dot(INK), styles.dot(GREY), styles.dot(_WHITE)],
        ),
    )


def _cells(report: CoverageReport) -> Layer:
    cells, side = report.result.cells, report.result.gaps.cell_m
    columns: dict[str, Any] = {
        "demand": report.weight,
        "distance_m": _finite(cells.distance),
        "cover": [_COVER[value] for value in cells.cover.tolist()],
        "seats_per_1000": 1000.0 * cells.access,
    }
    if (change := report.result.comparison) is not None:
        columns["change"] = [_CHANGE[value] for value in change.change.tolist()]
        columns["nearer_m"] = _finite(change.nearer_m)
    style = _by_distance("distance_m", limits_m(report.result), side)
    title = Said("需求", f"demand; each point stands for a cell of about {side:.0f} m")
    return Layer(_CELLS, title, _points(report.lonlat), columns, style)


def _by_distance(column: str, limits: Sequence[float], side: float) -> str:
    ends = [0.0, *limits, _FAR_M]
    ranges = [
        (low, high, f"> {low:g} m" if high == _FAR_M else f"≤ {high:g} m")
        for low, high in pairwise(ends)
    ]
    symbols = [styles.square(colour, side) for colour in steps(len(ranges))]
    return styles.graduated(column, ranges, symbols)


def _groups(report: CoverageReport, tables: Sequence[Table]) -> Iterable[Layer]:
    """Districts with their figures; H3 cells, where demand was grouped by them."""
    style = styles.single(styles.outline(INK, 0.5))
    found = [area for area in report.areas if area.group in report.result.groups]
    yield _areas(found or report.areas, tables, [*report.result.groups], style)
    if shapes := _hexagons(report.result.groups[:-1]):
        names = [name for name in report.result.groups[:-1] if name in shapes]
        rows = _rows(tables, {name: coverage_tables.named(name) for name in names})
        drawn = np.array([shapes[name] for name in names])
        title = Said("六边形", "H3 cells with their figures")
        yield Layer("hexagons", title, drawn, {"h3": names, **rows}, style)


def _areas(
    areas: Sequence[Area], tables: Sequence[Table], groups: Sequence[str], style: str
) -> Layer:
    shown = {area.group: coverage_tables.named(area.group) for area in areas}
    figures = _rows(tables, shown) if set(shown) & set(groups) else {}
    columns = {
        "adcode": [area.adcode for area in areas],
        "name": [area.name for area in areas],
        **figures,
    }
    shapes = np.array([_multi(area.shape) for area in areas])
    return Layer("districts", Said("区县", "districts with their figures"), shapes, columns, style)


def _rows(tables: Sequence[Table], shown: Mapping[str, str]) -> dict[str, list[Value]]:
    """Columns of the tables by group, in the order of the groups; empty for one without demand."""
    made: dict[str, list[Value]] = {}
    for table in tables:
        held = {row[0]: row for row in table.rows}
        for number, column in enumerate(table.columns[1:], 1):
            name = column.name if column.key == "demand" else f"{table.name}_{column.name}"
            made[name] = [held[said][number] if said in held else None for said in shown.values()]
    return made


def _hexagons(names: Sequence[str]) -> dict[str, Any]:
    import h3

    if not names or not h3.is_valid_cell(names[0]):
        return {}
    return {
        name: _multi(shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(name)]))
        for name in names
        if h3.is_valid_cell(name)
    }


def _gaps(report: CoverageReport) -> Layer:
    shapes = np.array([_multi(gap.shape) for gap in report.result.gaps.worst])
    style = styles.single(styles.outline(RED, 0.6, "b_diagonal"))
    return _table_layer(coverage_tables.gaps(report), shapes, style)


def _siting(report: SitingReport) -> Iterable[Layer]:
    columns: dict[str, Any] = {"demand": report.weight}
    if report.nearest_m is None:
        columns["state"] = [STATES[value] for value in report.state.tolist()]
        colours = (INK, GREY, GAIN, LOSS)
        style = styles.categories(
            "state",
            [(word, word) for word in STATES.values()],
            [styles.square(colour, _USUAL_M) for colour in colours],
        )
    else:
        columns["nearest_m"] = _finite(report.nearest_m)
        style = _by_distance("nearest_m", (500.0, 1000.0, 2000.0, 5000.0), _USUAL_M)
    yield Layer(_CELLS, Said("需求", "demand"), _points(report.lonlat), columns, style)
    edge = styles.single(styles.outline(INK, 0.5))
    table = siting_tables.shares(report)
    groups = [one.district or "" for one in report.result.shares]
    yield _areas(report.areas, [table], groups, edge)
    yield _standing(report.stations)
    for found, symbol in (
        (siting_tables.closed(report), styles.dot(LOSS, 3.5, "cross2")),
        (siting_tables.sites(report), styles.dot(RED, 4.0, "diamond")),
    ):
        lonlat = np.array([row[_lon(found) : _lon(found) + 2] for row in found.rows], np.float64)
        yield _table_layer(found, _points(lonlat.reshape(-1, 2)), styles.single(symbol))


def _lon(table: Table) -> int:
    return [column.key for column in table.columns].index("lon")


def _standing(found: Standing) -> Layer:
    columns = {
        "code": list(found.codes),
        "name": list(found.names),
        "seats": found.seats,
        "demo": ["演示" if one else "" for one in found.demo],
    }
    style = styles.single(styles.dot(INK))
    title = Said("已有驿站", "existing stations")
    return Layer("stations", title, _points(found.lonlat), columns, style)


def _table_layer(table: Table, shapes: Any, style: str) -> Layer:
    columns = {
        column.name: [row[number] for row in table.rows]
        for number, column in enumerate(table.columns)
    }
    return Layer(table.name, table.title, shapes, columns, style)


def _points(lonlat: Any) -> Any:
    return shapely.points(lonlat)


def _multi(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])


def _finite(values: Any) -> Any:
    return np.where(np.isfinite(values), values, math.nan)

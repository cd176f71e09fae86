"""Candidate sites of a planner's own: where a station may stand, must stand, or must not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused
from station_map.importers.demand.columns import Columns, choose_columns
from station_map.importers.limits import ImportLimits
from station_map.importers.planning_files.areas import Progress
from station_map.importers.planning_files.looking import NAMES, form_for, source_of
from station_map.importers.reading.sheets import Chunk, Sheet, open_sheets
from station_map.importers.tables.datum_choice import Evidence, choose_datum, evidence_in
from station_map.importers.tables.keys import key_of
from station_map.importers.values.positions import Positions, read_cells, read_pairs, settle
from station_map.importers.values.texts import text_of

MOST_SITES: Final = 50_000

type Site = tuple[float, float, str, str, float, float | None]

_STATUS_COLUMN: Final = frozenset(map(key_of, ("status", "状态", "类型", "选址状态", "用途")))
_COST_COLUMN: Final = frozenset(
    map(key_of, ("cost", "费用", "成本", "造价", "价格", "投资", "万元"))
)
_CAPACITY_COLUMN: Final = frozenset(
    map(key_of, ("capacity", "容量", "可服务人数", "服务人数", "座位", "座位数", "seats"))
)
_STATUS: Final = {
    "": "candidate",
    **dict.fromkeys(("candidate", "备选", "候选", "可选"), "candidate"),
    **dict.fromkeys(("required", "必选", "必建", "必须", "一定要建"), "required"),
    **dict.fromkeys(("excluded", "排除", "不可建", "不能建", "不许建", "禁止"), "excluded"),
    **dict.fromkeys(("existing", "现有", "已有", "已建"), "existing"),
}
_NAME_LONGEST: Final = 200
_DIGITS: Final = 7
STATUS_ZH: Final = {"required": "一定要建", "candidate": "备选", "excluded": "不许建"}


@dataclass(slots=True)
class SitesRead:
    """members: lon, lat (WGS-84), name, status, cost, capacity (None: unlimited).

    refused: (sheet, row, why). datums: by sheet.
    """

    members: list[Site] = field(default_factory=list)
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    datums: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Fields:
    """Where a row has what; None: nowhere."""

    place: Columns
    name: int | None
    status: int | None
    cost: int | None
    capacity: int | None


def read_sites(
    path: Path, datum: Datum | None, limits: ImportLimits, progress: Progress
) -> SitesRead:
    """The sites of a file. Raises FileRefused (LimitExceeded, DatumUnknown), also for none."""
    form_for(path, "sites", limits)
    found = SitesRead()
    with open_sheets(path, limits) as sheets:
        for sheet in sheets:
            _sheet(found, path, sheet, datum, progress)
    if not found.members:
        why = found.refused[0][2] if found.refused else "没有经度、纬度的列，或者没有行"
        raise FileRefused(f"{path.name}：没有能用的地点（{why}）\n{path.name}: it holds no sites")
    return found


def _sheet(
    found: SitesRead, path: Path, sheet: Sheet, told: Datum | None, progress: Progress
) -> None:
    labels, above, chunks = _opened(path, sheet)
    columns = choose_columns(labels, {}, count_rows=True, places=True) if labels else None
    if sheet.hidden or columns is None or not columns.has_place or columns.h3 is not None:
        for _ in chunks:
            pass
        return
    datums, note = evidence_in([*above, *sheet.notes, sheet.name])
    evidence = Evidence(columns.datum, datums, note, sheet.crs)
    choice = choose_datum(evidence, told, f"{path.name} › {sheet.name}")
    chosen = choice.datum or Datum.WGS84
    found.datums[sheet.name] = (chosen.value, choice.because_zh)
    fields = _fields(labels, columns)
    for chunk in chunks:
        _take(found, sheet.name, chunk, fields, chosen)
        progress("读取地点 reading", len(found.members), sheet.rows_hint)
        if len(found.members) > MOST_SITES:
            raise FileRefused(
                f"{path.name}：地点太多，最多 {MOST_SITES:,} 个\n{path.name}: too many sites"
            )


def _opened(path: Path, sheet: Sheet) -> tuple[Sequence[str], Sequence[str], Iterator[Chunk]]:
    """The header, what stands above it, and the rows below it."""
    if sheet.fields is not None:
        return sheet.fields, (), sheet.chunks
    source = source_of(path, sheet)
    return source.labels, source.above, source.rows()


def _fields(labels: Sequence[str], columns: Columns) -> _Fields:
    keys = [key_of(label) for label in labels]

    def first(names: frozenset[str]) -> int | None:
        return next((index for index, key in enumerate(keys) if key in names), None)

    return _Fields(
        columns, first(NAMES), first(_STATUS_COLUMN), first(_COST_COLUMN), first(_CAPACITY_COLUMN)
    )


def _take(found: SitesRead, sheet: str, chunk: Chunk, fields: _Fields, datum: Datum) -> None:
    positions = _positions(chunk.rows, fields.place)
    settle(positions, [datum] * len(chunk.rows))
    for index, (number, row) in enumerate(zip(chunk.numbers, chunk.rows, strict=True)):
        remarks = positions.remarks.get(index, ())
        why = next((one.zh for one in remarks if one.severity == "refusal"), "")
        site = why or _site(row, fields, positions.lon[index], positions.lat[index])
        if isinstance(site, str):
            found.refused.append((sheet, number, site))
        else:
            found.members.append(site)


def _positions(rows: Sequence[Sequence[Any]], columns: Columns) -> Positions:
    if columns.lon is not None and columns.lat is not None:
        lons = [_cell(row, columns.lon) for row in rows]
        return read_pairs(lons, [_cell(row, columns.lat) for row in rows])
    return read_cells([_cell(row, columns.position) for row in rows])


def _site(row: Sequence[Any], fields: _Fields, lon: float, lat: float) -> Site | str:
    """A site, or why the row makes none."""
    told = text_of(_cell(row, fields.status)).strip()
    status = _STATUS.get(told.casefold())
    if status is None:
        return f"状态“{told[:20]}”看不懂，要写 备选、一定要建（必建）、不许建（排除）"
    if status == "existing":
        return "现有的站从驿站台账来，不用写在这里"
    cost = _number(_cell(row, fields.cost))
    capacity = _number(_cell(row, fields.capacity))
    if cost is None or capacity is None:
        return f"{'费用' if cost is None else '容量'}要是不小于 0 的数"
    name = text_of(_cell(row, fields.name)).strip()[:_NAME_LONGEST]
    return (
        round(float(lon), _DIGITS),
        round(float(lat), _DIGITS),
        name,
        status,
        1.0 if math.isnan(cost) else cost,
        None if math.isnan(capacity) else capacity,
    )


def _number(cell: Any) -> float | None:
    """A number at least 0, NaN for a blank, None for what is neither."""
    if isinstance(cell, str) and not cell.strip():
        return math.nan
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return None
    return value if 0 <= value <= 1e12 else None


def _cell(row: Sequence[Any], column: int | None) -> Any:
    return "" if column is None or column >= len(row) else row[column]

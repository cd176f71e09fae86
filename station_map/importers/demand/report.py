"""What became of a demand import, for people and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from station_map.importers.demand.counting import Counted
from station_map.importers.report_files import write_sheet, write_whole
from station_map.importers.values.remarks import Remark
from station_map.store.demand_layers import StoredLayer

OUTCOME_ZH: Final = {
    "taken": "导入",
    "zero": "数量是 0",
    "unknown": "数量未知",
    "refused": "拒绝",
    "nodata": "没有数据",
    "negative": "负数，不计",
}
_ROW_HEADINGS: Final = ("层 layer", "行 row", "结果 outcome", "原因（中文）", "reason (English)")
_FACTS: Final = (
    "name",
    "version",
    "title",
    "unit",
    "as_of",
    "source",
    "licence",
    "datum",
    "kind",
    "synthetic",
    "cells",
    "unknown",
    "total",
    "digest",
)


@dataclass(slots=True)
class PartReport:
    """One sheet or layer of the file; read: whether anything was looked for in it."""

    name: str
    datum: str | None = None
    datum_zh: str = ""
    datum_en: str = ""
    read: bool = True
    warnings: list[Remark] = field(default_factory=list)
    counted: Counted = field(default_factory=Counted)


@dataclass(slots=True)
class DemandReport:
    """layer: as stored (in a dry run: as it would be). changed: False when all was there already."""

    file: str
    dry_run: bool
    parts: list[PartReport] = field(default_factory=list)
    layer: StoredLayer | None = None
    changed: bool = False
    districts: list[tuple[str | None, float, int]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Rows or pixels by outcome, over all parts."""
        total: dict[str, int] = {}
        for part in self.parts:
            for outcome, number in part.counted.counts.items():
                total[outcome] = total.get(outcome, 0) + number
        return total

    def as_json(self) -> dict[str, Any]:
        """The whole report; `districts` holds the sum in each, null for outside of all."""
        return {
            "file": self.file,
            "dry_run": self.dry_run,
            "changed": self.changed,
            "layer": layer_json(self.layer) if self.layer else None,
            "counts": self.counts(),
            "districts": [
                {"adcode": adcode, "total": total, "cells": cells}
                for adcode, total, cells in self.districts
            ],
            "parts": [
                {
                    "name": part.name,
                    "read": part.read,
                    "datum": part.datum,
                    "warnings": [f"{one.zh} | {one.en}" for one in part.warnings],
                }
                for part in self.parts
            ],
            "rows": [
                {"layer": part, "row": row, "outcome": outcome, "reason": f"{zh} | {en}"}
                for part, row, outcome, zh, en in self.rows()
            ],
            "rows_not_listed": sum(part.counted.untold for part in self.parts),
        }

    def rows(self) -> Iterable[tuple[str, int, str, str, str]]:
        """(part, row, outcome, zh, en) of what there is to say."""
        for part in self.parts:
            for row, outcome, zh, en in part.counted.told:
                yield part.name, row, outcome, zh, en


def layer_json(stored: StoredLayer) -> dict[str, Any]:
    """What a layer says of itself."""
    return {name: getattr(stored, name) for name in _FACTS}


def write_demand_report(report: DemandReport, path: Path) -> None:
    """Write the report as .json or .xlsx; a reader never sees half a file."""
    write_whole(path, report.as_json, lambda workbook: _write_sheets(report, workbook))


def _write_sheets(report: DemandReport, workbook: xlsxwriter.Workbook) -> None:
    told = report.as_json()
    facts = [
        (name, "" if value is None else str(value)) for name, value in (told["layer"] or {}).items()
    ]
    counts: list[Sequence[Any]] = [
        (f"{OUTCOME_ZH[outcome]} {outcome}", number) for outcome, number in report.counts().items()
    ]
    bold = workbook.add_format({"bold": True})
    write_sheet(workbook, bold, "行 rows", _ROW_HEADINGS, report.rows())
    write_sheet(workbook, bold, "图层 layer", ("项 fact", "值 value"), facts)
    write_sheet(workbook, bold, "汇总 counts", ("结果 outcome", "个数 number"), counts)

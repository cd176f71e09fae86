"""What became of every row of an import."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from station_map.importers.tables.plan import Column
from station_map.importers.values.remarks import Remark

Outcome = Literal["created", "updated", "unchanged", "repaired", "duplicate", "refused", "skipped"]
Stored = Literal["created", "updated", "unchanged"]
OUTCOMES: Final[tuple[Outcome, ...]] = (
    "created", "updated", "unchanged", "repaired", "duplicate", "refused",
)  # fmt: skip
OUTCOME_ZH: Final[dict[Outcome, str]] = {
    "created": "新建",
    "updated": "更新",
    "unchanged": "无变化",
    "repaired": "修正后导入",
    "duplicate": "重复",
    "refused": "拒绝",
    "skipped": "没有选",
}


@dataclass(slots=True)
class RowResult:
    """One row's end.

    outcome: "repaired" stands for a row that was put right and then created or updated;
    `stored` says which. "skipped": somebody chose rows, and not this one. code: of the station,
    when it has one. adcode, district: where it lies now. zh, en: why and how.
    """

    file: str
    sheet: str
    row: int
    name: str
    outcome: Outcome = "refused"
    stored: Stored | None = None
    code: str | None = None
    zh: str = ""
    en: str = ""
    repaired: bool = False
    adcode: str | None = None
    district: str | None = None

    def explain(self, remark: Remark) -> None:
        """Add a remark to the reason."""
        self.zh = f"{self.zh}；{remark.zh}" if self.zh else remark.zh
        self.en = f"{self.en}; {remark.en}" if self.en else remark.en

    @property
    def reason(self) -> str:
        """Why, in both languages; "" when there is nothing to say."""
        return f"{self.zh} | {self.en}" if self.zh else ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no station at all."""

    row: int
    zh: str
    en: str


@dataclass(slots=True)
class SheetReport:
    """How a sheet was understood. datum: None when it is stated row by row, or not read."""

    file: str
    sheet: str
    read: bool = True
    datum: str | None = None
    datum_zh: str = ""
    datum_en: str = ""
    columns: tuple[Column, ...] = ()
    left_out: list[LeftOut] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """The whole import, over all its files. runs: ids of their records, file by file."""

    dry_run: bool = False
    changed: bool = False
    rows: list[RowResult] = field(default_factory=list)
    sheets: list[SheetReport] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Rows by outcome; every outcome is there, "skipped" only where rows were chosen."""
        found = Counter(row.outcome for row in self.rows)
        told = (*OUTCOMES, "skipped") if found["skipped"] else OUTCOMES
        return {outcome: found[outcome] for outcome in told}

    def stored_counts(self) -> dict[str, int]:
        """Stations created, updated and left unchanged, repaired rows included."""
        found = Counter(row.stored for row in self.rows)
        return {stored: found[stored] for stored in ("created", "updated", "unchanged")}

    def as_json(self) -> dict[str, Any]:
        """The report as `--report FILE.json` holds it."""
        return {
            "dry_run": self.dry_run,
            "changed": self.changed,
            "counts": self.counts(),
            "stored": self.stored_counts(),
            "rows": [_row_json(row) for row in self.rows],
            "sheets": [_sheet_json(sheet) for sheet in self.sheets],
        }


def _row_json(row: RowResult) -> dict[str, Any]:
    return {
        "file": row.file,
        "sheet": row.sheet,
        "row": row.row,
        "outcome": row.outcome,
        "stored": row.stored,
        "code": row.code,
        "name": row.name,
        "reason": row.reason,
    }


def _sheet_json(sheet: SheetReport) -> dict[str, Any]:
    return {
        "file": sheet.file,
        "sheet": sheet.sheet,
        "read": sheet.read,
        "datum": sheet.datum,
        "datum_because": f"{sheet.datum_zh} | {sheet.datum_en}" if sheet.datum_zh else "",
        "columns": [
            {
                "column": column.letter,
                "header": column.label,
                "read_as": column.read_as,
                "reason": f"{column.why_zh} | {column.why_en}" if column.why_zh else "",
            }
            for column in sheet.columns
        ],
        "left_out": [
            {"row": left.row, "reason": f"{left.zh} | {left.en}"} for left in sheet.left_out
        ],
        "warnings": [f"{warning.zh} | {warning.en}" for warning in sheet.warnings],
    }

"""A sheet as checked rows: header found, datum settled, every row looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Any, Final

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown
from station_map.importers.foot_notes import notes_in, read_ahead
from station_map.importers.limits import ImportLimits
from station_map.importers.reading.sheets import Chunk, Sheet
from station_map.importers.report import SheetReport
from station_map.importers.rows import check_rows
from station_map.importers.sheet_state import CheckedRow, SheetState
from station_map.importers.tables.chosen import NO_CHOICE, SheetChoice, header_for, with_choice
from station_map.importers.tables.datum_choice import (
    DatumChoice,
    Evidence,
    choose_datum,
    evidence_in,
)
from station_map.importers.tables.detect import SEARCHED_ROWS, Header, header_of_fields
from station_map.importers.tables.fill import FillDown
from station_map.importers.tables.plan import Plan, make_plan
from station_map.importers.values.remarks import Remark
from station_map.importers.values.texts import line_of

_MAX_NOTE_CHARS: Final = 2_000
_POSITION_SOURCE: Final = re.compile(r"坐标来源\s*[:：]\s*([^\s；;，,。]{1,40})")
# Properties that together only this product's own GeoJSON has.
_OWN_PROPERTIES: Final = frozenset(("code", "adcode", "district", "hours_text", "demo"))
# The same of its own tables (exporters/stations/columns.py).
_OWN_HEADINGS: Final = frozenset(("驿站编号", "行政区划代码", "县区", "开放时间osm", "演示数据"))


@dataclass(slots=True)
class SheetRows:
    """A sheet on its way in.

    rows: chunks of checked rows, once only; empty if not read. codes: it has a column of them.
    """

    report: SheetReport
    datum: Datum | None
    rows: Iterator[list[CheckedRow]]
    codes: bool = False


def read_sheet(
    file: str,
    sheet: Sheet,
    option: Datum | None,
    limits: ImportLimits,
    choice: SheetChoice = NO_CHOICE,
) -> SheetRows:
    """Find out what a sheet holds. Raises DatumUnknown; other faults are in the report.

    choice: what a person says of this sheet, which beats what it says itself.
    """
    return _read(file, sheet, option, limits, choice, survey=False)


def survey_sheet(
    file: str, sheet: Sheet, limits: ImportLimits, choice: SheetChoice = NO_CHOICE
) -> SheetRows:
    """The same with the coordinates as the sheet has them, whatever their datum.

    `datum` and the report say what the sheet itself states, None for nothing; a warning says so.
    """
    return _read(file, sheet, None, limits, choice, survey=True)


def _read(
    file: str,
    sheet: Sheet,
    option: Datum | None,
    limits: ImportLimits,
    choice: SheetChoice,
    *,
    survey: bool,
) -> SheetRows:
    report = SheetReport(file, sheet.name)
    if not choice.read:
        return _unread(report, "没有选这张表", "this sheet was not chosen")
    if sheet.hidden:
        return _unread(report, "隐藏的工作表，没有读取", "a hidden sheet; not read")
    head, rest = _head(sheet)
    seen = [row for chunk in head for row in chunk.rows]
    searched = seen[:SEARCHED_ROWS]
    if sheet.fields is None:
        header = header_for(choice, searched)
    else:
        header = header_of_fields(sheet.fields)
    if header is None:
        return _unread(
            report,
            "没有找到表头（至少要有名称和坐标，例如“驿站名称”“经度”“纬度”）",
            "no header with names and positions (for example name, longitude, latitude)",
        )
    plan = make_plan(with_choice(header, choice), sheet.first_column)
    report.columns = plan.columns
    if "name" not in plan.fields:
        return _unread(report, "没有名称列", "no column of names")
    if not plan.has_position:
        return _unread(report, "没有坐标列（经度、纬度）", "no columns of longitude and latitude")
    evidence = _evidence(sheet, plan, header, searched)
    option = option or choice.datum
    if option is None and evidence.silent:
        notes, rest = read_ahead(rest)
        below = notes_in(seen[header.last + 1 :])
        datums, note = evidence_in([*below, *notes])
        evidence = replace(evidence, notes=datums, note=note)
    stated = _stated(evidence, option, f"{file} › {sheet.name}", survey=survey)
    if choice.datum is not None:
        stated = replace(stated, because_zh="手工选的", because_en="chosen by hand")
    report.datum = stated.datum.value if stated.datum else None
    report.datum_zh, report.datum_en = stated.because_zh, stated.because_en
    report.warnings.extend(stated.warnings)
    state = SheetState(
        plan,
        Datum.WGS84 if survey else stated.datum,
        limits,
        FillDown(sheet.merged, sheet.first_column),
        _position_source(evidence.note),
        echo=set(sheet.fields or ()) >= _OWN_PROPERTIES
        or {column.label for column in plan.columns} >= _OWN_HEADINGS,
    )
    body = _body(chain(head, rest), header.last + 1)
    checked = map(partial(check_rows, state), body)
    return SheetRows(report, stated.datum, checked, codes="code" in plan.fields)


def _stated(evidence: Evidence, option: Datum | None, place: str, *, survey: bool) -> DatumChoice:
    """What the sheet or the option says; a survey is told what is missing instead of stopped."""
    try:
        return choose_datum(evidence, option, place)
    except DatumUnknown as error:
        if not survey:
            raise
        zh, _, en = str(error).partition("\n")
        return DatumChoice(None, "", "", (Remark("warning", zh, en),))


def _unread(report: SheetReport, zh: str, en: str) -> SheetRows:
    report.read = False
    report.warnings.append(Remark("warning", zh, en))
    return SheetRows(report, None, iter(()))


def _head(sheet: Sheet) -> tuple[list[Chunk], Iterator[Chunk]]:
    """Enough chunks to hold the rows in which a header is looked for, and the others."""
    head: list[Chunk] = []
    rest = iter(sheet.chunks)
    while sum(len(chunk.rows) for chunk in head) < SEARCHED_ROWS:
        chunk = next(rest, None)
        if chunk is None:
            break
        head.append(chunk)
    return head, rest


def _body(chunks: Iterator[Chunk], skip: int) -> Iterator[Chunk]:
    """Chunks less the first `skip` rows (titles and header)."""
    for chunk in chunks:
        taken = min(skip, len(chunk.rows))
        skip -= taken
        if taken < len(chunk.rows):
            yield Chunk(chunk.numbers[taken:], chunk.rows[taken:])


def _evidence(
    sheet: Sheet, plan: Plan, header: Header, searched: Sequence[Sequence[Any]]
) -> Evidence:
    above = searched[: max(header.first, 0)]
    notes = [
        line_of(cell)[:_MAX_NOTE_CHARS] for row in above for cell in row if isinstance(cell, str)
    ]
    datums, note = evidence_in([*notes, *sheet.notes, sheet.name])
    return Evidence(plan.datum, datums, note, sheet.crs, "datum" in plan.fields)


def _position_source(note: str | None) -> str | None:
    """Where the coordinates come from, as a note says it: 高德地图."""
    match = _POSITION_SOURCE.search(note or "")
    return match[1] if match else None

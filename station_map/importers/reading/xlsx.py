"""Excel workbooks, by calamine. Formulas are never evaluated: the value that was saved counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import python_calamine as calamine

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal, too_much
from station_map.importers.reading.rows import Layer, check_width
from station_map.importers.reading.zip_guard import check_zip

_MAX_MERGED: Final = 200_000


def layers(path: Path, limits: ImportLimits) -> Iterator[Layer]:
    """Sheets of an xlsx, in workbook order."""
    check_zip(path, limits)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            sheets = {
                index: meta.visible == calamine.SheetVisibleEnum.Visible
                for index, meta in enumerate(workbook.sheets_metadata)
                if meta.typ == calamine.SheetTypeEnum.WorkSheet
            }
            last = max((index for index, shown in sheets.items() if shown), default=None)
            for index, shown in sheets.items():
                layer = _layer(workbook.get_sheet_by_index(index), limits)
                yield replace(layer, hidden=not shown, last=index == last)
    except calamine.PasswordError as error:
        raise Refusal(
            "文件有密码保护，请去掉密码再导入", "the file is protected by a password"
        ) from error
    except (calamine.CalamineError, OSError) as error:
        raise Refusal(
            f"Excel 文件损坏，无法读取：{error}", f"broken Excel file: {error}"
        ) from error


def _layer(sheet: calamine.CalamineSheet, limits: ImportLimits) -> Layer:
    start = sheet.start
    if start is None:
        return Layer(name=sheet.name, rows=())
    check_width(start[1] + sheet.width, limits)
    if sheet.height * sheet.width > limits.max_cells:
        raise too_much(
            f"工作表“{sheet.name}”有 {sheet.height:,} 行 × {sheet.width:,} 列",
            f"sheet {sheet.name!r} spans {sheet.height:,} rows × {sheet.width:,} columns",
            "max_cells",
            limits.max_cells,
        )
    merged = (sheet.merged_cell_ranges or [])[:_MAX_MERGED]
    rows: Iterator[list[Any]] = sheet.iter_rows()
    return Layer(
        name=sheet.name,
        rows=rows,
        # iter_rows begins at row 1 of the sheet but at its first used column.
        first_column=start[1],
        merged=tuple((*top_left, *bottom_right) for top_left, bottom_right in merged),
        rows_hint=sheet.total_height,
    )

"""Write synthetic stations as a union office keeps them: one xlsx, headers in Chinese.

    python -m benchmarks.write_ledger 190000 ledger.xlsx

Title, a note that says whose coordinates these are (高德地图: GCJ-02), a header of two
levels, one row a station, a total row. Rows go straight to disk, so memory stays flat.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from benchmarks.generate_stations import AMENITY_CODES, NO, YES, Batch, generate_many
from station_map.geo.datum import wgs84_to_gcj02

TITLE: Final = "工会驿站台账（程序生成的示例数据，非真实站点）"
NOTE: Final = "坐标来源：高德地图；填表日期：2026年11月"
COLUMNS: Final = (
    "序号",
    "驿站名称",
    "所属市",
    "详细地址",
    "经度",
    "纬度",
    "开放时间",
    "是否需要登记",
)
FACILITIES: Final = {
    "饮水机": "drinking_water",
    "微波炉": "microwave",
    "空调": "air_conditioning",
    "手机充电": "phone_charging",
    "卫生间": "toilet",
    "WiFi": "wifi",
    "急救包": "first_aid_kit",
    "AED": "aed",
}
GROUP: Final = "服务设施"
FIRST_ROW: Final = 4
MARKS: Final = {YES: "√", NO: "×"}
REGISTRATION: Final = {"yes": "是", "no": "否", "": None}

Cells = tuple[Any, ...]


def ledger_rows(batch: Batch) -> Iterator[Cells]:
    """Give the cells of each station; None is an empty cell. Coordinates are GCJ-02."""
    lon, lat = wgs84_to_gcj02(batch.lon, batch.lat)
    columns = [AMENITY_CODES.index(code) for code in FACILITIES.values()]
    states = batch.amenities[:, columns].tolist()
    lons, lats = lon.round(6).tolist(), lat.round(6).tolist()
    for at in range(len(batch)):
        yield (
            batch.first + at + 1,
            str(batch.name[at]),
            str(batch.city[at]),
            str(batch.address[at]),
            lons[at],
            lats[at],
            str(batch.hours_text[at]) or None,
            REGISTRATION[str(batch.registration_required[at])],
            *(MARKS.get(state) for state in states[at]),
        )


def _write_head(sheet: Any) -> None:
    last = len(COLUMNS) + len(FACILITIES) - 1
    sheet.merge_range(0, 0, 0, last, TITLE)
    sheet.write_row(1, 0, (NOTE,))
    sheet.write_row(2, 0, COLUMNS)
    sheet.merge_range(2, len(COLUMNS), 2, last, GROUP)
    sheet.write_row(3, len(COLUMNS), tuple(FACILITIES))


def write_ledger(path: Path, count: int, seed: int) -> None:
    """Write `count` stations of a seed to an xlsx file; an existing one is replaced."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("驿站台账")
        _write_head(sheet)
        row = FIRST_ROW
        for batch in generate_many(count, seed):
            for cells in ledger_rows(batch):
                sheet.write_row(row, 0, cells)
                row += 1
        sheet.write_row(row, 0, ("合计", f"{count}个"))


if __name__ == "__main__":
    write_ledger(Path(sys.argv[2]), int(sys.argv[1]), seed=1)

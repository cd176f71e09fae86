"""The synthetic ledger is a union's spreadsheet, in GCJ-02."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from benchmarks.generate_stations import AMENITY_CODES, generate_many
from benchmarks.write_ledger import FACILITIES, MARKS, write_ledger
from station_map.geo.datum import gcj02_to_wgs84


def test_the_ledger_holds_the_generated_stations(tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    write_ledger(path, 40, seed=1)
    (batch,) = generate_many(40, seed=1)
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert "高德地图" in rows[1][0]
    assert rows[2][:6] == ("序号", "驿站名称", "所属市", "详细地址", "经度", "纬度")
    assert rows[2][8] == "服务设施"
    assert rows[3][8:] == tuple(FACILITIES)
    assert rows[-1][:2] == ("合计", "40个")
    assert len(rows) == 4 + 40 + 1
    for at, row in enumerate(rows[4:-1]):
        assert row[0] == at + 1
        assert row[1] == batch.name[at]
        assert gcj02_to_wgs84(row[4], row[5]) == pytest.approx(
            (batch.lon[at], batch.lat[at]), abs=2e-6
        )
        states = [batch.amenities[at, AMENITY_CODES.index(code)] for code in FACILITIES.values()]
        assert list(row[8:]) == [MARKS.get(state) for state in states]

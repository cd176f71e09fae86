"""What is told of a file before anything is taken in: sheets, columns, readings."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused
from station_map.geo.datum import from_wgs84
from station_map.importers.limits import ImportLimits
from station_map.importers.looking import MOST_ASKED, MOST_ON_MAP, look, survey
from station_map.importers.tables.chosen import NO_CHOICE, SheetChoice
from tests.importers import files

LIMITS = ImportLimits()
EAST = 116.8


def nowhere(lons: list[float], lats: list[float]) -> list[str | None]:
    """Two districts: 东 east of a line, 西 a little to the west of it."""
    assert len(lons) == len(lats)
    return ["东" if lon > EAST else "西" if lon > EAST - 0.009 else None for lon in lons]


def test_every_sheet_is_told_with_samples_and_letters(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.title = "说明"
    first.append(["本表由各区填报"])
    second = book.create_sheet("台账")
    second.append(["2026 年台账"])
    second.append(["名称", "GPS经度", "GPS纬度", "天气", "联系人"])
    second.append(["甲", 116.8, 33.9, "晴", "某"])
    second.append(["乙", 116.9, 33.9, "雨" * 100, ""])
    hidden = book.create_sheet("旧")
    hidden.append(["名称", "GPS经度", "GPS纬度"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    notes, ledger, old = look(tmp_path / "a.xlsx", LIMITS, {})
    assert (notes.usable, ledger.usable, old.usable, old.hidden) == (False, True, False, True)
    assert ledger.header == (1, 1)
    assert ledger.rows == 4
    assert [c.read_as for c in ledger.columns] == ["name", "lon", "lat", "", "(personal)"] or [
        c.read_as for c in ledger.columns
    ] == ["name", "lon", "lat", "", ""]
    assert [c.letter for c in ledger.columns] == list("ABCDE")
    assert ledger.columns[3].samples[0] == "晴"
    assert len(ledger.columns[3].samples[1]) == 41
    assert ledger.top[0] == (1, "2026 年台账")
    (moved,) = [s for s in look(tmp_path / "a.xlsx", LIMITS, {1: (0, 0)}) if s.name == "台账"]
    assert [c.label for c in moved.columns] == ["2026 年台账"]
    assert moved.signature != ledger.signature


def test_a_layer_names_its_own_columns(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [["", ""], ["", ""]])
    with pytest.raises(FileRefused):
        look(path, LIMITS, {})
    rows = [files.feature({"名称": "甲"}, {"type": "Point", "coordinates": [116.8, 33.9]})]
    import json

    layer = tmp_path / "a.geojson"
    layer.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    (found,) = look(layer, LIMITS, {0: (0, 0)})
    assert found.header is None
    assert found.usable
    assert {"名称", "@lon", "@lat"} <= {column.label for column in found.columns}
    (places,) = survey(layer, LIMITS, {0: NO_CHOICE}, nowhere, ["东", "西"])
    assert places.datum == "wgs84"


@pytest.mark.parametrize("datum", Datum)
def test_the_right_reading_agrees_with_the_districts(tmp_path: Path, datum: Datum) -> None:
    rows: list[files.Row] = [["名称", "经度", "纬度", "县区"]]
    for number in range(40):
        lon = EAST + (number - 20 + 0.5) * 0.0004
        east, north = from_wgs84(lon, 33.9, datum.value)
        rows.append([f"站{number}", east, north, "东" if lon > EAST else "西"])
    path = files.write_csv(tmp_path / "a.csv", rows)
    (places,) = survey(path, LIMITS, {0: NO_CHOICE}, nowhere, ["东", "西"])
    assert (places.datum, places.by_row, places.rows, places.told) == (None, False, 40, 40)
    assert "没有写明坐标系" in places.trouble
    best = max(places.agree, key=lambda one: places.agree[one])
    assert best == datum.value
    assert places.agree[best] == places.asked == 40
    assert all(places.agree[other] < 40 for other in places.agree if other != best)


def test_what_the_sheet_says_is_told_and_many_rows_are_thinned(tmp_path: Path) -> None:
    rows: list[files.Row] = [["名称", "百度经度", "百度纬度"]]
    rows += [[f"站{n}", EAST + n / 100_000, 33.9] for n in range(MOST_ASKED * 2 + 7)]
    rows.append(["坏", "", ""])
    path = files.write_csv(tmp_path / "a.csv", rows)
    (places,) = survey(path, LIMITS, {0: NO_CHOICE}, nowhere, [])
    assert (places.datum, places.because) == ("bd09", "列名")
    assert places.rows == MOST_ASKED * 2 + 8
    assert MOST_ASKED / 2 < places.asked <= MOST_ASKED
    assert 0 < len(places.points) <= MOST_ON_MAP
    assert places.points[0] == (EAST, 33.9)


def test_datums_row_by_row_and_contradictions(tmp_path: Path) -> None:
    by_row = files.write_csv(
        tmp_path / "a.csv", [["名称", "经度", "纬度", "坐标系"], ["甲", 116.8, 33.9, "百度"]]
    )
    (places,) = survey(by_row, LIMITS, {0: NO_CHOICE}, nowhere, [])
    assert (places.datum, places.by_row, places.trouble) == (None, True, "")
    against = files.write_csv(
        tmp_path / "b.csv",
        [["坐标来源：高德地图", "", ""], ["名称", "百度经度", "百度纬度"], ["甲", 116.8, 33.9]],
    )
    (places,) = survey(against, LIMITS, {0: NO_CHOICE}, nowhere, [])
    assert places.datum is None
    assert "说法不一" in places.trouble


def test_a_file_of_which_no_sheet_can_be_read_is_refused(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", files.table())
    for choices in ({}, {0: SheetChoice(read=False)}):
        with pytest.raises(FileRefused, match="没有能导入的表"):
            survey(path, LIMITS, choices, nowhere, [])
    with pytest.raises(FileRefused, match="没有名称列"):
        survey(path, LIMITS, {0: SheetChoice(columns={0: "(ignored)"})}, nowhere, [])

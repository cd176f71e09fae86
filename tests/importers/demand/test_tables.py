"""Tables of demand: csv and xlsx, points and H3 cells, as people keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h3
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.domain.vocabulary import Datum
from station_map.errors import Conflict, DatumUnknown, FileRefused, InputError, LimitExceeded
from station_map.geo.datum import wgs84_to_bd09, wgs84_to_gcj02
from station_map.importers.demand.columns import told_columns
from station_map.importers.demand.weights import weight_of
from station_map.importers.limits import ImportLimits
from station_map.store.database import Database
from tests.importers import files
from tests.importers.demand.demand_files import take, write_gpkg
from tests.store.demand_help import read
from tests.store.merging import value

HEADER = ["地点", "GPS经度", "GPS纬度", "人口数"]
HOSTILE = ("{{7*7}}", "{% raw", "${alert(1)}", "</script>", "`id`", "=1+1", "🚚🚚", "[red]x[/red]")


def test_points_are_taken_as_they_are(database: Database, tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["甲", 116.8, 33.95, 120],
        ["乙", 116.81, 33.96, "1,300人"],
        ["丙", 116.82, 33.97, 0],
    ]
    report = take(database, files.write_xlsx(tmp_path / "a.xlsx", rows))
    found = read(database, "layer")
    assert sorted(found.weight.tolist()) == [120.0, 1300.0]
    assert report.counts() == {"taken": 2, "zero": 1}
    assert report.layer is not None
    assert (report.layer.kind, report.layer.datum, report.layer.total) == ("points", "wgs84", 1420)


def test_a_blank_is_unknown_and_told_and_never_zero(database: Database, tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["甲", 116.8, 33.95, ""],
        ["乙", 116.8, 33.95, "不详"],
        ["丙", 116.8, 33.95, "很多"],
        ["丁", 116.8, 33.95, "-5"],
        ["戊", 116.8, "", "5"],
        ["己", 33.95, 116.8, "7"],
    ]
    report = take(database, files.write_csv(tmp_path / "a.csv", rows))
    assert report.counts() == {"unknown": 3, "refused": 2, "taken": 1}
    assert report.layer is not None
    assert (report.layer.cells, report.layer.unknown, report.layer.total) == (1, 3, 7.0)
    told = {row: (outcome, zh) for row, outcome, zh, _ in report.parts[0].counted.told}
    assert told[2] == ("unknown", "没有写数量，按未知处理")
    assert told[4][0] == "unknown"
    assert "很多" in told[4][1]
    assert told[5] == ("refused", "数量 -5 是负数")
    assert told[6][0] == "refused"
    assert told[7] == ("taken", "经度和纬度写反了，已调换")
    assert read(database, "layer").layers[0].unknown == 3


@pytest.mark.parametrize(
    ("words", "convert"), [("高德", wgs84_to_gcj02), ("百度", wgs84_to_bd09)], ids=["gcj02", "bd09"]
)
def test_the_datum_is_converted(
    database: Database, tmp_path: Path, words: str, convert: Any
) -> None:
    lon, lat = convert(116.8, 33.95)
    rows = [[f"坐标来源：{words}地图"], [], ["经度", "纬度", "日均单量"], [lon, lat, 5]]
    take(database, files.write_xlsx(tmp_path / "a.xlsx", rows))
    (place,) = read(database, "layer").lonlat.tolist()
    assert place == pytest.approx([116.8, 33.95], abs=2e-7)


def test_the_datum_is_never_guessed(database: Database, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [["经度", "纬度", "人口"], [116.8, 33.95, 5]])
    with pytest.raises(DatumUnknown, match="--datum"):
        take(database, path)
    assert value(database, "SELECT count(*) FROM demand_layer") == 0
    assert take(database, path, datum=Datum.GCJ02).changed


def test_h3_cells_are_their_centres(database: Database, tmp_path: Path) -> None:
    cells = [h3.latlng_to_cell(33.95 + step / 50, 116.8, 8) for step in range(3)]
    rows = [["h3", "population"], *([cell, 10 + n] for n, cell in enumerate(cells))]
    rows += [[str(int(cells[0], 16)), 1], ["not a cell", 5], ["8000000000000000", 5]]
    report = take(database, files.write_csv(tmp_path / "kontur.csv", rows))
    found = read(database, "layer")
    want = [h3.cell_to_latlng(cell)[::-1] for cell in [*cells, cells[0]]]
    assert sorted(map(tuple, found.lonlat.tolist())) == sorted(
        (round(lon, 7), round(lat, 7)) for lon, lat in want
    )
    assert report.counts() == {"taken": 4, "refused": 2}
    assert report.layer is not None
    assert (report.layer.kind, report.layer.datum) == ("h3", "wgs84")


@pytest.mark.parametrize("suffix", ["csv", "gpkg"])
def test_h3_cells_have_one_datum_whatever_is_told(
    database: Database, tmp_path: Path, suffix: str
) -> None:
    cell = h3.latlng_to_cell(33.95, 116.8, 8)
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        files.write_csv(path, [["h3", "人口"], [cell, 1]])
    else:
        write_gpkg(path, [shapely.Point(0, 0)], h3=np.array([cell], dtype=object), pop=[1.0])
    report = take(database, path, datum=Datum.GCJ02)
    (place,) = read(database, "layer").lonlat.tolist()
    assert place == [round(figure, 7) for figure in reversed(h3.cell_to_latlng(cell))]
    assert report.parts[0].datum == "wgs84"
    assert "没有用 --datum" in report.parts[0].warnings[0].zh


def test_two_columns_that_may_be_the_weight_are_a_question(
    database: Database, tmp_path: Path
) -> None:
    rows = [["GPS经度", "GPS纬度", "人口", "订单数", "车"], [116.8, 33.95, 5, 9, 2]]
    path = files.write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(FileRefused, match="人口、订单数"):
        take(database, path)
    for column, wanted in (("订单数", 9.0), ("车", 2.0)):
        take(database, path, name=f"l-{column}", reading={"columns": {column: "weight"}})
        assert read(database, f"l-{column}").weight.tolist() == [wanted]
    take(database, path, name="plain", reading={"columns": {"人口": "-"}})
    assert read(database, "plain").weight.tolist() == [9.0]


def test_without_a_weight_the_columns_are_listed(database: Database, tmp_path: Path) -> None:
    path = files.write_csv(
        tmp_path / "a.csv", [["GPS经度", "GPS纬度", "备注"], [116.8, 33.95, "x"]]
    )
    with pytest.raises(FileRefused, match=r"GPS经度、GPS纬度、备注.*--count-rows"):
        take(database, path)
    take(database, path, reading={"count_rows": True})
    assert read(database, "layer").weight.tolist() == [1.0]


def test_columns_are_told_as_header_and_field() -> None:
    assert told_columns(["a=b=weight", "点位 = position"]) == {"a=b": "weight", "点位": "position"}
    for wrong in ("weight", "=weight", "a=name", "a="):
        with pytest.raises(InputError):
            told_columns([wrong])


def test_every_sheet_counts_but_hidden_ones_and_those_without_places(
    database: Database, tmp_path: Path
) -> None:
    import openpyxl

    path = files.write_xlsx(tmp_path / "a.xlsx", [HEADER, ["甲", 116.8, 33.95, 1]])
    book = openpyxl.load_workbook(path)
    for title, hidden in (("二", False), ("三", True)):
        sheet = book.create_sheet(title)
        sheet.append(HEADER)
        sheet.append(["乙", 116.81, 33.95, 2])
        sheet.sheet_state = "hidden" if hidden else "visible"
    book.create_sheet("说明").append(["这是说明"])
    book.save(path)
    report = take(database, path)
    assert report.layer is not None
    assert report.layer.total == 3
    assert [(part.name, part.read) for part in report.parts] == [
        ("台账", True), ("二", True), ("三", False), ("说明", False),
    ]  # fmt: skip


def test_nothing_to_read_is_said(database: Database, tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="没有找到表头"):
        take(database, files.write_csv(tmp_path / "a.csv", [["甲", "乙"], [1, 2]]))
    with pytest.raises(FileRefused, match="没有大于 0 的数量"):
        take(database, files.write_csv(tmp_path / "b.csv", [HEADER, ["甲", 116.8, 33.9, 0]]))
    with pytest.raises(FileRefused, match="没有坐标"):
        take(database, files.write_csv(tmp_path / "c.csv", [HEADER, ["甲", "", "", 5]]))
    assert value(database, "SELECT count(*) FROM demand_layer") == 0


def test_other_forms_are_refused_with_those_that_are_read(
    database: Database, tmp_path: Path
) -> None:
    for name in ("a.kml", "a.doc", "a.tif", "a.gpkg"):
        (tmp_path / name).write_text("<kml/>")
        with pytest.raises(FileRefused):
            take(database, tmp_path / name)
    with pytest.raises(FileRefused):
        take(database, tmp_path / "nothing.csv")
    with pytest.raises(FileRefused):
        take(database, tmp_path / "nothing.tif")


def test_hostile_words_are_data(database: Database, tmp_path: Path) -> None:
    rows = [HEADER, *([word, 116.8, 33.95, word] for word in HOSTILE), ["好", 116.8, 33.95, 1]]
    report = take(database, files.write_csv(tmp_path / "a.csv", rows))
    assert report.counts() == {"taken": 1, "unknown": len(HOSTILE)}
    told = " ".join(zh for _, _, zh, _ in report.parts[0].counted.told)
    assert all(word in told for word in HOSTILE)


def test_the_bounds_of_the_station_importer_hold(database: Database, tmp_path: Path) -> None:
    rows = [HEADER, *(["甲", 116.8, 33.95, n + 1] for n in range(20))]
    path = files.write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(LimitExceeded, match="MAX_ROWS"):
        take(database, path, limits=ImportLimits(max_rows=10))
    with pytest.raises(LimitExceeded, match="MAX_BYTES"):
        take(database, path, limits=ImportLimits(max_bytes=10))


def test_a_dry_run_tells_everything_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [HEADER, ["甲", 116.8, 33.95, 5]])
    report = take(database, path, dry_run=True)
    assert report.layer is not None
    assert report.layer.total == 5
    assert ("340603", 5.0, 1) in report.districts
    assert value(database, "SELECT count(*) FROM demand_layer") == 0


def test_a_layer_is_replaced_only_when_it_is_said(database: Database, tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", [HEADER, ["甲", 116.8, 33.95, 5]])
    assert take(database, path).changed
    with pytest.raises(Conflict):
        take(database, path)
    assert not take(database, path, replace=True).changed
    files.write_csv(path, [HEADER, ["甲", 116.8, 33.95, 6]])
    report = take(database, path, replace=True)
    assert report.layer is not None
    assert report.layer.version == 2


def test_leaving_midway_keeps_nothing(database: Database, tmp_path: Path) -> None:
    from station_map.domain.demand import checked_facts
    from station_map.importers.demand.service import DemandOptions, import_demand

    path = files.write_csv(tmp_path / "a.csv", [HEADER, ["甲", 116.8, 33.95, 5]])

    def interrupted(stage: str, done: int, total: int | None) -> None:
        if stage.startswith("写入"):
            raise KeyboardInterrupt

    facts = checked_facts(name="a", title=None, unit="人")
    with pytest.raises(KeyboardInterrupt):
        import_demand(database, path, facts, DemandOptions(), interrupted)
    assert value(database, "SELECT count(*) FROM demand_block") == 0
    assert value(database, "SELECT count(*) FROM demand_layer") == 0


WEIGHTS = st.floats(0, 1e9, allow_subnormal=False) | st.integers(0, 10**9) | st.just("")
PLACES = st.tuples(st.floats(100, 120), st.floats(22, 40))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PLACES, WEIGHTS), min_size=1, max_size=40))
def test_every_row_is_accounted_for(
    database: Database, tmp_path: Path, given_rows: list[tuple[tuple[float, float], Any]]
) -> None:
    rows = [HEADER, *(["x", *place, weight] for place, weight in given_rows)]
    rows.append(["总是有的", 116.8, 33.95, 1])
    report = take(database, files.write_csv(tmp_path / "a.csv", rows), replace=True)
    weights = [float(weight) for _, weight in given_rows if weight != ""]
    assert sum(report.counts().values()) == len(given_rows) + 1
    assert report.counts().get("unknown", 0) == len(given_rows) - len(weights)
    assert report.layer is not None
    assert report.layer.total == pytest.approx(sum(weights) + 1, rel=1e-12)


@given(st.text(max_size=20) | st.floats() | st.integers() | st.booleans() | st.none())
def test_a_cell_is_a_weight_or_has_a_reason(cell: Any) -> None:
    weight = weight_of(cell)
    assert (weight.value >= 0) == (weight.outcome == "")
    assert bool(weight.zh) == bool(weight.en) == (weight.outcome != "")

"""Both ledgers of the test data import exactly as their truth files say, and only once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod

from station_map.domain.vocabulary import Datum
from station_map.importers.report import ImportReport
from station_map.importers.service import ImportOptions, import_files
from station_map.store.database import Database
from tests.importers.contents import everything

LEDGERS = {
    "ledger_a_amap.xlsx": "ledger_a_amap.truth.json",
    "ledger_b_baidu_gbk.csv": "ledger_b_baidu_gbk.truth.json",
}
AMENITIES = (
    "drinking_water", "microwave", "air_conditioning", "phone_charging", "toilet", "wifi",
)  # fmt: skip
STATES = {True: "yes", False: "no"}
HALF_A_METRE = 0.5
WGS84 = Geod(ellps="WGS84")


def truth_of(folder: Path, ledger: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "ledgers" / LEDGERS[ledger]).read_text("utf-8"))
    return found


def take_in(database: Database, *paths: Path) -> ImportReport:
    return import_files(database, paths, ImportOptions())


def stored(database: Database) -> dict[str, dict[str, Any]]:
    """Stations by name, with their amenities."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT s.name, s.lon, s.lat, s.opening_hours, s.hours_text, area.name,"
            " s.stated_district, s.source_datum, (SELECT jsonb_object_agg(a.code, x.state) FROM station_amenity x"
            "  JOIN amenity a ON a.id = x.amenity_id WHERE x.station_id = s.id)"
            " FROM station s LEFT JOIN area USING (adcode)"
        ).fetchall()
    keys = ("lon", "lat", "opening_hours", "hours_text", "district", "stated", "datum", "amenities")
    return {name: dict(zip(keys, rest, strict=True)) for name, *rest in rows}


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_ledger_imports_as_its_truth_says(
    database: Database, shared_data: Path, ledger: str
) -> None:
    truth = truth_of(shared_data, ledger)
    report = take_in(database, shared_data / "ledgers" / ledger)
    expected = {n: s for n, s in truth["stations"].items() if n not in truth["refused"]}
    found = stored(database)
    assert found.keys() == expected.keys()
    for name, station in expected.items():
        check_station(found[name], station, truth["datum"])
    assert {row.name for row in report.rows if row.outcome == "refused"} == set(truth["refused"])
    assert {row.name for row in report.rows if row.repaired} == set(truth["repaired"])
    assert {row.name for row in report.rows if row.outcome == "duplicate"} == set(
        truth["duplicates"]
    )
    assert len(report.rows) == truth["data_rows"]


def check_station(found: dict[str, Any], expected: dict[str, Any], datum: str) -> None:
    _, _, off = WGS84.inv(found["lon"], found["lat"], expected["lon"], expected["lat"])
    assert off < HALF_A_METRE
    assert found["opening_hours"] == expected["opening_hours"]
    assert (found["hours_text"] or "") == expected["hours_text"]
    assert found["datum"] == datum
    known = {code: STATES[expected[code]] for code in AMENITIES if expected[code] is not None}
    assert (found["amenities"] or {}) == known


def test_a_district_that_the_position_contradicts_is_reported(
    database: Database, shared_data: Path
) -> None:
    report = take_in(database, shared_data / "ledgers" / "ledger_a_amap.xlsx")
    truth = truth_of(shared_data, "ledger_a_amap.xlsx")["stations"]
    conflicts = {row.name for row in report.rows if "the position counts" in row.en}
    found = stored(database)
    assert {name: s["stated"] for name, s in found.items()} == {
        name: truth[name]["district"] for name in found
    }
    assert conflicts == {name for name, s in found.items() if s["district"] != s["stated"]}
    assert 0 < len(conflicts) < len(found) / 10


def test_every_row_of_ledger_a_is_accounted_for(database: Database, shared_data: Path) -> None:
    report = take_in(database, shared_data / "ledgers" / "ledger_a_amap.xlsx")
    assert report.counts() == {
        "created": 671, "updated": 0, "unchanged": 0,
        "repaired": 24, "duplicate": 9, "refused": 18,
    }  # fmt: skip
    assert report.stored_counts() == {"created": 695, "updated": 0, "unchanged": 0}
    assert [left.row for left in report.sheets[0].left_out] == [727]
    reasons = Counter(row.en.split(": ")[-1] for row in report.rows if row.outcome == "repaired")
    assert reasons == {
        "longitude and latitude were exchanged; put right": 6,
        "full-width digits in the coordinates; read as digits": 12,
        "stray white space in the name; taken out": 6,
    }


def test_reasons_name_row_and_column_in_both_languages(
    database: Database, shared_data: Path
) -> None:
    report = take_in(database, shared_data / "ledgers" / "ledger_a_amap.xlsx")
    by_row = {row.row: row for row in report.rows}
    assert by_row[65].reason == (
        "经度（F列）、纬度（G列）：没有坐标：待定 | column F, G: no coordinates are given: 待定"
    )
    assert by_row[718].zh == "与第 240 行重复（同名，相距约 3 米）"
    assert by_row[718].code is None


def test_a_second_import_of_both_ledgers_changes_nothing(
    database: Database, shared_data: Path
) -> None:
    paths = [shared_data / "ledgers" / name for name in LEDGERS]
    first = take_in(database, *paths)
    before = everything(database)
    second = take_in(database, *paths)
    assert first.changed
    assert not second.changed
    assert everything(database) == before
    assert second.stored_counts() == {
        "created": 0, "updated": 0, "unchanged": first.stored_counts()["created"],
    }  # fmt: skip
    repaired = [row for row in second.rows if row.repaired]
    assert len(repaired) == 24
    assert {row.outcome for row in repaired} == {"unchanged"}
    assert all(row.reason for row in repaired)


def test_a_dry_run_reports_the_same_and_writes_nothing(
    database: Database, shared_data: Path
) -> None:
    path = shared_data / "ledgers" / "ledger_a_amap.xlsx"
    before = everything(database)
    dry = import_files(database, [path], ImportOptions(dry_run=True))
    assert everything(database) == before
    assert dry.counts() == take_in(database, path).counts()


def test_the_option_beats_the_note_and_the_conflict_is_reported(
    database: Database, shared_data: Path
) -> None:
    path = shared_data / "ledgers" / "ledger_a_amap.xlsx"
    report = import_files(database, [path], ImportOptions(datum=Datum.WGS84, dry_run=True))
    (sheet,) = report.sheets
    assert sheet.datum == "wgs84"
    assert [warning.en for warning in sheet.warnings] == [
        "the option says WGS-84, the sheet GCJ-02; the option is followed"
    ]

"""Ledgers as other offices keep them: what they say in their own way is read, or left unknown."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Datum, Honour, Status
from station_map.errors import DatumUnknown
from station_map.importers.values.dates import end_in
from station_map.importers.values.services import services_of
from tests.importers import files
from tests.importers.reading_aloud import Reading, read

WHERE = ("GPS经度", "GPS纬度")


def ledger(tmp_path: Path, *rows: list[Any]) -> Reading:
    return read(files.write_xlsx(tmp_path / "other.xlsx", rows))


@pytest.mark.parametrize(
    ("part", "fact"),
    [
        ("空调(坏)", AmenityFact("broken", note="坏")),
        ("空调（坏了）", AmenityFact("broken", note="坏了")),
        ("空调（不能用）", AmenityFact("broken", note="不能用")),
        ("空调（无）", AmenityFact("no")),
        ("空调（2台）", AmenityFact("yes", quantity=2)),
        ("空调（自费）", AmenityFact("yes", fee="自费")),
        ("空调（海尔）", AmenityFact("yes")),
    ],
)
def test_brackets_after_a_service_may_be_all_that_matters(part: str, fact: AmenityFact) -> None:
    assert services_of(f"饮水、{part}").value["air_conditioning"] == fact


@pytest.mark.parametrize("levels", [1, 2])
def test_hours_of_a_season_are_not_taken_for_the_whole_year(tmp_path: Path, levels: int) -> None:
    headers = [
        [["名称", *WHERE, "开放时间（夏季）", "开放时间（冬季）"]],
        [["名称", *WHERE, "开放时间", ""], ["", "", "", "夏季", "冬季"]],
    ]
    rows = headers[levels - 1]
    reading = ledger(tmp_path, *rows, ["甲", 116.8, 33.95, "7:00-19:00", "8:00-18:00"])
    assert reading.stations["甲"].opening_hours is None
    assert reading.stations["甲"].hours_text == "夏季7:00-19:00；冬季8:00-18:00"


def test_hours_of_some_days_in_a_column_each_are_put_together(tmp_path: Path) -> None:
    reading = ledger(
        tmp_path,
        ["名称", *WHERE, "工作日开放时间", "周末开放时间"],
        ["甲", 116.8, 33.95, "8:00-18:00", "9:00-17:00"],
        ["乙", 116.9, 33.95, "8:00-18:00", ""],
    )
    assert reading.stations["甲"].opening_hours == "Mo-Fr 08:00-18:00; Sa-Su 09:00-17:00"
    assert reading.stations["乙"].opening_hours == "Mo-Fr 08:00-18:00"


def test_opening_and_closing_times_below_one_title(tmp_path: Path) -> None:
    reading = ledger(
        tmp_path,
        ["Name", "GPS", "", "Opening", ""],
        ["", "Lng", "Lat", "From", "To"],
        ["Alpha", 116.8, 33.95, dt.time(8, 0), dt.time(18, 0)],
    )
    assert reading.stations["Alpha"].opening_hours == "08:00-18:00"


def test_a_grade_below_the_word_level_is_an_honour(tmp_path: Path) -> None:
    reading = ledger(tmp_path, ["名称", *WHERE, "等级"], ["甲司机之家", 116.8, 33.95, "AAAA级"])
    assert reading.stations["甲司机之家"].honours == (Honour.AAAA,)
    assert reading.said_of("甲司机之家") == []


def test_a_status_may_say_until_when_and_why(tmp_path: Path) -> None:
    said = "暂停使用（装修）至2026年12月31日"
    reading = ledger(
        tmp_path,
        ["名称", *WHERE, "状态"],
        ["甲", 116.8, 33.95, said],
        ["乙", 116.9, 33.95, "停用"],
    )
    station = reading.stations["甲"]
    assert (station.status, station.suspended_until) == (Status.SUSPENDED, dt.date(2026, 12, 31))
    assert station.status_reason == said
    assert reading.stations["乙"].suspended_until is None
    assert reading.stations["乙"].status_reason is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("停用至2026-12-31", dt.date(2026, 12, 31)),
        ("2026.12.31前暂停", dt.date(2026, 12, 31)),
        ("2026年5月1日起暂停", None),
        ("暂停至年底", None),
        ("暂停至2026年13月1日", None),
    ],
)
def test_the_end_of_a_suspension_is_not_its_beginning(text: str, date: dt.date | None) -> None:
    assert end_in(text) == date


@pytest.mark.parametrize("stations", [2, 3_000])
def test_a_note_below_the_table_states_the_datum(tmp_path: Path, stations: int) -> None:
    rows = [[f"{n}号站", 116.5 + n / 10_000, 33.95] for n in range(stations)]
    table = ["名称", "经度", "纬度"]
    reading = ledger(tmp_path, table, *rows, ["注：本表坐标采用百度坐标系"])
    assert reading.sheets[0].datum == Datum.BD09
    assert len(reading.stations) == stations


def test_a_remark_about_one_station_is_no_note_about_the_table(tmp_path: Path) -> None:
    with pytest.raises(DatumUnknown):
        ledger(tmp_path, ["名称", "经度", "纬度", "备注"], ["甲", 116.8, 33.95, "坐标取自百度"])


def test_a_sheet_s_name_states_the_datum(tmp_path: Path) -> None:
    path = files.write_csv(
        tmp_path / "相山区百度坐标.csv", [["名称", "经度", "纬度"], ["甲", 116.8, 33.95]]
    )
    assert read(path).sheets[0].datum == Datum.BD09


def test_names_of_columns_in_the_manner_of_programs(tmp_path: Path) -> None:
    header = ["name", "bd_lng", "bd_lat", "gcj_lng", "gcj_lat"]
    reading = ledger(tmp_path, header, ["甲", 116.9, 34.1, 116.8, 33.95])
    assert reading.sheets[0].datum == Datum.GCJ02
    assert reading.stations["甲"].source_lon == pytest.approx(116.8)


def test_a_foot_note_in_english_is_no_station(tmp_path: Path) -> None:
    reading = ledger(tmp_path, ["Name", *WHERE], ["A", 116.8, 33.95], ["Note: 1 = yes"])
    assert list(reading.stations) == ["A"]
    assert reading.refusals == {}

"""Headers, wherever and however they stand, and which column is read as what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station_map.domain.station import Station
from station_map.domain.vocabulary import AMENITIES, Datum
from station_map.errors import DatumUnknown, FileRefused
from station_map.importers.tables.datums import datums_in_note, datums_named
from station_map.importers.tables.detect import find_header
from station_map.importers.tables.match import amenity_named, meaning_of, meaning_of_cut
from station_map.importers.tables.plan import letter_of
from tests.importers import files
from tests.importers.reading_aloud import Reading, read

NO_COLUMN_OF_ITS_OWN = {
    "lon", "lat", "source_lon", "source_lat", "source_datum", "stated_district", "amenities",
    "verified_by", "bays_at", "hours_verified_at",
}  # fmt: skip


def sheet(tmp_path: Path, *rows: list[Any], datum: Datum | None = Datum.WGS84) -> Reading:
    return read(files.write_csv(tmp_path / "台账.csv", rows), datum)


@pytest.mark.parametrize("amenity", AMENITIES, ids=lambda amenity: amenity.code)
def test_every_amenity_is_known_by_its_codes_and_labels(amenity: Any) -> None:
    for name in (amenity.code, amenity.zh, amenity.en, amenity.en.upper()):
        assert amenity_named(name) == amenity.code
        meaning = meaning_of(name)
        assert meaning
        assert meaning.target == f"amenity:{amenity.code}"
    assert meaning_of(f"amenities.{amenity.code}") == meaning_of(amenity.code)
    meaning = meaning_of(f"是否有{amenity.zh}（个）")
    assert meaning
    assert meaning.target == f"amenity:{amenity.code}"


@pytest.mark.parametrize("field", sorted(set(Station.__dataclass_fields__) - NO_COLUMN_OF_ITS_OWN))
def test_every_field_of_a_station_is_known_by_its_own_name(field: str) -> None:
    meaning = meaning_of(field)
    assert meaning
    assert meaning.target == field


@pytest.mark.parametrize(
    ("header", "target", "datum"),
    [
        ("百度坐标", "position", Datum.BD09),
        ("高德经度", "lon", Datum.GCJ02),
        ("经度（高德）", "lon", Datum.GCJ02),
        ("腾讯地图坐标", "position", Datum.GCJ02),
        ("GPS纬度", "lat", Datum.WGS84),
        ("WGS84经度", "lon", Datum.WGS84),
        ("lng_bd09", "lon", Datum.BD09),
        ("gcj02_lat", "lat", Datum.GCJ02),
        ("坐标（天地图）", "position", Datum.WGS84),
        ("经度", "lon", None),
        ("Longitude", "lon", None),
        ("坐标（高德/百度）", "position", None),
        ("是否有WIFI", "amenity:wifi", None),
        ("面积（㎡）", "area_m2", None),
        ("开放时间*", "hours_text", None),
        ("联 系 电 话", "phone", None),
        ("如厕", "amenity:toilet", None),
        ("饮水设施", "amenity:drinking_water", None),
        ("热饭", "amenity:microwave", None),
        ("Ｗｉ－Ｆｉ", "amenity:wifi", None),
    ],
)
def test_headers_mean(header: str, target: str, datum: Datum | None) -> None:
    meaning = meaning_of(header)
    assert meaning
    assert (meaning.target, meaning.datum) == (target, datum)


@pytest.mark.parametrize("header", ["", "天气", "本月完成情况说明及下月打算" * 9, "√", "12"])
def test_other_words_mean_nothing(header: str) -> None:
    assert meaning_of(header) is None


def test_names_cut_by_a_shapefile_are_completed() -> None:
    cut = meaning_of_cut("开放时")
    assert cut
    assert cut.target == "hours_text"
    assert meaning_of_cut("某") is None


def test_columns_come_in_any_order_after_any_titles(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["某市工会驿站一览表", "", "", "", ""],
        ["填报单位：某市总工会", "", "", "2025年1月", ""],
        ["WIFI", "纬度", "驿站名称", "经度", "空调"],
        ["有", 33.95, "甲", 116.8, "无"],
    )
    station = reading.stations["甲"]
    assert (station.lon, station.lat) == (116.8, 33.95)
    assert {c: f.state for c, f in station.amenities.items()} == {
        "wifi": "yes",
        "air_conditioning": "no",
    }


def test_two_levels_of_headers_and_a_group_that_names_the_datum(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["名称", "高德坐标", "", "服务设施", "", "备注"],
        ["", "经度", "纬度", "饮水机", "微波炉", ""],
        ["甲", 116.8, 33.95, "√", "×", "一楼"],
        datum=None,
    )
    assert reading.sheets[0].datum == "gcj02"
    station = reading.stations["甲"]
    assert {c: f.state for c, f in station.amenities.items()} == {
        "drinking_water": "yes",
        "microwave": "no",
    }
    assert station.note == "一楼"


def test_english_headers_do(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["Name", "Latitude", "Longitude", "Opening hours text", "Microwave", "Address"],
        ["Gate", 33.95, 116.8, "8:00-18:00", "yes", "1 Main St"],
    )
    station = reading.stations["Gate"]
    assert (station.opening_hours, station.address) == ("08:00-18:00", "1 Main St")
    assert station.amenities["microwave"].state == "yes"


def test_unread_columns_are_reported_with_the_reason(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["名称", "经度", "纬度", "今日天气", "地址", "详细地址", "联系人", "序号"],
        ["甲", 116.8, 33.95, "晴", "甲路", "乙路", "某某", 1],
    )
    why = {c.label: c.why_en for c in reading.sheets[0].columns if not c.read_as}
    assert why == {
        "今日天气": "no known column",
        "详细地址": "repeats '地址'",
        "联系人": "names of persons are not taken in",
    }
    assert reading.stations["甲"].address == "甲路"


def test_of_two_pairs_of_coordinates_the_one_nearest_to_wgs84_counts(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["名称", "百度经度", "百度纬度", "GPS经度", "GPS纬度"],
        ["甲", 116.81, 33.96, 116.8, 33.95],
        datum=None,
    )
    assert reading.sheets[0].datum == "wgs84"
    assert reading.stations["甲"].lon == 116.8
    assert reading.read_as["百度经度"] == ""


def test_a_district_written_once_counts_for_the_rows_below(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["名称", "经度", "纬度", "县区", "地址"],
        ["甲", 116.8, 33.95, "相山区", "甲路"],
        ["乙", 116.81, 33.95, "", ""],
        ["丙", 116.82, 33.95, "烈山区", ""],
        ["丁", 116.83, 33.95, "", ""],
    )
    assert [s.stated_district for s in reading.stations.values()] == [
        "相山区", "相山区", "烈山区", "烈山区",
    ]  # fmt: skip
    assert [s.address for s in reading.stations.values()] == ["甲路", None, None, None]


def test_merged_cells_count_for_their_rows_but_not_names_or_phones(tmp_path: Path) -> None:
    rows = [
        ["名称", "GPS经度", "GPS纬度", "开放时间", "电话", "空调"],
        ["甲", 116.80, 33.95, "全天", "0561-1", "√"],
        ["乙", 116.81, 33.95, "", "", ""],
        ["丙", 116.82, 33.95, "", "", ""],
        ["丁", 116.83, 33.95, "", "", ""],
    ]
    path = files.write_xlsx(tmp_path / "a.xlsx", rows, ["D2:D4", "E2:E4", "F3:F4"])
    stations = read(path).stations.values()
    assert [s.opening_hours for s in stations] == ["24/7", "24/7", "24/7", None]
    assert [s.phone for s in stations] == ["0561-1", None, None, None]
    assert [len(s.amenities) for s in stations] == [1, 0, 0, 0]


def test_rows_that_are_no_stations_are_left_out(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["序号", "名称", "经度", "纬度"],
        ["一、相山区", "", "", ""],
        [1, "甲", 116.8, 33.95],
        ["小计", 1, "", ""],
        ["序号", "名称", "经度", "纬度"],
        [2, "乙", 116.9, 33.95],
        [3, "", "", ""],
        ["总 计：", "", 2, ""],
        ["填表人：某某", "", "审核：某某", ""],
    )
    assert list(reading.stations) == ["甲", "乙"]
    assert {row.number: row.left_out.zh for row in reading.rows if row.left_out} == {
        2: "小标题或说明，不是驿站",
        4: "合计行，不是驿站",
        5: "重复的表头",
        7: "小标题或说明，不是驿站",
        8: "合计行，不是驿站",
        9: "小标题或说明，不是驿站",
    }
    assert reading.refusals == {}


def test_a_row_with_a_position_but_no_name_is_refused(tmp_path: Path) -> None:
    reading = sheet(tmp_path, ["名称", "经度", "纬度", "地址"], ["", 116.8, 33.95, "甲路"])
    assert reading.refusals == {2: "column A: no name"}


def test_a_sheet_without_a_header_is_said_to_have_none(tmp_path: Path) -> None:
    assert sheet(tmp_path, ["甲", 1, 2], ["乙", 3, 4]).sheets[0].read is False
    reading = sheet(tmp_path, ["名称", "地址", "电话"], ["甲", "甲路", "1"])
    assert reading.sheets[0].warnings[0].en == "no columns of longitude and latitude"


# -- the datum ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("note", "datum"),
    [
        ("坐标来源：高德地图；填表日期：2025年1月", Datum.GCJ02),
        ("说明：经纬度由百度拾取", Datum.BD09),
        ("坐标系：CGCS2000", Datum.WGS84),
        ("Coordinates: WGS-84", Datum.WGS84),
        ("坐标系为GCJ－02", Datum.GCJ02),
    ],
)
def test_a_note_above_the_header_states_the_datum(tmp_path: Path, note: str, datum: Datum) -> None:
    reading = sheet(tmp_path, [note], ["名称", "经度", "纬度"], ["甲", 116.8, 33.95], datum=None)
    assert reading.sheets[0].datum == datum


@pytest.mark.parametrize(
    "note", ["由百度公司赞助", "坐标不是百度坐标", "高德地图上可以搜到", "坐标来源：现场采集"]
)
def test_other_notes_state_nothing(tmp_path: Path, note: str) -> None:
    assert datums_in_note(note) == set()
    with pytest.raises(DatumUnknown) as caught:
        sheet(tmp_path, [note], ["名称", "经度", "纬度"], ["甲", 116.8, 33.9], datum=None)
    for part in ("--datum gcj02", "百度坐标", "坐标来源：高德地图", "nothing was imported"):
        assert part in str(caught.value)
    assert isinstance(caught.value, FileRefused)


def test_statements_that_contradict_each_other_stop_the_import(tmp_path: Path) -> None:
    rows = (["坐标来源：高德地图"], ["名称", "百度坐标"], ["甲", "116.8,33.95"])
    with pytest.raises(DatumUnknown, match="different datums are stated"):
        sheet(tmp_path, *rows, datum=None)
    reading = sheet(tmp_path, *rows, datum=Datum.BD09)
    assert [w.en for w in reading.sheets[0].warnings] == [
        "the option says BD-09, the sheet GCJ-02; the option is followed"
    ]


def test_a_column_may_state_the_datum_row_by_row(tmp_path: Path) -> None:
    reading = sheet(
        tmp_path,
        ["名称", "经度", "纬度", "坐标系"],
        ["甲", 116.8, 33.95, "WGS84"],
        ["乙", 116.8, 33.95, "高德"],
        ["丙", 116.8, 33.95, ""],
        datum=None,
    )
    assert [s.source_datum for s in reading.stations.values()] == [Datum.WGS84, Datum.GCJ02]
    assert reading.stations["甲"].lon == 116.8 != reading.stations["乙"].lon
    assert "nothing says which datum" in reading.refusals[4]


# -- properties ---------------------------------------------------------------------------


@given(st.text(max_size=80))
def test_no_header_breaks_the_lookup(text: str) -> None:
    meaning_of(text)
    meaning_of_cut(text)
    datums_named(text)
    amenity_named(text)


cells = st.one_of(st.text(max_size=8), st.floats(), st.integers(), st.booleans())


@settings(max_examples=50)
@given(st.lists(st.lists(cells, max_size=6), max_size=8))
def test_no_sheet_breaks_the_search_for_a_header(rows: list[list[Any]]) -> None:
    header = find_header(rows)
    assert header is None or "name" in header.targets


@given(st.permutations(["名称", "经度", "纬度", "空调", "地址", "电话"]))
def test_the_order_of_columns_does_not_matter(order: list[str]) -> None:
    header = find_header([order])
    assert header
    assert header.targets == {"name", "lon", "lat", "amenity:air_conditioning", "address", "phone"}


@pytest.mark.parametrize(
    ("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_the_letters_of_spreadsheets(index: int, letter: str) -> None:
    assert letter_of(index) == letter

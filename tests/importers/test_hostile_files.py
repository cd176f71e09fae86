"""Files made to hurt: each ends in a clear refusal within the limits that settings name."""

from __future__ import annotations

import os
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from station_map.errors import FileRefused, LimitExceeded
from station_map.importers.limits import ImportLimits
from tests.importers import files
from tests.importers.reading_aloud import read

MIB = 1 << 20
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_sheet(path: Path, xml: bytes, name: str = SHEET, level: int = 1) -> Path:
    """A workbook whose sheet (or another part) is the given XML."""
    model = files.write_xlsx(path.with_name("model.xlsx"), files.table())
    with (
        zipfile.ZipFile(model) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as sink,
    ):
        for entry in source.infolist():
            sink.writestr(entry.filename, xml if entry.filename == name else source.read(entry))
    return path


def sheet_xml(rows: bytes, head: bytes = b"") -> bytes:
    return (
        b'<?xml version="1.0" encoding="UTF-8"?>' + head + b'<worksheet xmlns="'
        + NAMESPACE.encode() + b'"><sheetData>' + rows + b"</sheetData></worksheet>"
    )  # fmt: skip


def refuses(path: Path, limit: str, limits: ImportLimits | None = None) -> str:
    """The message with which a file is refused; it names the setting."""
    with pytest.raises(LimitExceeded) as caught:
        read(path, limits=limits)
    message = str(caught.value)
    assert f"STATION_MAP_IMPORT_{limit.upper()}" in message
    assert caught.value.parameter == limit
    assert path.name in message
    return message


# -- archives -----------------------------------------------------------------------------


def test_a_bomb_is_known_by_its_ratio(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "bomb.xlsx", bytes(80 * MIB), level=9)
    assert path.stat().st_size < MIB
    refuses(path, "max_ratio")


def test_a_bomb_is_known_by_its_declared_size(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "bomb.xlsx", bytes(3 * MIB))
    refuses(path, "max_unzipped_bytes", ImportLimits(max_unzipped_bytes=2 * MIB))


def test_a_bomb_that_lies_about_its_size_is_inflated_no_further(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "bomb.xlsx", bytes(3 * MIB))
    declared = struct.pack("<L", 3 * MIB)
    content = path.read_bytes()
    assert content.count(declared) == 2
    path.write_bytes(content.replace(declared, struct.pack("<L", 1000)))
    refuses(path, "max_unzipped_bytes", ImportLimits(max_unzipped_bytes=2 * MIB))
    with pytest.raises(FileRefused, match="lies about the size"):
        read(path)


def test_an_archive_of_too_many_entries_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(3_000):
            archive.writestr(f"{number}.shp", b"")
    refuses(path, "max_zip_entries")


def test_entries_that_climb_out_of_their_folder_write_nothing_there(tmp_path: Path) -> None:
    inside = tmp_path / "deep" / "folder"
    inside.mkdir(parents=True)
    path = files.write_shapefile_zip(inside / "a.zip", inside="../../../evil")
    before = sorted(entry for entry in tmp_path.rglob("*"))
    assert len(read(path).stations) == len(files.STATIONS)
    assert sorted(entry for entry in tmp_path.rglob("*")) == before
    assert not list(tmp_path.parent.glob("evil*"))


def test_a_zip_without_a_shapefile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../etc/passwd", "root")
    with pytest.raises(FileRefused, match=r"no \.shp"):
        read(path)


# -- size ---------------------------------------------------------------------------------


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.geojson"
    with path.open("wb") as stream:
        stream.truncate(500_000_000)
    refuses(path, "max_bytes")


def test_ten_million_empty_lines_end_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(b"\n" * 10_000_000)
    refuses(path, "max_blank_rows")


def test_ten_million_empty_rows_of_a_sheet_hold_nothing(tmp_path: Path) -> None:
    path = with_sheet(tmp_path / "empty.xlsx", sheet_xml(b"<row/>" * 10_000_000))
    reading = read(path)
    assert [sheet.read for sheet in reading.sheets] == [False]


def test_empty_but_formatted_rows_below_a_table_do_no_harm(tmp_path: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="0"/></row>' % (number, number)
        for number in range(1_000_000, 1_048_577)
    )
    table = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>GPS经度</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>GPS纬度</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>甲</t></is></c>'
        '<c r="B2"><v>116.8</v></c><c r="C2"><v>33.9</v></c></row>'
    )
    path = with_sheet(tmp_path / "a.xlsx", sheet_xml(table.encode() + rows))
    assert read(path).stations.keys() == {"甲"}


def test_two_cells_at_the_far_corners_do_not_fill_the_memory(tmp_path: Path) -> None:
    rows = (
        b'<row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    path = with_sheet(tmp_path / "corners.xlsx", sheet_xml(rows))
    with pytest.raises(LimitExceeded):
        read(path)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = files.write_csv(tmp_path / "a.csv", files.table() * 50)
    refuses(path, "max_rows", ImportLimits(max_rows=100))


@pytest.mark.parametrize("count", [100_000, 1_000])
def test_too_many_columns_are_refused(tmp_path: Path, count: int) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(["名称"] * count) + "\n", "utf-8")
    refuses(path, "max_columns")


def test_too_many_properties_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.geojson"
    wide = {f"p{number}": 1 for number in range(100_000)}
    path.write_text(files.collection(files.feature(wide, files.point(116, 33))), "utf-8")
    refuses(path, "max_columns")


def test_a_very_long_cell_refuses_its_row_alone(tmp_path: Path) -> None:
    rows = [*files.table(), ["长", 116.8, 33.9, "", "八" * 9_000]]
    reading = read(files.write_csv(tmp_path / "a.csv", rows))
    assert len(reading.stations) == len(files.STATIONS)
    (reason,) = reading.refusals.values()
    assert "column E: 9,000 characters" in reason
    assert "STATION_MAP_IMPORT_MAX_CELL_CHARS" in reason


def test_a_quote_that_never_closes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('名称,GPS经度,GPS纬度\n"甲,116,33\n' + "乙,116,33\n" * 20_000, "utf-8")
    with pytest.raises(FileRefused, match="unclosed quote"):
        read(path)


def test_a_reader_that_takes_for_ever_is_stopped(tmp_path: Path) -> None:
    path = files.write_layer(tmp_path / "endless.gpkg", "GPKG")
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "CREATE VIEW forever AS WITH RECURSIVE n(fid) AS"
            " (SELECT 1 UNION ALL SELECT fid + 1 FROM n) SELECT fid, 'x' AS 名称 FROM n;"
            "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
            " VALUES ('forever', 'attributes', 'forever');"
        )
    connection.close()
    refuses(path, "reader_seconds", ImportLimits(reader_seconds=3))


# -- content ------------------------------------------------------------------------------


def nul_csv(path: Path) -> None:
    path.write_bytes("名称,经度,纬度\n甲\0,116,33\n".encode())


def neither_encoding(path: Path) -> None:
    path.write_bytes(b"\x81\x20\xff\xff\xff,a\n")


def half_a_workbook(path: Path) -> None:
    whole = files.write_xlsx(path.with_name("whole.xlsx"), files.table()).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def no_workbook_inside(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def broken_sheet(path: Path) -> None:
    with_sheet(path, b"<worksheet><sheetData><row><c></row>")


def old_excel(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def billion_laughs_kml(path: Path) -> None:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    files.write_kml(
        path, before=f"<!DOCTYPE kml [{entities}]>", extra="<Placemark><name>&j;</name></Placemark>"
    )


def outside_entity_kml(path: Path) -> None:
    files.write_kml(path, before='<!DOCTYPE kml SYSTEM "file:///etc/passwd">')


def deep_kml(path: Path) -> None:
    path.write_text("<kml>" + "<Folder>" * 5_000, "utf-8")


def deep_geojson(path: Path) -> None:
    path.write_text('{"type": "FeatureCollection", "x": ' + "[" * 1_000_000, "utf-8")


def cut_geojson(path: Path) -> None:
    whole = files.write_geojson(path).read_text("utf-8")
    path.write_text(whole[: len(whole) // 2], "utf-8")


def one_feature(path: Path) -> None:
    path.write_text('{"type": "Feature", "properties": {}, "geometry": null}', "utf-8")


def text_called_gpkg(path: Path) -> None:
    path.write_text("hello", "utf-8")


def remote_vrt_called_gpkg(path: Path) -> None:
    path.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>/vsicurl/http://127.0.0.1:9/a.gpkg"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        "utf-8",
    )


def plain_sqlite_called_gpkg(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (名称 text)")
    connection.commit()
    connection.close()


def garbage_shapefile(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for suffix in ("shp", "shx", "dbf"):
            archive.writestr(f"a.{suffix}", os.urandom(4_000))


HOSTILE: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "nul": ("a.csv", nul_csv),
    "encoding": ("a.csv", neither_encoding),
    "half": ("a.xlsx", half_a_workbook),
    "no workbook": ("a.xlsx", no_workbook_inside),
    "broken sheet": ("a.xlsx", broken_sheet),
    "old excel": ("a.xlsx", old_excel),
    "laughs": ("a.kml", billion_laughs_kml),
    "outside entity": ("a.kml", outside_entity_kml),
    "deep kml": ("a.kml", deep_kml),
    "deep geojson": ("a.geojson", deep_geojson),
    "cut geojson": ("a.geojson", cut_geojson),
    "feature": ("a.geojson", one_feature),
    "text gpkg": ("a.gpkg", text_called_gpkg),
    "remote vrt": ("a.gpkg", remote_vrt_called_gpkg),
    "sqlite": ("a.gpkg", plain_sqlite_called_gpkg),
    "garbage shapefile": ("a.zip", garbage_shapefile),
    "nothing": ("a.csv", lambda path: path.write_bytes(b"")),
    "folder": ("a.csv", lambda path: path.mkdir()),
    "pipe": ("a.csv", os.mkfifo),
    "missing": ("a.csv", lambda _: None),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_broken_or_hostile_file_is_refused_in_both_languages(tmp_path: Path, case: str) -> None:
    name, make = HOSTILE[case]
    make(tmp_path / name)
    with pytest.raises(FileRefused) as caught:
        read(tmp_path / name)
    chinese, english = str(caught.value).split("\n", 1)
    assert chinese.startswith(f"{name}：")
    assert english.startswith(f"{name}: ")


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://127.0.0.1:9/a.gpkg", "/vsizip/vsicurl/a.zip", "PG:host=/tmp"]
)
def test_names_that_gdal_would_follow_are_only_names(name: str) -> None:
    with pytest.raises(FileRefused, match="cannot open"):
        read(Path(name))


def test_entities_in_a_workbook_are_not_expanded(tmp_path: Path) -> None:
    head = b'<!DOCTYPE w [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>'
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>名称&b;</t></is></c></row>'.encode()
    path = with_sheet(tmp_path / "a.xlsx", sheet_xml(rows, head))
    try:
        labels = {column.label for sheet in read(path).sheets for column in sheet.columns}
    except FileRefused:
        return
    assert not any("haha" in label for label in labels)


def test_formulas_count_by_their_saved_value_and_are_never_evaluated(tmp_path: Path) -> None:
    rows = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>名称</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>GPS经度</t></is></c>'
        '<c r="C1" t="inlineStr"><is><t>GPS纬度</t></is></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"甲"&amp;"站"</f><v>甲站</v></c>'
        '<c r="B2"><f>100+16.8</f><v>116.8</v></c><c r="C2"><v>33.9</v></c></row>'
        '<row r="3"><c r="A3" t="inlineStr"><is><t>乙站</t></is></c>'
        '<c r="B3"><f>100+16.8</f></c><c r="C3"><v>33.9</v></c></row>'
    )
    reading = read(with_sheet(tmp_path / "a.xlsx", sheet_xml(rows.encode())))
    assert reading.stations.keys() == {"甲站"}
    assert reading.stations["甲站"].lon == 116.8
    assert list(reading.refusals) == [3]


HOSTILE_NAMES = (
    "=cmd|' /C calc'!A0", "{{7*7}}", "{% raw", "${alert(1)}", "</script><b>", "`rm -rf`",
    "[red]名[/red]", "'; DROP TABLE station; --", "😀" * 1_000, "../../../etc/passwd", "%s %n {0}",
)  # fmt: skip


@pytest.mark.parametrize("form", ["a.csv", "a.xlsx"])
def test_hostile_names_pass_as_text(tmp_path: Path, form: str) -> None:
    rows = [
        ["名称", "GPS经度", "GPS纬度"],
        *([name, 116.8, 33.9] for name in HOSTILE_NAMES),
    ]
    write = files.write_csv if form.endswith("csv") else files.write_xlsx
    found = read(write(tmp_path / form, rows))
    expected = set(HOSTILE_NAMES)
    if form.endswith("xlsx"):
        # openpyxl writes this one as a formula without a value; then there is no name.
        expected.discard(HOSTILE_NAMES[0])
        assert list(found.refusals) == [2]
    assert found.stations.keys() == expected


def test_control_characters_leave_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        files.collection(files.feature({"name": "甲\0\u0007\ud800站"}, files.point(116.8, 33.9)))
        .encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
        "utf-8",
    )  # fmt: skip
    (name,) = read(path).stations
    assert "\0" not in name
    assert name.startswith("甲")

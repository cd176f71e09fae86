"""Files that are well made and meant to hurt: refused, or read as nothing but their cells."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from station_map.errors import FileRefused
from tests.importers import files
from tests.importers.reading_aloud import read
from tests.importers.test_hostile_files import with_sheet

SECRET = "root:x:0:0"
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://127.0.0.1:9/x">%p;]>'
LAUGHS = "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)  # fmt: skip


def names_in(path: Path) -> str:
    """Every text that was read of a file, or why it was not."""
    try:
        return repr(read(path))
    except FileRefused as refused:
        return str(refused)


def plain(path: Path) -> bytes:
    """The cells of the sheet that `with_sheet` replaces, as the model has them."""
    model = files.write_xlsx(path.with_name("model.xlsx"), files.table())
    with zipfile.ZipFile(model) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"]
)  # fmt: skip
@pytest.mark.parametrize("head", [OUTSIDE, f'<!DOCTYPE x [<!ENTITY a "ha">{LAUGHS}]>'])
def test_entities_in_no_part_of_a_workbook_are_followed(
    tmp_path: Path, part: str, head: str
) -> None:
    model = files.write_xlsx(tmp_path / "model.xlsx", files.table())
    with zipfile.ZipFile(model) as archive:
        names = archive.namelist()
        xml = archive.read(part).decode() if part in names else ""
    assert xml, names
    start = xml.find("?>") + 2 if "?>" in xml else 0
    evil = xml[:start] + head + xml[start:].replace("甲", "&e;&j;甲")
    told = names_in(with_sheet(tmp_path / "evil.xlsx", evil.encode(), part))
    assert SECRET not in told
    assert "hahaha" not in told


def test_a_workbook_that_links_outside_asks_nobody(tmp_path: Path) -> None:
    """External links, data connections and a relation to a server: sockets are closed in tests."""
    path = tmp_path / "linked.xlsx"
    files.write_xlsx(path, files.table())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", '<externalLink r:id="rId1"/>')
        archive.writestr(
            "xl/externalLinks/_rels/externalLink1.xml.rels",
            '<Relationships><Relationship Id="rId1" Target="http://127.0.0.1:9/a.xlsx" TargetMode="External"/></Relationships>',
        )
        archive.writestr(
            "xl/connections.xml", '<connections><connection odcFile="//evil/x"/></connections>'
        )
    assert len(read(path).stations) == len(files.STATIONS)


@pytest.mark.parametrize(
    "name", ["../../../evil.xml", "/etc/evil.xml", "..\\..\\evil.xml", "C:\\evil.xml", "a\u0000.xml", "xl/../../../evil"]
)  # fmt: skip
def test_names_in_a_workbook_write_nothing(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    path = files.write_xlsx(inside / "a.xlsx", files.table())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "evil")
    before = sorted(tmp_path.rglob("*"))
    names_in(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_within_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = files.write_shapefile_zip(tmp_path / "inner.zip")
    path = tmp_path / "outer.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "inner.zip")
        archive.write(inner, "a.shp.zip")
    with pytest.raises(FileRefused):
        read(path)


def test_a_link_in_a_zip_leads_nowhere(tmp_path: Path) -> None:
    """Entries that a Unix zip would make symbolic links."""
    path = files.write_shapefile_zip(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for ending in ("prj", "cpg", "qix"):
            entry = zipfile.ZipInfo(f"link.{ending}")
            entry.external_attr = 0o120777 << 16
            archive.writestr(entry, "/etc/passwd")
    assert SECRET not in names_in(path)
    assert not [one for one in tmp_path.rglob("*") if one.is_symlink()]


def with_sql(path: Path, script: str) -> Path:
    files.write_layer(path, "GPKG")
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    return path


def test_triggers_of_a_geopackage_are_not_fired(tmp_path: Path) -> None:
    """Reading fires none; and the file is as it was afterwards."""
    path = files.write_layer(tmp_path / "a.gpkg", "GPKG")
    connection = sqlite3.connect(path)
    (table,) = connection.execute("SELECT table_name FROM gpkg_contents").fetchone()
    connection.executescript(
        f'CREATE TRIGGER evil AFTER INSERT ON "{table}" BEGIN DELETE FROM "{table}"; END;'
        f'CREATE TRIGGER worse AFTER UPDATE ON "{table}"'
        " BEGIN SELECT load_extension('/tmp/evil'); END;"
    )
    connection.close()
    before = path.read_bytes()
    assert len(read(path).stations) == len(files.STATIONS)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "select",
    [
        "SELECT load_extension('/tmp/evil.so') AS fid, 'x' AS 名称",
        "SELECT readfile('/etc/passwd') AS fid, 'x' AS 名称",
        "SELECT 1 AS fid, CAST(readfile('/etc/passwd') AS text) AS 名称",
        "SELECT 1 AS fid, ogr_geocode('x') AS 名称",
    ],
)
def test_views_of_a_geopackage_reach_nothing_outside(tmp_path: Path, select: str) -> None:
    path = with_sql(
        tmp_path / "a.gpkg",
        f"CREATE VIEW evil AS {select};"
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('evil', 'attributes', 'evil');",
    )
    assert SECRET not in names_in(path)


def test_a_geometry_nested_deeply_is_refused(tmp_path: Path) -> None:
    deep = "[" * 3_000 + "]" * 3_000
    for geometry in (
        f'{{"type":"Point","coordinates":{deep}}}',
        '{"type":"GeometryCollection","geometries":[' * 2_000 + "]}" * 2_000,
    ):
        path = tmp_path / "a.geojson"
        path.write_text(
            '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"名称":"甲"},'
            f'"geometry":{geometry}}}]}}',
            "utf-8",
        )
        told = names_in(path)
        assert "RecursionError" not in told


@pytest.mark.parametrize(
    "value", ["1e999", "-1e999", "NaN", "Infinity", "9" * 5_000, '"116"', "null", "true", "[]"]
)
def test_a_position_that_is_none_refuses_its_row_or_the_file(tmp_path: Path, value: str) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"名称":"甲"},'
        f'"geometry":{{"type":"Point","coordinates":[{value},33.9]}}}}]}}',
        "utf-8",
    )
    told = names_in(path)
    assert "'甲': Station" not in told or value == '"116"'


KML_HEADS: dict[str, Callable[[], str]] = {
    "outside": lambda: OUTSIDE.replace("<!DOCTYPE x", "<!DOCTYPE kml"),
    "parameter": lambda: (
        "<!DOCTYPE kml [<!ENTITY % a \"<!ENTITY e SYSTEM 'file:///etc/passwd'>\">%a;]>"
    ),
    "quadratic": lambda: f'<!DOCTYPE kml [<!ENTITY e "{"x" * 50_000}">]>',
}


@pytest.mark.parametrize("head", KML_HEADS)
def test_entities_of_a_kml_are_refused(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.kml"
    inner = "&e;" * (5_000 if head == "quadratic" else 1)
    files.write_kml(
        path, before=KML_HEADS[head](), extra=f"<Placemark><name>{inner}</name></Placemark>"
    )
    with pytest.raises(FileRefused):
        read(path)


def test_a_kml_that_links_asks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "a.kml"
    files.write_kml(
        path,
        extra="<NetworkLink><Link><href>http://127.0.0.1:9/b.kml</href></Link></NetworkLink>"
        "<Style><IconStyle><Icon><href>file:///etc/passwd</href></Icon></IconStyle></Style>",
    )
    assert SECRET not in names_in(path)


def test_a_kmz_is_read_as_a_kml_or_refused(tmp_path: Path) -> None:
    """With a page that climbs out, and entities in the document itself."""
    inner = files.write_kml(
        tmp_path / "doc.kml", before=OUTSIDE.replace("<!DOCTYPE x", "<!DOCTYPE kml")
    )
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(inner, "doc.kml")
        archive.writestr("../../evil.kml", "evil")
    before = sorted(tmp_path.rglob("*"))
    assert SECRET not in names_in(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_nul_bytes_refuse_a_csv_and_stay_out_of_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for content in ("名称,经度,纬度\n甲\0乙,116.8,33.9\n", "名\0称,经度,纬度\n甲,116.8,33.9\n"):
        path.write_bytes(content.encode())
        assert "\\x00" not in names_in(path)
    features = [{"type": "Feature", "properties": {"名称": "a\0b"}, "geometry": {"type": "Point", "coordinates": [116.8, 33.9]}}]  # fmt: skip
    other = tmp_path / "a.geojson"
    other.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert "\\x00" not in names_in(other)

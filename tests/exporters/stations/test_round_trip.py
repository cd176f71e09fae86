"""Each export, read by `import` and by programs of others, gives back the same stations."""

from __future__ import annotations

import csv
import datetime as dt
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyogrio
import pytest

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.errors import InputError
from station_map.exporters.stations.formats import FORMATS, write
from station_map.exporters.stations.terms import Terms
from station_map.importers.service import ImportOptions, import_files
from station_map.store.database import Database
from station_map.store.station_exports import exported
from tests.web.stations import HOSTILE_NAMES, save

TERMS = Terms(Datum.WGS84, "CC BY 4.0", "某市总工会")
READ_BACK = [form for form in FORMATS if form != "gpx"]
# What comes of where coordinates were first given is the importer's to say, not the file's.
NOT_KEPT = ("source_lon", "source_lat", "source_datum", "stated_district")
FULL = Station(
    name="淮海路驿站",
    lon=116.7981234,
    lat=33.9561234,
    aliases=("甲站", "乙站"),
    kind=Kind.DRIVER_HOME,
    brand="爱心",
    host_type=HostType.SERVICE_AREA,
    builder_type=BuilderType.JOINT_BUILT,
    operator="相山区总工会",
    phone="0561-3012345",
    position_source="实测",
    position_precision_m=2.5,
    address="淮海路 1 号",
    landmark="邮局旁",
    floor="1",
    entrance_note="北门",
    road_ref="G3",
    road_direction="北京方向",
    road_stake="K700+5",
    seats=12,
    area_m2=33.5,
    audience=Audience.OUTDOOR_WORKERS,
    access_method=AccessMethod.QR_CODE,
    registration_required=False,
    price="=1+1",
    rules="@rules",
    opening_hours="Mo-Fr 08:00-20:00",
    hours_text="周一至周五8点到20点",
    staffed_hours="9点到17点",
    hours_source="门牌",
    status=Status.SUSPENDED,
    suspended_until=dt.date(2026, 12, 31),
    status_reason="+装修",
    verified_at=dt.datetime(2026, 11, 1, 8, 30, tzinfo=dt.UTC),
    last_inspected_on=dt.date(2026, 10, 2),
    service_level=ServiceLevel.SMART,
    honours=(Honour.AAAA, Honour.MODEL),
    amenities={
        "wifi": AmenityFact("yes"),
        "shower": AmenityFact("no"),
        "toilet": AmenityFact("partial"),
        "microwave": AmenityFact("broken"),
    },
    bays_total=20,
    bays_free=0,
    max_height_m=4.5,
    max_length_m=18.5,
    parking_paid=True,
    security_level="二级",
    source="ledger",
    source_id="A-1",
    source_date=dt.date(2026, 9, 1),
    note="'=引号",
)
BARE = Station(name="只有名字", lon=118.6, lat=24.9)


def every() -> list[Station]:
    hostile = [
        Station(name=name, lon=round(116.7 + n / 1000, 3), lat=33.9, address=name, note=name)
        for n, name in enumerate(HOSTILE_NAMES)
        # The importer makes these half-width and one line; it would never have stored them so.
        if name != "ｆｕｌｌ　ｗｉｄｔｈ" and "\u2028" not in name
    ]
    return [FULL, BARE, *hostile]


def written(database: Database, folder: Path, form: str, terms: Terms = TERMS) -> Path:
    path = folder / f"out.{form}"
    write(form, path, exported(database, [([], {})]), terms)
    return path


def kept(database: Database) -> list[dict[str, Any]]:
    rows = database.rows("SELECT code, station_document(s) FROM station s ORDER BY code")
    return [
        {name: value for name, value in document.items() if name not in NOT_KEPT}
        for _, document in rows
    ]


def empty(database: Database) -> None:
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM station")


@pytest.mark.parametrize("form", READ_BACK)
def test_import_of_an_export_gives_the_same_stations(
    database: Database, tmp_path: Path, form: str
) -> None:
    save(database, every())
    before = kept(database)
    path = written(database, tmp_path, form)
    again = import_files(database, [path], ImportOptions())
    assert [row for row in again.rows if row.outcome != "unchanged"] == []
    assert len(again.rows) == len(before)
    empty(database)
    import_files(database, [path], ImportOptions())
    assert kept(database) == before


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
@pytest.mark.parametrize("form", ["geojson", "csv", "xlsx"])
def test_another_datum_is_said_and_read_back(
    database: Database, tmp_path: Path, form: str, datum: Datum
) -> None:
    save(database, [FULL])
    path = written(database, tmp_path, form, Terms(datum, "L", "A"))
    empty(database)
    import_files(database, [path], ImportOptions())
    [(lon, lat)] = database.rows("SELECT lon, lat FROM station")
    assert (lon, lat) == pytest.approx((FULL.lon, FULL.lat), abs=2e-7)


@pytest.mark.parametrize("form", ["gpkg", "kml", "gpx"])
def test_formats_of_one_datum_refuse_another(tmp_path: Path, form: str) -> None:
    with pytest.raises(InputError, match="WGS-84"):
        write(form, tmp_path / "out", [], Terms(Datum.BD09, "L", "A"))


def test_programs_of_others_read_them(database: Database, tmp_path: Path) -> None:
    save(database, every())
    wanted = {station.name for station in every()}
    frame = pyogrio.read_dataframe(written(database, tmp_path, "gpkg"))
    assert set(frame["name"]) == wanted
    assert frame.crs == "EPSG:4326"
    assert frame.set_index("name").geometry[FULL.name].x == FULL.lon
    book = openpyxl.load_workbook(written(database, tmp_path, "xlsx"))
    assert {row[1] for row in book["驿站"].iter_rows(min_row=2, values_only=True)} == wanted
    assert all(c.data_type != "f" for row in book["驿站"].iter_rows() for c in row)
    space = "{http://www.topografix.com/GPX/1/1}"
    tree = ET.parse(written(database, tmp_path, "gpx"))  # noqa: S314 - our own file
    points = {one.findtext(f"{space}name"): one for one in tree.iter(f"{space}wpt")}
    assert points.keys() == wanted
    assert points[FULL.name].findtext(f"{space}sym") == "Truck Stop"
    assert float(points[FULL.name].attrib["lat"]) == FULL.lat


def test_no_cell_of_csv_is_a_formula(database: Database, tmp_path: Path) -> None:
    save(database, every())
    text = written(database, tmp_path, "csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    assert not [c for r in rows for c in r.values() if c.lstrip().startswith(("=", "+", "-", "@"))]
    assert {row["收费"] for row in rows} == {"'=1+1", ""}


@pytest.mark.parametrize("form", ["geojson", "csv", "kml", "gpx"])
def test_licence_and_attribution_are_told(database: Database, tmp_path: Path, form: str) -> None:
    save(database, [BARE])
    text = written(database, tmp_path, form).read_text(encoding="utf-8")
    assert TERMS.licence in text
    assert TERMS.attribution in text


def test_nothing_personal_is_told(database: Database, tmp_path: Path) -> None:
    save(database, [Station(name="甲", lon=116.8, lat=33.9, phone="13912345678", verified_by="某")])
    for form in ("geojson", "csv", "kml", "gpx"):
        assert "13912345678" not in written(database, tmp_path, form).read_text(encoding="utf-8")
    [chunk] = exported(database, [([], {})])
    assert "verified_by" not in chunk[0].facts

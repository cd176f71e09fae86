"""The GeoPackage, read back by GDAL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

import numpy as np
import pyogrio
import pytest

from station_map.exporters.planning import forms, geopackage, layers
from station_map.exporters.planning.report import Report
from tests.exporters.planning.examples import NASTY, coverage, siting


def written(report: Report, folder: Path) -> Path:
    path = folder / "报告.gpkg"
    path.write_bytes(forms.as_gpkg(report))
    return path


def test_layers_of_coverage(tmp_path: Path) -> None:
    report = coverage(compared=True)
    path = written(report, tmp_path)
    kinds = {
        "cells": "Point",
        "districts": "MultiPolygon",
        "gaps": "MultiPolygon",
        "stations": "Point",
        "about": None,
        "layer_styles": None,
    }
    assert dict(pyogrio.list_layers(path).tolist()) == kinds
    cells = pyogrio.read_dataframe(path, layer="cells")
    assert cells.crs.to_epsg() == 4326
    assert np.allclose(np.column_stack([cells.geometry.x, cells.geometry.y]), report.lonlat)
    assert cells["demand"].tolist() == report.weight.tolist()
    assert set(cells["cover"]) == {"yes", "no", "unknown"}
    covered = cells.loc[cells["cover"] == "yes", "demand"].sum()
    main = next(one for one in report.result.shares if one.label == "1000 m")
    assert covered == pytest.approx(main.demand.low.sum())
    assert set(cells["change"]) == {"loses", "same"}
    districts = pyogrio.read_dataframe(path, layer="districts").set_index("adcode")
    assert districts.loc["340603", "demand"] == report.result.demand[0]
    low = main.demand.low[0] / report.result.demand[0]
    assert districts.loc["340603", "share_within_1000_m_low"] == pytest.approx(low)
    gaps = pyogrio.read_dataframe(path, layer="gaps")
    for number, gap in enumerate(report.result.gaps.worst):
        assert gaps.geometry.iloc[number].equals(gap.shape)
    stations = pyogrio.read_dataframe(path, layer="stations")
    assert stations["name"].tolist() == list(NASTY)
    assert stations["seats"].isna().sum() == np.isnan(report.stations.seats).sum()


def test_older_qgis_reads_its_version(tmp_path: Path) -> None:
    with closing(sqlite3.connect(written(coverage(), tmp_path))) as file:
        assert file.execute("PRAGMA user_version").fetchone() == (10300,)


def test_layers_of_siting(tmp_path: Path) -> None:
    path = written(siting(), tmp_path)
    sites = pyogrio.read_dataframe(path, layer="sites")
    assert sites["adds"].tolist() == [100.0, 99.0, 98.0]
    assert sites["rank"].tolist() == [1, 2, 3]
    closed = pyogrio.read_dataframe(path, layer="closed")
    assert closed["name"].tolist() == [NASTY[1]]
    states = pyogrio.read_dataframe(path, layer="cells")["state"]
    assert set(states) == {"not covered", "covered", "gains", "loses"}
    path = written(siting(by_distance=True), tmp_path)
    assert pyogrio.read_dataframe(path, layer="cells")["nearest_m"].max() == 9000
    nothing = replace(siting(), opened=(), closed=())
    assert "sites" not in pyogrio.list_layers(written(nothing, tmp_path))[:, 0]


def test_it_says_what_it_rests_on(tmp_path: Path) -> None:
    path = written(coverage(), tmp_path)
    about = pyogrio.read_dataframe(path, layer="about")
    assert "2026-11-22 09:30" in about["value"].tolist()
    for layer in ("cells", "stations"):
        told = pyogrio.read_info(path, layer=layer)["layer_metadata"]
        assert told["computed (China)"] == "2026-11-22 09:30"
        assert "synthetic: made" in told["note"]
    told = pyogrio.read_info(path, layer="cells")["dataset_metadata"]
    assert told["TITLE"] == "驿站覆盖报告 <b>{{7*7}}</b>"


@pytest.mark.parametrize("report", [coverage(), siting(), siting(by_distance=True)])
def test_every_layer_has_a_style_that_names_its_columns(report: Report, tmp_path: Path) -> None:
    path = written(report, tmp_path)
    with closing(sqlite3.connect(path)) as file:
        styles = dict(file.execute("SELECT f_table_name, styleQML FROM layer_styles"))
        described = file.execute("SELECT count(*) FROM gpkg_contents WHERE description = ''")
        assert described.fetchone() == (0,)
    drawn = [name for name, kind in pyogrio.list_layers(path).tolist() if kind is not None]
    assert set(styles) == set(drawn)
    for name, qml in styles.items():
        root = fromstring(qml)  # noqa: S314 - our own
        renderer = root.find("renderer-v2")
        assert renderer is not None
        symbols = {one.get("name") for one in renderer.iter("symbol")}
        used = {one.get("symbol") for one in (*renderer.iter("range"), *renderer.iter("category"))}
        assert used <= symbols
        if (column := renderer.get("attr")) is not None:
            assert column in pyogrio.read_info(path, layer=name)["fields"]


def test_h3_cells_are_drawn_when_demand_was_grouped_by_them(tmp_path: Path) -> None:
    cells = ["8a3094a50d87fff", "8a3094a50d8ffff"]
    path = written(coverage(groups=cells), tmp_path)
    hexagons = pyogrio.read_dataframe(path, layer="hexagons")
    assert sorted(hexagons["h3"]) == cells
    assert hexagons["share_within_1000_m_low"].notna().all()


def test_too_many_cells_are_left_out_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "MOST_CELLS", 440)
    for report in (coverage(), siting()):
        path = written(report, tmp_path)
        assert "cells" not in pyogrio.list_layers(path)[:, 0]
        about = pyogrio.read_dataframe(path, layer="about")
        assert "cells: 441 > 440" in about["value"].tolist()


def test_what_was_written_in_blocks_is_whole_and_dated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geopackage, "_BLOCK", 100)
    report = coverage()
    path = written(report, tmp_path)
    assert pyogrio.read_info(path, layer="cells")["features"] == len(report.weight)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        times = {row[0] for row in file.execute("SELECT last_change FROM gpkg_contents")}
        assert times == {"2026-11-22T01:30:00.000Z"}
        [(indexed,)] = file.execute("SELECT count(*) FROM rtree_cells_geom")
        assert indexed == len(report.weight)

"""A report in each of its forms."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from station_map.exporters import coverage as long_table
from station_map.exporters.planning import coverage_tables, siting_tables
from station_map.exporters.planning.archive import as_one_csv, pack
from station_map.exporters.planning.report import CoverageReport, Report
from station_map.exporters.planning.tables import Table

_TITLES = {True: "驿站覆盖报告", False: "驿站选址报告"}


def title_of(report: Report) -> str:
    """What kind of report it is, in Chinese."""
    return _TITLES[isinstance(report, CoverageReport)]


def tables_of(report: Report) -> tuple[Table, ...]:
    """What workbook and zip hold."""
    if isinstance(report, CoverageReport):
        return coverage_tables.tables(report)
    return siting_tables.tables(report)


def as_csv(report: Report) -> bytes:
    """All figures of coverage, one a row; or the sites, one a row."""
    if isinstance(report, CoverageReport):
        return long_table.as_csv(report.result)
    return as_one_csv(report.about, siting_tables.sites(report))


def as_zip(report: Report) -> bytes:
    """One csv for each table; of coverage the long one too."""
    whole = {"figures": as_csv(report)} if isinstance(report, CoverageReport) else {}
    return pack(report.about, tables_of(report), whole)


def as_xlsx(report: Report) -> bytes:
    """The workbook."""
    from station_map.exporters.planning import workbook

    return workbook.as_xlsx(report.about, title_of(report), tables_of(report))


def as_gpkg(report: Report) -> bytes:
    """The GeoPackage. GDAL writes files, so there is one for a moment."""
    from station_map.exporters.planning import geopackage, layers

    with tempfile.TemporaryDirectory(prefix="station-map-report-") as folder:
        path = Path(folder) / "report.gpkg"
        about = replace(report.about, facts=(*report.about.facts, *layers.left_out(report)))
        geopackage.write(path, about, title_of(report), layers.layers_of(report))
        return path.read_bytes()


def as_pdf(report: Report) -> bytes:
    """The PDF, A4. Raises EnvironmentFault without a Chinese font."""
    from station_map.exporters.planning import coverage_pdf, paper, siting_pdf

    if isinstance(report, CoverageReport):
        blocks = coverage_pdf.blocks(report)
    else:
        blocks = siting_pdf.blocks(report)
    return paper.printed(title_of(report), report.about, blocks)

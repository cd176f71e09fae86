"""A zip with one csv for each table."""

from __future__ import annotations

import csv
import io
import zipfile

from station_map.exporters.planning import forms
from station_map.exporters.planning.report import Report
from tests.exporters.planning.examples import NASTY, coverage, siting


def opened(report: Report) -> dict[str, list[list[str]]]:
    """Rows of each file; every file has the mark of UTF-8."""
    made = {}
    with zipfile.ZipFile(io.BytesIO(forms.as_zip(report))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            data = archive.read(name)
            assert data.startswith(b"\xef\xbb\xbf")
            made[name] = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return made


def test_one_csv_an_indicator_and_each_says_what_it_is() -> None:
    report = coverage(compared=True)
    files = opened(report)
    assert set(files) == {
        "about.csv",
        "figures.csv",
        *(f"{table.name}.csv" for table in forms.tables_of(report)),
    }
    about = {row[1]: row[2] for row in files["about.csv"]}
    assert about["computed (China)"] == "2026-11-22 09:30"
    assert about["method"] == "docs/reference/coverage-method.md"
    notes = [row[2] for row in files["about.csv"] if row[1] == "note"]
    assert notes[0].endswith("The demand is synthetic: made, not counted.")
    for table in forms.tables_of(report):
        head, *rows = files[f"{table.name}.csv"]
        assert head[-3:] == ["computed", "digest", "note"]
        assert len(rows) == len(table.rows)
        marks = ["2026-11-22 09:30", "0123456789ab", "synthetic demand; 3 demo stations"]
        assert all(row[-3:] == marks for row in rows)


def test_numbers_are_exact_and_unknown_is_empty() -> None:
    report = coverage()
    head, *rows = opened(report)["share.csv"]
    low = [float(row[head.index("within_500_m_low")]) for row in rows]
    table = next(table for table in forms.tables_of(report) if table.name == "share")
    place = [one.name for one in table.columns].index("within_500_m_low")
    assert low == [row[place] for row in table.rows]
    head, *rows = opened(report)["stations.csv"]
    assert [row[head.index("seats")] for row in rows[:2]] == ["5.0", ""]


def test_no_cell_is_a_formula() -> None:
    for report in (coverage(), siting()):
        for rows in opened(report).values():
            for cell in (cell for row in rows for cell in row):
                try:
                    float(cell)
                except ValueError:
                    assert not cell.lstrip(" \u3000").startswith(
                        ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
                    )


def test_names_come_through_whole() -> None:
    head, *rows = opened(coverage())["stations.csv"]
    for row, name in zip(rows, NASTY, strict=True):
        assert row[head.index("name")] in {name, f"'{name}"}


def test_the_same_report_gives_the_same_bytes() -> None:
    assert forms.as_zip(coverage()) == forms.as_zip(coverage())
    assert forms.as_zip(siting()) == forms.as_zip(siting())


def test_one_table_alone() -> None:
    rows = list(csv.DictReader(io.StringIO(forms.as_csv(siting()).decode("utf-8-sig"))))
    assert [float(row["adds"]) for row in rows] == [100.0, 99.0, 98.0]
    assert rows[1]["name"] == "'=cmd|'/c calc'!A0"
    long = list(csv.DictReader(io.StringIO(forms.as_csv(coverage()).decode("utf-8-sig"))))
    assert {row["note"] for row in long} == {"synthetic"}

"""From the store to reports: what they say of themselves, and their files."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from station_map.domain.vocabulary import Status
from station_map.exporters.planning import paper
from station_map.exporters.planning.report import (
    BARE,
    GAINS,
    LOSES,
    STAYS,
    CoverageReport,
    SitingReport,
)
from station_map.planning import coverage, siting
from station_map.planning.asked import Added, CoverageAsked, SitingAsked
from station_map.planning.demand import Points
from station_map.planning.reports import (
    CONTENT_TYPES,
    Form,
    Run,
    as_bytes,
    coverage_report,
    file_name,
    report_of,
    siting_report,
    write,
)
from station_map.store.database import Database
from tests.exporters.plates.stations import small_faces
from tests.store.merging import merge, station

LON, LAT = 116.798, 33.956
MADE = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
LINE = np.array([(LON + 0.02 * n, LAT) for n in range(4)])


def points() -> Points:
    """Four places 1.8 km from each other: 10, 20, 30 and 40 people; one more nobody knows."""
    weight = np.array([10.0, 20.0, 30.0, 40.0])
    return Points(LINE, weight, "人", "=四处.csv", synthetic=False, unknown=1)


def reported(database: Database, run: Run, **asked: object) -> CoverageReport:
    wanted = CoverageAsked.model_validate(asked)
    given = coverage.read(database, wanted, points())
    return coverage_report(database, given, wanted, coverage.computed(given, wanted), run)


def facts(report: CoverageReport) -> dict[str, str]:
    return {fact.en: fact.value for fact in report.about.facts}


@pytest.fixture
def stations(database: Database) -> Database:
    merge(
        database,
        station("甲", *LINE[0], seats=4, opening_hours="24/7", demo=True),
        station("乙", *LINE[1]),
        station("丙", *LINE[2], status=Status.PLANNED),
    )
    return database


def test_a_report_of_coverage_says_what_it_rests_on(stations: Database) -> None:
    report = reported(stations, Run("夜里", MADE), hours="night", with_planned=True, radii=(500,))
    assert report.about.title == "夜里"
    assert report.about.made == MADE
    assert report.about.method == "docs/reference/coverage-method.md"
    told = facts(report)
    assert told["demand"] == "=四处.csv：100 人"
    assert "open in all hours of night" in told["which stations"]
    assert "planned ones open" in told["which stations"]
    assert '"radii": [500.0]' in told["asked"]
    assert re.fullmatch(r"[0-9a-f]{64}", told["demand digest"])
    unknown = " ".join(said.en for said in report.about.unknown)
    for said in ("1 of 3 stations are demo", "1 places of unknown demand", "1 stations may count"):
        assert said in unknown
    assert "synthetic" not in unknown
    assert "straight lines" in unknown
    assert report.about.marks == ("1 demo stations", "straight-line distance")
    # Of those that stand: one is open at night, one may be, the planned one is not yet.
    assert report.stations.counts.tolist() == [1, -1, 0]
    assert report.result.comparison is not None


def test_districts_are_those_of_the_store_and_stations_go_on_with_added_ones(
    stations: Database,
) -> None:
    added = (Added(lon=LON + 0.06, lat=LAT),)
    report = reported(stations, Run(), added=added, by="district")
    assert report.stations.codes == report.result.codes
    assert report.stations.codes[-1] == "+1"
    assert report.stations.counts[-1] == 0
    inside = [area for area in report.areas if area.group.startswith("340603")]
    assert shapely.contains_xy(inside[0].shape, LON, LAT)
    assert {area.group for area in report.areas} == set(report.result.groups[:-1])
    city = reported(stations, Run(), by="city")
    assert [area.adcode for area in city.areas] == ["340600"]


def test_a_mix_of_layers_tells_each_layer(stations: Database) -> None:
    wanted = CoverageAsked(area="340603")
    given = coverage.read(stations, wanted)
    report = coverage_report(stations, given, wanted, coverage.computed(given, wanted))
    layer = facts(report)["layer"]
    for told in ("synthetic@1", "单位 unit 人", "as of 2020", "licence MIT"):
        assert told in layer
    assert report.about.unknown[0].en == "The demand is synthetic: made, not counted."
    assert report.about.marks[0] == "synthetic demand"
    assert report.about.made.utcoffset() == dt.timedelta(hours=8)


def plan(database: Database, **asked: object) -> SitingReport:
    wanted = SitingAsked.model_validate(asked)
    given = siting.read(database, wanted, siting.SitingFiles(points=points()))
    made = siting.made(given, wanted)
    result = siting.solved(made.problem, wanted, lambda _at: None, lambda: False)
    return siting_report(database, given, made, result, wanted, Run("", MADE))


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        ({"goal": "cover", "count": 1}, [STAYS, STAYS, BARE, GAINS]),
        ({"goal": "relocate", "close": 1, "open": 1}, [LOSES, STAYS, BARE, GAINS]),
        ({"goal": "share", "share": 1}, [STAYS, STAYS, GAINS, GAINS]),
    ],
)
def test_what_becomes_of_each_piece_of_demand(
    stations: Database, asked: dict[str, object], state: list[int]
) -> None:
    report = plan(stations, **asked)
    assert report.state.tolist() == state
    covered = report.weight[np.isin(report.state, [STAYS, GAINS])].sum()
    assert covered == report.result.after
    assert [one.rank for one in report.opened] == [*range(1, len(report.opened) + 1)]
    assert len(report.closed) == len(report.result.closed)
    assert report.opened[0].district == "烈山区"
    assert {fact.en for fact in report.about.facts} >= {"goal", "candidates", "within reach"}


def test_by_distance_it_is_how_far_everybody_has(stations: Database) -> None:
    report = plan(stations, goal="p-median", count=2)
    assert report.nearest_m.tolist() == pytest.approx([0, 0, 0, 0], abs=0.01)
    assert report.metres is None


@pytest.mark.parametrize("form", [*Form])
def test_every_form_is_written_whole(
    stations: Database, tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "find_faces", small_faces)
    begins = {
        Form.PDF: b"%PDF-",
        Form.XLSX: b"PK",
        Form.GPKG: b"SQLite format 3",
        Form.ZIP: b"PK",
        Form.CSV: b"\xef\xbb\xbf",
    }
    for report in (reported(stations, Run("../{{7*7}}", MADE)), plan(stations, count=1)):
        target = tmp_path / file_name(report, form)
        write(report, form, target)
        assert target.read_bytes().startswith(begins[form])
        assert [*tmp_path.iterdir()] == [target]
        target.unlink()
        # In China it is the next day already.
        assert re.fullmatch(r"(coverage|siting)-20261123-[0-9a-f]{12}\.\w{3,4}", target.name)
    assert form in CONTENT_TYPES


def test_a_report_that_fails_leaves_what_was_there(
    stations: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise OSError("no space left")

    report = reported(stations, Run("", MADE))
    target = tmp_path / "report.xlsx"
    target.write_bytes(b"before")
    monkeypatch.setattr("station_map.planning.reports.as_bytes", broken)
    with pytest.raises(OSError, match="no space"):
        write(report, Form.XLSX, target)
    assert target.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [target]


def test_a_run_of_either_kind(stations: Database) -> None:
    wanted = CoverageAsked()
    given = coverage.read(stations, wanted, points())
    answer = coverage.computed(given, wanted)
    made = report_of(stations, given, wanted, answer, Run("甲", MADE))
    assert isinstance(made, CoverageReport)
    assert made.about.title == "甲"
    goal = SitingAsked(count=1)
    read = siting.read(stations, goal, siting.SitingFiles(points=points()))
    problem = siting.made(read, goal)
    result = siting.solved(problem.problem, goal, lambda _at: None, lambda: False)
    answered = SimpleNamespace(made=problem, result=result)
    found = report_of(stations, read, goal, answered, Run("", MADE))
    assert isinstance(found, SitingReport)
    assert found.result is result
    with pytest.raises(TypeError):
        report_of(stations, read, wanted, answer)


def test_the_name_tells_what_was_read_and_asked(stations: Database) -> None:
    first = reported(stations, Run("a", MADE))
    again = reported(stations, Run("b", MADE))
    other = reported(stations, Run("a", MADE), radii=(700,))
    assert first.about.digest == again.about.digest != other.about.digest
    assert as_bytes(first, Form.CSV) == as_bytes(again, Form.CSV)

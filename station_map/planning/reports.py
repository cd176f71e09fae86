"""Answers as files to take along: PDF, workbook, GeoPackage, csv; each says what it rests on.

    report = coverage_report(database, given, asked, answer)      # or siting_report(…)
    report = report_of(database, again.given, again.asked, again.answer, Run(title, ended_at))
    as_bytes(report, Form.PDF); write(report, Form.XLSX, path); file_name(report, Form.GPKG)

A PDF may take some seconds and needs a Chinese font of the machine (EnvironmentFault else).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from station_map.coverage.arrays import TriArray
from station_map.coverage.moments import meeting
from station_map.domain.demand_mix import parse_mix
from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import Labelled
from station_map.exporters.planning import report as reports
from station_map.exporters.planning.report import (
    About,
    Area,
    CoverageReport,
    Fact,
    Report,
    Said,
    Site,
    SitingReport,
    Standing,
)
from station_map.planning.asked import Asked, CoverageAsked, SitingAsked
from station_map.planning.coverage import CoverageAnswer, CoverageRead, gap_places, parameters
from station_map.planning.demand import Points
from station_map.planning.report_words import (
    coverage_facts,
    coverage_unknown,
    goal_words,
    marks_of,
    siting_facts,
    siting_unknown,
)
from station_map.planning.siting import Made, SitingRead
from station_map.planning.siting_document import opened, place
from station_map.planning.stations import as_input, with_added
from station_map.siting.result import Result
from station_map.store.areas import area_outlines
from station_map.store.database import Database
from station_map.store.demand_layers import StoredLayer, find_layer
from station_map.store.planning import PlanningStations

COVERAGE_METHOD: Final = "docs/reference/coverage-method.md"
SITING_METHOD: Final = "docs/reference/siting-method.md"
_DIGEST: Final = 12


class Form(Labelled):
    """What an answer can be taken along as; the code is the suffix of its file."""

    PDF = "pdf", "打印用的 PDF", "printable PDF"
    XLSX = "xlsx", "工作簿", "workbook"
    GPKG = "gpkg", "地图数据（GeoPackage）", "GeoPackage"
    ZIP = "zip", "每个指标一张 csv", "one csv for each indicator"
    CSV = "csv", "一张长表", "one long table"


CONTENT_TYPES: Final = {
    Form.PDF: "application/pdf",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.GPKG: "application/geopackage+sqlite3",
    Form.ZIP: "application/zip",
    Form.CSV: "text/csv; charset=utf-8",
}


class Run(NamedTuple):
    """title: of the run, "" without one. made: when it was computed; None for now."""

    title: str = ""
    made: dt.datetime | None = None


_NOW: Final = Run()


def coverage_report(
    database: Database,
    given: CoverageRead,
    asked: CoverageAsked,
    answer: CoverageAnswer,
    run: Run = _NOW,
) -> CoverageReport:
    """What the forms need beside the answer."""
    result = answer.result
    unknown = coverage_unknown(answer, given.found)
    kind = asked.kinds[0] if asked.kinds else None
    found = with_added(given.found, asked.added, *([] if kind is None else [kind]))
    new = found.codes[len(given.found.codes) :]
    stations = as_input(
        found, asked.kinds, asked.audiences, without=new, dated=asked.monday is not None
    )
    counts = meeting(stations, parameters(asked).asked)
    facts = coverage_facts(answer, given, asked, _layers(database, given.points))
    return CoverageReport(
        about=_about(run, (facts, unknown), COVERAGE_METHOD, answer.about),
        result=result,
        lonlat=given.points.lonlat,
        weight=given.points.weight,
        stations=_standing(found, counts),
        places=tuple(gap_places(database, answer)),
        areas=_areas(database, asked),
    )


def siting_report(
    database: Database,
    given: SitingRead,
    made: Made,
    result: Result,
    asked: SitingAsked,
    run: Run = _NOW,
) -> SitingReport:
    """The same of a plan."""
    facts = siting_facts(made, asked, _layers(database, given.points))
    unknown = siting_unknown(made)
    state, nearest = _becomes(made, result)
    found = given.found
    return SitingReport(
        about=_about(run, (facts, unknown), SITING_METHOD, made.about),
        result=result,
        goal=goal_words(asked),
        metres=made.about["metres"],
        unit=given.points.unit,
        lonlat=given.points.lonlat,
        weight=given.points.weight,
        state=state,
        nearest_m=nearest,
        stations=_standing(found, np.ones(len(found.codes), np.int8)),
        opened=tuple(Site(rank=n, **one) for n, one in enumerate(opened(made, result), 1)),
        closed=tuple(
            Site(rank=0, **place(made, site), adds=None, phase=None) for site in result.closed
        ),
        areas=_areas(database, asked),
    )


class Plan(Protocol):
    """The answer of a run of siting."""

    @property
    def made(self) -> Made:
        """The problem."""

    @property
    def result(self) -> Result:
        """What was found."""


def report_of(
    database: Database,
    given: CoverageRead | SitingRead,
    asked: Asked,
    answer: CoverageAnswer | Plan,
    run: Run = _NOW,
) -> Report:
    """The report of a run of either kind. Raises TypeError when these do not go together."""
    if isinstance(given, CoverageRead):
        if isinstance(asked, CoverageAsked) and isinstance(answer, CoverageAnswer):
            return coverage_report(database, given, asked, answer, run)
    elif isinstance(asked, SitingAsked) and not isinstance(answer, CoverageAnswer):
        return siting_report(database, given, answer.made, answer.result, asked, run)
    raise TypeError(f"{type(given)}, {type(asked)}, {type(answer)}")


def as_bytes(report: Report, form: Form) -> bytes:
    """The report as a file's content. Raises EnvironmentFault for a PDF without a Chinese font."""
    # Each form brings its library: reportlab, xlsxwriter, GDAL.
    from station_map.exporters.planning import forms

    made: bytes = getattr(forms, f"as_{form.value}")(report)
    return made


def write(report: Report, form: Form, path: Path) -> None:
    """The same into a file, whole or not at all."""
    data = as_bytes(report, form)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".report-") as folder:
        draft = Path(folder) / f"draft.{form.value}"
        draft.write_bytes(data)
        draft.replace(path)


def file_name(report: Report, form: Form) -> str:
    """What a download is called: kind, day and digest, never anybody's text."""
    kind = "coverage" if isinstance(report, CoverageReport) else "siting"
    day = report.about.made.astimezone(SHANGHAI).strftime("%Y%m%d")
    return f"{kind}-{day}-{report.about.digest}.{form.value}"


def _about(
    run: Run,
    told: tuple[tuple[Fact, ...], tuple[Said, ...]],
    method: str,
    about: dict[str, Any],
) -> About:
    names = ("version", "asked", "demand_digest", "stations_digest")
    read = json.dumps([about[name] for name in names], ensure_ascii=False, sort_keys=True)
    return About(
        title=run.title,
        made=run.made or dt.datetime.now(SHANGHAI),
        facts=told[0],
        unknown=told[1],
        marks=marks_of(about),
        method=method,
        digest=hashlib.sha256(read.encode()).hexdigest()[:_DIGEST],
    )


def _layers(database: Database, points: Points) -> list[StoredLayer]:
    """The stored layers that the demand is of; none when it came from a file."""
    if points.district is None:
        return []
    with database.long_reading() as connection:
        found = [
            find_layer(connection, term.name, term.version)
            for term in parse_mix(points.source).terms
        ]
    return [layer for layer in found if layer is not None]


def _standing(found: PlanningStations, counts: TriArray) -> Standing:
    return Standing(
        codes=found.codes,
        names=found.names,
        lonlat=found.lonlat,
        counts=counts,
        seats=found.seats,
        demo=tuple(found.demo.tolist()),
    )


def _areas(database: Database, asked: Asked) -> tuple[Area, ...]:
    import shapely

    level = "city" if asked.by == "city" else "district"
    return tuple(
        Area(one.adcode, one.name, f"{one.adcode} {one.name}", shapely.from_geojson(one.geojson))
        for one in area_outlines(database)
        if one.level == level
    )


def _becomes(made: Made, result: Result) -> tuple[TriArray, Any]:
    """What becomes of each piece of demand, and how far it has afterwards (by distance only)."""
    problem = made.problem
    before = problem.existing()
    after = np.array(sorted({*before.tolist(), *result.chosen} - {*result.closed}), dtype=np.int64)
    if problem.distance is not None:
        nearest = problem.distance[:, after].min(axis=1, initial=np.inf)
        return np.full(len(nearest), reports.STAYS, np.int8), nearest
    had, has = (_covered(problem.covers, sites) for sites in (before, after))
    pairs: Iterable[tuple[Any, int]] = (
        (had & has, reports.STAYS),
        (~had & has, reports.GAINS),
        (had & ~has, reports.LOSES),
    )
    state = np.full(len(had), reports.BARE, np.int8)
    for where, what in pairs:
        state[where] = what
    return state, None


def _covered(covers: Any, sites: Any) -> Any:
    """(m,): whether one of the sites reaches each piece of demand."""
    return np.asarray(covers[:, sites].sum(axis=1)).ravel() > 0

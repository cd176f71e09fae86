"""Small reports of coverage and siting, with names that nobody should trust."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2
import shapely

from station_map.coverage.arrays import HOURS_A_WEEK
from station_map.coverage.groups import by_code
from station_map.coverage.inputs import Asked, Demand, Parameters, Stations
from station_map.coverage.run import prepare, run
from station_map.domain.hours import SHANGHAI
from station_map.exporters.planning.report import (
    BARE,
    GAINS,
    LOSES,
    STAYS,
    About,
    Area,
    CoverageReport,
    Fact,
    Said,
    Site,
    SitingReport,
    Standing,
)
from station_map.siting.result import BoundBy, Result, Share, Stopped
from tests.web.stations import HOSTILE_NAMES

LON, LAT = 116.8, 33.95
STEP = (0.00108, 0.0009)
# Markup of reportlab, formulas, controls; and those of every other test.
NASTY = (
    "<b>粗</b> & <font color=red>",
    "=cmd|'/c calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "－1",
    "\ttab\r\nline\x07bell",
    "长" * 3000,
    *HOSTILE_NAMES,
)
MADE = dt.datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)
ABOUT = About(
    title="<b>{{7*7}}</b>",
    made=MADE,
    facts=(
        Fact("需求", "demand", "=HYPERLINK(1)"),
        Fact("版本", "version", "0.1.0"),
        Fact("需求摘要", "demand digest", "ab" * 32),
    ),
    unknown=(
        Said("需求是合成的，不是数出来的。", "The demand is synthetic: made, not counted."),
        Said("3 个站的座位数不清楚。", "3 stations do not tell their seats."),
    ),
    marks=("synthetic demand", "3 demo stations"),
    method="docs/reference/coverage-method.md",
    digest="0123456789ab",
)


def grid(side: int) -> np.ndarray:
    """A square of cells of 100 m, (side², 2)."""
    y, x = np.divmod(np.arange(side * side), side)
    return np.column_stack([LON + (x - side // 2) * STEP[0], LAT + (y - side // 2) * STEP[1]])


def coverage(
    side: int = 21,
    groups: Sequence[str] = ("340603 相山区", "340621 濉溪县"),
    *,
    compared: bool = False,
    names: Sequence[str] = NASTY,
    **asked: Any,
) -> CoverageReport:
    """Stations in a row, of which every third may count; the second of all groups has none."""
    places = grid(side)
    codes = [groups[n * len(groups) // len(places)] for n in range(len(places))]
    weight = 1.0 + np.arange(len(places)) % 7
    demand = Demand(places, weight, by_code(codes), unit="人", source="layer", synthetic=True)
    m = len(names)
    perhaps = np.arange(m) % 3 == 2
    lonlat = np.column_stack([LON - 0.012 + 0.0005 * np.arange(m), LAT + 0.006 * perhaps])
    stations = Stations(
        lonlat=lonlat,
        codes=tuple(f"340603-{n:05d}" for n in range(m)),
        counts=np.where(perhaps, -1, 1).astype(np.int8),
        open=np.tile((np.arange(HOURS_A_WEEK) % 24 >= 8).astype(np.int8), (m, 1)),
        seats=np.where(np.arange(m) % 4 == 1, np.nan, 5.0),
        amenities={"microwave": np.ones(m, np.int8), "shower": np.full(m, -1, np.int8)},
    )
    parameters = Parameters(asked=Asked(**asked))
    before = prepare(demand, stations, parameters)
    after = None
    if compared:
        counts = np.where(np.arange(m) < m // 2, 0, stations.counts).astype(np.int8)
        after = before.scenario(replace(stations, counts=counts))
    result = run(before, parameters, after)
    return CoverageReport(
        about=ABOUT,
        result=result,
        lonlat=places,
        weight=weight,
        stations=Standing(
            stations.codes, tuple(names), lonlat, stations.counts, stations.seats, (True,) * m
        ),
        places=tuple(NASTY[n] for n in range(len(result.gaps.worst))),
        areas=areas(groups),
    )


def areas(groups: Sequence[str]) -> tuple[Area, ...]:
    """One below the other; as many as there are groups, at most four."""
    return tuple(
        Area(
            name[:6],
            name[7:],
            name,
            shapely.box(LON - 0.1, LAT - 0.1 + 0.05 * n, LON + 0.1, LAT - 0.05 + 0.05 * n),
        )
        for n, name in enumerate(groups[:4])
    )


def siting(side: int = 21, *, by_distance: bool = False, **facts: Any) -> SitingReport:
    """Three sites open, one station closes."""
    places = grid(side)
    n = len(places)
    state = np.array([BARE, STAYS, GAINS, LOSES], np.int8)[np.arange(n) * 4 // n]
    opened = tuple(
        Site(k + 1, LON + 0.004 * k, LAT + 0.004, "相山区", "", NASTY[k], 100.0 - k, None)
        for k in range(3)
    )
    result = Result(
        goal="MaximalCovering",
        maximise=True,
        stopped=Stopped.TIME_LIMIT,
        objective=1200.0,
        bound=1250.0,
        gap=0.04,
        bound_by=BoundBy.LAGRANGE,
        chosen=(3, 4, 5),
        gains=(100.0, 99.0, 98.0),
        closed=(0,),
        shares=(Share(None, 2000.0, 900.0, 1200.0), Share(NASTY[0], 2000.0, 900.0, 1200.0)),
        heuristic=1190.0,
        seconds=1.5,
    )
    report = SitingReport(
        about=ABOUT,
        result=result,
        goal=Said("覆盖的需求最多", "the most demand covered"),
        metres=None if by_distance else 1000.0,
        unit="人",
        lonlat=places,
        weight=np.ones(n),
        state=state,
        nearest_m=np.linspace(0, 9000, n) if by_distance else None,
        stations=Standing(
            ("A", "B"),
            NASTY[:2],
            places[[0, -1]],
            np.ones(2, np.int8),
            np.array([4.0, np.nan]),
            (True, False),
        ),
        opened=opened,
        closed=(Site(0, LON, LAT, "", "A", NASTY[1], None, None),),
        areas=areas(("340603 相山区",)),
    )
    return replace(report, **facts)


def pages(data: bytes) -> list[str]:
    """The text of each page of a PDF."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def words_of(data: bytes) -> str:
    """All text, without the line breaks that a page makes."""
    return re.sub(r"\s+", "", "".join(pages(data)))

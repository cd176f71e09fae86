"""Two runs of coverage of the same demand beside each other: before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from flask import Response

from station_map.domain.accounts import Action
from station_map.domain.planning_runs import RunKind
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.store.planning_runs import Run
from station_map.web.admin.forms import BAD_REQUEST
from station_map.web.admin.gate import blueprint, page, require
from station_map.web.admin.planning_runs import tables
from station_map.web.admin.planning_runs.asked_words import asked_words, names_for
from station_map.web.admin.planning_runs.coverage_answer import CoverageView, Ends
from station_map.web.admin.planning_runs.finding import run_of
from station_map.web.admin.planning_runs.notes import about_of, unknown_notes
from station_map.web.admin.planning_runs.numbers import percent_band, points
from station_map.web.admin.planning_runs.section import GROUP, MOST_GROUPS, NO_HEAD, Section
from station_map.web.admin.planning_runs.tables import Cell, Head, Table, table
from station_map.web.admin.planning_runs.words import HOURS, HOW, KINDS
from station_map.web.admin.queue.reading import asked as asked_of
from station_map.web.runtime import database

_HEADS: Final = (NO_HEAD, Head("以前"), Head("以后"), Head("差（百分点）"))


@blueprint.get("/planning/runs/compare")
def planning_runs_compare() -> Response:
    """`before` and `after`: the numbers of two runs of coverage that are done."""
    require(Action.PLANNING_SEE)
    form = asked_of("before", "after")
    runs = [run_of(form[name], RunKind.COVERAGE) for name in ("before", "after")]
    trouble = why_not(*runs)
    told: dict[str, Any] = {}
    if trouble is None:
        views = CoverageView(runs[0].answer or {}), CoverageView(runs[1].answer or {})
        told = compared(*views)
    areas = names_for(database(), [run.asked for run in runs])
    return page(
        "planning_runs/compare.html",
        status=BAD_REQUEST if trouble else 200,
        runs=[(run, asked_words(run.kind, run.asked, areas)) for run in runs],
        trouble=trouble,
        notes=[]
        if trouble
        else list(dict.fromkeys(note for run in runs for note in unknown_notes(run.answer or {}))),
        kinds=KINDS,
        how=HOW,
        **told,
    )


def why_not(before: Run, after: Run) -> str | None:
    """Why two runs cannot be compared, in words; None when they can."""
    if before.answer is None or after.answer is None:
        return "两次都要算好了才能比。"
    digests = [about_of(run.answer or {}).get("demand_digest") for run in (before, after)]
    if digests[0] != digests[1]:
        return "两次算的不是同一份需求，覆盖率不能直接比。请用同一份需求再算一次。"
    return None


def compared(before: CoverageView, after: CoverageView) -> dict[str, Any]:
    """The large figures and the sections of both, by what both have."""
    mains = [view.shares(view.told["shares"][view.main]["demand"])[-1] for view in (before, after)]
    same = before.within[before.main] == after.within[after.main]
    return {
        "figures": [percent_band(*ends) for ends in mains],
        "withins": [view.within[view.main] for view in (before, after)],
        "same_reach": same,
        "change": points(_minus(mains[1][0], mains[0][0])) if same else None,
        "sections": [*_sections(before, after)],
    }


def _sections(before: CoverageView, after: CoverageView) -> Iterator[Section]:
    places = [
        (within, before.within.index(within), after.within.index(within))
        for within in before.within
        if within in after.within
    ]
    # The main radius of the first comes first, then the others as they were asked for.
    places.sort(key=lambda place: place[1] != before.main)
    for number, (within, one, other) in enumerate(places):
        first = before.shares(before.told["shares"][one]["demand"])
        last = after.shares(after.told["shares"][other]["demand"])
        found = _by_name(
            f"{within}以内，条里是以后，竖线是以前", before.names, first, after.names, last
        )
        yield Section(f"within-{number}", f"{within}以内", "share", (found,))
    if before.within[before.main] == after.within[after.main]:
        yield _hours(before, after)
        yield _amenities(before, after)


def _by_name(
    caption: str,
    names: Sequence[str],
    first: Sequence[Ends],
    other_names: Sequence[str],
    last: Sequence[Ends],
) -> Table:
    """Groups that both have; the whole is the last of both."""
    later = dict(zip(other_names, last, strict=True))
    rows = [
        (tables.words(name), *_row(ends, later[name]))
        for name, ends in zip(names, first, strict=True)
        if name in later
    ]
    return table(caption, (GROUP, *_HEADS), rows, whole=True, most=MOST_GROUPS)


def _row(before: Ends, after: Ends) -> tuple[Cell, ...]:
    return (
        tables.share_bar(*after, mark=before[0]),
        tables.share(*before),
        tables.share(*after),
        tables.points(_minus(after[0], before[0])),
    )


def _hours(before: CoverageView, after: CoverageView) -> Section:
    bands = [view.told["hours"]["classes"] for view in (before, after)]
    rows = [
        (
            tables.words(words),
            *_row(
                *(
                    view.shares(band[name]["always"])[-1]
                    for view, band in zip((before, after), bands, strict=True)
                )
            ),
        )
        for name, words in HOURS.items()
        if all(name in band for band in bands)
    ]
    one = table("从头到尾都够得着的人", (Head("时间", text=True), *_HEADS), rows)
    return Section("hours", "什么时候", "hours", (one,))


def _amenities(before: CoverageView, after: CoverageView) -> Section:
    bands = [view.told["amenities"] for view in (before, after)]
    rows = [
        (
            tables.words(AMENITY_BY_CODE[code].zh),
            *_row(before.shares(band)[-1], after.shares(bands[1][code])[-1]),
        )
        for code, band in bands[0].items()
        if code in bands[1] and code in AMENITY_BY_CODE
    ]
    one = table("有这样设施的", (Head("设施", text=True), *_HEADS), rows)
    return Section("amenities", "有什么设施", "amenity", (one,))


def _minus(after: float | None, before: float | None) -> float | None:
    return None if after is None or before is None else after - before

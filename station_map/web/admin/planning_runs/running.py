"""One run: what it is doing now, or its answer; stopping it, and asking for it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, jsonify, url_for

from station_map.domain.accounts import Account, Action, may
from station_map.domain.planning_runs import TITLE_LONGEST, RunKind, RunState
from station_map.errors import Conflict, InputError
from station_map.store.planning_runs import Run, cancel_run, list_runs, repeat_run
from station_map.store.writing import writing
from station_map.web.admin.forms import in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.maps import admin_map
from station_map.web.admin.planning_runs import asking, coverage_page, siting_page
from station_map.web.admin.planning_runs.asked_words import asked_words, names_for
from station_map.web.admin.planning_runs.files import forms_of
from station_map.web.admin.planning_runs.finding import run_of
from station_map.web.admin.planning_runs.numbers import percent
from station_map.web.admin.planning_runs.siting_tables import gap_words, objective_words
from station_map.web.admin.planning_runs.words import GOALS, HOW, KINDS, ORIGINS, STEPS
from station_map.web.runtime import database

_MOST_COMPARED: Final = 100
_ZOOM: Final = 10  # the module goes to what it shows as soon as it has it


@blueprint.get("/planning/runs/<int:number>")
def planning_run(number: int) -> Response:
    """Its progress, its answer, or why there is none."""
    me = require(Action.PLANNING_SEE)
    run = run_of(number)
    context = _context(run, me)
    if not run.state.ended:
        return page("planning_runs/running.html", told=progress_of(run), **context)
    if run.answer is None:
        error = None if run.error is None else in_chinese(Exception(run.error))
        return page("planning_runs/nothing.html", error=error, **context)
    context |= {
        "map": admin_map("planning-results-map.js", _ZOOM),
        "how": HOW,
        "forms": forms_of(run),
    }
    if run.kind is RunKind.SITING:
        return page("planning_runs/siting.html", **siting_page.context(run, run.answer), **context)
    told = coverage_page.context(run, run.answer)
    return page("planning_runs/coverage.html", others=_others(run), **told, **context)


def _context(run: Run, me: Account) -> dict[str, Any]:
    areas = names_for(database(), [run.asked])
    return {
        "run": run,
        "asked": asked_words(run.kind, run.asked, areas),
        "kinds": KINDS,
        "origins": ORIGINS,
        "may_run": may(me, Action.PLANNING_RUN),
        "again": f"{url_for(f'admin.{run.kind.value}_run_new')}?from={run.id}",
    }


def _others(run: Run) -> list[Run]:
    """Runs of the same demand, to compare this one with."""
    with database().reading() as connection:
        found = list_runs(
            connection, kind=RunKind.COVERAGE, state=RunState.DONE, limit=_MOST_COMPARED
        )
    mine = run.digests.get("demand")
    return [one for one in found if one.id != run.id and one.digests.get("demand") == mine]


@blueprint.get("/planning/runs/<int:number>/progress.json")
def planning_run_progress(number: int) -> Response:
    """How far it is, for the page's script."""
    require(Action.PLANNING_SEE)
    run = run_of(number)
    answer: Response = jsonify({"ended": run.state.ended, **progress_of(run)})
    return answer


def progress_of(run: Run) -> dict[str, Any]:
    """words: what it is doing. share: 0 to 1, None when nobody can tell. facts: (name, value)."""
    progress: Mapping[str, Any] = run.progress or {}
    if run.cancelling:
        words = "正在停下来"
    elif run.state is RunState.QUEUED:
        words = "又排上队了，从头再算" if run.turn else "排队等着算"
    else:
        words = STEPS.get(str(progress.get("step")), "在算")
    again = run.turn > 1 or (run.turn > 0 and run.state is RunState.QUEUED)
    return {
        "words": words,
        "share": progress.get("share"),
        "facts": _facts(run, progress),
        "again": "后台中断过一次（比如重启），已经接着重新算了，什么也没有丢。" if again else "",
    }


def _facts(run: Run, progress: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a solver has so far. Without the total the p-median's mean cannot be told."""
    if run.kind is not RunKind.SITING or progress.get("objective") is None:
        return []
    told = {"goal": run.asked["goal"], "total": None, "unit": progress.get("unit", "")}
    goal = GOALS.get(told["goal"])

    def shown(value: float) -> str:
        return f"{value:,.0f}" if told["goal"] == "p-median" else objective_words(told, value)

    facts = [(goal.objective if goal else "目标", shown(progress["objective"]))]
    if progress.get("bound") is not None:
        facts.append(("不可能好过（界）", shown(progress["bound"])))
    if progress.get("gap") is not None:
        facts.append(("还差", gap_words(progress["gap"])))
    return facts


@blueprint.post("/planning/runs/<int:number>/cancel")
def planning_run_cancel(number: int) -> Response:
    """Ask it to stop. One that has ended stays as it is."""
    me = require(Action.PLANNING_RUN)
    with writing(database(), actor=me.name) as unit:
        cancel_run(unit, number)
    return go(url_for("admin.planning_run", number=number))


@blueprint.post("/planning/runs/<int:number>/repeat")
def planning_run_repeat(number: int) -> Response:
    """The same once more, from the same data. Raises Conflict while it has not ended."""
    me = require(Action.PLANNING_RUN)
    with writing(database(), actor=me.name) as unit:
        again = repeat_run(unit, number, by=me.name, origin="page")
    return go(url_for("admin.planning_run", number=again))


@blueprint.post("/planning/runs/<int:number>/covered")
def planning_run_covered(number: int) -> Response:
    """A run of coverage with the sites of this one opened. Raises Conflict when it has none."""
    from station_map.planning.asked import CoverageAsked, checked

    me = require(Action.PLANNING_RUN)
    run = run_of(number, RunKind.SITING)
    if run.answer is None or not run.answer["sites"]:
        raise Conflict("这次选址没有新站可开。 This run opened no sites.")
    document = siting_page.as_coverage(run.asked, run.answer)
    try:
        wanted = checked(CoverageAsked, document).model_dump(mode="json")
    except InputError as error:
        raise Conflict(
            "这些新站没法放进覆盖计算里。 Its sites do not fit into a run of coverage."
        ) from error
    title = f"开了以后：{run.title or f'第 {run.id} 次选址'}"[:TITLE_LONGEST]
    again = asking.start(RunKind.COVERAGE, wanted, title, me.name)
    return go(url_for("admin.planning_run", number=again))


@blueprint.app_template_filter("percent")
def percent_words(share: float) -> str:
    """A share as per cent."""
    return percent(share)

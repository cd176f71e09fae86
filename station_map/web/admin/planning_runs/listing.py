"""All runs, the newest first, by kind and state."""

from __future__ import annotations

from typing import Final

from flask import Response

from station_map.domain.accounts import Action, may
from station_map.domain.planning_runs import RunKind, RunState
from station_map.store.planning_runs import list_runs
from station_map.web.admin.forms import BAD_REQUEST
from station_map.web.admin.gate import blueprint, page, require
from station_map.web.admin.planning_runs.asked_words import asked_words, names_for
from station_map.web.admin.planning_runs.words import HOW, KINDS, ORIGINS
from station_map.web.admin.queue.reading import asked, choice, number_or_none, query_of
from station_map.web.runtime import database

PER_PAGE: Final = 30
_KINDS: Final = (("", "覆盖和选址"), *KINDS.items())
_STATES: Final = (("", "所有状态"), *((state.value, state.zh) for state in RunState))
_FILTERS: Final = ("kind", "state", "before")


@blueprint.get("/planning/runs")
def planning_runs() -> Response:
    """Thirty a page; `before` is the number of the last run of the page before."""
    me = require(Action.PLANNING_SEE)
    form = asked(*_FILTERS)
    kind = form.read(lambda told: choice(_KINDS, told, "kind"), "kind", "")
    state = form.read(lambda told: choice(_STATES, told, "state"), "state", "")
    before = form.read(number_or_none, "before", None)
    with database().reading() as connection:
        found = list_runs(
            connection,
            kind=RunKind(kind) if kind else None,
            state=RunState(state) if state else None,
            limit=PER_PAGE + 1,
            before=before,
        )
    shown = found[:PER_PAGE]
    areas = names_for(database(), [run.asked for run in shown])
    return page(
        "planning_runs/list.html",
        status=BAD_REQUEST if form.trouble else 200,
        form=form,
        options={"kind": _KINDS, "state": _STATES},
        runs=[(run, asked_words(run.kind, run.asked, areas)) for run in shown],
        kinds=KINDS,
        origins=ORIGINS,
        further=query_of({**form.values, "before": str(shown[-1].id)})
        if len(found) > PER_PAGE
        else None,
        first=query_of({**form.values, "before": ""}) if before is not None else None,
        may_run=may(me, Action.PLANNING_RUN),
    )


@blueprint.get("/planning/runs/method")
def planning_run_method() -> Response:
    """How each number is computed."""
    require(Action.PLANNING_SEE)
    return page("planning_runs/method.html", how=HOW)

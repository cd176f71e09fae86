"""What would become of each row: looked at by pages, and taken in, all or some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Response, request, url_for

from station_map.importers.outcome_file import (
    MOST_PICKED,
    TAKABLE,
    Picks,
    ShownRow,
    left_out_rows,
    rows_page,
    sheet_names,
    takable_counts,
    taken_count,
)
from station_map.importers.report import OUTCOME_ZH
from station_map.store import import_jobs
from station_map.store.import_jobs import ImportJob
from station_map.store.writing import writing
from station_map.web.admin.differences import Line, told_together
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.importing.uploads import (
    begin,
    idle_or_progress,
    me,
    own,
    pages_of,
    reports_of,
    shown_file,
)
from station_map.web.runtime import database

_CONFLICT: Final = 409
_WORDS_LONGEST: Final = 60
_SHEET_LONGEST: Final = 100
_LEFT_OUT_SHOWN: Final = 20
_FILTERS: Final = ("outcome", "sheet", "words", "start")


@blueprint.get("/import/<job>/rows")
def import_outcomes(job: str) -> Response:
    """One page of the rows."""
    found = own(job)
    if away := idle_or_progress(found):
        return away
    if found.checked is None:
        return go(url_for("admin.import_job", job=job))
    return _page(found, Form(dict(request.args.items())))


def _page(job: ImportJob, form: Form, *, status: int = 200) -> Response:
    path = shown_file(job)
    picks = Picks.of_json(job.choices.get("picks"))
    outcome = form["outcome"] if form["outcome"] in OUTCOME_ZH else ""
    sheets = sheet_names(path)
    sheet = form["sheet"] if form["sheet"] in sheets else ""
    words = form["words"].strip()[:_WORDS_LONGEST]
    rows = rows_page(path, outcome=outcome, sheet=sheet, words=words, start=_start(form["start"]))
    return page(
        "importing/rows.html",
        status=status,
        job=job,
        pages=pages_of(job),
        form=form,
        checked=job.checked,
        rows=rows,
        picks=picks,
        lines=_lines(rows.rows),
        outcome=outcome,
        sheet=sheet,
        sheets=sheets,
        words=words,
        start=_start(form["start"]),
        outcome_zh=OUTCOME_ZH,
        takable=takable_counts(path),
        kinds=TAKABLE,
        chosen=taken_count(path, picks),
        left_out=left_out_rows(path, _LEFT_OUT_SHOWN),
        reports=reports_of(job),
    )


def _lines(rows: Sequence[ShownRow]) -> dict[int, list[Line]]:
    """What the rows would change, in words, by their ordinals."""
    changed = {row.ordinal: _seen(row.changes) for row in rows if row.changes}
    told = told_together(list(changed.values()), contacts=True)
    return dict(zip(changed, told, strict=True))


def _seen(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Without the coordinates as they were written: the move says it."""
    return {
        name: told for name, told in changes.items() if name not in {"source_lon", "source_lat"}
    }


def _start(told: str) -> int:
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 10 else 0


@blueprint.post("/import/<job>/rows")
def import_outcomes_send(job: str) -> Response:
    """Keep the ticks of this page; then on to another page, or take the rows in."""
    found = own(job)
    away = idle_or_progress(found)
    if away or found.checked is None:
        return away or go(url_for("admin.import_job", job=job))
    form = given("take", "shown", "rows")
    picks = _picks(Picks.of_json(found.choices.get("picks")), form)
    if len(picks.rows) > MOST_PICKED:
        form.trouble[""] = f"一行一行改的最多 {MOST_PICKED} 行；多的请按结果整批选。"
        return _page(found, form, status=BAD_REQUEST)
    account = me()
    if form["action"] != "run":
        with writing(database(), actor=account.name) as unit:
            import_jobs.choose(unit, account.id, job, picks=picks.as_json())
        return go(url_for("admin.import_outcomes", job=job, **_onward(form)))
    if taken_count(shown_file(found), picks) == 0:
        form.trouble[""] = "一行也没有选，没有可导入的。"
        return _page(found, form, status=BAD_REQUEST)
    return _or_page(found, form, begin(job, "run", picks=picks.as_json()))


def _or_page(job: ImportJob, form: Form, answer: Response | str) -> Response:
    if isinstance(answer, Response):
        return answer
    form.trouble[""] = answer
    return _page(job, form, status=_CONFLICT)


def _picks(before: Picks, form: Form) -> Picks:
    """The picks with what this page says. Rows that agree with their outcome's tick go unsaid."""
    outcomes = frozenset(form.chosen("take")) & frozenset(TAKABLE)
    rows = dict(before.rows)
    ticked = set(form.chosen("rows"))
    for told in form.chosen("shown"):
        number, _, outcome = told.partition(":")
        if not (number.isascii() and number.isdecimal() and len(number) < 10):
            continue
        was, now = before.takes(int(number), outcome), number in ticked
        if was != now:
            rows[int(number)] = now
    return Picks(outcomes, rows)


def _onward(form: Form) -> dict[str, Any]:
    """The filters of the page to show next."""
    told = {name: form[name] for name in _FILTERS if form[name]}
    action = form["action"]
    if action == "filter":
        told.pop("start", None)
    elif action.startswith("go:"):
        told["start"] = action.removeprefix("go:")
    told["sheet"] = told.get("sheet", "")[:_SHEET_LONGEST]
    told["words"] = told.get("words", "")[:_WORDS_LONGEST]
    return {name: value for name, value in told.items() if value}


@blueprint.post("/import/<job>/check")
def import_check(job: str) -> Response:
    """Check every row once more: the stored stations may have changed."""
    found = own(job)
    if (away := idle_or_progress(found)) or found.places is None:
        return away or go(url_for("admin.import_job", job=job))
    answer = begin(job, "check")
    return answer if isinstance(answer, Response) else go(url_for("admin.import_job", job=job))

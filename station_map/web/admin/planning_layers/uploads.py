"""A planner's file: kept, looked into, stopped, deleted. The steps are `importing`'s."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, Final, cast

from flask import Response, jsonify, request, url_for

from station_map.domain.accounts import Account, Action
from station_map.errors import Conflict, InputError, TooOften
from station_map.importers.limits import limits_of
from station_map.store import import_jobs
from station_map.store.import_jobs import ImportJob, Kind, Step
from station_map.store.writing import writing
from station_map.web import requests
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.importing.launch import start
from station_map.web.admin.importing.uploads import (
    folder,
    forget,
    keep_file,
    progress_of,
    sweep,
    told_of,
)
from station_map.web.admin.planning_layers.listing import WHAT_ZH, list_page
from station_map.web.runtime import database, settings

_TOO_MANY: Final = 429
# What the reader says for those at a terminal; the page has a field for it.
_OPTION: Final = re.compile(r"[，。；、]?或?(?:者)?(?:用|加)?选?项? ?--[^，。；]*")


def me() -> Account:
    """Who is signed in and may have plans computed."""
    return require(Action.PLANNING_RUN)


def own(job: str) -> ImportJob:
    """A planner's upload of whoever is signed in. Raises NotFound, for everybody else's too."""
    return import_jobs.job_of(database(), me().id, job, import_jobs.PLANNING)


def without_options(told: str) -> str:
    """A message less what it says of options of the command line."""
    return _OPTION.sub("", told)


@blueprint.post("/planning/layers/files")
def planning_file_send() -> Response:
    """Keep the file under a name that nobody can guess, and begin to look into it."""
    account = me()
    sweep()
    form = given()
    job = import_jobs.new_id()
    if form["what"] not in WHAT_ZH:
        form.trouble["what"] = "请从列出来的里面选。"
        return list_page(form=form, status=BAD_REQUEST)
    kind = cast("Kind", form["what"])
    try:
        name, size = keep_file(job, request.files.get("file"), lambda path: _check(path, kind))
        with writing(database(), actor=account.name) as unit:
            import_jobs.create(unit, account.id, job, name, size, kind)
        start(account.id, account.name, job, "look")
    except (InputError, TooOften) as error:
        forget(job)
        form.trouble["file"] = without_options(told_of(error))
        late = isinstance(error, TooOften)
        return list_page(form=form, status=_TOO_MANY if late else BAD_REQUEST)
    except BaseException:
        forget(job)
        raise
    return go(url_for("admin.planning_file", job=job))


def _check(path: Path, kind: Kind) -> None:
    # Loads numpy with what it belongs to.
    from station_map.importers.planning_files.looking import form_for

    form_for(path, "demand" if kind == "stations" else kind, limits_of(settings()))


requests.allow(blueprint, "planning_file_send", lambda chosen: chosen.import_max_bytes)


@blueprint.get("/planning/layers/files/<job>")
def planning_file(job: str) -> Response:
    """Where the upload is: at work, or on to the page that waits for the person."""
    found = own(job)
    if found.state == "done":
        return go(url_for("admin.planning_layers", done="kept"))
    if found.state == "waiting":
        ready = (
            "admin.planning_file_facts" if found.checked is None else "admin.planning_file_preview"
        )
        if found.looked is not None:
            return go(url_for(ready, job=job))
    return page(
        "planning_layers/progress.html",
        job=found,
        what=WHAT_ZH[found.kind],
        pages=pages_of(found),
        trouble=without_options(found.trouble),
    )


def pages_of(job: ImportJob) -> list[tuple[str, str, bool]]:
    """The pages of an upload: endpoint, words, whether it can be opened now."""
    idle = job.state not in {"working", "done"}
    return [
        ("admin.planning_file_facts", "说明", idle and job.looked is not None),
        ("admin.planning_file_preview", "先看一看", idle and job.checked is not None),
    ]


def idle_or_progress(job: ImportJob) -> Response | None:
    """The way to the progress page when the upload is not waiting for a form."""
    if job.state in {"working", "done"} or job.looked is None:
        return go(url_for("admin.planning_file", job=job.id))
    return None


def begin(form: Form, job: str, step: Step, **choices: Any) -> Response | None:
    """Begin a step and go to its progress; None, with the trouble kept, when it cannot begin."""
    account = me()
    try:
        start(account.id, account.name, job, step, **choices)
    except (Conflict, TooOften) as error:
        form.trouble[""] = in_chinese(error)
        return None
    return go(url_for("admin.planning_file", job=job))


@blueprint.get("/planning/layers/files/<job>/progress")
def planning_file_progress(job: str) -> Response:
    """The same for a script: {state, words, done, total}."""
    return jsonify(progress_of(own(job)))


@blueprint.post("/planning/layers/files/<job>/look")
def planning_file_look(job: str) -> Response:
    """Look into the file once more, after a step that was stopped or broke off."""
    found = own(job)
    if found.state not in {"working", "done"}:
        begin(Form(), job, "look")
    return go(url_for("admin.planning_file", job=job))


@blueprint.post("/planning/layers/files/<job>/cancel")
def planning_file_cancel(job: str) -> Response:
    """Ask the step at work to stop."""
    found = own(job)
    with writing(database(), actor=me().name) as unit:
        import_jobs.cancel(unit, found.account_id, found.id)
    return go(url_for("admin.planning_file", job=job))


@blueprint.post("/planning/layers/files/<job>/delete")
def planning_file_delete(job: str) -> Response:
    """Delete an upload that is not kept yet."""
    found = own(job)
    with writing(database(), actor=me().name) as unit:
        import_jobs.delete(unit, found.account_id, found.id)
    shutil.rmtree(folder(job), ignore_errors=True)
    return go(url_for("admin.planning_layers", done="deleted"))

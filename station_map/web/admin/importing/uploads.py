"""Uploads: the list, a new one, how far it is, stopping it, deleting it."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Response, jsonify, request, send_file, url_for
from werkzeug.datastructures import FileStorage

from station_map.domain.accounts import Account, Action
from station_map.domain.accounts.roles import Reach, reach
from station_map.errors import Conflict, FileRefused, InputError, NotFound, TooOften
from station_map.importers.job import REPORTS, SHOWN, UPLOAD
from station_map.importers.limits import limits_of
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.sheets import refused
from station_map.importers.reading.sniff import form_of
from station_map.store import accounts, import_jobs, import_runs
from station_map.store.import_jobs import ImportJob
from station_map.store.writing import writing
from station_map.web import requests
from station_map.web.admin import identity
from station_map.web.admin.forms import BAD_REQUEST, Form, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.importing.launch import start
from station_map.web.runtime import database, settings

ACCEPTED: Final = ".xlsx,.xlsm,.csv,.tsv,.txt,.geojson,.json,.gpkg,.zip,.kml"
_NAME_BYTES: Final = 180
_LATEST: Final = 20
_TOO_MANY: Final = 429
_CONFLICT: Final = 409
# What a path, a URL or a driver of a format could take for more than a name.
_NOT_IN_NAMES: Final = re.compile(r'[/\\:|?!*"<>\x00-\x1f\x7f]')
_STEP_ZH: Final = {"look": "读文件", "place": "找坐标", "check": "检查每一行", "run": "导入"}
_STATE_ZH: Final = {
    "working": "正在做",
    "waiting": "等你看",
    "failed": "没做成",
    "cancelled": "停下了",
    "broken": "中断了",
    "done": "导入好了",
}
_DONE: Final = {"deleted": "文件删掉了，什么也没有导入。"}


def me() -> Account:
    """Who is signed in; the table of access has let only those in who may import somewhere."""
    return identity.signed_in().account


def own(job: str) -> ImportJob:
    """An upload of whoever is signed in. Raises NotFound, for everybody else's too."""
    return import_jobs.job_of(database(), me().id, job)


def folder(job: str) -> Path:
    """The folder of an upload."""
    return import_jobs.folder_of(settings().data_dir.resolve(), job)


@blueprint.app_template_filter("import_step")
def _step_zh(job: ImportJob) -> str:
    return _STEP_ZH[job.step]


@blueprint.app_template_filter("import_state")
def _state_zh(job: ImportJob) -> str:
    return _STATE_ZH[job.state]


@blueprint.get("/import")
def imports() -> Response:
    """The form for a file, and the files that are on their way."""
    sweep()
    return _list_page(done=_DONE.get(request.args.get("done", "")))


def sweep() -> None:
    """Delete what has lain too long."""
    keep = dt.timedelta(hours=settings().import_keep_hours)
    with writing(database(), actor="system", origin="system") as unit:
        import_jobs.sweep(unit, settings().data_dir.resolve(), keep)


def _list_page(*, form: Form | None = None, status: int = 200, done: str | None = None) -> Response:
    account = me()
    everywhere = reach(account, Action.IMPORT_RUN) is Reach.ALL
    names = accounts.known_areas(database(), account.areas)
    return page(
        "importing/list.html",
        status=status,
        form=form or Form(),
        done=done,
        jobs=import_jobs.jobs_of(database(), account.id),
        runs=import_runs.latest_runs(database(), None if everywhere else account.name, _LATEST),
        areas=None if everywhere else [names.get(one, one) for one in sorted(account.areas)],
        accepted=ACCEPTED,
        megabytes=settings().import_max_bytes // 1_000_000,
        keep_hours=settings().import_keep_hours,
    )


@blueprint.post("/import")
def import_upload() -> Response:
    """Keep the file under a name that nobody can guess, and begin to look into it."""
    account, form = me(), Form()
    sweep()
    job = import_jobs.new_id()
    try:
        name, size = keep_file(job, request.files.get("file"), _checked_form)
        with writing(database(), actor=account.name) as unit:
            import_jobs.create(unit, account.id, job, name, size)
        start(account.id, account.name, job, "look")
    except (InputError, TooOften) as error:
        forget(job)
        late = isinstance(error, TooOften)
        form.trouble["file"] = told_of(error)
        return _list_page(form=form, status=_TOO_MANY if late else BAD_REQUEST)
    except BaseException:
        forget(job)
        raise
    return go(url_for("admin.import_job", job=job))


def told_of(error: Exception) -> str:
    """The Chinese part of what a file is refused for."""
    first, line, _ = str(error).partition("\n")
    return first if line else in_chinese(error)


def forget(job: str) -> None:
    """Leave nothing of an upload that did not come about."""
    with writing(database(), actor="system", origin="system") as unit:
        unit.execute("DELETE FROM import_job WHERE id = %s AND state <> 'working'", (job,))
    shutil.rmtree(folder(job), ignore_errors=True)


def clean_name(told: str) -> str:
    """A file's name as the browser tells it, fit to be one here: no folders, no signs of paths."""
    name = unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2])
    name = name.encode("utf-8", "replace").decode()
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" or c == "\u200d")
    name = _NOT_IN_NAMES.sub("_", name).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem:
        stem, suffix = name, ""
    room = _NAME_BYTES - len(suffix.encode()) - 1
    stem = stem.encode()[: max(room, 1)].decode("utf-8", "ignore")
    return (f"{stem}.{suffix}" if suffix else stem) or "file"


def _checked_form(path: Path) -> None:
    try:
        form_of(path, limits_of(settings()))
    except Refusal as refusal:
        raise refused(path, refusal) from refusal


def keep_file(
    job: str, given: FileStorage | None, check: Callable[[Path], object]
) -> tuple[str, int]:
    """Write the file down; its name and size. Raises InputError (FileRefused), and as `check`."""
    if given is None or not given.filename:
        raise InputError("请选一个文件。 Choose a file.", parameter="file", example="台账.xlsx")
    name = clean_name(given.filename)
    target = folder(job) / UPLOAD / name
    target.parent.mkdir(mode=0o700, parents=True)
    target.parent.parent.chmod(0o700)
    given.save(target)
    target.chmod(0o600)
    size = target.stat().st_size
    if size == 0:
        raise FileRefused("文件是空的。 The file is empty.", parameter="file")
    check(target)
    return name, size


requests.allow(blueprint, "import_upload", lambda chosen: chosen.import_max_bytes)


@blueprint.get("/import/<job>")
def import_job(job: str) -> Response:
    """Where the upload is: at work, or on to the page that waits for the person."""
    found = own(job)
    if found.state == "done":
        if found.import_run_id is not None:
            return go(url_for("admin.import_result", number=found.import_run_id))
        return page("importing/nothing.html", job=found, reports=reports_of(found))
    if found.state == "waiting":
        return go(url_for(_next_page(found), job=job))
    return page(
        "importing/progress.html",
        job=found,
        refresh=found.state == "working",
        pages=pages_of(found),
    )


def _next_page(job: ImportJob) -> str:
    if job.checked is not None:
        return "admin.import_outcomes"
    return "admin.import_columns" if job.places is None else "admin.import_datums"


def pages_of(job: ImportJob) -> list[tuple[str, str, bool]]:
    """The pages of an upload: endpoint, words, whether it can be opened now."""
    idle = job.state not in {"working", "done"}
    return [
        ("admin.import_columns", "列", idle and job.looked is not None),
        ("admin.import_datums", "坐标系", idle and job.places is not None),
        ("admin.import_outcomes", "每一行", idle and job.checked is not None),
    ]


def reports_of(job: ImportJob) -> list[str]:
    """The report files that are there to be fetched."""
    place = folder(job.id)
    return [name for name in REPORTS if (place / name).is_file()]


def idle_or_progress(job: ImportJob) -> Response | None:
    """The way to the progress page when the job is not waiting for a form."""
    if job.state in {"working", "done"}:
        return go(url_for("admin.import_job", job=job.id))
    return None


@blueprint.get("/import/<job>/progress")
def import_progress(job: str) -> Response:
    """The same for a script: {state, words, done, total}."""
    found = own(job)
    return jsonify(progress_of(found))


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far a step is. total: None when nobody knows."""
    return {
        "state": job.state,
        "words": job.stage or _STEP_ZH[job.step],
        "done": job.done,
        "total": job.total,
    }


@blueprint.post("/import/<job>/cancel")
def import_cancel(job: str) -> Response:
    """Ask the step at work to stop."""
    account = me()
    with writing(database(), actor=account.name) as unit:
        import_jobs.cancel(unit, account.id, own(job).id)
    return go(url_for("admin.import_job", job=job))


@blueprint.post("/import/<job>/delete")
def import_delete(job: str) -> Response:
    """Delete an upload with all that was found out about it."""
    account = me()
    with writing(database(), actor=account.name) as unit:
        import_jobs.delete(unit, account.id, own(job).id)
    shutil.rmtree(folder(job), ignore_errors=True)
    return go(url_for("admin.imports", done="deleted"))


@blueprint.get("/import/<job>/report.<ending>")
def import_report(job: str, ending: str) -> Response:
    """What became of each row, as a file."""
    found = own(job)
    name = f"report.{ending}"
    if name not in reports_of(found):
        raise NotFound("report", name)
    stem = Path(found.file_name).stem
    return send_file(folder(job) / name, as_attachment=True, download_name=f"{stem}-{name}")


def begin(job: str, step: import_jobs.Step, **choices: object) -> Response | str:
    """Begin a step and go to its progress; why not, in Chinese, when it cannot begin."""
    account = me()
    try:
        start(account.id, account.name, job, step, **choices)
    except (Conflict, TooOften) as error:
        return in_chinese(error)
    return go(url_for("admin.import_job", job=job))


@blueprint.post("/import/<job>/look")
def import_look(job: str) -> Response:
    """Look into the file once more, after a step that was stopped or broke off."""
    found = own(job)
    answer = idle_or_progress(found) or begin(job, "look")
    return answer if isinstance(answer, Response) else go(url_for("admin.import_job", job=job))


def shown_file(job: ImportJob) -> Path:
    """The outcomes that the person looks at. Raises Conflict when they are gone."""
    path = folder(job.id) / SHOWN
    if not path.is_file():
        raise Conflict("结果已经删掉了，请再上传一次。 The outcomes are gone; upload it again.")
    return path

"""A run's answer to take along: as reports, and as JSON and GeoJSON of what is kept."""

from __future__ import annotations

import json
from typing import Any, Final, NamedTuple

from flask import Response

from station_map.domain.accounts import Action
from station_map.domain.vocabulary import Datum
from station_map.errors import NotFound
from station_map.store.planning_runs import Run
from station_map.web.admin.gate import blueprint, require
from station_map.web.admin.planning_runs.finding import run_of
from station_map.web.admin.planning_runs.maps import features
from station_map.web.admin.planning_runs.notes import about_of
from station_map.web.runtime import database

_NOT_ABOUT: Final = frozenset({"sites", "closed", "numbers"})


class FileForm(NamedTuple):
    """words: on the page. report: it is computed again from what the run read."""

    words: str
    report: bool


FORMS: Final = {
    "pdf": FileForm("打印用的 PDF", report=True),
    "xlsx": FileForm("工作簿（xlsx）", report=True),
    "gpkg": FileForm("地图数据（GeoPackage）", report=True),
    "csv": FileForm("一张长表（csv）", report=True),
    "zip": FileForm("每个指标一张 csv（zip）", report=True),
    "geojson": FileForm("地图数据（GeoJSON）", report=False),
    "json": FileForm("全部数字（JSON）", report=False),
}


def forms_of(run: Run) -> dict[str, FileForm]:
    """What this run can be taken along as: reports only of what it read and kept."""
    kept = run.inputs == "kept"
    return {code: form for code, form in FORMS.items() if kept or not form.report}


@blueprint.get("/planning/runs/<int:number>/files/<form>")
def planning_run_file(number: int, form: str) -> Response:
    """The answer in one of FORMS. Raises NotFound for another, and before there is an answer."""
    require(Action.PLANNING_SEE)
    run = run_of(number)
    if run.answer is None or form not in forms_of(run):
        raise NotFound("file", f"{number}.{form}"[:60])
    if FORMS[form].report:
        return _report(run, form)
    told = _geojson(run) if form == "geojson" else _whole(run)
    content = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).encode()
    kind = "application/geo+json" if form == "geojson" else "application/json"
    return _download(content, kind, f"{run.kind.value}-{run.id}.{form}")


def _report(run: Run, code: str) -> Response:
    # They bring numpy, and each its own libraries.
    from station_map.planning import reports, runs

    again = runs.again(database(), run.id)
    named = reports.Run(run.title or "", run.ended_at)
    report = reports.report_of(database(), again.given, again.asked, again.answer, named)
    form = reports.Form(code)
    content = reports.as_bytes(report, form)
    return _download(content, reports.CONTENT_TYPES[form], reports.file_name(report, form))


def _download(content: bytes, content_type: str, name: str) -> Response:
    response = Response(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _whole(run: Run) -> dict[str, Any]:
    """The whole answer with what was asked for."""
    told = {"run": run.id, "title": run.title, "kind": run.kind.value, "asked": run.asked}
    return {**told, "version": run.version, "answer": run.answer}


def _geojson(run: Run) -> dict[str, Any]:
    """Gaps, or sites, in WGS-84; what they rest on beside them."""
    about = {
        name: told for name, told in about_of(run.answer or {}).items() if name not in _NOT_ABOUT
    }
    return {
        "type": "FeatureCollection",
        "features": [*features(run, Datum.WGS84)],
        "about": about,
    }

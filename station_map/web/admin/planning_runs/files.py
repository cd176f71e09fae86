"""A run's answer to take along: JSON, GeoJSON and csv, and the reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from flask import Response

from station_map.domain.accounts import Action
from station_map.domain.planning_runs import RunKind
from station_map.domain.vocabulary import Datum
from station_map.errors import NotFound
from station_map.store.planning_runs import Run
from station_map.web.admin.gate import blueprint, require
from station_map.web.admin.planning_runs.finding import run_of
from station_map.web.admin.planning_runs.maps import features
from station_map.web.admin.planning_runs.notes import about_of
from station_map.web.runtime import database


class FileForm(NamedTuple):
    """words: on the page. mimetype: of what `write` makes of a run that has an answer."""

    words: str
    mimetype: str
    write: Callable[[Run], bytes]


@blueprint.get("/planning/runs/<int:number>/files/<form>")
def planning_run_file(number: int, form: str) -> Response:
    """The answer in one of FORMS. Raises NotFound for another, and before there is an answer."""
    require(Action.PLANNING_SEE)
    run = run_of(number)
    if form not in FORMS or run.answer is None:
        raise NotFound("file", f"{number}.{form}"[:60])
    chosen = FORMS[form]
    response = Response(chosen.write(run), mimetype=chosen.mimetype)
    name = f"{run.kind.value}-{run.id}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _json(run: Run) -> bytes:
    """The whole answer with what was asked for."""
    told = {"run": run.id, "title": run.title, "kind": run.kind.value, "asked": run.asked}
    return _bytes({**told, "version": run.version, "answer": run.answer})


def _geojson(run: Run) -> bytes:
    """Gaps, or sites, in WGS-84; what it rests on beside them."""
    about = {**about_of(run.answer or {})}
    for key in ("sites", "closed"):
        about.pop(key, None)
    told = [*features(run, Datum.WGS84)]
    return _bytes({"type": "FeatureCollection", "features": told, "about": about})


def _bytes(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _csv(run: Run) -> bytes:
    """All figures of coverage, one a row; or the sites, one a row."""
    if run.kind is RunKind.SITING:
        return sites_csv(run)
    from station_map.exporters.coverage import as_csv
    from station_map.planning.runs import answer_of

    return as_csv(answer_of(database(), run.id).result)


_HEAD: Final = ("what", "rank", "lon", "lat", "district", "code", "name", "adds", "phase", "note")


def sites_csv(run: Run) -> bytes:
    """One row a site; the note says of made-up demand, in every row, that it is."""
    from station_map.exporters.csv_table import csv_table

    answer = run.answer or {}
    said = "synthetic" if answer.get("synthetic") else ""
    rows = [
        (what, rank, *(one.get(head) for head in _HEAD[2:-1]), said)
        for what, key in (("open", "sites"), ("close", "closed"))
        for rank, one in enumerate(answer.get(key, ()), 1)
    ]
    return csv_table(_HEAD, rows)


FORMS: Final[dict[str, FileForm]] = {
    "csv": FileForm("表格（csv）", "text/csv", _csv),
    "geojson": FileForm("地图数据（GeoJSON）", "application/geo+json", _geojson),
    "json": FileForm("全部（JSON）", "application/json", _json),
}

"""What would be kept of a planner's file: figures, rows that are not taken, a map; and keeping it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Response, jsonify, url_for

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.store import accounts
from station_map.store.import_jobs import ImportJob
from station_map.web.admin.forms import Form
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.maps import admin_map
from station_map.web.admin.planning_layers.listing import WHAT_ZH, datum_words, figure
from station_map.web.admin.planning_layers.uploads import begin, idle_or_progress, own, pages_of
from station_map.web.pages.rendering import configured_basemap
from station_map.web.runtime import database

_CONFLICT: Final = 409
_DIGITS: Final = 6
_ZOOM: Final = 10
_NAMES_SHOWN: Final = 20
_CLASSES: Final = 4
OUTCOME_ZH: Final = {
    "taken": "能用",
    "zero": "数量是 0",
    "unknown": "数量不清楚",
    "refused": "不能用",
    "nodata": "没有数据",
    "negative": "负数，不计",
}
STATUS_ZH: Final = {"required": "一定要建", "candidate": "备选", "excluded": "不许建"}


@blueprint.get("/planning/layers/files/<job>/preview")
def planning_file_preview(job: str) -> Response:
    """What would be kept; nothing is yet."""
    found = own(job)
    if away := idle_or_progress(found):
        return away
    if found.checked is None:
        return go(url_for("admin.planning_file_facts", job=job))
    return _page(found, found.checked, Form())


def _page(job: ImportJob, checked: Mapping[str, Any], form: Form, *, status: int = 200) -> Response:
    return page(
        "planning_layers/preview.html",
        status=status,
        job=job,
        pages=pages_of(job),
        what=WHAT_ZH[job.kind],
        form=form,
        checked=checked,
        facts=list(_facts(job, checked)),
        districts=_districts(checked),
        names=checked.get("names", [])[:_NAMES_SHOWN],
        outcomes=OUTCOME_ZH,
        datum_words=datum_words,
        frame=admin_map("layers-map.js", _ZOOM).frame,
    )


def _facts(job: ImportJob, checked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(name, value) of what counts."""
    if layer := checked.get("layer"):
        yield "一共", f"{figure(layer['total'])} {layer['unit']}"
        yield "格（点）", f"{layer['cells']:,}"
        for outcome, number in checked["counts"].items():
            yield OUTCOME_ZH.get(outcome, outcome), f"{number:,}"
    else:
        yield ("片区" if job.kind == "areas" else "地点"), f"{checked['count']:,}"
        for status, number in checked.get("statuses", {}).items():
            yield STATUS_ZH[status], f"{number:,}"
        if costs := checked.get("costs"):
            yield "费用", f"{figure(costs['least'])} 到 {figure(costs['most'])}"
            yield "没有写容量（不限）", f"{checked['unlimited']:,}"
        yield "不能用", f"{checked['refused']:,}"
    if extent := checked.get("extent"):
        west, south, east, north = extent
        yield "范围", f"东经 {west:.3f} 到 {east:.3f}，北纬 {south:.3f} 到 {north:.3f}"


def _districts(checked: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    told = [one for one in checked.get("districts", []) if one[2]]
    names = accounts.known_areas(database(), [one[0] for one in told if one[0]])
    return [
        (names.get(adcode or "", adcode or "县区以外"), figure(total), f"{cells:,}")
        for adcode, total, cells in told
    ]


@blueprint.get("/planning/layers/files/<job>/places")
def planning_file_places(job: str) -> Response:
    """Some of it for the map: GeoJSON in the basemap's datum, numbers only."""
    checked = own(job).checked or {}
    datum = configured_basemap().datum
    points = checked.get("points", [])
    # Points come heaviest first: the first quarter is the first class.
    features = [
        _feature("Point", _shown(lon, lat, datum), number * _CLASSES // len(points))
        for number, (lon, lat, _) in enumerate(points)
    ]
    features += [
        _feature(shape["type"], _moved(shape["coordinates"], datum), 0)
        for shape in checked.get("shapes", [])
    ]
    return jsonify({"type": "FeatureCollection", "features": features})


def _feature(kind: str, coordinates: Any, rank: int) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "geometry": geometry, "properties": {"rank": rank}}


def _shown(lon: float, lat: float, datum: Datum) -> list[float]:
    east, north = from_wgs84(lon, lat, datum.value)
    return [round(east, _DIGITS), round(north, _DIGITS)]


def _moved(coordinates: Any, datum: Datum) -> Any:
    if isinstance(coordinates[0], float | int):
        return _shown(coordinates[0], coordinates[1], datum)
    return [_moved(one, datum) for one in coordinates]


@blueprint.post("/planning/layers/files/<job>/keep")
def planning_file_keep(job: str) -> Response:
    """Keep it as it was shown."""
    found = own(job)
    if (away := idle_or_progress(found)) or found.checked is None:
        return away or go(url_for("admin.planning_file", job=job))
    form = Form()
    return begin(form, job, "run") or _page(found, found.checked, form, status=_CONFLICT)

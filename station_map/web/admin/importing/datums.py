"""The question in which datum the coordinates are, with what speaks for each answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, jsonify, url_for

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84, to_wgs84
from station_map.store.import_jobs import ImportJob
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.importing.uploads import begin, idle_or_progress, own, pages_of
from station_map.web.admin.maps import admin_map
from station_map.web.pages.rendering import configured_basemap

_CONFLICT: Final = 409
_DIGITS: Final = 6
_ZOOM: Final = 10
DATUM_WORDS: Final = (
    (Datum.WGS84, "GPS、天地图", "圆点"),
    (Datum.GCJ02, "高德、腾讯", "方块"),
    (Datum.BD09, "百度", "三角"),
)


@blueprint.get("/import/<job>/datum")
def import_datums(job: str) -> Response:
    """The question, with every reading on a map and in figures."""
    found = own(job)
    if away := idle_or_progress(found):
        return away
    if found.places is None:
        return go(url_for("admin.import_job", job=job))
    said = found.choices.get("datums") or {}
    return _page(found, found.places, Form({f"d{sheet}": datum for sheet, datum in said.items()}))


def _page(job: ImportJob, places: Mapping[str, Any], form: Form, *, status: int = 200) -> Response:
    return page(
        "importing/datums.html",
        status=status,
        job=job,
        pages=pages_of(job),
        sheets=places["sheets"],
        form=form,
        datums=DATUM_WORDS,
        frame=admin_map("import-map.js", _ZOOM).frame,
        names={datum.value: datum.zh for datum in Datum},
    )


@blueprint.get("/import/<job>/points")
def import_points(job: str) -> Response:
    """Some rows' places by every reading: GeoJSON in the basemap's datum, numbers only."""
    places = own(job).places or {"sheets": []}
    shown = configured_basemap().datum
    features = [
        _feature(sheet["number"], number, datum, lon, lat, shown)
        for sheet in places["sheets"]
        for number, (lon, lat) in enumerate(sheet["points"])
        for datum in Datum
    ]
    return jsonify({"type": "FeatureCollection", "features": features})


def _feature(
    sheet: int, number: int, datum: Datum, lon: float, lat: float, shown: Datum
) -> dict[str, Any]:
    east, north = from_wgs84(*to_wgs84(lon, lat, datum.value), shown.value)
    return {
        "type": "Feature",
        "geometry": {
            "type": "Point",
            "coordinates": [round(east, _DIGITS), round(north, _DIGITS)],
        },
        "properties": {"reading": datum.value, "sheet": sheet, "number": number},
    }


@blueprint.post("/import/<job>/datum")
def import_datums_send(job: str) -> Response:
    """Keep the answers, and check every row."""
    found = own(job)
    places = found.places
    if (away := idle_or_progress(found)) or places is None:
        return away or go(url_for("admin.import_job", job=job))
    form = given()
    chosen: dict[str, str] = {}
    for sheet in places["sheets"]:
        name = f"d{sheet['number']}"
        stated = sheet["datum"] is not None or sheet["by_row"]
        if form[name] in {datum.value for datum in Datum} or (stated and form[name] == "sheet"):
            chosen[str(sheet["number"])] = "" if form[name] == "sheet" else form[name]
        else:
            form.trouble[name] = "请选一个坐标系。选错会偏几百米，看看地图再定。"
    if form.trouble:
        return _page(found, places, form, status=BAD_REQUEST)
    answer = begin(job, "check", datums=chosen, picks=None)
    if isinstance(answer, Response):
        return answer
    form.trouble[""] = answer
    return _page(found, places, form, status=_CONFLICT)

"""What a planner's file is called, and how it is to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from flask import Response

from station_map.domain.demand import RESERVED, checked_facts, layer_name
from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.store.demand_layers import find_layer
from station_map.store.import_jobs import ImportJob
from station_map.store.planning_sets import named, set_name
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.planning_layers.listing import WHAT_ZH
from station_map.web.admin.planning_layers.uploads import begin, idle_or_progress, own, pages_of
from station_map.web.runtime import database

_CONFLICT: Final = 409
COUNT_ROWS: Final = "count-rows"
LABELS: Final = {
    "name": "名字",
    "title": "标题",
    "unit": "单位",
    "date": "数据的日期",
    "source": "数据从哪来",
    "licence": "使用许可",
    "weight": "哪一列是数量",
    "names": "哪一列是名字",
    "datum": "坐标是哪种坐标系",
    "band": "第几个波段",
    "spacing": "面摊成点，间距多少米",
    "replace": "同名的",
}
DATUMS: Final = tuple((one.value, f"{one.zh}（{products}）") for one, products in (
    (Datum.WGS84, "GPS、天地图"), (Datum.GCJ02, "高德、腾讯"), (Datum.BD09, "百度"),
))  # fmt: skip


@blueprint.get("/planning/layers/files/<job>/facts")
def planning_file_facts(job: str) -> Response:
    """The form, as the file suggests, or as it was filled in before."""
    found = own(job)
    return idle_or_progress(found) or _page(found, Form(_usual(found)))


def _usual(job: ImportJob) -> dict[str, str | list[str]]:
    if told := job.choices.get("said"):
        return dict(told)
    stem = Path(job.file_name).stem
    columns = _columns(job)
    found: dict[str, str | list[str]] = {
        "name": _name(stem) if job.kind == "demand" else stem[:80],
        "title": stem[:80],
        "band": "1",
        "spacing": "100",
        "datum": "sheet" if _all_stated(job) else "",
        "names": columns["names"][0] if columns["names"] else "",
    }
    if len(columns["weights"]) == 1:
        found["weight"] = columns["weights"][0]
    return found


def _name(stem: str) -> str:
    """A layer's name made of the file's; "" when none can be."""
    told = "".join(c if c.isalnum() or c in "_-" else "-" for c in stem).strip("-_")[:40]
    try:
        name = layer_name(told)
    except InputError:
        return ""
    return "" if name in RESERVED else name


def _parts(job: ImportJob) -> list[dict[str, Any]]:
    return [part for part in (job.looked or {"parts": []})["parts"] if part["read"]]


def _columns(job: ImportJob) -> dict[str, list[str]]:
    """The columns of all parts, each once: all, those like a weight, those like a name."""
    return {
        key: list(dict.fromkeys(label for part in _parts(job) for label in part[key]))
        for key in ("labels", "weights", "names")
    }


def _all_stated(job: ImportJob) -> bool:
    return all(part["datum"] for part in _parts(job))


def is_raster(job: ImportJob) -> bool:
    """Whether its weights are pixels."""
    return bool((job.looked or {}).get("form") == "raster")


def _page(job: ImportJob, form: Form, *, status: int = 200) -> Response:
    columns = _columns(job)
    stated = [("sheet", f"照文件里写的：{_stated(job)}")] if _all_stated(job) else []
    return page(
        "planning_layers/facts.html",
        status=status,
        job=job,
        pages=pages_of(job),
        what=WHAT_ZH[job.kind],
        form=form,
        labels=LABELS,
        parts=_parts(job),
        raster=is_raster(job),
        vector=(job.looked or {}).get("form") in {"geojson", "gpkg"},
        weights=[
            ("", "请选一列"),
            *((one, one) for one in columns["labels"]),
            (COUNT_ROWS, "没有，每行算 1"),
        ],
        names=[("", "没有，按顺序编号"), *((one, one) for one in columns["labels"])],
        datums=[*stated, *DATUMS],
    )


def _stated(job: ImportJob) -> str:
    names = {datum.value: datum.zh for datum in Datum}
    told = {
        f"{names.get(part['datum'], part['datum'])}（{part['because']}）" for part in _parts(job)
    }
    return "；".join(sorted(told))


@blueprint.post("/planning/layers/files/<job>/facts")
def planning_file_check(job: str) -> Response:
    """Keep what was said, and see what would come of it."""
    found = own(job)
    if away := idle_or_progress(found):
        return away
    form = given()
    choices = _demand(found, form) if found.kind == "demand" else _set(found, form)
    if form.trouble:
        return _page(found, form, status=BAD_REQUEST)
    kept = {name: form[name] for name in LABELS}
    return begin(form, job, "check", said=kept, **choices) or _page(found, form, status=_CONFLICT)


def _datum(job: ImportJob, form: Form) -> str:
    if form["datum"] == "sheet" and _all_stated(job):
        return ""
    if form["datum"] not in {one.value for one in Datum}:
        form.trouble["datum"] = "请选一个坐标系。选错会偏几百米，看看数据是从哪家地图来的。"
    return form["datum"]


def _demand(job: ImportJob, form: Form) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    try:
        told = checked_facts(
            name=form["name"],
            title=form["title"].strip() or None,
            unit=form["unit"],
            as_of=form["date"].strip() or None,
            source=form["source"].strip() or None,
            licence=form["licence"].strip() or None,
        )
        facts = {name: getattr(told, name) for name in
                 ("name", "title", "unit", "as_of", "source", "licence")}  # fmt: skip
        _refuse_taken(form, told.name)
    except InputError as error:
        parameter = error.parameter or "name"
        words = in_chinese(error).removeprefix(f"{parameter} ")
        hint = f"比如 {error.example}" if error.example else ""
        form.trouble[parameter.lstrip("-")] = f"{words}{hint}"
    return {
        "facts": facts,
        "datum": _datum(job, form),
        "replace": form["replace"] == "1",
        "spacing_m": form.read(_number(10, 10_000, "100"), "spacing", 100),
        "band": form.read(_number(1, 1000, "1"), "band", 1) if is_raster(job) else None,
        **_weight(job, form),
    }


def _refuse_taken(form: Form, name: str) -> None:
    with database().reading() as connection:
        before = find_layer(connection, name)
    if before is not None and form["replace"] != "1":
        form.trouble["replace"] = (
            f"已经有图层 {name}（{before.title}）。换一个名字，或者勾选换掉它。"
        )


def _weight(job: ImportJob, form: Form) -> dict[str, Any]:
    if is_raster(job):
        return {"weight": None, "count_rows": False}
    told = form["weight"]
    if told != COUNT_ROWS and told not in _columns(job)["labels"]:
        form.trouble["weight"] = "请选哪一列是数量；没有就选“每行算 1”。"
    return {"weight": None if told == COUNT_ROWS else told, "count_rows": told == COUNT_ROWS}


def _number(least: int, most: int, example: str) -> Any:
    def read(told: str) -> int:
        text = told.strip() or example
        value = int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else -1
        if not least <= value <= most:
            raise InputError(
                f"要写 {least} 到 {most} 的整数，比如 {example}。 From {least} to {most}."
            )
        return value

    return read


def _set(job: ImportJob, form: Form) -> dict[str, Any]:
    name = form.read(set_name, "name", "")
    if name:
        with database().reading() as connection:
            before = named(connection, "areas" if job.kind == "areas" else "sites", name)
        if before is not None and form["replace"] != "1":
            form.trouble["replace"] = f"已经有“{name}”了。换一个名字，或者勾选换掉它。"
    labels = _columns(job)["labels"]
    if form["names"] and form["names"] not in labels:
        form.trouble["names"] = "请从列出来的里面选。"
    return {
        "called": name,
        "datum": _datum(job, form),
        "names": form["names"],
        "replace": form["replace"] == "1",
    }

"""What each column of each sheet is read as, and putting it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request, url_for

from station_map.importers.tables.match import AMENITY_PREFIX
from station_map.importers.tables.synonyms import PERSONAL
from station_map.importers.tables.targets import (
    AMENITY_LABELS,
    FIELD_LABELS,
    NOT_USED,
    SHARED_TARGETS,
    label_of,
)
from station_map.store import import_mappings
from station_map.store.import_jobs import ImportJob
from station_map.store.import_mappings import KnownMapping
from station_map.store.writing import writing
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.importing.uploads import begin, idle_or_progress, me, own, pages_of
from station_map.web.runtime import database

_CONFLICT: Final = 409
_DEEPEST: Final = 3
FIELD_OPTIONS: Final = tuple(FIELD_LABELS.items())
AMENITY_OPTIONS: Final = tuple(AMENITY_LABELS.items())
_TARGETS: Final = frozenset((*FIELD_LABELS, *AMENITY_LABELS, NOT_USED, PERSONAL))


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column with the field of the form that says what it is. fixed: the format says it."""

    field: str
    index: int
    label: str
    letter: str
    why: str
    samples: list[str]
    target: str
    fixed: bool


@dataclass(frozen=True, slots=True)
class ShownSheet:
    """A sheet with its columns as they stand in the form; headers: rows to choose from."""

    number: int
    name: str
    rows: int
    used: bool
    header: str
    headers: list[tuple[str, str]]
    columns: list[ShownColumn]
    known: KnownMapping | None


@blueprint.get("/import/<job>/columns")
def import_columns(job: str) -> Response:
    """The columns as they were understood, or as somebody said the last time."""
    found = own(job)
    if away := idle_or_progress(found):
        return away
    if found.looked is None:
        return go(url_for("admin.import_job", job=job))
    return _page(found, found.looked)


def _page(
    job: ImportJob,
    looked: Mapping[str, Any],
    *,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    sheets = shown_sheets(job, looked, form)
    labels = {column.field: f"{column.label}" for sheet in sheets for column in sheet.columns} | {
        f"s{sheet.number}": sheet.name for sheet in sheets
    }
    return page(
        "importing/columns.html",
        status=status,
        job=job,
        pages=pages_of(job),
        sheets=sheets,
        labels=labels,
        form=form or Form(),
        fields=FIELD_OPTIONS,
        amenities=AMENITY_OPTIONS,
        not_used=NOT_USED,
        personal=PERSONAL,
        hidden=[sheet["name"] for sheet in looked["sheets"] if sheet["hidden"]],
    )


def shown_sheets(job: ImportJob, looked: Mapping[str, Any], form: Form | None) -> list[ShownSheet]:
    """The sheets as the form shows them: what was just filled in, said before, remembered, read."""
    sheets = [sheet for sheet in looked["sheets"] if not sheet["hidden"] and sheet["columns"]]
    fresh = request.args.get("fresh") == "1"
    known = (
        {}
        if fresh
        else import_mappings.known_mappings(database(), [s["signature"] for s in sheets])
    )
    said = None if fresh else job.choices.get("columns")
    return [_shown(sheet, said, known.get(sheet["signature"]), form) for sheet in sheets]


def _shown(
    sheet: Mapping[str, Any],
    said: Mapping[str, Any] | None,
    known: KnownMapping | None,
    form: Form | None,
) -> ShownSheet:
    number = sheet["number"]
    mine = (said or {}).get(str(number))
    columns = [_column(number, column, mine, known, form) for column in sheet["columns"]]
    if form is not None:
        used = str(number) in form.chosen("use")
    elif said is not None:
        used = mine is not None
    else:
        used = sheet["usable"] or (known is not None and can_be_read(columns))
        # A file of one sheet is there to be imported, whatever its columns are called.
        used = used or (len(sheet["columns"]) > 1 and number == 0)
    header = sheet["header"]
    return ShownSheet(
        number,
        sheet["name"],
        sheet["rows"],
        used,
        "" if header is None else f"{header[0]}-{header[1]}",
        [] if header is None else _headers(sheet),
        columns,
        known if mine is None and form is None else None,
    )


def _headers(sheet: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Rows that may be the header: what is chosen now, and each of the first rows alone."""
    top = sheet["top"]
    first, last = sheet["header"]
    options = {f"{at}-{at}": f"第 {row} 行：{text}" for at, (row, text) in enumerate(top)}
    if first != last and last < len(top):
        words = f"第 {top[first][0]} 到 {top[last][0]} 行：{top[first][1]}"
        options = {f"{first}-{last}": words, **options}
    return list(options.items())


def _column(
    number: int,
    column: Mapping[str, Any],
    mine: Mapping[str, str] | None,
    known: KnownMapping | None,
    form: Form | None,
) -> ShownColumn:
    index = column["index"]
    name = f"c{number}_{index}"
    target = column["read_as"] or NOT_USED
    if form is not None and name in form.values:
        target = form[name]
    elif mine is not None:
        target = mine.get(str(index), target)
    elif known is not None:
        target = known.columns.get(index, target)
    return ShownColumn(
        name, index, column["label"], column["letter"], column["why"], column["samples"],
        target, fixed=column["label"].startswith("@"),
    )  # fmt: skip


def can_be_read(columns: list[ShownColumn]) -> bool:
    """Whether these columns give names and positions."""
    targets = {column.target for column in columns}
    return "name" in targets and ("position" in targets or {"lon", "lat"} <= targets)


@blueprint.post("/import/<job>/columns")
def import_columns_send(job: str) -> Response:
    """Keep what the columns are, and look for the coordinates; or look at the file again."""
    found = own(job)
    looked = found.looked
    if (away := idle_or_progress(found)) or looked is None:
        return away or go(url_for("admin.import_job", job=job))
    form = given("use")
    if form["action"] == "look":
        return _or_page(found, looked, form, begin(job, "look", **_again(looked, form)))
    chosen = _chosen(found, looked, form)
    if form.trouble:
        return _page(found, looked, form=form, status=BAD_REQUEST)
    _remember(looked, chosen)
    columns = {str(sheet): {str(at): t for at, t in told.items()} for sheet, told in chosen.items()}
    return _or_page(
        found, looked, form, begin(job, "place", columns=columns, datums={}, picks=None)
    )


def _or_page(
    job: ImportJob, looked: Mapping[str, Any], form: Form, answer: Response | str
) -> Response:
    if isinstance(answer, Response):
        return answer
    form.trouble[""] = answer
    return _page(job, looked, form=form, status=_CONFLICT)


def _again(looked: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """The choices for looking at the file with other headers."""
    headers = {}
    for sheet in looked["sheets"]:
        first, dash, last = form[f"h{sheet['number']}"].partition("-")
        if dash and first.isdecimal() and last.isdecimal():
            rows = int(first[:3]), int(last[:3])
            if rows[0] <= rows[1] < rows[0] + _DEEPEST:
                headers[str(sheet["number"])] = list(rows)
    return {"headers": headers, "columns": None, "datums": {}, "picks": None}


def _chosen(job: ImportJob, looked: Mapping[str, Any], form: Form) -> dict[int, dict[int, str]]:
    """Targets by sheet and column; what is wrong stays in the form, at its field."""
    found: dict[int, dict[int, str]] = {}
    for sheet in shown_sheets(job, looked, form):
        if not sheet.used:
            continue
        for column in sheet.columns:
            if column.target not in _TARGETS and not column.fixed:
                form.trouble[column.field] = "没有这个选项，请重选一个。"
        _refuse_twice(sheet, form)
        if not can_be_read(sheet.columns):
            form.trouble[f"s{sheet.number}"] = (
                "还缺名称或坐标：要有一列选“名称”，再有“经度”和“纬度”两列，或者一列“坐标（经纬度在一格）”。"
            )
        found[sheet.number] = {c.index: c.target for c in sheet.columns if not c.fixed}
    if not found:
        form.trouble[""] = "至少选一张表。"
    return found


def _refuse_twice(sheet: ShownSheet, form: Form) -> None:
    first: dict[str, ShownColumn] = {}
    for column in sheet.columns:
        target = column.target
        if target in SHARED_TARGETS | {NOT_USED, PERSONAL} or target.startswith(AMENITY_PREFIX):
            continue
        if target in first:
            form.trouble[column.field] = (
                f"“{first[target].label}”已经选了“{label_of(target)}”，只能有一列；不要的那列选“不用”。"
            )
        first.setdefault(target, column)


def _remember(looked: Mapping[str, Any], chosen: Mapping[int, Mapping[int, str]]) -> None:
    account = me()
    with writing(database(), actor=account.name) as unit:
        for sheet in looked["sheets"]:
            if sheet["number"] in chosen:
                columns = chosen[sheet["number"]]
                import_mappings.remember(unit, sheet["signature"], columns, account.name)

"""What is in a planner's file: its parts, their columns, and what is said of their datum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from station_map.domain.vocabulary import Datum
from station_map.errors import DatumUnknown, FileRefused
from station_map.importers.demand.columns import H3, choose_columns, weights_among
from station_map.importers.demand.incoming import RASTER, TABLES, ReadOptions, form_of_demand
from station_map.importers.demand.tables import TableSource
from station_map.importers.limits import ImportLimits
from station_map.importers.planning_files.shapes import ShapeLayer, open_shapes
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.sheets import Sheet, open_sheets, refused
from station_map.importers.reading.sniff import form_of
from station_map.importers.tables.datum_choice import Evidence, choose_datum, evidence_in
from station_map.importers.tables.keys import key_of

type What = Literal["demand", "areas", "sites"]

NAMES: Final = frozenset(
    key_of(word)
    for word in [
        "name",
        "名称",
        "名字",
        "片区",
        "片区名称",
        "区域",
        "街道",
        "街道名称",
        "社区",
        "社区名称",
        "网格",
        "网格名称",
        "地点",
        "地点名称",
        "站名",
        "站点名称",
        "title",
        "label",
        "标题",
    ]
)
FORMS: Final[dict[What, tuple[str, ...]]] = {
    "areas": ("geojson", "gpkg", "shapefile"),
    "sites": ("csv", "xlsx", "geojson", "gpkg", "shapefile"),
}
_FORMS_ZH: Final[dict[What, str]] = {
    "areas": "自己的片区用 GeoJSON、GeoPackage、shapefile（zip）",
    "sites": "备选地点用 csv、xlsx、GeoJSON、GeoPackage、shapefile（zip）",
}
_MOST_LABELS: Final = 512


@dataclass(frozen=True, slots=True)
class Part:
    """A sheet or layer. read: whether anything in it can be used. weights, names: columns that

    look like it. datum: as the part says it, "" when it says nothing, with `because`.
    """

    name: str
    rows: int | None
    read: bool
    labels: list[str]
    weights: list[str]
    names: list[str]
    datum: str
    because: str


def form_for(path: Path, what: What, limits: ImportLimits) -> str:
    """The form to read a file as. Raises FileRefused or LimitExceeded."""
    if what == "demand":
        return form_of_demand(path, limits)
    try:
        form = form_of(path, limits)
    except Refusal as refusal:
        raise refused(path, refusal) from refusal
    if form not in FORMS[what]:
        raise refused(path, Refusal(_FORMS_ZH[what], f"{what} do not come as {form}"))
    return form


def look(path: Path, what: What, limits: ImportLimits) -> tuple[str, list[Part]]:
    """The form of the file and its parts. Raises FileRefused (LimitExceeded)."""
    form = form_for(path, what, limits)
    if form in TABLES or what == "sites":
        with open_sheets(path, limits) as sheets:
            parts = [_of_sheet(path, sheet) for sheet in sheets]
    else:
        with open_shapes(path, form, limits, "look") as told:
            parts = [_of_layer(form, one) for one in told if isinstance(one, ShapeLayer)]
    if not any(part.read for part in parts):
        raise FileRefused(
            f"{path.name}：没有找到表头，要有经度、纬度（或 {H3}）的列。\n"
            f"{path.name}: no header with longitude and latitude, or {H3}"
        )
    return form, parts


def source_of(path: Path, sheet: Sheet) -> TableSource:
    """The sheet with its header found. Raises FileRefused."""
    try:
        return TableSource(sheet, ReadOptions(count_rows=True))
    except Refusal as refusal:
        raise refused(path, refusal) from refusal


def _of_sheet(path: Path, sheet: Sheet) -> Part:
    if sheet.fields is not None:  # the format names its columns
        labels: Sequence[str] = sheet.fields
        columns = choose_columns(labels, {}, count_rows=True, places=True)
        above: Sequence[str] = ()
        found = True
    else:
        source = source_of(path, sheet)
        labels, columns, above, found = source.labels, source.columns, source.above, source.found
    for _ in sheet.chunks:  # must be used up before the next sheet
        pass
    if sheet.hidden or not found:
        return Part(sheet.name, sheet.rows_hint, False, [], [], [], "", "")
    datums, note = evidence_in([*above, *sheet.notes, sheet.name])
    evidence = Evidence(columns.datum, datums, note, sheet.crs)
    return _part(sheet.name, sheet.rows_hint, labels, evidence, h3=columns.h3 is not None)


def _of_layer(form: str, layer: ShapeLayer) -> Part:
    datums, note = evidence_in([*layer.notes, layer.name])
    columns = choose_columns(layer.labels, {}, count_rows=True, places=False)
    h3 = form != RASTER and columns.h3 is not None
    evidence = Evidence(None, datums, note, layer.crs)
    return _part(layer.name, layer.rows, layer.labels, evidence, h3=h3)


def _part(
    name: str, rows: int | None, labels: Sequence[str], evidence: Evidence, *, h3: bool
) -> Part:
    datum, because = _stated(evidence, h3=h3)
    shown = [label for label in labels if label and not label.startswith("@")][:_MOST_LABELS]
    return Part(
        name,
        rows,
        True,
        shown,
        [one for one in weights_among(labels) if one in shown],
        [one for one in shown if key_of(one) in NAMES],
        datum,
        because,
    )


def _stated(evidence: Evidence, *, h3: bool) -> tuple[str, str]:
    if h3:
        return Datum.WGS84.value, "H3 编号"
    try:
        choice = choose_datum(evidence, None, "")
    except DatumUnknown:
        return "", ""
    return (choice.datum or Datum.WGS84).value, choice.because_zh

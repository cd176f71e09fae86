"""GeoJSON, feature by feature. Nested properties (amenities) become dotted columns."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from station_map.importers.limits import ImportLimits
from station_map.importers.reading.refusals import Refusal
from station_map.importers.reading.rows import Layer, check_width

GEOMETRY_FIELDS: Final = ("@lon", "@lat", "@geometry")
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder()
_WGS84_NAMES: Final = ("crs84", "epsg::4326", "epsg:4326", "epsg::4490", "epsg:4490", "epsg/0/4326")
_NOTE_MEMBERS: Final = ("name", "description", "note", "datum", "crs", "坐标系", "说明", "备注")
_DATUM_NAMES: Final = ("wgs84", "gcj02", "bd09")


def layers(path: Path, limits: ImportLimits) -> Iterator[Layer]:
    """The one layer of a GeoJSON file."""
    text = text_of(path)
    try:
        fields, top, count = survey(text, limits)
        check_width(len(fields), limits)
        columns = {name: index for index, name in enumerate(fields)}
        yield Layer(
            name=str(top.get("name") or path.stem)[:200],
            rows=(_row(feature, columns) for feature in features(text, {})),
            fields=tuple(fields),
            crs=crs_of(top),
            notes=notes_of(top),
            rows_hint=count,
            last=True,
        )
    except RecursionError as error:
        raise Refusal("GeoJSON 嵌套太深", "the GeoJSON is nested too deeply") from error


def text_of(path: Path) -> str:
    """The file's text. Raises Refusal."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("GeoJSON 必须是 UTF-8 编码", "GeoJSON must be UTF-8") from error


def survey(text: str, limits: ImportLimits) -> tuple[list[str], dict[str, Any], int]:
    """First pass: every column there is, the members beside "features", the count."""
    top: dict[str, Any] = {}
    fields = dict.fromkeys(GEOMETRY_FIELDS)
    count = 0
    for feature in features(text, top):
        count += 1
        fields.update(dict.fromkeys(flat(feature)))
        check_width(len(fields), limits)
    if top.get("type") != "FeatureCollection":
        raise Refusal("不是 GeoJSON 的 FeatureCollection", "not a GeoJSON FeatureCollection")
    return list(fields), top, count


def features(text: str, top: dict[str, Any]) -> Iterator[Any]:
    """Yield members of "features" one at a time; put every other member into `top`."""
    position = _expect(text, 0, "{")
    position = _skip(text, position)
    if text[position : position + 1] == "}":
        return
    while True:
        key, position = _value(text, _skip(text, position))
        position = _skip(text, _expect(text, position, ":"))
        if key == "features" and text[position : position + 1] == "[":
            position = yield from _array(text, position + 1)
        else:
            top[str(key)], position = _value(text, position)
        position = _skip(text, position)
        mark = text[position : position + 1]
        if mark == "}":
            return
        position = _expect(text, position, ",")


def _array(text: str, position: int) -> Generator[Any, None, int]:
    position = _skip(text, position)
    if text[position : position + 1] == "]":
        return position + 1
    while True:
        item, position = _value(text, _skip(text, position))
        yield item
        position = _skip(text, position)
        if text[position : position + 1] == "]":
            return position + 1
        position = _expect(text, position, ",")


def _value(text: str, position: int) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, position)
    except ValueError as error:
        raise _broken(position) from error


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _expect(text: str, position: int, mark: str) -> int:
    position = _skip(text, position)
    if text[position : position + 1] != mark:
        raise _broken(position)
    return position + 1


def _broken(position: int) -> Refusal:
    return Refusal(
        f"GeoJSON 损坏：第 {position + 1:,} 个字符处无法读取",
        f"broken GeoJSON: cannot read at character {position + 1:,}",
    )


def flat(feature: Any) -> Iterator[str]:
    """Column names of a feature's properties, one level of nesting unfolded."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    for key, value in properties.items() if isinstance(properties, dict) else ():
        if isinstance(value, dict):
            yield from (f"{key}.{inner}" for inner in value)
        else:
            yield key


def _row(feature: Any, columns: Mapping[str, int]) -> list[Any]:
    cells: list[Any] = [""] * len(columns)
    if not isinstance(feature, dict):
        cells[2] = "not a feature"
        return cells
    cells[0], cells[1], cells[2] = _point(feature.get("geometry"))
    properties = feature.get("properties")
    for key, value in properties.items() if isinstance(properties, dict) else ():
        if isinstance(value, dict):
            for inner, inner_value in value.items():
                cells[columns[f"{key}.{inner}"]] = _cell(inner_value)
        else:
            cells[columns[key]] = _cell(value)
    return cells


def _point(geometry: Any) -> tuple[Any, Any, str]:
    """Longitude, latitude, and what is wrong with the geometry ("" when nothing is)."""
    if geometry is None:
        return "", "", "none"
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind != "Point":
        return "", "", str(kind)[:40]
    position = geometry.get("coordinates")
    if not isinstance(position, list) or len(position) < 2:
        return "", "", "empty Point"
    lon, lat = islice(position, 2)
    if any(isinstance(v, bool) or not isinstance(v, int | float) for v in (lon, lat)):
        return "", "", "Point without numbers"
    return lon, lat, ""


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return ";".join(value)
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def notes_of(top: Mapping[str, Any]) -> tuple[str, ...]:
    """What the members beside "features" say."""
    return tuple(f"{key}: {top[key]}" for key in _NOTE_MEMBERS if isinstance(top.get(key), str))


def crs_of(top: Mapping[str, Any]) -> str:
    """GeoJSON is WGS-84 (RFC 7946) unless its old `crs` member says another."""
    crs = top.get("crs")
    if isinstance(crs, str) and crs.lower() in _DATUM_NAMES:
        return "wgs84"  # read as a note instead, with the datum it names
    if not isinstance(crs, dict):
        return "wgs84"
    name = str((crs.get("properties") or {}).get("name", ""))
    return "wgs84" if name.lower().endswith(_WGS84_NAMES) else name[:100]

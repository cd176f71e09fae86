"""Areas of a planner's own: polygons with names, in WGS-84."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from station_map.domain.vocabulary import Datum
from station_map.errors import FileRefused
from station_map.geo.box import SERVICE_BOX
from station_map.geo.datum import to_wgs84
from station_map.importers.limits import ImportLimits
from station_map.importers.planning_files.looking import form_for
from station_map.importers.planning_files.shapes import ShapeLayer, open_shapes
from station_map.importers.tables.datum_choice import Evidence, choose_datum, evidence_in
from station_map.importers.values.texts import text_of

type Progress = Callable[[str, int, int | None], None]

_DIGITS: Final = 7
_NAME_LONGEST: Final = 80


@dataclass(slots=True)
class AreasRead:
    """members: (name, GeoJSON geometry). refused: (layer, row, why). datums: by layer."""

    members: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    datums: dict[str, tuple[str, str]] = field(default_factory=dict)


def read_areas(
    path: Path,
    datum: Datum | None,
    names: Mapping[str, str],
    limits: ImportLimits,
    progress: Progress,
) -> AreasRead:
    """The areas of a file; parts of one name become one. names: the column with it, by layer.

    Raises FileRefused (LimitExceeded, DatumUnknown), also when there are none.
    """
    form = form_for(path, "areas", limits)
    found = AreasRead()
    shapes: dict[str, list[shapely.Geometry]] = {}
    layer, chosen, row = "", Datum.WGS84, 0
    with open_shapes(path, form, limits, "areas", names) as told:
        for one in told:
            if isinstance(one, ShapeLayer):
                layer, row = one.name, 0
                chosen = _datum(found, one, datum, path)
                continue
            progress("读取面 reading", one.done, None)
            for name, geometry, why in one.areas:
                row += 1
                shape = None if geometry is None else _wgs84(shapely.from_geojson(geometry), chosen)
                if shape is None or not _inside(shape):
                    found.refused.append((layer, row, why or "不在中国及周边范围内"))
                else:
                    shapes.setdefault(_named(name, layer, row), []).append(shape)
    if not shapes:
        why = found.refused[0][2] if found.refused else "文件里没有面"
        raise FileRefused(f"{path.name}：没有能用的面（{why}）\n{path.name}: it holds no areas")
    found.members = [(name, _geometry(parts)) for name, parts in shapes.items()]
    return found


def _datum(found: AreasRead, layer: ShapeLayer, told: Datum | None, path: Path) -> Datum:
    datums, note = evidence_in([*layer.notes, layer.name])
    place = f"{path.name} › {layer.name}"
    choice = choose_datum(Evidence(None, datums, note, layer.crs), told, place)
    chosen = choice.datum or Datum.WGS84
    found.datums[layer.name] = (chosen.value, choice.because_zh)
    return chosen


def _named(told: str, layer: str, row: int) -> str:
    return text_of(told).strip()[:_NAME_LONGEST] or f"{layer[:40]} {row}"


def _wgs84(shape: shapely.Geometry, datum: Datum) -> shapely.Geometry:
    if datum is Datum.WGS84:
        return shape

    def converted(lonlat: Any) -> Any:
        return np.column_stack(to_wgs84(lonlat[:, 0], lonlat[:, 1], datum.value))

    return shapely.transform(shape, converted)


def _inside(shape: shapely.Geometry) -> bool:
    west, south, east, north = shape.bounds
    return bool(SERVICE_BOX.contains(west, south) and SERVICE_BOX.contains(east, north))


def _geometry(parts: list[shapely.Geometry]) -> dict[str, Any]:
    whole = parts[0] if len(parts) == 1 else shapely.union_all(parts)
    rounded = shapely.transform(whole, lambda lonlat: np.round(lonlat, _DIGITS))
    told: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return told

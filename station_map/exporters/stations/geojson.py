"""GeoJSON: one feature a line, so that large files can be read line by line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from station_map.exporters.stations.terms import TITLE, Terms


def write(path: Path, records: Iterable[dict[str, Any]], terms: Terms) -> None:
    """Properties as in the API; members beside "features" tell datum, licence, attribution."""
    head = {
        "type": "FeatureCollection",
        "name": TITLE,
        "crs": terms.datum.value,
        "licence": terms.licence,
        "attribution": terms.attribution,
    }
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'{_json(head)[:-1]},"features":[')
        for number, record in enumerate(records):
            out.write(",\n" if number else "\n")
            out.write(_json(_feature(record)))
        out.write("\n]}\n")


def _feature(record: dict[str, Any]) -> dict[str, Any]:
    position = [record["lon"], record["lat"]]
    hidden = ("lon", "lat", "datum")
    return {
        "type": "Feature",
        "id": record["code"],
        "geometry": {"type": "Point", "coordinates": position},
        "properties": {name: value for name, value in record.items() if name not in hidden},
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

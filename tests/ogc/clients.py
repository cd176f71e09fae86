"""Real clients, each in a process of its own: GDAL, OWSLib, GeoPandas, against a URL.

`python clients.py NAME URL` prints JSON. URL: of `/ogc/`, for tiles of the server. Loopback is never asked for through a proxy.
"""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from typing import Any


def gdal(url: str) -> dict[str, Any]:
    """Count, fields, filters by attribute and place, another system, one by its id."""
    import pyogrio

    source = f"OAPIF:{url}"
    stations = pyogrio.read_dataframe(source, layer="stations")
    homes = pyogrio.read_dataframe(source, layer="stations", where="kind = 'driver_home'")
    seats = pyogrio.read_dataframe(
        source, layer="stations", where="seats >= 10 AND status = 'open'"
    )
    box = pyogrio.read_dataframe(source, layer="stations", bbox=(116.7, 33.8, 116.9, 34.0))
    return {
        "layers": sorted(pyogrio.list_layers(source)[:, 0].tolist()),
        "count": len(stations),
        "features": pyogrio.read_info(source, layer="stations")["features"],
        "crs": stations.crs.to_string(),
        "codes": sorted(stations["code"]),
        "bounds": list(map(float, stations.total_bounds)),
        "homes": sorted(homes["code"]),
        "seats": sorted(seats["code"]),
        "box": sorted(box["code"]),
        "areas": len(pyogrio.read_dataframe(source, layer="areas")),
    }


def gdal_tiles(base: str) -> dict[str, Any]:
    """Vector tiles of zoom 14 in two rectangles, and of one low zoom, by GDAL's driver MVT."""
    import pyogrio

    # Two that hold every station of the demo: GDAL asks for all tiles of a rectangle.
    boxes = ((116.35, 33.25, 117.25, 34.3), (118.59, 24.9, 118.62, 24.92))
    read = functools.partial(
        pyogrio.read_dataframe,
        METADATA_FILE=f"{base}/tiles/stations.json",
        TILE_EXTENSION="mvt",
        CLIP="NO",
    )
    deep = f"MVT:{base}/tiles/stations/14"
    parts = [read(deep, layer="stations", bbox=_mercator(box)) for box in boxes]
    low = f"MVT:{base}/tiles/stations/6"
    clusters, alone = read(low, layer="clusters"), read(low, layer="stations")
    return {
        "codes": sorted(code for part in parts for code in part["code"]),
        "crs": parts[0].crs.to_string(),
        "bounds": list(map(float, parts[0].to_crs("OGC:CRS84").total_bounds)),
        "types": {name: str(kind) for name, kind in clusters.dtypes.items()},
        "always_open": str(parts[0]["always_open"].dtype),
        "low": int(clusters["count"].sum()) + len(alone),
    }


def _mercator(box: tuple[float, float, float, float]) -> tuple[float, ...]:
    import geopandas as gpd
    from shapely.geometry import box as rectangle

    there = gpd.GeoSeries([rectangle(*box)], crs="OGC:CRS84").to_crs("EPSG:3857")
    return tuple(map(float, there.total_bounds))


def gdal_mercator(url: str) -> dict[str, Any]:
    """The same places when GDAL asks for Web Mercator."""
    import pyogrio

    told = pyogrio.read_dataframe(f"OAPIF:{url}", layer="stations", CRS="EPSG:3857")
    return {
        "count": len(told),
        "crs": told.crs.to_string(),
        "bounds": list(map(float, told.to_crs("OGC:CRS84").total_bounds)),
    }


def owslib(url: str) -> dict[str, Any]:
    """What OWSLib reads: conformance, definition, collections, all pages."""
    from owslib.ogcapi.features import Features

    service = Features(url)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = service.collection_items("stations", limit=200, **cursor)
        seen += [one["id"] for one in page["features"]]
        following = [one["href"] for one in page["links"] if one["rel"] == "next"]
        if not following:
            break
        cursor = {"cursor": following[0].partition("cursor=")[2]}
    homes = service.collection_items("stations", filter="kind = 'driver_home'", limit=1000)
    return {
        "count": len(seen),
        "distinct": len(set(seen)),
        "matched": page["numberMatched"],
        "collections": sorted(service.feature_collections()),
        "conforms": len(service.conformance()["conformsTo"]),
        "paths": sorted(service.api()["paths"]),
        "queryables": sorted(service.collection_queryables("stations")["properties"])[:3],
        "one": service.collection_item("stations", seen[0])["id"] == seen[0],
        "homes": sorted(one["id"] for one in homes["features"]),
    }


def geopandas(url: str) -> dict[str, Any]:
    """What GeoPandas reads from one URL."""
    import geopandas as gpd

    told = gpd.read_file(f"{url}collections/stations/items?limit=1000&f=json")
    return {"count": len(told), "crs": told.crs.to_string(), "codes": sorted(told["code"])}


CLIENTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "gdal": gdal,
    "gdal_mercator": gdal_mercator,
    "gdal_tiles": gdal_tiles,
    "owslib": owslib,
    "geopandas": geopandas,
}

if __name__ == "__main__":
    print(json.dumps(CLIENTS[sys.argv[1]](sys.argv[2])))  # noqa: T201 - its answer

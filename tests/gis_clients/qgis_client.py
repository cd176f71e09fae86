"""QGIS 3.22, without a window, opens what the product serves and writes.

    QT_QPA_PLATFORM=offscreen /usr/bin/python3 qgis_client.py BASE REPORT.gpkg FOLDER

Prints JSON of what it saw and puts pictures into FOLDER. Runs under Debian's own Python, which has
the package `qgis`, so nothing of this project is imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeatureRequest,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsMarkerSymbol,
    QgsProject,
    QgsProperty,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle,
    QgsVectorTileLayer,
    QgsWkbTypes,
    qgsfunction,
)
from qgis.PyQt.QtCore import QEventLoop, QSize, Qt
from qgis.PyQt.QtGui import QColor

MERCATOR = "EPSG:3857"
SIZE = QSize(900, 700)
# Of the map: the city's three districts and its county. Degrees: west, south, east, north.
CITY = QgsRectangle(116.35, 33.25, 117.25, 34.3)
BOX = QgsRectangle(116.7, 33.8, 116.9, 34.0)
WORLD = QgsRectangle(-180, -85, 180, 85)
# Where the demo's stations are, of which one is far from the others.
PARTS = (CITY, QgsRectangle(118.5, 24.8, 118.7, 25.0))
DEEPEST = 14
# Expressions of QGIS. A cluster is known by where it stands.
PLACE = "geom_to_wkt($geometry, 3)"
STATION = "seen('stations', \"code\", 1)"
OPEN = "\"state\" in ('open', 'closing_soon')"
SEEN: dict[tuple[str, str], int] = {}


def features(base: str, folder: Path) -> dict[str, Any]:
    """The stations by OGC API Features: count, fields, filters by property and by rectangle."""
    asked = (
        f" pagingEnabled='true' pageSize='200' preferCoordinatesForWfsT11='false' url='{base}/ogc/'"
    )
    stations = opened(QgsVectorLayer(asked + " typename='stations'", "stations", "OAPIF"))
    areas = opened(QgsVectorLayer(asked + " typename='areas'", "areas", "OAPIF"))
    told = {
        "count": len(codes(stations)),
        "distinct": len(set(codes(stations))),
        "fields": stations.fields().names(),
        "crs": stations.crs().authid(),
        "geometry": QgsWkbTypes.displayString(stations.wkbType()),
        "box": codes(stations, QgsFeatureRequest().setFilterRect(BOX)),
        "areas": len(list(areas.getFeatures())),
        "area_geometry": QgsWkbTypes.displayString(areas.wkbType()),
    }
    plain(areas, "#f4efe6", "#b9b0a0")
    plain(stations, "#c8161d", "#ffffff")
    draw([stations, areas], CITY, folder / "gis-qgis-features.webp")
    told["homes_by_value"] = [one["kind"] for one in stations.getFeatures()].count("driver_home")
    # As a person writes it into the layer's filter.
    stations.setSubsetString("\"kind\" = 'driver_home'")
    told["homes"] = codes(stations)
    return told


def tiles(base: str, folder: Path) -> dict[str, Any]:
    """The vector tiles: every feature that QGIS decoded and drew, of the first zoom and of DEEPEST."""
    ground = opened(QgsVectorLayer(f" url='{base}/ogc/' typename='areas'", "areas", "OAPIF"))
    plain(ground, "#f4efe6", "#b9b0a0")
    whole = tile_layer(base, 0, 18)
    draw([whole, ground], CITY, folder / "gis-qgis-tiles.webp")
    SEEN.clear()
    draw([tile_layer(base, 0, 0)], WORLD, None, QSize(256, 256))
    first = dict(SEEN)
    SEEN.clear()
    for part in PARTS:
        draw([tile_layer(base, DEEPEST, DEEPEST)], part, None)
    return {
        "zooms": [whole.sourceMinZoom(), whole.sourceMaxZoom()],
        "first": {"alone": codes_in(first), "clustered": sum(members_in(first))},
        "deep": {"alone": codes_in(SEEN), "clustered": sum(members_in(SEEN))},
    }


def tile_layer(base: str, least: int, most: int) -> QgsVectorTileLayer:
    """The tiles of some zooms; whatever the scale is, QGIS takes the nearest of these."""
    place = "%7Bz%7D/%7Bx%7D/%7By%7D"
    source = f"type=xyz&url={base}/tiles/stations/{place}.mvt&zmin={least}&zmax={most}"
    layer = opened(QgsVectorTileLayer(source, "tiles"))
    layer.setRenderer(tile_look())
    return layer


def report(path: str, folder: Path) -> dict[str, Any]:
    """The layers of a planning report, as QGIS names and draws them when they are dropped on it."""
    package = opened(QgsVectorLayer(path, "report", "ogr"))
    told: dict[str, Any] = {}
    shown: list[QgsMapLayer] = []
    for line in package.dataProvider().subLayers():
        _, name, count, kind = line.split(package.dataProvider().sublayerSeparator())[:4]
        layer = opened(QgsVectorLayer(f"{path}|layername={name}", name, "ogr"))
        renderer = layer.renderer()
        told[name] = {
            "count": int(count),
            "kind": kind,
            # What QGIS takes when nobody has saved a style is a single symbol of a chance colour.
            "renderer": None if renderer is None else renderer.type(),
            "legend": [] if renderer is None else legend(renderer),
            "fields": layer.fields().names(),
        }
        if renderer is not None:
            shown.append(layer)
    draw(in_order(shown), extent_of(shown), folder / "gis-qgis-report.webp")
    return told


def legend(renderer: Any) -> list[list[str]]:
    """Each class: its words, the kind of its symbol and its colour."""
    shown = [one for one in renderer.legendSymbolItems() if one.symbol() is not None]
    return [
        [one.label(), one.symbol().symbolLayer(0).layerType(), one.symbol().color().name()]
        for one in shown
    ]


# -- counting ---------------------------------------------------------------------------------


def opened(layer: Any) -> Any:
    """A layer that QGIS could open. Raises RuntimeError with its words."""
    if not layer.isValid():
        raise RuntimeError(f"{layer.name()}: {layer.error().message() or 'cannot be opened'}")
    QgsProject.instance().addMapLayer(layer)
    return layer


def codes(layer: QgsVectorLayer, request: QgsFeatureRequest | None = None) -> list[str]:
    """Codes of the features, in order."""
    found = layer.getFeatures(request) if request is not None else layer.getFeatures()
    return sorted(one["code"] for one in found)


@qgsfunction(args="auto", group="Custom")
def seen(layer: str, key: Any, members: Any, feature: Any, parent: Any) -> bool:
    """Called by QGIS for each feature of a tile, from the filter of a style."""
    SEEN[layer, str(key)] = int(members)
    return True


def codes_in(found: dict[tuple[str, str], int]) -> list[str]:
    """Codes of single stations."""
    return sorted(key for layer, key in found if layer == "stations")


def members_in(found: dict[tuple[str, str], int]) -> list[int]:
    """How many each cluster says that it holds."""
    return [members for (layer, _), members in found.items() if layer == "clusters"]


# -- pictures ---------------------------------------------------------------------------------


def plain(layer: QgsVectorLayer, fill: str, line: str) -> None:
    """One colour, and one around it."""
    symbol = layer.renderer().symbol()
    symbol.setColor(QColor(fill))
    symbol.symbolLayer(0).setStrokeColor(QColor(line))


def tile_look() -> QgsVectorTileBasicRenderer:
    """As the how-to tells it: what is open in green, clusters by how many they hold."""
    styles = [
        look("clusters", f"seen('clusters', {PLACE}, \"count\")", "#c8161d"),
        look("stations", f"{STATION} and {OPEN}", "#15803d"),
        look("stations", f"{STATION} and not {OPEN}", "#6b7280"),
    ]
    sized = styles[0].symbol()
    sized.setDataDefinedSize(QgsProperty.fromExpression('4 + 2 * ln("count")'))
    renderer = QgsVectorTileBasicRenderer()
    renderer.setStyles(styles)
    return renderer


def look(layer: str, condition: str, colour: str) -> QgsVectorTileBasicRendererStyle:
    """Points of a layer of the tiles in one colour."""
    style = QgsVectorTileBasicRendererStyle(layer, layer, QgsWkbTypes.PointGeometry)
    style.setSymbol(
        QgsMarkerSymbol.createSimple(
            {"color": colour, "outline_color": "#ffffff", "outline_width": "0.3", "size": "3"}
        )
    )
    style.setFilterExpression(condition)
    return style


def in_order(layers: list[QgsVectorLayer]) -> list[QgsVectorLayer]:
    """Points on top of lines on top of areas."""
    return sorted(layers, key=lambda one: one.geometryType())


def extent_of(layers: list[QgsVectorLayer]) -> QgsRectangle:
    """The rectangle of the districts, else of all."""
    named = [one for one in layers if one.name() == "districts"] or layers
    whole = QgsRectangle()
    for one in named:
        whole.combineExtentWith(one.extent())
    return whole


def draw(
    layers: list[QgsMapLayer], degrees: QgsRectangle, file: Path | None, size: QSize = SIZE
) -> None:
    """The layers, the first on top, as a picture, which is kept if a file is named."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(size)
    settings.setBackgroundColor(QColor(Qt.white))
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(MERCATOR))
    there = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem("EPSG:4326"), settings.destinationCrs(), QgsProject.instance()
    )
    settings.setExtent(there.transformBoundingBox(degrees))
    # A layer of the web is drawn while an event loop runs.
    job, loop = QgsMapRendererParallelJob(settings), QEventLoop()
    job.finished.connect(loop.quit)
    job.start()
    loop.exec_()
    if file is not None and not job.renderedImage().save(str(file)):
        raise RuntimeError(f"{file.name} cannot be written")


def main(base: str, package: str, folder: str) -> dict[str, Any]:
    """All three, one after the other."""
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "features": lambda: features(base, Path(folder)),
        "tiles": lambda: tiles(base, Path(folder)),
        "report": lambda: report(package, Path(folder)),
    }
    return {"version": Qgis.QGIS_VERSION, **{name: part() for name, part in parts.items()}}


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    print(json.dumps(main(*sys.argv[1:]), ensure_ascii=False))  # noqa: T201 - its answer
    QgsProject.instance().clear()
    application.exitQgis()

"""Map programs open what the product serves and count it: QGIS 3.22, MapLibre GL JS, OpenLayers.

    make gis

Installs QGIS of Debian (apt-get; 200 MB to load, 1 GB on the disk) and the two libraries (npm), so it
is no part of `make test`. It serves the demo data, has each program open it as a person would, says
what they saw, ends with 1 if anything is not as it should be, and leaves pictures in docs/images.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.servers import free_port, http_answers, running
from benchmarks.tools import ROOT, chromium, install_debian, install_packages

HERE: Final = Path(__file__).resolve().parent
IMAGES: Final = ROOT / "docs" / "images"
DEBIAN_PYTHON: Final = "/usr/bin/python3"
QGIS: Final = ["python3-qgis", "qgis-providers"]
DEMO: Final = 713
FAR_AWAY: Final = 1
"""Of the demo's stations so many are not in the city, but hundreds of kilometres off."""
CITY: Final = [[116.35, 33.25], [117.25, 34.3]]
WORLD: Final = [[60, 0], [140, 60]]
# MapLibre draws by WebGL only: without a graphics card Chromium computes it.
WEBGL: Final = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LAYERS: Final = {
    "cells": "graduatedSymbol",
    "districts": "singleSymbol",
    "gaps": "singleSymbol",
    "stations": "categorizedSymbol",
    "about": None,
}
_PATIENCE_S: Final = 300


@dataclass
class Seen:
    """What was looked at, and what was not as it should be."""

    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, found: object, wanted: object) -> None:
        """Say it, and remember it when it is not so."""
        right = found == wanted
        print(f"{'✓' if right else '✗'} {what}: {found}", flush=True)  # noqa: T201
        if not right:
            self.wrong.append(f"{what}: {found}, not {wanted}")


def main() -> int:
    """All programs, one after the other."""
    _install()
    seen = Seen()
    with TemporaryDirectory(prefix="station-map-gis-") as name:
        folder = Path(name)
        data = {"STATION_MAP_DATA_DIR": str(folder / "data")}
        with _product(folder, data) as base:
            _qgis(base, _report(folder, data), folder, seen)
            _browsers(base, seen)
    for line in seen.wrong:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if seen.wrong else 0


def _install() -> None:
    has = subprocess.run(
        [DEBIAN_PYTHON, "-c", "import qgis.core"], capture_output=True, check=False
    )
    if has.returncode:
        install_debian(QGIS)
    install_packages(print, HERE)


@contextmanager
def _product(folder: Path, data: Mapping[str, str]) -> Iterator[str]:
    base = f"http://127.0.0.1:{free_port()}"
    with running(
        [sys.executable, "-m", "station_map", "up", "--port", base.rpartition(":")[2]],
        log=folder / "up.log",
        environment=data,
        answers=lambda: http_answers(f"{base}/readyz"),
    ):
        yield base


def _report(folder: Path, data: Mapping[str, str]) -> Path:
    """A planning report of the demo city."""
    path = folder / "report.gpkg"
    told = ["coverage", "--format", "gpkg", "--out", str(path)]
    subprocess.run(
        [sys.executable, "-m", "station_map", *told],
        env={**os.environ, **data},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return path


# -- QGIS -------------------------------------------------------------------------------------


def _qgis(base: str, report: Path, folder: Path, seen: Seen) -> None:
    plain = {k: v for k, v in os.environ.items() if "proxy" not in k.lower() and k != "PYTHONPATH"}
    home = {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    told = subprocess.run(
        [DEBIAN_PYTHON, str(HERE / "qgis_client.py"), base, str(report), str(IMAGES)],
        env={**plain, **home},
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )
    if told.returncode:
        raise SystemExit(told.stderr)
    found = json.loads(told.stdout)
    print(f"QGIS {found['version']}", flush=True)  # noqa: T201
    _see_features(found["features"], seen)
    _see_tiles(found["tiles"], seen)
    _see_report(found["report"], seen)
    seen.expect("QGIS warned of the report", "partially supported" in told.stderr, wanted=False)


def _see_features(told: Mapping[str, Any], seen: Seen) -> None:
    seen.expect("OAPIF: stations", (told["count"], told["distinct"]), (DEMO, DEMO))
    seen.expect("OAPIF: geometry", (told["geometry"], told["crs"]), ("Point", "EPSG:4326"))
    seen.expect("OAPIF: areas", (told["areas"], told["area_geometry"]), (5, "MultiPolygon"))
    seen.expect("OAPIF: some in a rectangle", 0 < len(told["box"]) < DEMO, wanted=True)
    seen.expect("OAPIF: \"kind\" = 'driver_home'", len(told["homes"]), told["homes_by_value"])


def _see_tiles(told: Mapping[str, Any], seen: Seen) -> None:
    first, deep = told["first"], told["deep"]
    seen.expect("tiles, zoom 0: all", first["clustered"] + len(first["alone"]), DEMO)
    seen.expect(
        "tiles, zoom 14: all, each alone", (len(deep["alone"]), deep["clustered"]), (DEMO, 0)
    )


def _see_report(told: Mapping[str, Any], seen: Seen) -> None:
    kinds = {name: one["renderer"] for name, one in told.items()}
    seen.expect("report: layers and how they are drawn", kinds, LAYERS)
    seen.expect("report: classes of cells", len(told["cells"]["legend"]), 5)
    words = [words for words, _, _ in told["stations"]["legend"]]
    seen.expect("report: classes of stations", words, ["算", "不算", "不清楚"])


# -- in a browser -----------------------------------------------------------------------------


def _browsers(base: str, seen: Seen) -> None:
    program = chromium()
    with _site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", *WEBGL])
        for name in ("maplibre", "openlayers"):
            _look(browser, f"{site}/{name}.html?base={base}", name, seen)
        browser.close()


@contextmanager
def _site() -> Iterator[str]:
    """Another site: this folder, at another origin than the product's."""
    handler = functools.partial(_Quiet, directory=str(HERE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_told: object) -> None:
        """Nothing."""


def _look(browser: Browser, address: str, name: str, seen: Seen) -> None:
    page = browser.new_page(viewport={"width": 900, "height": 700})
    page.goto(address)
    page.wait_for_function("() => Boolean(window.count)")
    for box, wanted in ((WORLD, DEMO), (CITY, DEMO - FAR_AWAY)):
        told = page.evaluate("(box) => window.count(box)", box)
        what = f"{name}, zoom {told['zoom']:.1f}: all"
        seen.expect(what, told["single"] + told["clustered"], wanted)
        seen.expect(f"{name}: errors", told["errors"], [])
    _keep(page, f"gis-{name}.webp")
    page.close()


def _keep(page: Page, name: str) -> None:
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").save(IMAGES / name, "WEBP", quality=78, method=6)


if __name__ == "__main__":
    sys.exit(main())

"""The map's frame, drawn by Folium, in parts that a page of ours takes in.

Only numbers, `Datum`, basemap presets and paths of this application reach folium. The
stations come later, by URL, and are written by the browser as text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

import folium
from branca.element import Figure, MacroElement
from folium.template import Template
from markupsafe import Markup

from station_map.domain.vocabulary import Datum
from station_map.maps.basemaps import Basemap, Tiles

_MAP_ID: Final = "stations"
_OWN_PATH: Final = re.compile(r"/(?!/)[A-Za-z0-9_./-]*")


@dataclass(frozen=True, slots=True)
class FrameAssets:
    """Paths, on this server, of what the frame needs: Leaflet with clusters, our own module."""

    leaflet_js: str
    leaflet_css: str
    module_js: str


@dataclass(frozen=True, slots=True)
class FrameView:
    """Where the map starts and what it shows.

    lon, lat: degrees, in the basemap's datum. stations_url, areas_url: paths of this
    application whose answers are in that datum too (the `crs` parameter is added here).
    tiles_url: where tiles of the stations are when they are too many for one answer; else None.
    """

    lon: float
    lat: float
    zoom: int
    stations_url: str
    areas_url: str
    tiles_url: str | None = None


@dataclass(frozen=True, slots=True)
class FrameParts:
    """What a page puts in: style sheets and scripts in order, the container, the start."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    html: Markup
    script: Markup


class FrameMap(folium.Map):
    """Folium's map with our own files, a fixed id, and no styles or viewport of its own.

    Folium's header forbids zooming with two fingers and brings inline styles; the page has
    a viewport and a style sheet already, so that part is dropped after it was drawn.
    """

    def __init__(self, assets: FrameAssets, view: FrameView, max_zoom: int, *, tiled: bool) -> None:
        super().__init__(
            location=(view.lat, view.lon),
            zoom_start=view.zoom,
            max_zoom=max_zoom,
            tiles=None,
            # Zoom buttons and scale are added by our module: in Chinese, metric only.
            zoom_control=False,
        )
        self._id = _MAP_ID
        self.options["max_zoom"] = max_zoom
        if not tiled:
            # Pictures blur between whole steps; outlines do not, and so fit any screen.
            self.options["zoom_snap"] = 0.25
        # On the instance, and whole: `add_js_link` would change folium's class for everyone.
        self.default_js = [("leaflet", assets.leaflet_js), ("station_map", assets.module_js)]
        self.default_css = [("leaflet", assets.leaflet_css)]

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Draw into the figure; then take out the part of the header that pages own."""
        super().render(**kwargs)  # type: ignore[no-untyped-call]
        _figure(self).header._children.pop(self.get_name(), None)  # noqa: SLF001


class StationLayer(MacroElement):
    """One call to our module: where the stations are to be had, and in which datum."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            stationMap.mount({{ this._parent.get_name() }}, {{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, view: FrameView, datum: Datum, *, tiled: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "StationLayer"
        self._id = _MAP_ID
        self.options: Mapping[str, str | bool] = {
            "stations": _own_path(view.stations_url),
            "areas": _own_path(view.areas_url),
            "datum": Datum(datum).value,
            "tiled": tiled,
            **({} if view.tiles_url is None else {"tiles": _own_path(view.tiles_url)}),
        }


@lru_cache(maxsize=64)
def draw_frame(
    assets: FrameAssets, view: FrameView, base: Basemap, *, english: bool = False
) -> FrameParts:
    """The frame for a page, in Chinese or English; equal arguments give equal text.

    Raises ValueError when a URL is not a plain path of this application.
    """
    frame = FrameMap(assets, view, base.max_zoom, tiled=bool(base.tiles))
    attribution = base.attribution_en if english else base.attribution
    for number, tiles in enumerate(base.tiles):
        _tile_layer(base, tiles, number, attribution).add_to(frame)
    StationLayer(view, base.datum, tiled=bool(base.tiles)).add_to(frame)
    figure = _figure(frame)
    frame.render()
    return FrameParts(
        styles=tuple(url for _, url in frame.default_css),
        scripts=tuple(url for _, url in frame.default_js),
        html=Markup(figure.html.render()),  # noqa: S704 - numbers and constants only
        script=Markup(figure.script.render()),  # noqa: S704 - numbers and constants only
    )


def _figure(frame: FrameMap) -> Figure:
    return cast("Figure", frame.get_root())  # folium's maps make their own figure


def _tile_layer(base: Basemap, tiles: Tiles, number: int, attribution: str) -> folium.TileLayer:
    layer = folium.TileLayer(
        tiles=tiles.address,
        attr=attribution,
        max_zoom=base.max_zoom,
        subdomains=tiles.subdomains or "abc",
        control=False,
    )
    layer._id = f"{_MAP_ID}_{number}"  # noqa: SLF001 - random ids would change every answer
    return layer


def _own_path(url: str) -> str:
    if not _OWN_PATH.fullmatch(url):
        message = f"not a plain path of this application: {url!r}"
        raise ValueError(message)
    return url

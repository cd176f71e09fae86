"""The small map of a station's page: the house's frame, with places that the page itself holds.

The frame is the same for every station, so it is drawn once; where the station and its
neighbours are stands in the page as numbers, in the datum of the basemap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.maps.basemaps import Basemap
from station_map.maps.frame import FrameAssets, FrameParts, FrameView, draw_frame
from station_map.web.assets import assets
from station_map.web.language import language

_DIGITS = 6
_ANYWHERE = FrameView(
    lon=116.80,
    lat=33.78,
    zoom=15,
    stations_url="/api/v1/stations/slim",
    areas_url="/api/v1/areas",
)


@dataclass(frozen=True, slots=True)
class SmallMap:
    """The frame, and the datum of the figures beside it.

    tiled: whether it has pictures of its own, so that it shows something anywhere.
    files: paths that the page loads when the map is looked at: the style sheet, then scripts
    in order.
    """

    frame: FrameParts
    datum: Datum
    tiled: bool

    @property
    def files(self) -> tuple[str, ...]:
        return (*self.frame.styles, *self.frame.scripts)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        """A position (degrees, WGS-84) as the map wants it."""
        east, north = from_wgs84(lon, lat, self.datum)
        return round(east, _DIGITS), round(north, _DIGITS)


def small_map(base: Basemap, module: str = "small-map.js", zoom: int = 15) -> SmallMap:
    """The map over `base`, filled by one of our built modules; zoom: before it is."""
    built = assets()
    files = FrameAssets(built.url("leaflet.js"), built.url("leaflet.css"), built.url(module))
    return SmallMap(
        draw_frame(files, replace(_ANYWHERE, zoom=zoom), base, english=language() == "en"),
        base.datum,
        tiled=bool(base.tiles),
    )

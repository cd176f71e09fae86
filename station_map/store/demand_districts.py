"""In which district each of many places lies, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int16]
OUTSIDE: Final = -1

_ALL: Final = """
SELECT adcode, ST_AsBinary(geom) FROM area WHERE level = 'district' ORDER BY adcode
"""
_DIGEST: Final = """
SELECT coalesce(md5(string_agg(adcode || md5(ST_AsBinary(geom)), '' ORDER BY adcode)), '')
FROM area WHERE level = 'district'
"""


@dataclass(frozen=True, slots=True)
class Districts:
    """Outlines of districts. A place's number is its district's place in `adcodes`."""

    adcodes: tuple[str, ...]
    outlines: NDArray[np.object_]

    @classmethod
    def of(cls, outlines: Mapping[str, bytes]) -> Districts:
        """Outlines as WKB (degrees, WGS-84) by adcode, in their order."""
        shapes = np.asarray(shapely.from_wkb(list(outlines.values())), dtype=object)
        shapely.prepare(shapes)
        return cls(tuple(outlines), shapes)

    def locate(self, lonlat: Floats) -> Numbers:
        """Numbers of the districts of places (n, 2), degrees WGS-84; OUTSIDE for none.

        A place on the line between two is the first one's, as `areas.district_at` says it.
        """
        found = np.full(len(lonlat), OUTSIDE, dtype=np.int16)
        if not len(lonlat):
            return found
        lon, lat = lonlat[:, 0], lonlat[:, 1]
        around = shapely.box(lon.min(), lat.min(), lon.max(), lat.max())
        for number, outline in enumerate(self.outlines):
            if outline.intersects(around):
                self._claim(number, outline, lonlat, found)
        return found

    @staticmethod
    def _claim(number: int, outline: shapely.Geometry, lonlat: Floats, found: Numbers) -> None:
        west, south, east, north = outline.bounds
        lon, lat = lonlat[:, 0], lonlat[:, 1]
        near = np.flatnonzero(
            (found == OUTSIDE) & (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        )
        found[near[shapely.intersects_xy(outline, lon[near], lat[near])]] = number


def read_districts(connection: psycopg.Connection) -> Districts:
    """Every district, ordered by adcode."""
    rows = connection.execute(_ALL, binary=True).fetchall()
    return Districts.of({adcode: bytes(wkb) for adcode, wkb in rows})


def outlines_digest(connection: psycopg.Connection) -> str:
    """Another text whenever a district or an outline is another."""
    [(digest,)] = connection.execute(_DIGEST).fetchall()
    return str(digest)

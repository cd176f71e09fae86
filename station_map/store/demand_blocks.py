"""Cells of a demand layer in blocks of arrays: packed, written as they come, read by box.

A cell takes 18 bytes: longitude and latitude as whole ten-millionths of a degree (a centimetre)
in four bytes each, the weight as a double (NaN: unknown), the number of its district in two.
A block holds the arrays one after the other, little-endian; see docs/adr/0035 for why.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import psycopg
from numpy.typing import NDArray

from station_map.geo.box import Box
from station_map.store.demand_districts import Districts

Floats = NDArray[np.float64]
CELL_BYTES: Final = 18
PER_DEGREE: Final = 1e7
MOST_CELLS: Final = 65_536
# Cells that wait until they are sorted into tiles: about 30 MB.
_WAITING: Final = 1_000_000
_TILES_PER_DEGREE: Final = 4.0
_ROW_OF_TILES: Final = 1 << 12

_INSERT: Final = """
INSERT INTO demand_block (layer_id, number, cells, west, south, east, north, packed)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
_READ: Final = """
SELECT packed FROM demand_block
WHERE layer_id = %(layer)s AND west <= %(east)s AND east >= %(west)s
    AND south <= %(north)s AND north >= %(south)s
ORDER BY number
"""
_EVERYWHERE: Final = Box(-180.0, -90.0, 180.0, 90.0)


@dataclass(frozen=True, slots=True)
class Cells:
    """lonlat: (n, 2) degrees WGS-84; weight: (n,), NaN unknown; area: (n,) numbers of districts."""

    lonlat: Floats
    weight: Floats
    area: NDArray[np.int16]

    def where(self, chosen: NDArray[np.bool_]) -> Cells:
        """Some of the cells, in their order."""
        if chosen.all():
            return self
        return Cells(self.lonlat[chosen], self.weight[chosen], self.area[chosen])


@dataclass(frozen=True, slots=True)
class Totals:
    """cells: with a known weight; unknown: without; total: the exact sum, rounded once a block."""

    cells: int
    unknown: int
    total: float
    digest: str


def rounded(lonlat: Floats) -> NDArray[np.int32]:
    """Positions in ten-millionths of a degree."""
    return np.rint(lonlat * PER_DEGREE).astype("<i4")


def pack(positions: NDArray[np.int32], weight: Floats, area: NDArray[np.int16]) -> bytes:
    """Cells as stored. positions: (n, 2), as `rounded` gives them."""
    return b"".join(
        (
            positions[:, 0].astype("<i4").tobytes(),
            positions[:, 1].astype("<i4").tobytes(),
            weight.astype("<f8").tobytes(),
            area.astype("<i2").tobytes(),
        )
    )


def unpack(packed: bytes) -> Cells:
    """The cells of a block."""
    count = len(packed) // CELL_BYTES
    positions = np.frombuffer(packed, "<i4", 2 * count)
    lonlat = np.empty((count, 2))
    np.divide(positions[:count], PER_DEGREE, out=lonlat[:, 0])
    np.divide(positions[count:], PER_DEGREE, out=lonlat[:, 1])
    weight = np.frombuffer(packed, "<f8", count, 8 * count).astype(np.float64)
    area = np.frombuffer(packed, "<i2", count, 16 * count).astype(np.int16)
    return Cells(lonlat, weight, area)


class BlockWriter:
    """Writes the cells of one layer in the caller's unit of work, in bounded memory."""

    def __init__(self, connection: psycopg.Connection, layer_id: int, districts: Districts) -> None:
        self._connection = connection
        self._layer_id = layer_id
        self._districts = districts
        self._waiting: list[tuple[Floats, Floats]] = []
        self._count = 0
        self._blocks = 0
        self._cells = 0
        self._unknown = 0
        self._sums: list[float] = []
        self._digest = hashlib.sha256()

    def add(self, lonlat: Floats, weight: Floats) -> None:
        """Some more cells: (n, 2) degrees WGS-84, and weights (n,), NaN for unknown."""
        if not len(weight):
            return
        self._waiting.append((lonlat, weight))
        self._count += len(weight)
        if self._count >= _WAITING:
            self._flush()

    def finish(self) -> Totals:
        """Write the last blocks, and say what it all was."""
        self._flush()
        total = math.fsum(self._sums)
        return Totals(self._cells, self._unknown, total, self._digest.hexdigest())

    def _flush(self) -> None:
        if not self._count:
            return
        positions = rounded(np.concatenate([lonlat for lonlat, _ in self._waiting]))
        weight = np.concatenate([weight for _, weight in self._waiting])
        self._waiting, self._count = [], 0
        tiles = _tiles(positions)
        order = np.argsort(tiles, kind="stable")
        edges = np.flatnonzero(np.diff(tiles[order])) + 1
        rows = []
        for part in np.split(order, edges):
            for start in range(0, len(part), MOST_CELLS):
                chosen = part[start : start + MOST_CELLS]
                rows.append(self._row(positions[chosen], weight[chosen]))
        with self._connection.cursor() as cursor:
            cursor.executemany(_INSERT, rows)

    def _row(self, positions: NDArray[np.int32], weight: Floats) -> tuple[Any, ...]:
        lonlat = positions / PER_DEGREE
        packed = pack(positions, weight, self._districts.locate(lonlat))
        self._digest.update(packed)
        known = weight[~np.isnan(weight)]
        self._sums.append(math.fsum(known.tolist()))
        self._cells += len(known)
        self._unknown += len(weight) - len(known)
        self._blocks += 1
        west, south = lonlat.min(axis=0).tolist()
        east, north = lonlat.max(axis=0).tolist()
        count = len(weight)
        return self._layer_id, self._blocks, count, west, south, east, north, packed


def _tiles(positions: NDArray[np.int32]) -> NDArray[np.int64]:
    """Numbers of the quarter degrees that positions lie in."""
    tile = np.floor(positions / (PER_DEGREE / _TILES_PER_DEGREE)).astype(np.int64)
    return tile[:, 1] * _ROW_OF_TILES + tile[:, 0]


def read_blocks(
    connection: psycopg.Connection, layer_id: int, box: Box | None = None
) -> Iterator[Cells]:
    """Cells of a layer within a box (its edges included), block by block, in a fixed order.

    Blocks come from the server as they are used up, so a nation's take no memory.
    """
    around = box or _EVERYWHERE
    asked = {
        "layer": layer_id,
        "west": around.west,
        "south": around.south,
        "east": around.east,
        "north": around.north,
    }
    with connection.cursor(binary=True) as cursor:
        for (packed,) in cursor.stream(_READ, asked, binary=True):
            cells = unpack(packed)
            yield cells if box is None else cells.where(_inside(cells.lonlat, box))


def sums_by_district(
    connection: psycopg.Connection, layer_id: int, adcodes: Sequence[str]
) -> list[tuple[str | None, float, int]]:
    """(adcode, sum of known weights, cells) of a layer's districts; None: outside, if anything.

    adcodes: the layer's own, which its cells' numbers mean.
    """
    sums: list[list[float]] = [[] for _ in range(len(adcodes) + 1)]
    counts = np.zeros(len(sums), dtype=np.int64)
    for cells in read_blocks(connection, layer_id):
        known = cells.where(~np.isnan(cells.weight))
        for number in np.unique(known.area).tolist():
            chosen = known.weight[known.area == number]
            sums[number].append(math.fsum(chosen.tolist()))
            counts[number] += len(chosen)
    # Number -1, outside, is the last of both.
    return [
        (adcode, math.fsum(sums[number]), int(counts[number]))
        for number, adcode in enumerate([*adcodes, None])
        if adcode is not None or counts[number]
    ]


def _inside(lonlat: Floats, box: Box) -> NDArray[np.bool_]:
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    return (lon >= box.west) & (lon <= box.east) & (lat >= box.south) & (lat <= box.north)

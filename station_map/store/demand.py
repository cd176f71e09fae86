"""Demand as arrays: layers read, cut out, and mixed. The way by which coverage and siting get it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import psycopg
from numpy.typing import NDArray

from station_map.domain.demand import SYNTHETIC_NAME, DemandKind
from station_map.domain.demand_mix import (
    EXAMPLE,
    SHARES_TOTAL,
    SHARES_UNIT,
    Mix,
    Term,
    parse_mix,
)
from station_map.errors import InputError, NotFound
from station_map.geo.box import Box
from station_map.store.demand_blocks import Cells, Floats, pack, read_blocks, rounded
from station_map.store.demand_districts import (
    OUTSIDE,
    Districts,
    outlines_digest,
    read_districts,
)
from station_map.store.demand_layers import StoredLayer, first_layer, layer
from station_map.store.demand_live import LIVE, live_cells

_AREA: Final = """
WITH RECURSIVE below AS (
    SELECT adcode, level FROM area WHERE adcode = %(adcode)s
    UNION SELECT a.adcode, a.level FROM area a JOIN below b ON a.parent_adcode = b.adcode)
SELECT adcode FROM below WHERE level = 'district' ORDER BY adcode
"""
_OUTLINE: Final = "SELECT ST_AsBinary(geom) FROM area WHERE adcode = %(adcode)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRead:
    """What one layer gave. layer: as a mix pins it. share: its part, None where weights add up.

    total: sum of the known weights in `unit`, cells and unknown: how many, within what was
    asked for. digest: of the whole layer (of what was read, for a live one).
    """

    layer: str
    title: str
    unit: str
    as_of: str | None
    source: str | None
    licence: str | None
    kind: str
    synthetic: bool
    share: float | None
    total: float
    cells: int
    unknown: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Demand to compute with; cells of unknown weight are counted in `layers`, not among these.

    lonlat: (n, 2) degrees WGS-84. weight: (n,) in `unit`, zero nowhere. area: (n,) places in
    `adcodes`, -1 outside of every district. mix: with the versions that were read. digest:
    SHA-256; the same for the same mix of the same layers, within the same box or area.
    """

    lonlat: Floats
    weight: Floats
    area: NDArray[np.int16]
    adcodes: tuple[str, ...]
    unit: str
    mix: str
    layers: tuple[LayerRead, ...]
    digest: str

    @property
    def synthetic(self) -> bool:
        """Whether any of it is made up, which must be said wherever it is shown."""
        return any(one.synthetic for one in self.layers)


def default_mix(connection: psycopg.Connection) -> Mix:
    """What is meant by whoever names no demand: the first layer brought in, else the synthetic.

    Raises NotFound when there is neither.
    """
    name = first_layer(connection)
    if name is None:
        raise NotFound("demand layer", SYNTHETIC_NAME)
    return Mix((Term(name),))


def read_demand(
    connection: psycopg.Connection,
    mix: Mix | str | None = None,
    *,
    box: Box | None = None,
    area: str | None = None,
) -> Demand:
    """The demand of a mix within a box (edges included) or an area (by adcode), or all of it.

    Raises InputError for a mix that cannot be read, or whose layers do not go together, and
    NotFound for a layer, version or area that is not there. domain/demand_mix.py has the formula.
    On `Database.long_reading` a mix of layers is of one moment, and a nation may take its time.
    """
    chosen = parse_mix(mix) if isinstance(mix, str) else mix or default_mix(connection)
    ground = _Ground(connection, box, area)
    found = [ground.read(term) for term in chosen.terms]
    factors = _factors(chosen, [read for read, _ in found])
    weight = np.concatenate(
        [cells.weight * factor for (_, cells), factor in zip(found, factors, strict=True)]
    )
    reads = tuple(
        replace(read, share=share) for (read, _), share in zip(found, _shares(chosen), strict=True)
    )
    pinned = _pinned(chosen, reads)
    return Demand(
        lonlat=np.concatenate([cells.lonlat for _, cells in found]),
        weight=weight,
        area=np.concatenate([cells.area for _, cells in found]),
        adcodes=ground.adcodes,
        unit=SHARES_UNIT if chosen.by_shares else reads[0].unit,
        mix=pinned,
        layers=reads,
        digest=ground.digest(pinned, reads),
    )


def stream_layer(
    connection: psycopg.Connection, name: str, version: int | None = None, box: Box | None = None
) -> Iterator[Cells]:
    """One stored layer, block by block in bounded memory; cells of unknown weight are NaN.

    Numbers of districts are places in the layer's own `adcodes`. Raises NotFound.
    """
    yield from read_blocks(connection, layer(connection, name, version).id, box)


class _Ground:
    """Where demand is asked for, and the districts that its cells are told by."""

    def __init__(self, connection: psycopg.Connection, box: Box | None, area: str | None) -> None:
        self._connection = connection
        self._box = box
        self._area = area
        self._outlines = outlines_digest(connection)
        self._districts: Districts | None = None
        self.adcodes = _adcodes(connection)
        self._within = None if area is None else _within(connection, area, self.adcodes)

    def read(self, term: Term) -> tuple[LayerRead, Cells]:
        """A layer's cells here that have a weight, and what it is."""
        if term.name in LIVE:
            lonlat, weight = live_cells(self._connection, term)
            cells = self._cut(Cells(lonlat, weight, self._located(lonlat)))
            return _live_read(term, cells), cells
        stored = layer(self._connection, term.name, term.version)
        cells = self._cut(self._stored(stored))
        known = cells.where(~np.isnan(cells.weight))
        return _stored_read(stored, known, len(cells.weight) - len(known.weight)), known

    def _stored(self, stored: StoredLayer) -> Cells:
        blocks = list(read_blocks(self._connection, stored.id, self._box))
        lonlat = np.concatenate([np.empty((0, 2)), *(one.lonlat for one in blocks)])
        weight = np.concatenate([np.empty(0), *(one.weight for one in blocks)])
        if stored.outlines == self._outlines:
            area = np.concatenate([np.empty(0, np.int16), *(one.area for one in blocks)])
        else:  # the outlines changed since the layer came
            area = self._located(lonlat)
        return Cells(lonlat, weight, area)

    def _located(self, lonlat: Floats) -> NDArray[np.int16]:
        if self._districts is None:
            self._districts = read_districts(self._connection)
        return self._districts.locate(lonlat)

    def _cut(self, cells: Cells) -> Cells:
        chosen = np.ones(len(cells.weight), dtype=bool)
        if self._box is not None:
            lon, lat = cells.lonlat[:, 0], cells.lonlat[:, 1]
            chosen &= (lon >= self._box.west) & (lon <= self._box.east)
            chosen &= (lat >= self._box.south) & (lat <= self._box.north)
        if self._within is not None:
            chosen &= self._within(cells)
        return cells.where(chosen)

    def digest(self, pinned: str, reads: tuple[LayerRead, ...]) -> str:
        """Of everything that decides about the arrays."""
        box = "" if self._box is None else repr(self._box)
        layers = (f"{read.layer} {read.digest}" for read in reads)
        text = "\n".join((pinned, *layers, self._outlines, box, self._area or ""))
        return hashlib.sha256(text.encode()).hexdigest()


def _adcodes(connection: psycopg.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT adcode FROM area WHERE level = 'district' ORDER BY adcode")
    return tuple(adcode for (adcode,) in rows.fetchall())


def _within(
    connection: psycopg.Connection, area: str, adcodes: tuple[str, ...]
) -> Callable[[Cells], NDArray[np.bool_]]:
    """Which cells lie in an area: by its districts, or, where it has none, by its own outline."""
    outline = connection.execute(_OUTLINE, {"adcode": area}, binary=True).fetchone()
    if outline is None:
        raise NotFound("area", area[:20])
    below = connection.execute(_AREA, {"adcode": area}).fetchall()
    if below:
        numbers = np.array([adcodes.index(adcode) for (adcode,) in below], dtype=np.int16)
        return lambda cells: np.isin(cells.area, numbers)
    alone = Districts.of({area: bytes(outline[0])})
    return lambda cells: alone.locate(cells.lonlat) != OUTSIDE


def _shares(mix: Mix) -> list[float | None]:
    if not mix.by_shares:
        return [None] * len(mix.terms)
    return [float(share) for share in mix.shares]


def _factors(mix: Mix, reads: list[LayerRead]) -> list[float]:
    """What the weights of each layer are multiplied by. Raises InputError."""
    if mix.by_shares:
        for read in reads:
            if not read.total > 0:
                raise _not_together(
                    f"这里没有 {read.layer} 的需求，给不了份额",
                    f"{read.layer} has no demand here to have a share of",
                )
        return [
            SHARES_TOTAL * float(share) / read.total
            for share, read in zip(mix.shares, reads, strict=True)
        ]
    units = {read.unit for read in reads}
    if len(units) > 1:
        told = "、".join(f"{read.layer}（{read.unit}）" for read in reads)
        raise _not_together(
            f"{told} 单位不同，不能直接相加，请给每个图层写份额",
            "their units differ, so they cannot be added up; give each layer a share",
        )
    return [1.0] * len(reads)


def _not_together(zh: str, en: str) -> InputError:
    return InputError(f"{zh}。 {en}.", parameter="demand", example=EXAMPLE)


def _pinned(mix: Mix, reads: tuple[LayerRead, ...]) -> str:
    """The mix with the versions that were read."""
    return " + ".join(
        read.layer if term.share is None else f"{term.share:f} {read.layer}"
        for term, read in zip(mix.terms, reads, strict=True)
    )


def _stored_read(stored: StoredLayer, known: Cells, unknown: int) -> LayerRead:
    return LayerRead(
        layer=stored.pinned,
        title=stored.title,
        unit=stored.unit,
        as_of=stored.as_of,
        source=stored.source,
        licence=stored.licence,
        kind=stored.kind,
        synthetic=stored.synthetic,
        share=None,
        total=float(known.weight.sum()),
        cells=len(known.weight),
        unknown=unknown,
        digest=stored.digest,
    )


def _live_read(term: Term, cells: Cells) -> LayerRead:
    live = LIVE[term.name]
    packed = pack(rounded(cells.lonlat), cells.weight, cells.area)
    return LayerRead(
        layer=term.layer,
        title=live.title,
        unit=live.unit,
        as_of=dt.datetime.now(dt.UTC).date().isoformat(),
        source=live.source,
        licence=None,
        kind=DemandKind.LIVE.value,
        synthetic=False,
        share=None,
        total=float(cells.weight.sum()),
        cells=len(cells.weight),
        unknown=0,
        digest=hashlib.sha256(packed).hexdigest(),
    )

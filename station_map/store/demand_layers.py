"""Layers of demand: brought in whole, listed, replaced by new versions, removed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import class_row

from station_map.domain.demand import SYNTHETIC_NAME, DemandKind, LayerFacts
from station_map.errors import Conflict, NotFound
from station_map.store.demand_blocks import BlockWriter, Floats
from station_map.store.demand_districts import outlines_digest, read_districts

_COLUMNS: Final[LiteralString] = """
id, name, version, current, title, unit, as_of, source, licence, datum, kind, synthetic, cells,
unknown, total, adcodes, outlines, digest, created_at, actor
"""
_ALL: Final[LiteralString] = f"SELECT {_COLUMNS} FROM demand_layer ORDER BY name, version"
_ONE: Final[LiteralString] = f"""
SELECT {_COLUMNS} FROM demand_layer WHERE name = %(name)s
    AND CASE WHEN %(version)s::integer IS NULL THEN current ELSE version = %(version)s END
"""
# A layer of somebody's own comes before ours, the one that was brought first before the others.
_FIRST: Final = """
SELECT name FROM demand_layer WHERE current ORDER BY synthetic, id LIMIT 1
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('demand layer ' || %(name)s, 0))"
_BEGIN: Final = """
INSERT INTO demand_layer (name, version, current, title, unit, as_of, source, licence, datum,
    kind, synthetic, cells, unknown, total, adcodes, outlines, digest, actor)
SELECT %(name)s, coalesce(max(version), 0) + 1, false, %(title)s, %(unit)s, %(as_of)s,
    %(source)s, %(licence)s, '', 'points', %(synthetic)s, 0, 0, 0, %(adcodes)s, %(outlines)s, '',
    current_setting('station_map.actor')
FROM demand_layer WHERE name = %(name)s
RETURNING id
"""
_RETIRE: Final = "UPDATE demand_layer SET current = false WHERE name = %(name)s AND current"
_FINISH: Final[LiteralString] = f"""
UPDATE demand_layer SET current = true, datum = %(datum)s, kind = %(kind)s, cells = %(cells)s,
    unknown = %(unknown)s, total = %(total)s, digest = %(digest)s
WHERE id = %(id)s RETURNING {_COLUMNS}
"""
_DROP: Final = "DELETE FROM demand_layer WHERE id = %(id)s"
_REMOVE: Final = """
DELETE FROM demand_layer WHERE name = %(name)s AND NOT (current AND %(replaced)s) RETURNING version
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLayer:
    """One version of a layer; see schema/demand.py for the columns."""

    id: int
    name: str
    version: int
    current: bool
    title: str
    unit: str
    as_of: str | None
    source: str | None
    licence: str | None
    datum: str
    kind: str
    synthetic: bool
    cells: int
    unknown: int
    total: float
    adcodes: list[str]
    outlines: str
    digest: str
    created_at: dt.datetime
    actor: str

    @property
    def pinned(self) -> str:
        """Its name in a mix that shall mean this version for ever."""
        return f"{self.name}@{self.version}"


def layers(connection: psycopg.Connection) -> list[StoredLayer]:
    """Every version of every layer, by name and version."""
    with connection.cursor(row_factory=class_row(StoredLayer)) as cursor:
        return cursor.execute(_ALL).fetchall()


def find_layer(
    connection: psycopg.Connection, name: str, version: int | None = None
) -> StoredLayer | None:
    """A version of a layer, the current one when none is named; None if it is not there."""
    with connection.cursor(row_factory=class_row(StoredLayer)) as cursor:
        return cursor.execute(_ONE, {"name": name, "version": version}).fetchone()


def layer(connection: psycopg.Connection, name: str, version: int | None = None) -> StoredLayer:
    """The same. Raises NotFound."""
    found = find_layer(connection, name, version)
    if found is None:
        raise NotFound("demand layer", f"{name}@{version}" if version else name)
    return found


def first_layer(connection: psycopg.Connection) -> str | None:
    """The layer meant by whoever names none; None when there is none at all."""
    row: Any = connection.execute(_FIRST).fetchone()
    return None if row is None else row[0]


class LayerWriter:
    """A new version of a layer, in the caller's unit of work: begun, filled, finished.

    Raises Conflict when the layer is there and `replace` does not say that it shall be
    replaced, and when somebody else is bringing it in.
    """

    def __init__(
        self, connection: psycopg.Connection, facts: LayerFacts, *, replace: bool = False
    ) -> None:
        self._connection = connection
        self._facts = facts
        try:
            connection.execute(_LOCK, {"name": facts.name})
        except psycopg.errors.LockNotAvailable:
            raise Conflict(
                f"正有人导入图层 {facts.name}，等一下再来。 Somebody is bringing in {facts.name}."
            ) from None
        self.before = find_layer(connection, facts.name)
        if self.before is not None and not replace:
            raise Conflict(
                f"图层 {facts.name} 已经有了；换一个名字，或加 --replace 换掉它。"
                f" There is a layer {facts.name}; take another name, or --replace it."
            )
        self._id = self._begin()
        self._blocks = BlockWriter(connection, self._id, read_districts(connection))

    def _begin(self) -> int:
        facts = self._facts
        told = {
            "name": facts.name,
            "title": facts.title,
            "unit": facts.unit,
            "as_of": facts.as_of,
            "source": facts.source,
            "licence": facts.licence,
            "synthetic": facts.name == SYNTHETIC_NAME,
            "adcodes": list(read_districts(self._connection).adcodes),
            "outlines": outlines_digest(self._connection),
        }
        row: Any = self._connection.execute(_BEGIN, told).fetchone()
        return int(row[0])

    def add(self, lonlat: Floats, weight: Floats) -> None:
        """Some more cells: (n, 2) degrees WGS-84, and weights (n,), NaN for unknown."""
        self._blocks.add(lonlat, weight)

    def finish(self, kind: DemandKind, datum: str) -> tuple[StoredLayer, bool]:
        """The layer as stored, and whether anything is new; if not, the old version stays."""
        totals = self._blocks.finish()
        old = self.before
        if old is not None and old.digest == totals.digest and self._same_words(old):
            self._connection.execute(_DROP, {"id": self._id})
            return old, False
        self._connection.execute(_RETIRE, {"name": self._facts.name})
        told = {
            "id": self._id,
            "kind": kind.value,
            "datum": datum,
            "cells": totals.cells,
            "unknown": totals.unknown,
            "total": totals.total,
            "digest": totals.digest,
        }
        with self._connection.cursor(row_factory=class_row(StoredLayer)) as cursor:
            [stored] = cursor.execute(_FINISH, told).fetchall()
        return stored, True

    def _same_words(self, old: StoredLayer) -> bool:
        new = self._facts
        return (old.title, old.unit, old.as_of, old.source, old.licence) == (
            new.title,
            new.unit,
            new.as_of,
            new.source,
            new.licence,
        )


def remove_layer(
    connection: psycopg.Connection, name: str, *, only_replaced: bool = False
) -> list[int]:
    """Remove a layer with every version, or those that were replaced; the versions that went.

    What was computed from them keeps its figures and can no longer be computed again.
    Raises NotFound when there is no such layer.
    """
    layer(connection, name)
    rows = connection.execute(_REMOVE, {"name": name, "replaced": only_replaced}).fetchall()
    return sorted(version for (version,) in rows)

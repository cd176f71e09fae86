"""Keeps the vocabulary tables equal to the code's vocabularies; run after migrating."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from station_map.domain.vocabulary import AMENITIES
from station_map.store.facets import FACETS

_AMENITY: Final = """
INSERT INTO amenity (id, code) VALUES (:id, :code) ON CONFLICT ON CONSTRAINT pk_amenity DO NOTHING
"""
_FACET: Final = """
INSERT INTO facet (id, dimension, code) VALUES (:id, :dimension, :code)
ON CONFLICT ON CONSTRAINT pk_facet DO NOTHING
"""


def sync_vocabulary(connection: Connection) -> None:
    """Insert amenities and facets that the database does not hold yet.

    Numbers are never reused, so nothing is updated or deleted: what stands under a number
    stays, because stored stations would change their meaning.
    """
    connection.execute(text(_AMENITY), [{"id": a.id, "code": a.code} for a in AMENITIES])
    connection.execute(
        text(_FACET), [{"id": f.id, "dimension": f.dimension, "code": f.code} for f in FACETS]
    )

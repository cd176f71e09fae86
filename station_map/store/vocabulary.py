"""Keeps the vocabulary tables equal to the code's vocabularies; run after migrating."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from station_map.domain.vocabulary import AMENITIES
from station_map.store.facets import FACETS
from station_map.store.schema import AmenityRow, FacetRow


def sync_vocabulary(connection: Connection) -> None:
    """Insert amenities and facets that the database does not hold yet.

    Numbers are never reused, so nothing is updated or deleted: what stands under a number
    stays, because stored stations would change their meaning.
    """
    connection.execute(
        insert(AmenityRow).on_conflict_do_nothing(constraint="pk_amenity"),
        [{"id": a.id, "code": a.code} for a in AMENITIES],
    )
    connection.execute(
        insert(FacetRow).on_conflict_do_nothing(constraint="pk_facet"),
        [{"id": f.id, "dimension": f.dimension, "code": f.code} for f in FACETS],
    )

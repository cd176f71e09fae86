"""Numbers of amenities and of filterable facts; written from the code's vocabularies."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.facets import SIGNATURE_BITS
from station_map.store.schema.base import Base


class AmenityRow(Base):
    """The amenity vocabulary, so that foreign keys hold it."""

    __tablename__ = "amenity"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)


class FacetRow(Base):
    """Numbers of filterable facts (see `facets.py`)."""

    __tablename__ = "facet"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    dimension: Mapped[str]
    code: Mapped[str]

    __table_args__ = (
        UniqueConstraint("dimension", "code"),
        CheckConstraint(f"id > 0 AND id < {SIGNATURE_BITS}", name="id_fits_signature"),
    )

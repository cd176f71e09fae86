"""Administrative areas."""

from __future__ import annotations

from typing import Final

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base, one_of

AREA_LEVELS: Final = ("province", "city", "district", "street")


class AreaRow(Base):
    """An administrative area; stations find their district by point in polygon."""

    __tablename__ = "area"

    adcode: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_adcode: Mapped[str | None] = mapped_column(ForeignKey("area.adcode"))
    geom: Mapped[WKBElement] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    )
    source: Mapped[str]

    __table_args__ = (
        one_of("level", AREA_LEVELS),
        CheckConstraint("adcode ~ '^[0-9]{6,12}$'", name="adcode_digits"),
        CheckConstraint("ST_IsValid(geom)", name="geom_valid"),
        Index("ix_area_geom", "geom", postgresql_using="gist"),
        Index("ix_area_parent_adcode", "parent_adcode"),
    )

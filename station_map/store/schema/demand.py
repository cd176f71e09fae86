"""Layers of demand: what they say of themselves, and their cells in blocks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.demand import NAME_LONGEST, TEXT_LONGEST, DemandKind
from station_map.store.schema.base import Base, one_of


class DemandLayerRow(Base):
    """One version of a layer. A replaced one stays, so that what was computed can be again.

    as_of: YYYY, YYYY-MM or YYYY-MM-DD. datum: of the coordinates as they came. cells: those with
    a known weight; unknown: those without. total: sum of the known weights, in `unit`. adcodes:
    what the blocks' numbers of districts mean; outlines: digest of the outlines by which cells
    found their district. digest: SHA-256 of the cells.
    """

    __tablename__ = "demand_layer"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    current: Mapped[bool]
    title: Mapped[str]
    unit: Mapped[str]
    as_of: Mapped[str | None]
    source: Mapped[str | None]
    licence: Mapped[str | None]
    datum: Mapped[str]
    kind: Mapped[str]
    synthetic: Mapped[bool]
    cells: Mapped[int] = mapped_column(BigInteger)
    unknown: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[float]
    adcodes: Mapped[list[str]]
    outlines: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    actor: Mapped[str]

    __table_args__ = (
        one_of("kind", [v.value for v in DemandKind if v is not DemandKind.LIVE]),
        CheckConstraint(
            f"name ~ '^[^[:space:]+@:,%*]+$' AND char_length(name) <= {NAME_LONGEST}",
            name="name_form",
        ),
        CheckConstraint("as_of ~ '^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$'", name="as_of_form"),
        CheckConstraint(
            "greatest(char_length(title), char_length(unit), char_length(source),"
            f" char_length(licence)) <= {TEXT_LONGEST}",
            name="text_length",
        ),
        CheckConstraint("version > 0", name="version_range"),
        CheckConstraint(
            "cells >= 0 AND unknown >= 0 AND total >= 0 AND total < 'Infinity'",
            name="figures_range",
        ),
        Index("uq_demand_layer_name_version", "name", "version", unique=True),
        Index(
            "uq_demand_layer_name_current", "name", unique=True, postgresql_where=text("current")
        ),
    )


class DemandBlockRow(Base):
    """Some thousand neighbouring cells of a layer, packed (store/demand_blocks.py says how).

    west … north: degrees, WGS-84, around them. The columns that say which cells can be meant
    are narrow; the cells lie apart (TOAST) until they are asked for.
    """

    __tablename__ = "demand_block"

    layer_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("demand_layer.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[int]
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    packed: Mapped[bytes]

    __table_args__ = (
        CheckConstraint("cells > 0 AND octet_length(packed) = 18 * cells", name="packed_size"),
        CheckConstraint(
            "west >= -180 AND east <= 180 AND south >= -90 AND north <= 90"
            " AND west <= east AND south <= north",
            name="box_range",
        ),
    )

"""The derived table that readers search (docs/adr/0002-station-card.md)."""

from __future__ import annotations

import datetime as dt

from geoalchemy2 import Geography, Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    Computed,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.facets import SIGNATURE_BITS
from station_map.store.schema.base import Base


class StationCardRow(Base):
    """What readers search and copy: one narrow row a station, derived from all the others.

    properties: JSON text of the public properties, ready to send. opening_hours, exceptions
    (see `TimetableRow`), suspended_until: with status, what the state at a moment depends on.
    timetable_id: the row that knows when that is "open"; NULL where no clock matters. No
    foreign key: a check row by row would take as long as a national import's cards.
    facet_ids: numbers of every filterable fact (`facets.py`); known_amenity_ids: amenities
    with any state, so that "unknown" can be told from "no". search_text: what a search by
    text looks at, folded; its index is that of `station_words`.
    """

    __tablename__ = "station_card"

    station_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    adcode: Mapped[str | None]
    demo: Mapped[bool]
    opening_hours: Mapped[str | None]
    suspended_until: Mapped[dt.date | None]
    position: Mapped[WKBElement] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    merc: Mapped[WKBElement] = mapped_column(
        Geometry("POINT", srid=3857, spatial_index=False),
        Computed("ST_Transform(position::geometry, 3857)", persisted=True),
    )
    lon: Mapped[float] = mapped_column(Computed("ST_X(position::geometry)", persisted=True))
    lat: Mapped[float] = mapped_column(Computed("ST_Y(position::geometry)", persisted=True))
    facet_ids: Mapped[list[int]]
    known_amenity_ids: Mapped[list[int]]
    properties: Mapped[str]
    search_text: Mapped[str]
    timetable_id: Mapped[int | None]
    exceptions: Mapped[str | None]

    __table_args__ = (
        Index("ix_station_card_merc", "merc", postgresql_using="gist"),
        Index(
            "ix_station_card_merc_facet_ids",
            "merc",
            "facet_ids",
            postgresql_using="gist",
            postgresql_ops={"facet_ids": f"gist__intbig_ops (siglen = {SIGNATURE_BITS // 8})"},
        ),
        Index("ix_station_card_adcode", "adcode"),
        Index("ix_station_card_demo", "station_id", postgresql_where=text("demo")),
    )

"""What belongs to a station: amenities, titles, hours of certain days, pictures."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.vocabulary import (
    AMENITY_STATES,
    Honour,
)
from station_map.store.schema.base import Base, one_of


class StationAmenityRow(Base):
    """What is known of an amenity at a station; no row means unknown.

    No foreign keys: checked row by row they take three times as long as a national import's
    two million rows themselves. Triggers hold `station_id` instead, a statement at a time,
    and let the facts go with their station (migration 0002); the range holds `amenity_id`,
    because the vocabulary only ever grows.
    """

    __tablename__ = "station_amenity"

    station_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    amenity_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[str]
    quantity: Mapped[int | None]
    note: Mapped[str | None]
    fee: Mapped[str | None]
    verified_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("state", AMENITY_STATES),
        CheckConstraint("amenity_id BETWEEN 1 AND 63", name="amenity_id_range"),
        CheckConstraint("quantity >= 0", name="quantity_range"),
    )


class StationHonourRow(Base):
    """A title awarded to a station."""

    __tablename__ = "station_honour"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    honour: Mapped[str] = mapped_column(primary_key=True)
    awarded_on: Mapped[dt.date | None]

    __table_args__ = (one_of("honour", [v.value for v in Honour]),)


class StationHoursExceptionRow(Base):
    """Hours that hold on certain dates only; `opening_hours` "off" means closed."""

    __tablename__ = "station_hours_exception"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    opening_hours: Mapped[str]
    reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        Index("ix_station_hours_exception_station_id", "station_id"),
    )


class StationPhotoRow(Base):
    """A picture of a station; the file lies in the data folder under its SHA-256."""

    __tablename__ = "station_photo"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    sha256: Mapped[str]
    caption: Mapped[str | None]
    width_px: Mapped[int]
    height_px: Mapped[int]
    added_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        CheckConstraint("width_px > 0 AND height_px > 0", name="size"),
        UniqueConstraint("station_id", "sha256"),
    )

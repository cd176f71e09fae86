"""Visits: numbers by station and hour, and for the hour that runs what keeps one tap from counting twice."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base


class VisitHourlyRow(Base):
    """How often visitors said at a station's door that they came. hour: its beginning."""

    __tablename__ = "visit_hourly"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[dt.datetime] = mapped_column(primary_key=True)
    visits: Mapped[int]

    __table_args__ = (
        CheckConstraint("visits > 0", name="visits_range"),
        Index("ix_visit_hourly_hour", "hour"),
    )


class VisitTapRow(Base):
    """Marks of 16 bits of the taps of this hour, gone when it is over (domain/visits.py).

    Not in the write-ahead log: neither archives of it nor replicas learn them.
    """

    __tablename__ = "visit_tap"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[dt.datetime] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(primary_key=True)
    network: Mapped[int]

    __table_args__ = (
        CheckConstraint("person BETWEEN 0 AND 65535", name="person_range"),
        CheckConstraint("network BETWEEN 0 AND 65535", name="network_range"),
        {"prefixes": ["UNLOGGED"]},
    )

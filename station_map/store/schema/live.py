"""What devices said: the latest of each quantity, and hours of it. Nothing here is a revision."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.live import Quantity
from station_map.store.schema.base import Base, one_of

_QUANTITIES = [quantity.value for quantity in Quantity]


class StationLiveRow(Base):
    """The latest that was observed of one quantity at a station: digits, or a code."""

    __tablename__ = "station_live"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    quantity: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    observed_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        one_of("quantity", _QUANTITIES),
        CheckConstraint("value ~ '^([0-9]{1,6}|[a-z_]{1,20})$'", name="value_form"),
        Index("ix_station_live_observed_at", "observed_at"),
    )


class LiveSeenRow(Base):
    """Times that were counted, for a day, so that what is sent again does not count again."""

    __tablename__ = "live_seen"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    observed_at: Mapped[dt.datetime] = mapped_column(primary_key=True)
    quantity: Mapped[str] = mapped_column(primary_key=True)

    __table_args__ = (one_of("quantity", _QUANTITIES),)


class LiveHourlyRow(Base):
    """One hour of one quantity. of doors and devices: 1 for open and working, else 0.

    hour: its beginning. total: sum of the values. last: the value observed at last_at.
    """

    __tablename__ = "live_hourly"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[dt.datetime] = mapped_column(primary_key=True)
    quantity: Mapped[str] = mapped_column(primary_key=True)
    samples: Mapped[int]
    minimum: Mapped[float]
    maximum: Mapped[float]
    total: Mapped[float]
    last: Mapped[float]
    last_at: Mapped[dt.datetime]

    __table_args__ = (
        one_of("quantity", _QUANTITIES),
        CheckConstraint("samples > 0", name="samples_range"),
        CheckConstraint("minimum <= maximum", name="range"),
        Index("ix_live_hourly_hour", "hour"),
    )


class LivePaceRow(Base):
    """How often a token pushed in its latest minute."""

    __tablename__ = "live_pace"

    token_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True
    )
    minute: Mapped[dt.datetime]
    pushes: Mapped[int]

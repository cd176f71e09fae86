"""The service calendar: what the union offers at a station, or all over an area, on which days."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.vocabulary import EventKind
from station_map.store.schema.base import Base, one_of


class ServiceEventRow(Base):
    """A dated service, every day from the first to the last, at the same times.

    station_id or adcode, not both: at one station, or at all stations of an area and of the
    areas in it. starts_at, ends_at: time of day in Asia/Shanghai; unknown when null. rule: an
    RRULE without its end; then it is held on its `service_day`s only.
    """

    __tablename__ = "service_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    adcode: Mapped[str | None] = mapped_column(ForeignKey("area.adcode"))
    kind: Mapped[str]
    title: Mapped[str]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    starts_at: Mapped[dt.time | None]
    ends_at: Mapped[dt.time | None]
    source: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    note: Mapped[str | None]
    created_by: Mapped[str | None]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[str | None]
    rule: Mapped[str | None]

    __table_args__ = (
        one_of("kind", [v.value for v in EventKind]),
        CheckConstraint("num_nonnulls(station_id, adcode) = 1", name="one_place"),
        CheckConstraint("char_length(btrim(title)) BETWEEN 1 AND 200", name="title_length"),
        CheckConstraint("char_length(btrim(note)) BETWEEN 1 AND 200", name="note_length"),
        CheckConstraint("rule ~ '^FREQ=[A-Z0-9=;,+-]{1,200}$'", name="rule_form"),
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        CheckConstraint("ends_at > starts_at", name="times_in_order"),
        CheckConstraint("ends_at IS NULL OR starts_at IS NOT NULL", name="end_has_start"),
        Index("ix_service_event_station_id_last_day", "station_id", "last_day"),
        Index("ix_service_event_adcode_last_day", "adcode", "last_day"),
    )


class ServiceDayRow(Base):
    """A day on which a recurring service is held; worked out when it is entered."""

    __tablename__ = "service_day"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("service_event.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[dt.date] = mapped_column(primary_key=True)

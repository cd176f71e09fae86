"""When stations are open, worked out once for all that share it; and hours of certain dates."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Sequence,
    text,
)
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.hours_override import MAX_NOTE, OverrideReason
from station_map.domain.texts_and_days import MAX_DAYS
from station_map.store.facets import FACETS
from station_map.store.schema.base import Base, one_of

# At any hour, for all that is known before it is worked out.
_ANY_HOUR: Final = ",".join(
    str(facet.id) for facet in FACETS if facet.dimension in {"open_hour", "hours_unknown"}
)
# Owned by no table, so that emptying tables never gives an id out a second time: running
# servers remember what an id means.
TIMETABLE_IDS: Final = Sequence("timetable_id_seq", metadata=Base.metadata)


class TimetableRow(Base):
    """One combination of hours, dated exceptions and day of return; it never changes meaning.

    opening_hours: "" is unknown. exceptions: JSON text of [first day, last day, hours, reason]
    in the order in which they count, "" for none. back_on: day from which the hours of a
    suspended station count, -infinity otherwise. facet_ids: hours of the day at which it may be
    open, and whether it may be unknown; all of them until it is worked out.
    open, unknown: when it is so, of all moments from computed_from until computed_until, as
    the rules and the calendar named by computed_by have it.
    """

    __tablename__ = "timetable"

    id: Mapped[int] = mapped_column(
        Integer, TIMETABLE_IDS, server_default=TIMETABLE_IDS.next_value(), primary_key=True
    )
    opening_hours: Mapped[str]
    exceptions: Mapped[str]
    back_on: Mapped[dt.date]
    facet_ids: Mapped[list[int]] = mapped_column(
        server_default=text(f"'{{{_ANY_HOUR}}}'::integer[]")
    )
    open: Mapped[Any] = mapped_column(
        TSTZMULTIRANGE, server_default=text("'{}'::tstzmultirange"), nullable=False
    )
    unknown: Mapped[Any] = mapped_column(
        TSTZMULTIRANGE, server_default=text("'{}'::tstzmultirange"), nullable=False
    )
    computed_from: Mapped[dt.datetime | None]
    computed_until: Mapped[dt.datetime | None]
    computed_by: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("computed_until > computed_from", name="computed_in_order"),
        # By this one the writer of cards finds the row; else it would compare with every row.
        Index("ix_timetable_opening_hours", "opening_hours", postgresql_using="hash"),
        # Hashed, because an index entry is bounded and hours with remarks are not.
        Index(
            "uq_timetable_meaning",
            text("md5(opening_hours)"),
            text("md5(exceptions)"),
            "back_on",
            unique=True,
        ),
    )


class HoursOverrideRow(Base):
    """Other hours on certain dates for many stations, decided in one action.

    selection: the filters by which the stations were chosen then. words: what people are shown
    as the reason. A withdrawn one counts for nothing and stays on record.
    """

    __tablename__ = "hours_override"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    adcode: Mapped[str] = mapped_column(ForeignKey("area.adcode"))
    selection: Mapped[dict[str, Any]]
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    opening_hours: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str | None]
    words: Mapped[str]
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    created_by: Mapped[str]
    withdrawn_at: Mapped[dt.datetime | None]
    withdrawn_by: Mapped[str | None]

    __table_args__ = (
        one_of("reason", [reason.value for reason in OverrideReason]),
        CheckConstraint(
            f"last_day BETWEEN first_day AND first_day + {MAX_DAYS - 1}", name="days_in_order"
        ),
        CheckConstraint(f"char_length(note) BETWEEN 1 AND {MAX_NOTE}", name="note_length"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    )


class StationHoursOverrideRow(Base):
    """Which stations an override was decided for."""

    __tablename__ = "station_hours_override"

    override_id: Mapped[int] = mapped_column(
        ForeignKey("hours_override.id", ondelete="CASCADE"), primary_key=True
    )
    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )

    __table_args__ = (Index("ix_station_hours_override_station_id", "station_id"),)

"""What somebody has begun to change and not saved."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.editing.subjects import Subject
from station_map.store.schema.base import Base, one_of


class StationDraftRow(Base):
    """One account's draft of one subject of one station.

    version, base: the station when the form was opened. given: what stood in the form.
    """

    __tablename__ = "station_draft"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    subject: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    base: Mapped[dict[str, Any]]
    given: Mapped[dict[str, Any]]
    saved_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        one_of("subject", [subject.value for subject in Subject]),
        CheckConstraint(
            "octet_length(base::text) <= 200000 AND octet_length(given::text) <= 200000",
            name="size",
        ),
        Index("ix_station_draft_station_id", "station_id"),
        Index("ix_station_draft_saved_at", "saved_at"),
    )

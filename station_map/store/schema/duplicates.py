"""Duplicates: what was said of two stations, codes of merged ones, doors that stations share."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, Computed, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base, one_of

DUPLICATE_ANSWERS: Final = ("merge", "one_door", "different")


class DuplicateAnswerRow(Base):
    """What somebody said of two stations, and why; it holds until it is taken back.

    No references: it stays when a station goes, and a merged one has gone. first_id is the lower
    of the two; of a merge, told says which was kept. told: for "different" the places and names
    of then; for a merge what it moved, so that it can be taken back. change_set_id: of a merge.
    """

    __tablename__ = "duplicate_answer"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    actor: Mapped[str]
    answer: Mapped[str]
    first_id: Mapped[int] = mapped_column(BigInteger)
    second_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    change_set_id: Mapped[int | None] = mapped_column(BigInteger)
    undone_at: Mapped[dt.datetime | None]
    undone_by: Mapped[str | None]
    undone_reason: Mapped[str | None]

    __table_args__ = (
        one_of("answer", DUPLICATE_ANSWERS),
        CheckConstraint("first_id < second_id", name="two_in_order"),
        CheckConstraint("char_length(btrim(reason)) BETWEEN 1 AND 500", name="reason_length"),
        CheckConstraint(
            "char_length(btrim(undone_reason)) BETWEEN 1 AND 500", name="undone_reason_length"
        ),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone"),
        CheckConstraint("(answer = 'merge') = (change_set_id IS NOT NULL)", name="set_of_merge"),
        Index(
            "uq_duplicate_answer_standing",
            "first_id",
            "second_id",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_duplicate_answer_second_id", "second_id"),
        Index("ix_duplicate_answer_change_set_id", "change_set_id"),
    )


class StationFormerRow(Base):
    """A station that was merged into another: what it was known by leads to the other.

    code: on its plate. former_id: its id then. station_id: the station that stands for it now,
    through however many merges. answer_id: the merge that took this station away.
    """

    __tablename__ = "station_former"

    code: Mapped[str] = mapped_column(primary_key=True)
    former_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(
        Computed("lower(regexp_replace(normalize(name, NFKC), '\\s', '', 'g'))", persisted=True)
    )
    source: Mapped[str | None]
    source_id: Mapped[str | None]
    answer_id: Mapped[int] = mapped_column(ForeignKey("duplicate_answer.id"))

    __table_args__ = (
        Index("ix_station_former_station_id", "station_id"),
        Index("ix_station_former_name_key", "name_key", postgresql_using="hash"),
        Index("ix_station_former_source_source_id", "source", "source_id"),
        Index("ix_station_former_answer_id", "answer_id"),
    )


class StationDoorRow(Base):
    """A station that shares its door with others: those with the same door_id.

    Derived from the answers "one door" that hold (`store/doors.py`).
    """

    __tablename__ = "station_door"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    door_id: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_station_door_door_id", "door_id"),)

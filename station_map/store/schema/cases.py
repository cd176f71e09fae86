"""The queue: cases of riders' reports, its rules, answers of rounds, decisions on wishes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.cases import (
    KINDS,
    LONGEST_WINDOW_HOURS,
    MOST_REPORTS,
    NOTE_LONGEST,
    CaseAnswer,
    CaseStep,
)
from station_map.domain.reasons import REASON_LONGEST
from station_map.domain.rounds import RoundAnswer
from station_map.domain.wishes import WishStatus
from station_map.store.schema.base import Base, one_of

_NOW: Final = text("now()")
_NOTE: Final = f"char_length(note) BETWEEN 1 AND {NOTE_LONGEST}"


class ReportCaseRow(Base):
    """Reports of one kind about one station, from the first to an answer.

    At most one of a station and kind is open. earlier_id: the one before it. revision_id: the
    change that fixed it; no reference, because revisions may not be locked. unmarked_at: since
    when the station was reported locked before the answer took that from its card.
    """

    __tablename__ = "report_case"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    kind: Mapped[str]
    opened_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    earlier_id: Mapped[int | None] = mapped_column(
        ForeignKey("report_case.id", ondelete="SET NULL")
    )
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    revision_id: Mapped[int | None] = mapped_column(BigInteger)
    unmarked_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("kind", [kind.value for kind in KINDS]),
        one_of("answer", [answer.value for answer in CaseAnswer]),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        CheckConstraint("revision_id IS NULL OR answer IS NOT NULL", name="revision_of_answer"),
        Index(
            "uq_report_case_open",
            "station_id",
            "kind",
            unique=True,
            postgresql_where=text("answer IS NULL"),
        ),
        Index("ix_report_case_station_id", "station_id", "kind", "id"),
        Index("ix_report_case_earlier_id", "earlier_id"),
        Index("ix_report_case_assigned_to", "assigned_to"),
        Index("ix_report_case_opened_at", "opened_at"),
    )


class CaseEventRow(Base):
    """What somebody did with a case. detail: codes of ours, names of accounts."""

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("report_case.id", ondelete="CASCADE"))
    at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    actor: Mapped[str]
    step: Mapped[str]
    note: Mapped[str | None]
    detail: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        one_of("step", [step.value for step in CaseStep]),
        CheckConstraint(_NOTE, name="note_length"),
        Index("ix_case_event_case_id", "case_id", "id"),
    )


class CaseRuleRow(Base):
    """The rules as somebody set them; the last row holds. Rows are added, never changed.

    stale_days: {service level: days without a check until a station is due}.
    """

    __tablename__ = "case_rule"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    actor: Mapped[str]
    locked_reports: Mapped[int]
    locked_hours: Mapped[int]
    stale_days: Mapped[dict[str, Any]]

    __table_args__ = (
        CheckConstraint(f"locked_reports BETWEEN 1 AND {MOST_REPORTS}", name="locked_reports"),
        CheckConstraint(f"locked_hours BETWEEN 1 AND {LONGEST_WINDOW_HOURS}", name="locked_hours"),
    )


class RoundAnswerRow(Base):
    """What somebody found at a station's door on a round. uuid: made where it was answered."""

    __tablename__ = "round_answer"

    uuid: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    answer: Mapped[str]
    note: Mapped[str | None]
    seen_at: Mapped[dt.datetime]
    received_at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)

    __table_args__ = (
        one_of("answer", [answer.value for answer in RoundAnswer]),
        CheckConstraint(_NOTE, name="note_length"),
        Index("ix_round_answer_account_id", "account_id", "seen_at"),
        Index("ix_round_answer_station_id", "station_id", "seen_at"),
    )


class WishDecisionRow(Base):
    """What a planner decided about a suggestion; the last row holds, none means new."""

    __tablename__ = "wish_decision"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(ForeignKey("suggestion.id", ondelete="CASCADE"))
    at: Mapped[dt.datetime] = mapped_column(server_default=_NOW)
    actor: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]

    __table_args__ = (
        one_of("status", [status.value for status in WishStatus]),
        CheckConstraint(
            f"char_length(reason) BETWEEN 1 AND {REASON_LONGEST}", name="reason_length"
        ),
        CheckConstraint("status <> 'declined' OR reason IS NOT NULL", name="declined_with_reason"),
        Index("ix_wish_decision_suggestion_id", "suggestion_id", "id"),
    )

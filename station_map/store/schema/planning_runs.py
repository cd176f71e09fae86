"""Runs of planning, and what they read, kept so that they can be repeated."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.planning_runs import (
    ERROR_LONGEST,
    INPUT_LARGEST,
    PARTS,
    TITLE_LONGEST,
    RunKind,
    RunState,
)
from station_map.store.schema.base import Base, one_of


class PlanningInputRow(Base):
    """One part of what runs read: arrays, compressed; shared by all runs that read the same.

    digest: SHA-256 of the arrays, not of `content`. size: bytes. kept_at: when a run last put it here.
    """

    __tablename__ = "planning_input"

    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    size: Mapped[int] = mapped_column(BigInteger)
    kept_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_hex"),
        CheckConstraint(
            f"octet_length(content) = size AND size BETWEEN 1 AND {INPUT_LARGEST}",
            name="content_size",
        ),
    )


def _part() -> Mapped[str | None]:
    return mapped_column(ForeignKey("planning_input.digest"))


class PlanningRunRow(Base):
    """One run of coverage or siting, from the asking to the answer.

    asked: the document of planning/asked.py. asked_by: an account's name, or cli:user. turn:
    counts who took it up, so that one that was given up changes nothing any more. beat_at: when
    the worker was last heard of. progress: step, share, objective, bound, gap. job: in the queue.
    version: of the code. digests: of what was read, by part. inputs: whether that was kept.
    answer: the JSON document, of a cancelled run the best so far. same: whether a repeated run
    gave the numbers of the one it repeats.
    """

    __tablename__ = "planning_run"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    title: Mapped[str | None]
    state: Mapped[str]
    asked: Mapped[dict[str, Any]]
    asked_by: Mapped[str]
    origin: Mapped[str]
    asked_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    started_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    beat_at: Mapped[dt.datetime | None]
    cancel_asked_at: Mapped[dt.datetime | None]
    turn: Mapped[int] = mapped_column(server_default=text("0"))
    progress: Mapped[dict[str, Any] | None]
    job: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[str | None]
    digests: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    inputs: Mapped[str | None]
    demand_input: Mapped[str | None] = _part()
    stations_input: Mapped[str | None] = _part()
    candidates_input: Mapped[str | None] = _part()
    answer: Mapped[dict[str, Any] | None]
    error: Mapped[str | None]
    repeats: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("planning_run.id", ondelete="SET NULL")
    )
    same: Mapped[bool | None]

    __table_args__ = (
        one_of("kind", [kind.value for kind in RunKind]),
        one_of("state", [state.value for state in RunState]),
        one_of("origin", ("cli", "api", "page")),
        one_of("inputs", ("kept", "too_large")),
        CheckConstraint(
            f"char_length(title) BETWEEN 1 AND {TITLE_LONGEST}"
            f" AND char_length(error) BETWEEN 1 AND {ERROR_LONGEST}"
            " AND char_length(asked_by) BETWEEN 1 AND 100",
            name="text_length",
        ),
        CheckConstraint(
            "CASE state WHEN 'queued' THEN num_nonnulls(started_at, beat_at, ended_at, progress) = 0"
            " WHEN 'running' THEN num_nulls(started_at, beat_at) = 0 AND ended_at IS NULL"
            " WHEN 'done' THEN num_nulls(started_at, ended_at, version) = 0"
            " ELSE ended_at IS NOT NULL END",
            name="state_times",
        ),
        CheckConstraint(
            "CASE state WHEN 'done' THEN answer IS NOT NULL WHEN 'cancelled' THEN true"
            " ELSE answer IS NULL END",
            name="state_answer",
        ),
        CheckConstraint("(state = 'failed') = (error IS NOT NULL)", name="state_error"),
        CheckConstraint(
            "CASE WHEN inputs = 'kept' THEN num_nulls(demand_input, stations_input) = 0"
            " AND (kind = 'siting') = (candidates_input IS NOT NULL)"
            " ELSE num_nonnulls(demand_input, stations_input, candidates_input) = 0 END",
            name="inputs_kept",
        ),
        CheckConstraint("same IS NULL OR state IN ('done', 'cancelled')", name="same_ended"),
        CheckConstraint("turn >= 0", name="turn_range"),
        Index("ix_planning_run_kind_id", "kind", "id"),
        Index("ix_planning_run_ended_at", "ended_at"),
        Index("ix_planning_run_repeats", "repeats"),
        Index(
            "ix_planning_run_active",
            "id",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        *(Index(f"ix_planning_run_{part}_input", f"{part}_input") for part in PARTS),
    )

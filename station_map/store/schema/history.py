"""Who brought and changed what: import runs, revisions, and the codes given out."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.vocabulary import (
    Datum,
)
from station_map.store.schema.base import Base, Xid8, one_of

ORIGINS: Final = ("form", "import", "api", "report", "system")
REVISION_ACTIONS: Final = ("created", "updated", "deleted")
CHANGE_SET_KINDS: Final = ("bulk", "revert", "merge")


class ImportRunRow(Base):
    """One file taken in."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[dt.datetime | None]
    actor: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    datum: Mapped[str | None]
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        one_of("datum", [d.value for d in Datum]),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
    )


class CodeCounterRow(Base):
    """Last number given to a new station in an area: a printed code is never reused."""

    __tablename__ = "code_counter"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class ChangeSetRow(Base):
    """Changes that a person made in one action. Rows are added, never changed or deleted.

    kind: what was done. told: to which stations, and what, as it was asked for; for a revert
    what it takes back.
    """

    __tablename__ = "change_set"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    actor: Mapped[str]
    kind: Mapped[str]
    told: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (one_of("kind", CHANGE_SET_KINDS),)


class RevisionRow(Base):
    """Who changed what, when, from what to what, and why; written in the change's transaction.

    `changes` is {field: [before, after]}. A creation holds none (the station itself and
    later revisions tell them); a deletion holds every field. Rows are added, never changed or
    deleted. xid: the transaction, by which the feed of changes is ordered. change_set_id has no foreign key: a set is written before its revisions, and stays.
    """

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(BigInteger)
    station_code: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    actor: Mapped[str]
    origin: Mapped[str]
    import_run_id: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str]
    changes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    reason: Mapped[str | None]
    change_set_id: Mapped[int | None] = mapped_column(BigInteger)
    xid: Mapped[str] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))

    __table_args__ = (
        one_of("origin", ORIGINS),
        one_of("action", REVISION_ACTIONS),
        CheckConstraint("char_length(btrim(reason)) BETWEEN 1 AND 500", name="reason_length"),
        Index("ix_revision_station_id", "station_id"),
        Index("ix_revision_import_run_id", "import_run_id"),
        Index("ix_revision_xid", "xid", "id"),
        Index(
            "ix_revision_change_set_id",
            "change_set_id",
            postgresql_where=text("change_set_id IS NOT NULL"),
        ),
    )


class FeedEpochRow(Base):
    """A time in which the order of the feed of changes holds: one database in one cluster.

    id: when it begun, in milliseconds, so that none ever comes again. settled: revisions up to this number were there when it began, and come in their own order.
    """

    __tablename__ = "feed_epoch"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    begun_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    cluster: Mapped[int] = mapped_column(BigInteger)
    database: Mapped[int] = mapped_column(BigInteger)
    settled: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("settled >= 0", name="settled_range"),)

"""Imports by page: files on their way in, and what people said of headers."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base, one_of

STEPS: Final = ("look", "place", "check", "run")
JOB_KINDS: Final = ("stations", "demand", "areas", "sites")
JOB_STATES: Final = ("working", "waiting", "failed", "cancelled", "done")


class ImportJobRow(Base):
    """One uploaded file, from the upload to the end of its run; private to its account.

    kind: what is in it; the last three are planners'. id: unguessable, and the name of its folder. turn: counts the steps begun, so that a step
    that was given up changes nothing any more. looked, places, checked: what the steps found;
    choices: what the person said. beat_at: when the step at work was last heard of.
    """

    __tablename__ = "import_job"

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("account.id", ondelete="CASCADE")
    )
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    kind: Mapped[str] = mapped_column(server_default=text("'stations'"))
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    step: Mapped[str]
    state: Mapped[str]
    turn: Mapped[int] = mapped_column(server_default=text("0"))
    stage: Mapped[str] = mapped_column(server_default=text("''"))
    done: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    total: Mapped[int | None] = mapped_column(BigInteger)
    beat_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    trouble: Mapped[str] = mapped_column(server_default=text("''"))
    looked: Mapped[dict[str, Any] | None]
    choices: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    places: Mapped[dict[str, Any] | None]
    checked: Mapped[dict[str, Any] | None]
    import_run_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        one_of("kind", JOB_KINDS),
        one_of("step", STEPS),
        one_of("state", JOB_STATES),
        CheckConstraint("id ~ '^[A-Za-z0-9_-]{22}$'", name="id_form"),
        CheckConstraint("char_length(file_name) BETWEEN 1 AND 200", name="file_name_length"),
        Index("ix_import_job_account_id", "account_id"),
        Index("ix_import_job_created_at", "created_at"),
        Index("ix_import_job_import_run_id", "import_run_id"),
    )


class ImportMappingRow(Base):
    """What the columns of a header mean, as somebody said last.

    signature: SHA-256 of the header's texts. columns: targets by column, from 0.
    """

    __tablename__ = "import_mapping"

    signature: Mapped[str] = mapped_column(primary_key=True)
    columns: Mapped[dict[str, Any]]
    saved_by: Mapped[str]
    saved_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (CheckConstraint("signature ~ '^[0-9a-f]{64}$'", name="signature_hex"),)

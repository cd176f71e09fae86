"""Planners' own areas and candidate sites: kept whole, under the hash of what they hold."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base, one_of

SET_KINDS = ("areas", "sites")
NAME_LONGEST = 80
LARGEST = 32 * 1024 * 1024


class PlanningSetRow(Base):
    """content: JSON, see `store/planning_sets.py`; digest: its SHA-256; members: how many.

    A name means the set that is current. One that was replaced stays, so that what was asked by
    its digest still means the same.
    """

    __tablename__ = "planning_set"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    current: Mapped[bool]
    digest: Mapped[str]
    members: Mapped[int]
    content: Mapped[bytes]
    file_name: Mapped[str]
    by: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        one_of("kind", SET_KINDS),
        CheckConstraint(
            f"char_length(btrim(name)) BETWEEN 1 AND {NAME_LONGEST}", name="name_length"
        ),
        CheckConstraint("char_length(file_name) BETWEEN 1 AND 200", name="file_name_length"),
        CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest_hex"),
        CheckConstraint("members > 0", name="members_range"),
        CheckConstraint(f"octet_length(content) <= {LARGEST}", name="content_size"),
        Index("uq_planning_set_kind_digest", "kind", "digest", unique=True),
        Index(
            "uq_planning_set_kind_name_current",
            "kind",
            "name",
            unique=True,
            postgresql_where=text("current"),
        ),
    )

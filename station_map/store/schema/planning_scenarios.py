"""Scenarios of planners: what would be built and closed, and the question it was looked at with."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base


class PlanningScenarioRow(Base):
    """asked: a `LiveAsked` document. by: the account's name. version: rises with each change."""

    __tablename__ = "planning_scenario"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
    by: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    version: Mapped[int] = mapped_column(server_default=text("1"))

    __table_args__ = (
        CheckConstraint("char_length(btrim(name)) BETWEEN 1 AND 80", name="name_length"),
        CheckConstraint("octet_length(asked::text) <= 40000", name="asked_size"),
        CheckConstraint("version > 0", name="version_range"),
    )

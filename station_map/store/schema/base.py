"""What all tables share: registry, names of constraints, types, vocabularies as checks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ARRAY, CheckConstraint, DateTime, Double, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import UserDefinedType

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Timestamp = DateTime(timezone=True)


class Base(DeclarativeBase):
    """Registry of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads the plain dict)
        str: Text,
        float: Double,
        dt.datetime: Timestamp,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(Integer),
    }


class Xid8(UserDefinedType[str]):
    """Number of a transaction, which never comes again in one cluster."""

    cache_ok = True

    def get_col_spec(self, **_options: Any) -> str:
        """As SQL writes it."""
        return "xid8"


# So that reflection, which compares models with the schema, knows it too.
ischema_names["xid8"] = Xid8


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """CHECK that a column holds one of a vocabulary's codes (or NULL: unknown)."""
    codes = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({codes})", name=column)

"""Taking back what was entered: the row stays, and says when and by whom."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import Connection, text

from station_map.errors import Conflict, NotFound

Table = Literal["hours_override", "service_event"]

_WITHDRAW: Final = """
UPDATE {table}
SET withdrawn_at = now(), withdrawn_by = current_setting('station_map.actor')
WHERE id = :id AND withdrawn_at IS NULL RETURNING id
"""
_EXISTS: Final = "SELECT EXISTS (SELECT FROM {table} WHERE id = :id)"


def mark_withdrawn(connection: Connection, table: Table, number: int) -> None:
    """Mark a row as withdrawn now. Raises NotFound, and Conflict when it is already."""
    given = {"id": number}
    if connection.execute(text(_WITHDRAW.format(table=table)), given).first() is not None:
        return
    if connection.execute(text(_EXISTS.format(table=table)), given).scalar_one():
        raise Conflict(f"{number} 已经撤回了。 {number} is withdrawn already.")
    raise NotFound(table.replace("_", " "), str(number))

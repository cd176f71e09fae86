"""What people said that the columns of a header mean; offered when the header comes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import psycopg
from psycopg.types.json import Jsonb

from station_map.store.database import Database


@dataclass(frozen=True, slots=True)
class KnownMapping:
    """columns: targets by column, from 0."""

    columns: Mapping[int, str]
    saved_by: str
    saved_at: dt.datetime


def known_mappings(database: Database, signatures: Iterable[str]) -> dict[str, KnownMapping]:
    """What is remembered of these headers, by signature."""
    rows = database.rows(
        "SELECT signature, columns, saved_by, saved_at FROM import_mapping"
        " WHERE signature = ANY (%(signatures)s)",
        {"signatures": list(signatures)},
    )
    return {
        signature: KnownMapping({int(at): target for at, target in columns.items()}, by, when)
        for signature, columns, by, when in rows
    }


def remember(
    unit: psycopg.Connection, signature: str, columns: Mapping[int, str], account: str
) -> None:
    """Keep what the columns of a header mean; what was said last counts."""
    told = {str(at): target for at, target in columns.items()}
    unit.execute(
        "INSERT INTO import_mapping (signature, columns, saved_by) VALUES (%s, %s, %s)"
        " ON CONFLICT (signature) DO UPDATE SET columns = excluded.columns,"
        " saved_by = excluded.saved_by, saved_at = now()"
        " WHERE import_mapping.columns IS DISTINCT FROM excluded.columns",
        (signature, Jsonb(told), account),
    )

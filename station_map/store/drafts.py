"""What somebody has begun to change and not saved: kept so that it can be gone on with anywhere.

One draft an account, station and subject. A draft holds what stood in the form, as text, and what the form had
begun with, so that saving it later compares as if the form had stayed open.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Final, LiteralString, NamedTuple

import psycopg

from station_map.errors import LimitExceeded
from station_map.store.database import Database

LASTS: Final = dt.timedelta(days=14)
MOST: Final = 50
LARGEST: Final = 40_000  # characters of its JSON

_KEEP: Final[LiteralString] = """
INSERT INTO station_draft AS d (account_id, station_id, subject, version, base, given)
SELECT %(account)s, s.id, %(subject)s, %(version)s, %(base)s::jsonb, %(given)s::jsonb
FROM station s WHERE s.code = %(code)s
ON CONFLICT (account_id, station_id, subject) DO UPDATE SET version = excluded.version,
    base = excluded.base, given = excluded.given, saved_at = now()
"""
_DROP_OLD: Final[LiteralString] = """
DELETE FROM station_draft d WHERE d.saved_at < now() - %(lasts)s
    OR (d.account_id = %(account)s AND d.saved_at < (
        SELECT saved_at FROM station_draft n WHERE n.account_id = %(account)s
        ORDER BY saved_at DESC OFFSET %(most)s LIMIT 1))
"""
_DROP: Final[LiteralString] = """
DELETE FROM station_draft d USING station s
WHERE s.id = d.station_id AND s.code = %(code)s AND d.account_id = %(account)s
    AND d.subject = %(subject)s
"""
_FIND: Final[LiteralString] = """
SELECT d.subject, d.version, d.base, d.given, d.saved_at
FROM station_draft d JOIN station s ON s.id = d.station_id
WHERE s.code = %(code)s AND d.account_id = %(account)s AND d.saved_at >= now() - %(lasts)s
ORDER BY d.subject
"""


class Begun(NamedTuple):
    """version, base: of the station when the form was opened. given: what stands in the form."""

    version: int
    base: Mapping[str, str]
    given: Mapping[str, str]


class Draft(NamedTuple):
    """version, base: of the station when the form was opened. given: what stood in the form."""

    subject: str
    version: int
    base: dict[str, str]
    given: dict[str, str]
    saved_at: dt.datetime


def keep_draft(
    connection: psycopg.Connection, account: int, code: str, subject: str, begun: Begun
) -> None:
    """Keep a draft in place of the one before; old ones and too many of one account go.

    Raises LimitExceeded. A station that is gone has no draft.
    """
    texts = [json.dumps(dict(values), ensure_ascii=False) for values in (begun.base, begun.given)]
    if any(len(text) > LARGEST for text in texts):
        raise LimitExceeded("草稿太长，没有存下。 The draft is too long.", parameter="draft")
    values = {
        "account": account,
        "code": code,
        "subject": subject,
        "version": begun.version,
        "base": texts[0],
        "given": texts[1],
    }
    connection.execute(_KEEP, values)
    bounds = {"account": account, "lasts": LASTS, "most": MOST - 1}
    connection.execute(_DROP_OLD, bounds)


def drop_draft(connection: psycopg.Connection, account: int, code: str, subject: str) -> None:
    """Forget a draft: it was saved, or thrown away."""
    connection.execute(_DROP, {"account": account, "code": code, "subject": subject})


def drafts_of(database: Database, account: int, code: str) -> dict[str, Draft]:
    """The account's drafts of a station, by subject; those that have expired are not told."""
    found = database.rows(_FIND, {"account": account, "code": code, "lasts": LASTS})
    return {row[0]: Draft(*row) for row in found}

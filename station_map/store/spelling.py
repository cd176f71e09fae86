"""Keeping `station_words`: whoever writes a card whose text may have changed spells it anew."""

from __future__ import annotations

from typing import Final, LiteralString, cast

import psycopg
from sqlalchemy import Connection

from station_map.domain.pinyin import search_words

_TEXTS: Final[LiteralString] = """
SELECT c.station_id, c.search_text FROM station_card c JOIN ({stations}) AS told (station_id)
    USING (station_id)
"""
_FORGET: Final[LiteralString] = """
DELETE FROM station_words w USING ({stations}) AS told (station_id)
WHERE w.station_id = told.station_id
"""
_COPY: Final = "COPY station_words (station_id, words) FROM STDIN"
_UNSPELLED: Final[LiteralString] = """
SELECT c.station_id FROM station_card c
WHERE NOT EXISTS (SELECT FROM station_words w WHERE w.station_id = c.station_id)
"""


def spell(connection: psycopg.Connection, stations: LiteralString, *, new: bool = False) -> None:
    """Spell the cards of some stations, in the transaction that has written them.

    stations: a SELECT of their ids. new: none of them has been spelled before.
    """
    if not new:
        connection.execute(_FORGET.replace("{stations}", stations))
    texts = connection.execute(_TEXTS.replace("{stations}", stations)).fetchall()
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for station_id, text in texts:
            copy.write_row((station_id, search_words(text)))


def spell_missing(connection: Connection) -> None:
    """Spell every card that has not been; after a change of the schema."""
    raw = cast("psycopg.Connection", connection.connection.driver_connection)
    spell(raw, _UNSPELLED, new=True)

"""Keeping `station_words`: whoever writes a card whose text may have changed spells it anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, LiteralString, cast

import psycopg
from sqlalchemy import Connection

from station_map.domain.likeness import sound_of
from station_map.domain.pinyin import search_words
from station_map.store.copying import OPTIONS, copy_in, csv_of

# By an array: a join with cards just written, of which the planner knows nothing yet, reads all.
_TEXTS: Final[LiteralString] = """
SELECT c.station_id, c.search_text, s.name
FROM station_card c JOIN station s ON s.id = c.station_id
WHERE c.station_id = ANY (ARRAY({stations}))
"""
_FORGET: Final[LiteralString] = """
DELETE FROM station_words w USING ({stations}) AS told (station_id)
WHERE w.station_id = told.station_id
"""
_COPY: Final = f"COPY station_words (station_id, words, sound) FROM STDIN {OPTIONS}"
_UNSPELLED: Final[LiteralString] = """
SELECT c.station_id FROM station_card c
WHERE NOT EXISTS (SELECT FROM station_words w WHERE w.station_id = c.station_id)
"""


Texts = list[tuple[int, str, str]]
"""Ids with what a search looks at and the name; spelled: the words, and the name's sound."""


def spell(
    connection: psycopg.Connection,
    stations: LiteralString,
    parameters: Mapping[str, object] | None = None,
    *,
    new: bool = False,
) -> None:
    """Spell the cards of some stations, in the transaction that has written them.

    stations: a SELECT of their ids, with its parameters. new: none has been spelled before.
    """
    if not new:
        connection.execute(_FORGET.replace("{stations}", stations), parameters)
    store_words(connection, words_of(texts_of(connection, stations, parameters)))


def texts_of(
    connection: psycopg.Connection,
    stations: LiteralString,
    parameters: Mapping[str, object] | None = None,
) -> Texts:
    """Ids, texts and names of some stations; `stations` is a SELECT of their ids."""
    return connection.execute(_TEXTS.replace("{stations}", stations), parameters).fetchall()


def words_of(texts: Texts) -> Texts:
    """The same ids with the texts spelled; needs no database."""
    return [(number, search_words(text), sound_of(name)) for number, text, name in texts]


def store_words(connection: psycopg.Connection, words: Texts) -> None:
    """Store the words of stations that have none."""
    copy_in(connection, _COPY, csv_of(words))


def spell_missing(connection: Connection) -> None:
    """Spell every card that has not been; after a change of the schema."""
    raw = cast("psycopg.Connection", connection.connection.driver_connection)
    spell(raw, _UNSPELLED, new=True)

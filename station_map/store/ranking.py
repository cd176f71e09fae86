"""How well stations meet what was typed, so that the best come before a limit cuts them off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, LiteralString

from station_map.store.database import Database

# Less is better. By what is written: the name or the code itself, a name that begins so, one that
# holds every word, any other place. By sound: the same as it is spelled (the name's first word,
# which follows the code) or written; then words that begin so, initials too. Nearly: by likeness.
RANKS: Final[dict[str, LiteralString]] = {
    "written": """
    (SELECT CASE
        WHEN s.name_key = %(key)s::text OR lower(s.code) = %(key)s::text THEN 0
        WHEN s.name_key LIKE %(begins)s::text THEN 1
        WHEN s.name_key LIKE ALL (%(each)s::text[]) THEN 2
        ELSE 3 END
    FROM station s WHERE s.id = station_card.station_id)""",
    "sound": """
    (SELECT CASE
        WHEN %(spelled)s::text IN (w.name, w.code) OR s.name_key = %(key)s::text THEN 0
        WHEN w.name LIKE %(spelled)s::text || '%%' OR s.name_key LIKE %(begins)s::text THEN 1
        WHEN w.name LIKE ALL (%(each)s::text[]) THEN 2
        WHEN w.words LIKE '%% ' || %(spelled)s::text || '%%' THEN 3
        ELSE 4 END
    FROM station s, (SELECT words, split_part(words, ' ', 2) AS name,
            split_part(words, ' ', 1) AS code
        FROM station_words WHERE station_id = station_card.station_id OFFSET 0) w
    WHERE s.id = station_card.station_id)""",
    "near": """
    (SELECT 1000 - round(1000 * word_similarity(%(near)s::text, w.words))::integer
    FROM station_words w WHERE w.station_id = station_card.station_id)""",
}
# Up to this rank of the first two, what was typed is the name, or its beginning.
LEADING: Final = 1
# So many are ranked; of more, only those whose name is meant, if those are so few.
RANKED: Final = 10_000

_BEGINNING: Final[LiteralString] = (
    "SELECT station_id FROM station_words WHERE words LIKE '%% ' || %(spelled)s::text || '%%'"
)
_SAME: Final[dict[str, LiteralString]] = {
    "written": "SELECT id FROM station WHERE name_key = %(key)s::text",
    "sound": "SELECT station_id FROM station_words"
    " WHERE words LIKE '%% ' || %(spelled)s::text || ' %%'",
}


def up_to(
    database: Database, ids: LiteralString, parameters: Mapping[str, object]
) -> list[int] | None:
    """The stations that a SELECT gives; None when they are more than RANKED."""
    asked = {**parameters, "most": RANKED + 1}
    found = database.rows_planned_anew(ids + " LIMIT %(most)s", asked)
    return None if len(found) > RANKED else [number for (number,) in found]


def leaders(database: Database, rank: str, parameters: Mapping[str, object]) -> list[int]:
    """Stations whose name is what was typed, or begins so; none when those are too many.

    rank: "written" or "sound". parameters: those of RANKS, and `spelled`, in letters and digits.
    """
    for ids in (_BEGINNING, _SAME[rank]):
        found = up_to(database, ids, parameters)
        if found is not None:
            break
    else:
        return []
    statement: LiteralString = (
        "SELECT station_id FROM station_card WHERE station_id = ANY (%(found)s::bigint[])"
        " AND " + RANKS[rank] + " <= %(leading)s"
    )
    asked = {**parameters, "found": found, "leading": LEADING}
    return [number for (number,) in database.rows_planned_anew(statement, asked)]

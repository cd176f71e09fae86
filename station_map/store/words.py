"""Finding stations by what is written on them, by its sound, or by something near to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from station_map.store.database import Database

MOST_WORDS: Final = 4
NUMBERS: Final[tuple[LiteralString, ...]] = ("0", "1", "2", "3")


def _by_word(condition: LiteralString, kind: LiteralString) -> dict[str, LiteralString]:
    return {f"{kind}{n}": condition.replace("{n}", n) for n in NUMBERS}


_SOUNDS: Final[LiteralString] = "w.words LIKE %(spelled{n})s"
_SPELLED: Final[LiteralString] = (
    "station_id IN (SELECT w.station_id FROM station_words w WHERE " + _SOUNDS + ")"
)
_WRITTEN: Final[LiteralString] = "search_text LIKE %(written{n})s"

# Conditions on station_card, each for one word of at most MOST_WORDS. The index is asked for
# the spelling, of which even one Chinese character has letters enough; what is Chinese is then
# compared as it is written. What cannot be spelled at all, such as signs, is only compared.
CONDITIONS: Final[dict[str, LiteralString]] = {
    **_by_word(_SPELLED + " AND " + _WRITTEN, "text"),
    **_by_word(_SPELLED, "sound"),
    **_by_word(_WRITTEN, "signs"),
    "similar": "station_id IN (SELECT w.station_id FROM station_words w"
    " WHERE w.words %%> %(near)s)",
    # What is left to ask of those that an index of spellings gave, or would give nearly all of.
    **_by_word(_WRITTEN, "written"),
    "among": "station_id = ANY (%(among)s::bigint[])",
    "leading": "station_id = ANY (%(leaders)s::bigint[])",
    "not_leading": "station_id NOT IN (SELECT unnest(%(leaders)s::bigint[]))",
}


# Those that a spelling alone decides, as conditions on `station_words w`.
_OF_SPELLING: Final[dict[str, LiteralString]] = _by_word(_SOUNDS, "sound")
OF_SPELLING: Final = frozenset(_OF_SPELLING)


def spelled_so(names: Sequence[str]) -> LiteralString:
    """A WHERE for those of OF_SPELLING on `station_words w`; each card has its row there."""
    clause: LiteralString = " AND ".join(_OF_SPELLING[name] for name in names)
    return "WHERE " + clause


def any_station(
    database: Database, conditions: Sequence[str], parameters: dict[str, object]
) -> bool:
    """Whether any station meets all of some CONDITIONS."""
    clause: LiteralString = " AND ".join(CONDITIONS[name] for name in conditions)
    statement = "SELECT EXISTS (SELECT FROM station_card WHERE " + clause + ")"
    [(found,)] = database.rows_planned_anew(statement, parameters)
    return bool(found)

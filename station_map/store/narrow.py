"""Conditions that the index of places knows nothing of: words, seats, an area.

Few stations that meet one are found by its own index and put in the order of distance. When
many do, the index of places is walked outwards and each station is asked instead
(docs/adr/0021-find-near.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, LiteralString, NamedTuple

from station_map.store import services_on
from station_map.store.database import Database
from station_map.store.words import NUMBERS

# Up to so many are read and sorted at once, in a few milliseconds.
FEW: Final = 2_000


class Part(NamedTuple):
    """One condition in its two forms.

    ids: a SELECT of the stations that may meet it, by an index. led: what those must still be
    asked; "" for nothing. each: the whole condition, asked of any card; `{card}` is its table.
    """

    ids: LiteralString
    led: LiteralString
    each: LiteralString


AREA: Final = Part(
    "SELECT c.station_id FROM station_card c WHERE c.adcode = ANY (ARRAY("
    "SELECT a.adcode FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode"
    " WHERE %(area)s::text IN (a.adcode, a.parent_adcode, p.parent_adcode)))",
    "",
    "{card}.adcode = ANY (ARRAY("
    "SELECT a.adcode FROM area a LEFT JOIN area p ON p.adcode = a.parent_adcode"
    " WHERE %(area)s::text IN (a.adcode, a.parent_adcode, p.parent_adcode)))",
)
SEATS: Final = Part(
    "SELECT s.id FROM station s WHERE s.seats >= %(seats)s::integer",
    "",
    "(SELECT s.seats FROM station s WHERE s.id = {card}.station_id) >= %(seats)s::integer",
)
SERVICE: Final = Part(services_on.STATIONS, "", services_on.AT_CARD)

_SPELLED: Final[dict[str, LiteralString]] = {
    **{f"{kind}{n}": f"w.words LIKE %(spelled{n})s::text"
       for kind in ("text", "sound") for n in NUMBERS},
    "similar": "w.words %%> %(near)s::text",
}  # fmt: skip
_WRITTEN: Final[dict[str, LiteralString]] = {
    f"{kind}{n}": f"{{card}}.search_text LIKE %(written{n})s::text"
    for kind in ("text", "signs")
    for n in NUMBERS
}
# Whose words, when they are written so, need not be compared as they are spelled.
_SOUNDS: Final = frozenset(_SPELLED) - frozenset(_WRITTEN)


@cache
def by_text(names: tuple[str, ...], but: tuple[str, ...] = ()) -> Part:
    """Stations that meet all `names` (conditions of `store/words.py`), but not all of `but`."""
    spelled = [_SPELLED[name] for name in names if name in _SPELLED]
    written = [_WRITTEN[name] for name in names if name in _WRITTEN]
    if but:
        exactly: LiteralString = " AND ".join([_WRITTEN[name] for name in but])
        written.append("NOT (" + exactly + ")")
    if spelled:
        ids: LiteralString = "SELECT w.station_id FROM station_words w WHERE " + " AND ".join(
            spelled
        )
    else:
        ids = ("SELECT c.station_id FROM station_card c WHERE " + " AND ".join(written)).replace(
            "{card}", "c"
        )
    sounds = [_SPELLED[name] for name in names if name in _SOUNDS]
    each = [*written, *([_of_words(sounds)] if sounds else [])]
    return Part(ids, " AND ".join(written), " AND ".join(each))


def _of_words(conditions: Sequence[LiteralString]) -> LiteralString:
    """Asked of one station: a join would let the planner begin with all words."""
    told: LiteralString = " AND ".join(conditions)
    return "(SELECT " + told + " FROM station_words w WHERE w.station_id = {card}.station_id)"


@cache
def led_by(leader: Part) -> LiteralString:
    """An array of the stations that one part's index gives."""
    return "ARRAY(" + leader.ids + ")"


# The same when they are known: the parameter `ids`.
KNOWN: Final = "%(ids)s::bigint[]"


@cache
def asked_of_those(leader: Part, others: tuple[Part, ...]) -> LiteralString:
    """The condition on `station_card`, for stations that the leader's index has given."""
    asked = [leader.led, *(part.each for part in others)]
    told: LiteralString = " AND ".join([one for one in asked if one]) or "true"
    return told.replace("{card}", "station_card")


@cache
def asked_of_each(parts: tuple[Part, ...]) -> LiteralString:
    """The condition on `near`, the stations of a walk outwards (`store/nearest.py`)."""
    told: LiteralString = " AND ".join([part.each for part in parts])
    return told.replace("{card}", "near")


def up_to_few(database: Database, part: Part, parameters: Mapping[str, object]) -> list[int] | None:
    """The stations that `part.ids` gives; None when they are more than FEW.

    Planned for these very values: what nearly all meet is read only so far, the rest by the
    index.
    """
    statement: LiteralString = part.ids + " LIMIT %(few)s"
    found = database.rows_planned_anew(statement, {**parameters, "few": FEW + 1})
    return None if len(found) > FEW else [number for (number,) in found]

"""What two people changed from the same beginning, put together field by field.

All values are text as a form shows it. A unit is what is only right as a whole: coordinates
with their datum, an amenity with its number and its note.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

type Values = Mapping[str, str]
type Units = Iterable[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Merged:
    """The result. mine, theirs, conflicts: units by their first control.

    values: each control; where both changed a unit to different things, mine.
    mine: changed by me alone, or by both to the same thing. theirs: by others alone.
    """

    values: dict[str, str]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    conflicts: tuple[str, ...]


def merged(units: Units, base: Values, mine: Values, theirs: Values) -> Merged:
    """Three-way merge: base is what I began with, theirs what is stored now."""
    values: dict[str, str] = {}
    kept: dict[str, list[str]] = {"mine": [], "theirs": [], "conflicts": []}
    for unit in units:
        began, wanted, stored = (_of(one, unit) for one in (base, mine, theirs))
        if wanted == began:
            chosen = stored
            if stored != began:
                kept["theirs"].append(unit[0])
        else:
            chosen = wanted
            both = stored not in (began, wanted)
            kept["conflicts" if both else "mine"].append(unit[0])
        values |= dict(zip(unit, chosen, strict=True))
    return Merged(values, *(tuple(kept[name]) for name in ("mine", "theirs", "conflicts")))


def touched(units: Units, before: Values, after: Values) -> set[str]:
    """The controls of every unit in which anything differs."""
    return {control for unit in units if _of(before, unit) != _of(after, unit) for control in unit}


def _of(values: Values, unit: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_plain(values.get(control, "")) for control in unit)


def _plain(text: str) -> str:
    """Browsers send line ends of their own, and a textarea forgets blanks nobody sees."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()

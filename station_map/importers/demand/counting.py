"""What became of a file's rows or pixels, counted; the first troubles told one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

TAKEN: Final = "taken"
ZERO: Final = "zero"
NODATA: Final = "nodata"
MOST_TOLD: Final = 10_000
MOST_NOTES: Final = 50
NOTE_LONGEST: Final = 1_000


def short_notes(texts: Iterable[object]) -> tuple[str, ...]:
    """The first notes of a file, cut: a datum may be told in them, and a stranger wrote them."""
    return tuple(str(text)[:NOTE_LONGEST] for text in islice(texts, MOST_NOTES))


@dataclass(slots=True)
class Counted:
    """counts by outcome; told: (row, outcome, zh, en), the first ones; untold: how many more."""

    counts: dict[str, int] = field(default_factory=dict)
    told: list[tuple[int, str, str, str]] = field(default_factory=list)
    untold: int = 0

    def add(self, outcome: str, number: int = 1) -> None:
        """So many rows or pixels ended so."""
        if number:
            self.counts[outcome] = self.counts.get(outcome, 0) + number

    def tell(self, row: int, outcome: str, zh: str, en: str) -> None:
        """Say something about a row. Does not count it."""
        if len(self.told) < MOST_TOLD:
            self.told.append((row, outcome, zh, en))
        else:
            self.untold += 1

    def as_json(self) -> dict[str, Any]:
        """For a frame."""
        return {"counts": self.counts, "told": self.told, "untold": self.untold}

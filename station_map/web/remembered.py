"""Answers that take long to make, kept while nothing changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Final

MAX_AGE_S: Final = 60.0  # kept no longer, even under the same stamp
MOST: Final = 8


@dataclass(frozen=True, slots=True)
class _Kept:
    stamp: Hashable
    until: float
    text: str


@dataclass(slots=True)
class Remembered:
    """A few texts by key; each holds while its stamp stays the same.

    Threads may make the same text twice at once; the later one stays, which is harmless.
    """

    _kept: dict[Hashable, _Kept] = field(default_factory=dict)

    def get(self, key: Hashable, stamp: Hashable, make: Callable[[], str]) -> str:
        """The text kept under `key`, made anew when `stamp` or a minute has changed."""
        kept = self._kept.get(key)
        now = time.monotonic()
        if kept is not None and kept.stamp == stamp and now < kept.until:
            return kept.text
        text = make()
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[key] = _Kept(stamp, now + MAX_AGE_S, text)
        return text

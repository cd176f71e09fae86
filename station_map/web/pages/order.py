"""In which order a rider sees stations that are near (docs/adr/0021-find-near.md).

Distance decides which stations are listed; these rules only arrange them. The phone arranges
its own list by the same rules (`frontend/src/offline/order.js`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, Literal, Protocol

from station_map.web.language import mark, tn

# What nobody has verified for so long may well be gone or locked.
STALE_AFTER_DAYS: Final = 365
# It counts as so much further off: about three minutes on foot, one by e-bike.
STALE_DETOUR_M: Final = 200.0
# So many that are open are shown where there are any, however far.
OPEN_AT_LEAST: Final = 3

Opening = Literal["open", "unsure", "shut"]
_TITLES: Final[dict[Opening, str]] = {
    "open": mark("现在开着的 %(num)s 个"),
    "unsure": mark("开没开说不准的 %(num)s 个"),
    "shut": mark("现在没开的 %(num)s 个"),
}
_LOOKS: Final[dict[str, Opening]] = {"open": "open", "soon": "open", "unknown": "unsure"}


class Shown(Protocol):
    """What of a card decides its place. reach: see `reach_m`."""

    @property
    def code(self) -> str: ...

    @property
    def look(self) -> str: ...

    @property
    def reported_locked(self) -> bool: ...

    @property
    def reach(self) -> float: ...


def reach_m(away_m: float, verified_on: dt.date | None, today: dt.date) -> float:
    """Metres that a station counts as: its distance, and a detour if nobody vouches for it."""
    stale = verified_on is None or (today - verified_on).days > STALE_AFTER_DAYS
    return away_m + STALE_DETOUR_M if stale else away_m


def opening(card: Shown) -> Opening:
    """Open for certain, shut for certain, or neither; reported locked is not certain."""
    found = _LOOKS.get(card.look, "shut")
    return "unsure" if found == "open" and card.reported_locked else found


def by_reach[T: Shown](cards: Iterable[T]) -> list[T]:
    """The nearest first; those that were found locked after the others."""
    return sorted(cards, key=lambda card: (card.reported_locked, card.reach, card.code))


def by_opening[T: Shown](cards: Sequence[T]) -> list[tuple[str, list[T]]]:
    """Groups with their titles: open, unsure, shut; each by reach. None of them is empty."""
    groups = []
    for which, title in _TITLES.items():
        found = by_reach([card for card in cards if opening(card) == which])
        if found:
            groups.append((tn(title, len(found)), found))
    return groups


def open_first[T: Shown](cards: Sequence[T]) -> list[T]:
    """The same in one row."""
    return [card for _, group in by_opening(cards) for card in group]

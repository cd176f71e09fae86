"""What a plate says of a station: from the JSON of its card to words."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import AMENITIES, AccessMethod, Amenity, Kind
from station_map.exporters.plates.hours import hours_lines

HOURS_UNKNOWN: Final = "开放时间以门口告示为准"
ACCESS_UNKNOWN: Final = "怎么进门，以门口告示为准"
AMENITIES_UNKNOWN: Final = "有什么，扫码看"
# Invisible, and of no use on paper: controls, joiners, directions, variation selectors.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs"})
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_SHOWN: Final = frozenset({"yes", "partial"})


@dataclass(frozen=True, slots=True)
class Offer:
    """One amenity on a plate: its code (for the icon) and its words."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Plate:
    """A station as its plate shows it. Every text is one line, and never empty.

    offers: what is there, as a whole or in part; what is broken today may work tomorrow, so
    only the page tells that. demo: an invented station.
    """

    code: str
    name: str
    kind: str
    hours: tuple[str, ...]
    access: str
    offers: tuple[Offer, ...]
    status: str
    demo: bool

    def texts(self) -> Iterable[str]:
        """Everything that the plate says of its station."""
        yield from (self.code, self.name, self.kind, self.access, *self.hours)
        yield from (offer.words for offer in self.offers)


def plate_of(card: str) -> Plate:
    """The plate of a station from the JSON text of its card's properties."""
    facts: dict[str, Any] = json.loads(card)
    kind = Kind(facts["kind"])
    return Plate(
        code=facts["code"],
        name=one_line(facts["name"]) or facts["code"],
        kind=kind.zh,
        hours=_hours(facts),
        access=_access(facts),
        offers=_offers(kind, facts.get("amenities") or {}),
        status=facts["status"],
        demo=bool(facts.get("demo")),
    )


def one_line(text: str) -> str:
    """The text as it can be printed: composed, white space single, nothing invisible."""
    kept = (" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    return " ".join("".join(char for char in kept if not _invisible(char)).split())


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in _INVISIBLE or any(
        ord(char) in selectors for selectors in _SELECTORS
    )


def _hours(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The usual week; else, where hours are known, the union's own words; never a guess."""
    known = facts.get("opening_hours")
    if known is None:
        return (HOURS_UNKNOWN,)
    return hours_lines(known) or (one_line(facts.get("hours_text") or "") or HOURS_UNKNOWN,)


def _access(facts: Mapping[str, Any]) -> str:
    method, needed = facts.get("access_method"), facts.get("registration_required")
    words = [AccessMethod(method).zh] if method else []
    if needed is not None:
        words.append("要登记" if needed else "免登记")
    return " · ".join(words) if method else "，".join((ACCESS_UNKNOWN, *words))


def _offers(kind: Kind, states: Mapping[str, str]) -> tuple[Offer, ...]:
    """What is there, in the order of the vocabulary; for drivers what trucks need first."""
    order: Iterable[Amenity] = AMENITIES
    if kind is Kind.DRIVER_HOME:
        order = sorted(AMENITIES, key=lambda amenity: "truck" not in amenity.tiers)
    return tuple(
        Offer(amenity.code, amenity.zh + (" 部分" if states[amenity.code] == "partial" else ""))
        for amenity in order
        if states.get(amenity.code) in _SHOWN
    )

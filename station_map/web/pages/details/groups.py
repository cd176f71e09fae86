"""Amenities by what is known of them: there, in part, broken, not there, unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.domain.vocabulary import AMENITIES
from station_map.web.language import label, mark, t, tn


@dataclass(frozen=True, slots=True)
class AmenityLine:
    """One amenity with its note, for example "3 个 · 3元/次"."""

    code: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class AmenityGroup:
    """Amenities of one state; `look` is yes, partial, broken, no or unknown."""

    look: str
    title: str
    amenities: tuple[AmenityLine, ...]


_GROUPS: Final = (
    ("yes", mark("有")),
    ("partial", mark("部分")),
    ("broken", mark("坏了")),
    ("no", mark("没有")),
    ("unknown", mark("不清楚")),
)


def amenity_groups(
    states: Mapping[str, str], more: Mapping[str, Mapping[str, Any]]
) -> tuple[AmenityGroup, ...]:
    """Groups that hold something, in a fixed order.

    states: by amenity code; more: quantity, fee and note of some.
    """
    groups = []
    for look, title in _GROUPS:
        lines = tuple(
            AmenityLine(amenity.code, label(amenity), _note(more.get(amenity.code) or {}))
            for amenity in AMENITIES
            if (states.get(amenity.code) or "unknown") == look
        )
        if lines:
            groups.append(AmenityGroup(look, t(title), lines))
    return tuple(groups)


def _note(known: Mapping[str, Any]) -> str:
    quantity = known.get("quantity")
    parts = [
        tn("%(num)s 个", quantity) if quantity else "",
        known.get("fee") or "",
        known.get("note") or "",
    ]
    return " · ".join(part for part in parts if part)

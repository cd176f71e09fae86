"""Whether an answer must say that it shows demo data."""

from __future__ import annotations

from collections.abc import Iterable

from station_map.store.stations import demo_presence
from station_map.web import splice
from station_map.web.runtime import database


def demo_member(cards: Iterable[str]) -> str:
    """The member `"demo":…` of an answer that holds these stations.

    An answer without stations is about demo data when nothing else is stored.
    """
    held = list(cards)
    return _member(splice.any_demo(held), empty=not held)


def demo_member_of(features: bytes) -> str:
    """The same for features that are joined already."""
    return _member(splice.holds_demo(features), empty=not features)


def _member(demo: bool, *, empty: bool) -> str:
    shown = demo or (empty and _nothing_but_demo())
    return f'"demo":{"true" if shown else "false"}'


def _nothing_but_demo() -> bool:
    presence = demo_presence(database())
    return presence.demo > 0 and not presence.real

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
    demo = splice.any_demo(held) or (not held and _nothing_but_demo())
    return f'"demo":{"true" if demo else "false"}'


def _nothing_but_demo() -> bool:
    presence = demo_presence(database())
    return presence.demo > 0 and not presence.real

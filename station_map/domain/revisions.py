"""Taking changes of a station back: what can be put back as it was, and what stands in the way.

A document is a station as `station_document` in the database tells it. The changes of a
revision are {field: [before, after]}. Something can be put back when it still is what the
revision made of it; what somebody changed since is left as it is unless a person says otherwise.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

type Document = Mapping[str, Any]
type Changes = Mapping[str, Sequence[Any]]

# Fields that mean something together only: put back all of what was changed, or nothing.
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "position": (
        *("lon", "lat", "source_lon", "source_lat", "source_datum"),
        *("position_source", "position_precision_m"),
    ),
    "status": ("status", "suspended_until", "status_reason"),
    "hours": ("opening_hours", "hours_text"),
}
_GROUP: Final = {name: group for group, names in TOGETHER.items() for name in names}
# The district follows the position, the mark "reported locked" the reports.
FOLLOWS: Final = frozenset({"adcode", "reported_locked_at"})
# Photos have files; dated hours of a whole area are withdrawn as a whole.
FIXED: Final = frozenset({"code", "photos", "hours_override"})
LISTS: Final = frozenset({"aliases", "honours", "hours_exceptions"})
_SUSPENDED: Final = "suspended"


class Why(StrEnum):
    """Why something is not put back."""

    CHANGED = "changed"  # it was changed since
    GONE = "gone"  # what was added is not there any more, or is another by now
    IMPOSSIBLE = "impossible"  # what is now does not go with it: a date of reopening, but open
    FIXED = "fixed"  # this way cannot put it back at all


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What is left as it is.

    key: by which a person may say "all the same". fields: those concerned; amenity: its code,
    where only that is. now: their present values, in the order of `fields`.
    """

    key: str
    why: Why
    fields: tuple[str, ...]
    amenity: str | None = None
    now: tuple[Any, ...] = ()

    @property
    def can_be_forced(self) -> bool:
        """Whether a person may put it back all the same."""
        return self.why is Why.CHANGED


@dataclass(frozen=True, slots=True)
class PutBack:
    """fields: what the document becomes, new values by field. obstacles: what is left."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()


def put_back(changes: Changes, now: Document, anyway: frozenset[str] = frozenset()) -> PutBack:
    """How the station as it is `now` loses the changes of one revision.

    anyway: keys of obstacles that a person has chosen to overrule. What is already as it was
    before appears neither way.
    """
    fields: dict[str, Any] = {}
    obstacles: list[Obstacle] = []
    done: set[str] = set()
    for name in changes:
        group = _GROUP.get(name, name)
        if name in FOLLOWS or group in done:
            continue
        done.add(group)
        if name in FIXED:
            obstacles.append(Obstacle(name, Why.FIXED, (name,), now=(now.get(name),)))
        elif name == "amenities":
            _amenities(changes[name], now, anyway, fields, obstacles)
        elif name in LISTS:
            _list(name, changes[name], now, fields, obstacles)
        else:
            _group(group, changes, now, anyway, fields, obstacles)
    return PutBack(fields, tuple(obstacles))


def put_back_all(
    several: Sequence[Changes], now: Document, anyway: frozenset[str] = frozenset()
) -> PutBack:
    """The same for several revisions of one station, the latest first."""
    fields: dict[str, Any] = {}
    obstacles: dict[str, Obstacle] = {}
    for changes in several:
        step = put_back(changes, {**now, **fields}, anyway)
        fields |= step.fields
        obstacles |= {obstacle.key: obstacle for obstacle in step.obstacles}
    return PutBack(
        {name: value for name, value in fields.items() if not same(value, now.get(name))},
        tuple(obstacles.values()),
    )


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same: missing and None are both unknown."""
    return bool(one == other)


def _group(
    group: str,
    changes: Changes,
    now: Document,
    anyway: frozenset[str],
    fields: dict[str, Any],
    obstacles: list[Obstacle],
) -> None:
    names = tuple(name for name in TOGETHER.get(group, (group,)) if name in changes)
    wanted = {name: changes[name][0] for name in names}
    if all(same(now.get(name), wanted[name]) for name in names):
        return
    free = all(same(now.get(name), changes[name][1]) for name in names)
    if not free and group not in anyway:
        obstacles.append(_obstacle(group, Why.CHANGED, names, now))
        return
    if group == "status" and not _fits({**now, **wanted}):
        if not (group in anyway and "status" in wanted):
            why = Why.CHANGED if "status" in wanted else Why.IMPOSSIBLE
            obstacles.append(_obstacle(group, why, (*names, "suspended_until"), now))
            return
        wanted["suspended_until"] = None
    fields.update(wanted)


def _obstacle(key: str, why: Why, names: Sequence[str], now: Document) -> Obstacle:
    several = tuple(dict.fromkeys(names))
    return Obstacle(key, why, several, now=tuple(now.get(name) for name in several))


def _fits(document: Document) -> bool:
    """Only a suspended station has a day on which it opens again."""
    return document.get("suspended_until") is None or document.get("status") == _SUSPENDED


def _amenities(
    pair: Sequence[Any],
    now: Document,
    anyway: frozenset[str],
    fields: dict[str, Any],
    obstacles: list[Obstacle],
) -> None:
    before, after = (dict(one or {}) for one in pair)
    present = dict(now.get("amenities") or {})
    result = dict(present)
    for code in sorted(before.keys() | after.keys()):
        was, became, is_now = before.get(code), after.get(code), present.get(code)
        if same(was, became) or same(is_now, was):
            continue
        key = f"amenities:{code}"
        if not same(is_now, became) and key not in anyway:
            obstacles.append(Obstacle(key, Why.CHANGED, ("amenities",), code, (is_now,)))
        elif was is None:
            result.pop(code, None)
        else:
            result[code] = was
    if not same(result, present):
        fields["amenities"] = result


def _list(
    name: str,
    pair: Sequence[Any],
    now: Document,
    fields: dict[str, Any],
    obstacles: list[Obstacle],
) -> None:
    """Lists are put back one entry at a time, so that what others added stays."""
    before, after, present = (list(one or []) for one in (*pair, now.get(name)))
    if same(present, before):
        return
    if same(present, after):
        fields[name] = before
        return
    added, removed = _without(after, before), _without(before, after)
    if _without(added, present):
        obstacles.append(Obstacle(name, Why.GONE, (name,), now=(present,)))
    result = _without(present, added)
    result += _without(removed, result)
    if not same(result, present):
        fields[name] = sorted(result, key=_place) if name != "aliases" else result


def _place(entry: Any) -> str:
    """Where an entry stands in its document: titles by code, dated hours by first day."""
    return str(entry["first_day"]) if isinstance(entry, dict) else str(entry)


def _without(entries: Sequence[Any], gone: Sequence[Any]) -> list[Any]:
    """The entries without those that are gone, each as often as it is there."""
    left = Counter(_text(entry) for entry in gone)
    kept = []
    for entry in entries:
        if left[_text(entry)] > 0:
            left[_text(entry)] -= 1
        else:
            kept.append(entry)
    return kept


def _text(entry: Any) -> str:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False)

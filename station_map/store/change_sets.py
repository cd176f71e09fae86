"""Change sets: what somebody does to several stations in one action, and taking it back.

All of it in the caller's unit of work. Taking back is done some hundred stations at a time, each
locked, compared and written (`store/changing.py`), so that a whole country's import needs no more
memory than a page of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from hashlib import sha256
from itertools import batched
from typing import Any, Final, Literal, LiteralString, NamedTuple

import psycopg

from station_map.domain.revisions import Obstacle, put_back_all
from station_map.errors import Conflict
from station_map.store import resurrection
from station_map.store.changing import changing
from station_map.store.documents import Standing, put_fields, standing

type Allowed = Callable[[int, str | None], bool]
"""Whether something may be done at a station (its id) in a district (its adcode)."""
type What = Literal["revision", "change_set", "import_run"]

BATCH: Final = 500


class Undoing(NamedTuple):
    """What is to be taken back."""

    what: What
    number: int


@dataclass(frozen=True, slots=True)
class Request:
    """Who wants what taken back.

    allowed: where it may be done; the rest is left. anyway: keys of obstacles that a person has
    chosen to overrule. reason: why, in a person's words. merge: a merge's own way back asks
    (`store/merge.py`); nothing else brings back a station that was merged.
    """

    undoing: Undoing
    allowed: Allowed
    anyway: frozenset[str] = frozenset()
    reason: str | None = None
    merge: bool = False


class Outcome(StrEnum):
    """What becomes of a station."""

    BACK = "back"
    PARTLY = "partly"  # some of it; the rest was changed since
    DELETED = "deleted"  # it was new, and nobody has touched it since
    RESTORED = "restored"  # it had been deleted
    LEFT = "left"
    SAME = "same"  # it is as it was before already
    OUTSIDE = "outside"  # beyond the rights of who asks


WRITES: Final = frozenset({Outcome.BACK, Outcome.PARTLY, Outcome.DELETED, Outcome.RESTORED})


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to become of one station.

    fields: new values by field; now: the present values of the same. obstacles: what is left.
    why: for a station that is left as a whole (keys of `resurrection.REASONS`).
    """

    station: int
    code: str
    name: str
    outcome: Outcome
    version: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)
    now: Mapping[str, Any] = field(default_factory=dict)
    obstacles: tuple[Obstacle, ...] = ()
    why: tuple[str, ...] = ()


class Undone(NamedTuple):
    """The change set that took something back, and how many stations ended how."""

    change_set: int
    counts: dict[str, int]


class _Recorded(NamedTuple):
    station_id: int
    id: int
    action: str
    changes: dict[str, Any]
    code: str


_MEANT: Final[Mapping[What, LiteralString]] = {
    "revision": "r.id = %(number)s",
    "change_set": "r.change_set_id = %(number)s",
    "import_run": "r.import_run_id = %(number)s",
}
_STATIONS: Final[LiteralString] = (
    "SELECT DISTINCT r.station_id FROM revision r WHERE {meant} ORDER BY r.station_id"
)
_REVISIONS: Final[LiteralString] = """
SELECT r.station_id, r.id, r.action, r.changes, r.station_code FROM revision r
WHERE {meant} AND r.station_id = ANY (%(stations)s) ORDER BY r.id DESC
"""
_RESERVE: Final[LiteralString] = "SELECT nextval(pg_get_serial_sequence('change_set', 'id'))"
_IS_MERGE: Final[LiteralString] = "SELECT FROM change_set WHERE id = %(number)s AND kind = 'merge'"
_RECORD: Final[LiteralString] = """
INSERT INTO change_set (id, actor, kind, told) OVERRIDING SYSTEM VALUE
VALUES (%(id)s, current_setting('station_map.actor'), %(kind)s, %(told)s)
"""


def reserve(connection: psycopg.Connection) -> int:
    """The number of a change set that `record` writes when its changes are made."""
    found = connection.execute(_RESERVE).fetchone()
    assert found is not None  # noqa: S101 - a sequence always answers
    return int(found[0])


def record(connection: psycopg.Connection, number: int, kind: str, told: Mapping[str, Any]) -> None:
    """Write a change set: what was asked for, and what came of it."""
    values = {"id": number, "kind": kind, "told": json.dumps(told, ensure_ascii=False)}
    connection.execute(_RECORD, values)


def stations_of(connection: psycopg.Connection, undoing: Undoing) -> list[int]:
    """Ids of the stations that something changed, those that are gone among them."""
    statement = _STATIONS.replace("{meant}", _MEANT[undoing.what])
    found = connection.execute(statement, {"number": undoing.number})
    return [station for (station,) in found]


def plan(connection: psycopg.Connection, wanted: Request, stations: Sequence[int]) -> list[Planned]:
    """What is to become of some of the stations; reads only."""
    undoing = wanted.undoing
    recorded: dict[int, list[_Recorded]] = {}
    values = {"number": undoing.number, "stations": list(stations)}
    statement = _REVISIONS.replace("{meant}", _MEANT[undoing.what])
    for row in connection.execute(statement, values):
        one = _Recorded(*row)
        recorded.setdefault(one.station_id, []).append(one)
    there = {one.id: one for one in standing(connection, stations)}
    new = {
        station: several[-1].id
        for station, several in recorded.items()
        if several[-1].action == "created" and station in there
    }
    touched = resurrection.touched(connection, new, undoing.what, undoing.number)
    gone = {
        station: (several[0].code, _before(several[0]))
        for station, several in recorded.items()
        if station not in there
    }
    left: dict[int, str] = {}
    if not wanted.merge:  # what stands in its place may be what it was merged into
        left = dict.fromkeys(resurrection.replaced(connection, gone), "replaced")
        left |= dict.fromkeys(resurrection.merged(connection, gone), "merged")
    planned = [
        _of_one_that_stands(there[station], several, touched.get(station), wanted)
        if station in there
        else _of_one_that_is_gone(several[0], wanted, left.get(station))
        for station, several in recorded.items()
    ]
    return sorted(planned, key=lambda one: one.code)


def _of_one_that_stands(
    now: Standing,
    several: Sequence[_Recorded],
    touched: tuple[str, ...] | None,
    wanted: Request,
) -> Planned:
    becomes = partial(Planned, now.id, now.code, now.name, version=now.version)
    if not wanted.allowed(now.id, now.adcode):
        return becomes(Outcome.OUTSIDE)
    if touched is not None:
        return becomes(Outcome.LEFT if touched else Outcome.DELETED, why=touched)
    back = put_back_all([one.changes for one in several], now.document, wanted.anyway)
    outcome = Outcome.LEFT if back.obstacles else Outcome.SAME
    if back.fields:
        outcome = Outcome.PARTLY if back.obstacles else Outcome.BACK
    present = {name: now.document.get(name) for name in back.fields}
    return becomes(outcome, fields=back.fields, now=present, obstacles=back.obstacles)


def _before(last: _Recorded) -> dict[str, Any]:
    return {name: pair[0] for name, pair in last.changes.items()}


def _of_one_that_is_gone(last: _Recorded, wanted: Request, why: str | None) -> Planned:
    """why: another reason than the obvious ones to leave it (a key of `REASONS`)."""
    document = _before(last)
    becomes = partial(Planned, last.station_id, last.code, str(document.get("name") or ""))
    if last.action != "deleted":
        # Deleted by something else. Where it was is not told here: only who may everywhere learns.
        seen = wanted.allowed(last.station_id, None)
        return becomes(Outcome.LEFT, why=("gone",)) if seen else becomes(Outcome.OUTSIDE)
    if not wanted.allowed(last.station_id, document.get("adcode")):
        return becomes(Outcome.OUTSIDE)
    if why is None and document.get("demo") and not wanted.merge:
        why = "demo"
    if why is not None:
        return becomes(Outcome.LEFT, why=(why,))
    return becomes(Outcome.RESTORED, fields=document)


def undo(
    connection: psycopg.Connection,
    wanted: Request,
    *,
    expected: str | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Undone:
    """Take something back, as a change set of its own that can be taken back in turn.

    expected: the `digest` of the plan that a person has agreed to. tell: is given how many
    stations are done, out of how many. Raises Conflict when nothing can be taken back, or when
    the plan has become another, or what would come back is another station's by now.
    """
    try:
        return _undo(connection, wanted, expected, tell)
    except psycopg.errors.UniqueViolation as error:
        raise Conflict(
            "别的驿站现在用着同样的编号或者来源编号，不能撤销。 Another station has this number by now."
        ) from error


def _undo(
    connection: psycopg.Connection,
    wanted: Request,
    expected: str | None,
    tell: Callable[[int, int], None],
) -> Undone:
    if is_merge(connection, wanted.undoing):
        raise Conflict("合并要在合并的页面撤销。 A merge is undone on its own page.")
    stations = stations_of(connection, wanted.undoing)
    number = reserve(connection)
    counts: Counter[str] = Counter()
    seen: list[Planned] = []
    for some in batched(stations, BATCH):
        planned = _undo_some(connection, wanted, some, number)
        counts.update(one.outcome.value for one in planned)
        if expected is not None:
            seen += planned
        tell(sum(counts.values()), len(stations))
    if expected is not None and digest(seen) != expected:
        raise Conflict(
            "你看预览以后，有人改了这些驿站。请再看一次。 Something was changed since the preview."
        )
    if not any(counts[outcome] for outcome in WRITES):
        raise Conflict("没有可以撤销的。 There is nothing to take back.")
    told = {"undoes": wanted.undoing._asdict(), "counts": dict(counts)}
    record(connection, number, "revert", told)
    return Undone(number, dict(counts))


def _undo_some(
    connection: psycopg.Connection, wanted: Request, stations: Sequence[int], number: int
) -> list[Planned]:
    """One step of `undo`: locked first, so that the plan is of what is written to."""
    marks = {"reason": wanted.reason, "change_set": number}
    with changing(connection, stations, reason=wanted.reason, change_set=number):
        planned = plan(connection, wanted, stations)
        back = {
            one.station: one.fields
            for one in planned
            if one.outcome in {Outcome.BACK, Outcome.PARTLY}
        }
        put_fields(connection, back)
        gone = [one.station for one in planned if one.outcome is Outcome.DELETED]
        resurrection.delete(connection, gone, marks)
    restored = {
        one.station: (one.code, one.fields) for one in planned if one.outcome is Outcome.RESTORED
    }
    resurrection.restore(connection, restored, marks)
    return planned


def is_merge(connection: psycopg.Connection, undoing: Undoing) -> bool:
    """Whether it is a merge of two stations, which has a way back of its own."""
    if undoing.what != "change_set":
        return False
    row = connection.execute(_IS_MERGE, {"number": undoing.number}).fetchone()
    return row is not None


def preview(connection: psycopg.Connection, wanted: Request) -> Iterator[Planned]:
    """What `undo` would do, station by station; reads only."""
    for some in batched(stations_of(connection, wanted.undoing), BATCH):
        yield from plan(connection, wanted, some)


def digest(planned: Sequence[Planned]) -> str:
    """A figure that differs when any station is another by now than the plan was made for."""
    told = sorted((one.station, one.version) for one in planned)
    return sha256(json.dumps(told).encode()).hexdigest()

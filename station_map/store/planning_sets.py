"""Planners' own areas and candidate sites, as named sets: kept, found, replaced, thrown away.

The content is JSON, `{"areas": [[name, geometry], …]}` (GeoJSON geometries, Polygon or
MultiPolygon) or `{"sites": [[lon, lat, name, status, cost, capacity], …]}` (capacity null:
unlimited), WGS-84. A run asks for a set by the start of its SHA-256, so what it asked for can
never come to mean something else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal, LiteralString

import psycopg
from psycopg.rows import class_row

from station_map.errors import Conflict, InputError, LimitExceeded, NotFound
from station_map.store.schema.planning_sets import LARGEST, NAME_LONGEST

SetKind = Literal["areas", "sites"]

REFERENCE: Final = 16
"""So many digits of the digest name a set."""
MOST: Final = 200

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_HEX: Final = re.compile(rf"[0-9a-f]{{{REFERENCE}}}", re.ASCII)
_COLUMNS: Final[LiteralString] = "id, kind, name, current, digest, members, file_name, by, at"
_ALL: Final[LiteralString] = (
    f"SELECT {_COLUMNS} FROM planning_set WHERE current ORDER BY kind, name LIMIT 1000"
)
_BY_REFERENCES: Final[LiteralString] = f"""
SELECT {_COLUMNS} FROM planning_set WHERE left(digest, {REFERENCE}) = ANY(%(references)s)
"""
_CONTENT: Final[LiteralString] = f"""
SELECT content FROM planning_set
WHERE kind = %(kind)s AND left(digest, {REFERENCE}) = %(reference)s ORDER BY id LIMIT 1
"""
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('planning set', 0))"
_NAMED: Final = (
    "SELECT digest FROM planning_set WHERE kind = %(kind)s AND name = %(name)s AND current"
)
_SAME: Final = (
    "SELECT name, current FROM planning_set WHERE kind = %(kind)s AND digest = %(digest)s"
)
_COUNT: Final = "SELECT count(*) FROM planning_set WHERE current"
_RETIRE: Final = (
    "UPDATE planning_set SET current = false WHERE kind = %(kind)s AND name = %(name)s AND current"
)
_KEEP: Final = """
INSERT INTO planning_set (kind, name, current, digest, members, content, file_name, by)
VALUES (%(kind)s, %(name)s, true, %(digest)s, %(members)s, %(content)s, %(file_name)s, %(by)s)
ON CONFLICT (kind, digest) DO UPDATE SET current = true, name = excluded.name,
    file_name = excluded.file_name, by = excluded.by, at = now()
"""
_REMOVE: Final = """
DELETE FROM planning_set WHERE kind = %(kind)s
    AND name = (SELECT name FROM planning_set WHERE kind = %(kind)s AND current
        AND left(digest, 16) = %(reference)s)
"""


@dataclass(frozen=True, slots=True)
class PlanningSet:
    """members: how many areas or sites it holds."""

    id: int
    kind: SetKind
    name: str
    current: bool
    digest: str
    members: int
    file_name: str
    by: str
    at: dt.datetime

    @property
    def reference(self) -> str:
        """What stands for it in what a run asks for."""
        return f"{'areas' if self.kind == 'areas' else 'set'}:{self.digest[:REFERENCE]}"


def packed(kind: SetKind, members: list[Any]) -> bytes:
    """The one form of a content. Raises LimitExceeded when it is too large to keep."""
    # Half a sign of a name would be no UTF-8; as an escape it is plain ASCII.
    content = json.dumps({kind: members}, separators=(",", ":"), allow_nan=False).encode()
    if len(content) > LARGEST:
        raise LimitExceeded(
            f"内容有 {len(content) >> 20} MB，最多 {LARGEST >> 20} MB；把面画得简单些再来。"
            f" It holds {len(content) >> 20} MB; at most {LARGEST >> 20} MB are kept."
        )
    return content


def set_name(told: str) -> str:
    """A name fit to be kept. Raises InputError."""
    name = " ".join(told.split())
    if not name or len(name) > NAME_LONGEST or _CONTROL.search(name) or not name.isprintable():
        raise InputError(
            f"名字要是一行字，最多 {NAME_LONGEST} 个，比如“街道”。 A name is one line of at most"
            f" {NAME_LONGEST} characters.",
            parameter="name",
            example="街道",
        )
    return name


def sets(connection: psycopg.Connection) -> list[PlanningSet]:
    """Those that are current, by kind and name."""
    with connection.cursor(row_factory=class_row(PlanningSet)) as cursor:
        return cursor.execute(_ALL).fetchall()


def sets_by_reference(
    connection: psycopg.Connection, references: list[str]
) -> dict[str, PlanningSet]:
    """Those that are still kept, replaced ones too, by `PlanningSet.reference`."""
    told = [one.rpartition(":")[2] for one in references]
    with connection.cursor(row_factory=class_row(PlanningSet)) as cursor:
        found = cursor.execute(_BY_REFERENCES, {"references": told}).fetchall()
    return {one.reference: one for one in found}


def named(connection: psycopg.Connection, kind: SetKind, name: str) -> str | None:
    """The digest of the current set of that name; None when there is none."""
    row: Any = connection.execute(_NAMED, {"kind": kind, "name": name}).fetchone()
    return None if row is None else row[0]


def members_of(connection: psycopg.Connection, kind: SetKind, reference: str) -> list[Any]:
    """What a set holds. reference: the digits. Raises NotFound."""
    row: Any = None
    if _HEX.fullmatch(reference):
        row = connection.execute(_CONTENT, {"kind": kind, "reference": reference}).fetchone()
    if row is None:
        raise NotFound("planning set", reference[:40])
    members: list[Any] = json.loads(bytes(row[0]))[kind]
    return members


@dataclass(frozen=True, slots=True)
class NewSet:
    """A set to keep. content: see `packed`."""

    kind: SetKind
    name: str
    content: bytes
    file_name: str


def keep_set(unit: psycopg.Connection, new: NewSet, *, by: str, replace: bool = False) -> None:
    """Keep a set under its name.

    Raises InputError, Conflict when the name or the content is there already, LimitExceeded.
    """
    unit.execute(_LOCK)
    kind = new.kind
    told: dict[str, Any] = {
        "kind": kind,
        "name": set_name(new.name),
        "digest": hashlib.sha256(new.content).hexdigest(),
        "members": len(json.loads(new.content)[kind]),
        "content": new.content,
        "file_name": new.file_name,
        "by": by,
    }
    before = named(unit, kind, told["name"])
    if before is not None and before != told["digest"] and not replace:
        raise Conflict(f"已经有“{told['name']}”了。 There is one of that name already.")
    same: Any = unit.execute(_SAME, told).fetchone()
    if same is not None and same[1] and same[0] != told["name"]:
        raise Conflict(f"“{same[0]}”里就是这些，一样的。 {same[0]!r} holds the very same.")
    if before is None and int(unit.execute(_COUNT).fetchone()[0]) >= MOST:  # type: ignore[index]
        raise LimitExceeded(f"已经有 {MOST} 份了，先删掉不用的。 There are {MOST} sets already.")
    unit.execute(_RETIRE, told)
    unit.execute(_KEEP, told)


def remove_set(unit: psycopg.Connection, kind: SetKind, reference: str) -> None:
    """Remove the set with those that it replaced. Raises NotFound.

    Runs that were computed keep what they read of it.
    """
    gone = unit.execute(_REMOVE, {"kind": kind, "reference": reference}).rowcount
    if not gone:
        raise NotFound("planning set", reference[:40])

"""One change for many stations: what it would do to each, and doing it in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, Final, NamedTuple

import psycopg

from station_map.domain.bulk_change import BulkChange
from station_map.errors import Conflict
from station_map.store.change_sets import BATCH, Allowed, record, reserve
from station_map.store.changing import changing
from station_map.store.documents import put_fields, standing

KIND: Final = "bulk"


class Preview(NamedTuple):
    """What would become of one station; empty when it is as wanted already.

    changes: {field: [before, after]}.
    """

    id: int
    code: str
    name: str
    version: int
    changes: dict[str, list[Any]]


class Done(NamedTuple):
    """The change set, and how many stations ended how.

    counts: by `changed`; `same`: were so already; `newer`: changed by others since the preview;
    `outside`: beyond one's rights by now; `gone`: not there any more.
    """

    change_set: int
    counts: dict[str, int]


def preview(
    connection: psycopg.Connection, stations: Sequence[int], change: BulkChange
) -> Iterator[Preview]:
    """What the change would do to each of the stations; reads only."""
    for some in batched(stations, BATCH):
        for one in standing(connection, some):
            after = change.fields(one.document)
            changes = {name: [one.document.get(name), value] for name, value in after.items()}
            yield Preview(one.id, one.code, one.name, one.version, changes)


def carry_out(
    connection: psycopg.Connection,
    stations: Mapping[int, int],
    change: BulkChange,
    allowed: Allowed,
    told: Mapping[str, Any],
    reason: str | None = None,
) -> Done:
    """Change the stations as one change set.

    stations: the version of each that the person has seen; one that has another by now is left
    as it is. told: what was asked for, to be kept. Raises Conflict when none would change.
    """
    number = reserve(connection)
    counts: Counter[str] = Counter(gone=len(stations))
    for some in batched(sorted(stations), BATCH):
        with changing(connection, some, reason=reason, change_set=number):
            fields: dict[int, dict[str, Any]] = {}
            for one in standing(connection, some):
                counts["gone"] -= 1
                after = change.fields(one.document)
                if not allowed(one.id, one.adcode):
                    counts["outside"] += 1
                elif one.version != stations[one.id]:
                    counts["newer"] += 1
                elif not after:
                    counts["same"] += 1
                else:
                    counts["changed"] += 1
                    fields[one.id] = after
            put_fields(connection, fields)
    if not counts["changed"]:
        raise Conflict(
            "没有一个驿站要改：都已经是这样，或者预览以后有人改过。 No station would change."
        )
    kept = {name: count for name, count in counts.items() if count}
    record(connection, number, KIND, {**told, **change.told(), "counts": kept})
    return Done(number, kept)

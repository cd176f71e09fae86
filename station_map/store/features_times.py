"""Times in filters: instants and intervals, compared as CQL2 says.

Each is a beginning and an end, equal for an instant; a date is a day (UTC), an open end is
infinite. Times are kept to the second.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, LiteralString, NamedTuple

from station_map.errors import InputError
from station_map.store.features_queryables import Type
from station_map.store.features_where import Where

_TIMESTAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LITERALS: Final = ("timestamp", "date", "interval")
OPEN_END: Final = ".."


class Span(NamedTuple):
    """From start to end, as SQL."""

    start: LiteralString
    end: LiteralString


_RELATIONS: Final[dict[str, Callable[[Span, Span], LiteralString]]] = {
    "t_after": lambda a, b: f"{a.start} > {b.end}",
    "t_before": lambda a, b: f"{a.end} < {b.start}",
    "t_contains": lambda a, b: f"{a.start} < {b.start} AND {a.end} > {b.end}",
    "t_disjoint": lambda a, b: f"{a.start} > {b.end} OR {a.end} < {b.start}",
    "t_during": lambda a, b: f"{a.start} > {b.start} AND {a.end} < {b.end}",
    "t_equals": lambda a, b: f"{a.start} = {b.start} AND {a.end} = {b.end}",
    "t_finishedby": lambda a, b: f"{a.start} < {b.start} AND {a.end} = {b.end}",
    "t_finishes": lambda a, b: f"{a.start} > {b.start} AND {a.end} = {b.end}",
    "t_intersects": lambda a, b: f"{a.start} <= {b.end} AND {a.end} >= {b.start}",
    "t_meets": lambda a, b: f"{a.end} = {b.start}",
    "t_metby": lambda a, b: f"{a.start} = {b.end}",
    "t_overlappedby": lambda a, b: (
        f"{a.start} > {b.start} AND {a.start} < {b.end} AND {a.end} > {b.end}"
    ),
    "t_overlaps": lambda a, b: (
        f"{a.start} < {b.start} AND {a.end} > {b.start} AND {a.end} < {b.end}"
    ),
    "t_startedby": lambda a, b: f"{a.start} = {b.start} AND {a.end} > {b.end}",
    "t_starts": lambda a, b: f"{a.start} = {b.start} AND {a.end} < {b.end}",
}
_COMPARED: Final[dict[str, Callable[[Span, Span], LiteralString]]] = {
    "=": lambda a, b: f"{a.start} >= {b.start} AND {a.end} <= {b.end}",
    "<>": lambda a, b: f"{a.start} < {b.start} OR {a.end} > {b.end}",
    "<": lambda a, b: f"{a.end} < {b.start}",
    "<=": lambda a, b: f"{a.start} <= {b.end}",
    ">": lambda a, b: f"{a.start} > {b.end}",
    ">=": lambda a, b: f"{a.end} >= {b.start}",
}


def relation(where: Where, op: str, args: Sequence[Any]) -> LiteralString:
    """A function T_… of two times. Raises InputError."""
    if op not in _RELATIONS:
        raise _refuse(f"{op[:40]!r} is not supported here")
    return f"({_RELATIONS[op](_span(where, args[0]), _span(where, args[1]))})"


def comparison(where: Where, sign: str, args: Sequence[Any]) -> LiteralString:
    """A comparison with a date or a moment; equal to a date is within it. Raises InputError."""
    first, second = args
    if not _is_property(where, first) and _is_property(where, second):
        turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
        first, second, sign = second, first, turned.get(sign, sign)
    return f"({_COMPARED[sign](_span(where, first), _span(where, second))})"


def is_time(where: Where, nodes: Sequence[Any]) -> bool:
    """Whether one of them is a time."""
    return any(
        _is_property(where, one)
        or (isinstance(one, dict) and any(name in one for name in _LITERALS))
        for one in nodes
    )


def moment_of(text: str) -> dt.datetime:
    """An RFC 3339 date-time, to the second; raises ValueError."""
    if _TIMESTAMP.fullmatch(text) is None:
        raise ValueError(text)
    told = dt.datetime.fromisoformat(text.upper()).astimezone(dt.UTC)
    return told.replace(microsecond=0)


def ends_of(text: str) -> tuple[dt.datetime, dt.datetime]:
    """Beginning and end, both included, of a date-time or a date (UTC); raises ValueError."""
    if _DATE.fullmatch(text):
        start = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
        return start, start.replace(hour=23, minute=59, second=59)
    told = moment_of(text)
    return told, told


def _is_property(where: Where, node: Any) -> bool:
    if not isinstance(node, dict) or not isinstance(node.get("property"), str):
        return False
    queryable = where.queryables.get(node["property"])
    return queryable is not None and queryable.type is Type.TIME


def _span(where: Where, node: Any) -> Span:
    if isinstance(node, dict) and isinstance(node.get("interval"), list):
        if len(node["interval"]) == 2:
            first, last = node["interval"]
            return Span(_end(where, first, last=False), _end(where, last, last=True))
    elif isinstance(node, dict | str):
        return Span(_end(where, node, last=False), _end(where, node, last=True))
    raise _refuse(f"{str(node)[:60]} is no time")


def _end(where: Where, node: Any, *, last: bool) -> LiteralString:
    if _is_property(where, node):
        column = where.column(where.queryables[node["property"]])
        return f"date_trunc('second', {column})"
    if node in {OPEN_END, ""} if isinstance(node, str) else False:
        return "'infinity'::timestamptz" if last else "'-infinity'::timestamptz"
    if isinstance(node, dict):
        node = node.get("timestamp", node.get("date"))
    if isinstance(node, str):
        try:
            return where.bind(ends_of(node)[last]) + "::timestamptz"
        except (ValueError, OverflowError):  # 31 February; year 1 east of Greenwich
            pass
    raise _refuse(f"{str(node)[:60]} is no time")


def _refuse(message: str) -> InputError:
    return InputError(
        message,
        parameter="filter",
        allowed="TIMESTAMP('…Z'), DATE('…') or INTERVAL('…', '…')",
        example="T_AFTER(updated_at, TIMESTAMP('2026-11-01T00:00:00Z'))",
    )

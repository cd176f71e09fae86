"""What a CQL2 expression means: SQL over the table of queryables, every literal bound.

expression: CQL2 JSON that is already bounded (`search/cql.py`). Whatever is not written here is
refused by name; nothing of the expression but bound values and known names reaches a statement.
Unknown is its own value, as in SQL: NOT (seats > 10) leaves out stations of unknown seats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, LiteralString, NamedTuple

from station_map.errors import InputError
from station_map.geo.axes import Axes
from station_map.store import features_shapes, features_times
from station_map.store.features_queryables import Queryable, Type
from station_map.store.features_where import Where

_COMPARE: Final[dict[str, LiteralString]] = {
    "=": "=", "<>": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">=",
}  # fmt: skip
_ORDERED: Final = frozenset({Type.NUMBER, Type.TEXT})
_SWAPPED: Final = {"a_contains": "a_containedby", "a_containedby": "a_contains"}
_MOST_INTEGER: Final = 2**31 - 1


class Part(NamedTuple):
    """A value in a filter. queryable: when it is one. given: the literal, when it is one."""

    type: Type
    sql: LiteralString
    queryable: Queryable | None = None
    given: Any = None


def refuse(message: str) -> InputError:
    """What tells that a filter cannot be used."""
    return InputError(
        message,
        parameter="filter",
        allowed="CQL2 text on the names of /queryables",
        example="kind = 'driver_home' AND seats >= 10",
    )


class Filter:
    """Adds one expression to `where`; its geometries are in `axes`."""

    def __init__(self, where: Where, axes: Axes) -> None:
        self._where = where
        self._axes = axes

    def condition(self, node: Any) -> LiteralString:
        """The expression as a condition. Raises InputError."""
        if isinstance(node, bool):
            return "true" if node else "false"
        if isinstance(node, dict) and "property" in node:
            return self._flag(node)
        op, args = _operation(node)
        return self._logic(op, args) or self._predicate(op, args)

    def _flag(self, node: dict[str, Any]) -> LiteralString:
        part = self._part(node)
        if part.type is not Type.BOOLEAN:
            raise refuse(f"{node['property']} is no condition: it is not true or false")
        return part.sql

    def _logic(self, op: str, args: Sequence[Any]) -> LiteralString:
        """AND, OR, NOT; "" for anything else."""
        if op in {"and", "or"} and args:
            joint: LiteralString = " AND " if op == "and" else " OR "
            return "(" + joint.join([self.condition(one) for one in args]) + ")"
        if op == "not" and len(args) == 1:
            return f"(NOT {self.condition(args[0])})"
        return ""

    def _predicate(self, op: str, args: Sequence[Any]) -> LiteralString:
        if op in _COMPARE and len(args) == 2:
            return self._comparison(_COMPARE[op], args)
        if op in _OTHERS and len(args) == _OTHERS[op][0]:
            return _OTHERS[op][1](self, args)
        if len(args) == 2 and op.startswith(("t_", "s_", "a_")):
            return self._relation(op, args)
        raise refuse(f"{op[:40]!r} with {len(args)} arguments is not supported here")

    def _relation(self, op: str, args: Sequence[Any]) -> LiteralString:
        if op.startswith("t_"):
            return features_times.relation(self._where, op, args)
        if op.startswith("s_"):
            return features_shapes.relation(self._where, op, args, self._axes)
        return self._arrays(op, args)

    def _comparison(self, sign: LiteralString, args: Sequence[Any]) -> LiteralString:
        if features_times.is_time(self._where, args):
            return features_times.comparison(self._where, sign, args)
        left, right = self._alike(args)
        if left.type not in _ORDERED and sign not in {"=", "<>"}:
            raise refuse(f"{sign} does not go with {left.type.value}")
        return f"({left.sql} {sign} {right.sql})"

    def _between(self, args: Sequence[Any]) -> LiteralString:
        if features_times.is_time(self._where, args):
            low = features_times.comparison(self._where, ">=", [args[0], args[1]])
            return f"({low} AND {features_times.comparison(self._where, '<=', [args[0], args[2]])})"
        value, low_end, high_end = self._alike(args)
        if value.type not in _ORDERED:
            raise refuse(f"BETWEEN does not go with {value.type.value}")
        return f"({value.sql} BETWEEN {low_end.sql} AND {high_end.sql})"

    def _in(self, args: Sequence[Any]) -> LiteralString:
        values = args[1] if isinstance(args[1], list) else [args[1]]
        if not values:
            return "false"
        if features_times.is_time(self._where, [args[0]]):
            one_of: LiteralString = " OR ".join(
                [features_times.comparison(self._where, "=", [args[0], one]) for one in values]
            )
            return f"({one_of})"
        value, *others = self._alike([args[0], *values])
        listed: LiteralString = ", ".join([one.sql for one in others])
        return f"({value.sql} IN ({listed}))"

    def _like(self, args: Sequence[Any]) -> LiteralString:
        value, pattern = self._alike(args)
        if value.type is not Type.TEXT:
            raise refuse(f"LIKE does not go with {value.type.value}")
        if not isinstance(pattern.given, str):
            raise refuse("the pattern of LIKE must be written out")
        # PostgreSQL would refuse a backslash that nothing follows.
        if (len(pattern.given) - len(pattern.given.rstrip("\\"))) % 2:
            raise refuse("the pattern ends with a backslash that escapes nothing")
        return f"({value.sql} LIKE {pattern.sql})"

    def _is_null(self, args: Sequence[Any]) -> LiteralString:
        part = self._part(args[0])
        if part.queryable is None:
            raise refuse("IS NULL is asked of a property")
        if part.type is Type.ARRAY:  # empty, and never unknown as a whole
            return "false"
        return f"({part.sql} IS NULL)"

    def _alike(self, nodes: Sequence[Any]) -> list[Part]:
        """The values, which must be of one type, one of them at least a property."""
        properties = [self._part(one) for one in nodes if _holds_property(one)]
        if not properties:
            raise refuse("a comparison without a property")
        whole = all(one.type is Type.NUMBER for one in properties)  # all of ours are whole
        parts = [self._part(one, whole=whole) for one in nodes]
        types = {one.type for one in parts}
        if len(types) > 1:
            raise refuse(f"{' and '.join(sorted(types))} cannot be compared")
        if types & {Type.ARRAY, Type.GEOMETRY, Type.TIME}:
            raise refuse(f"{parts[0].type.value} has functions of its own (A_, S_, T_)")
        return parts

    def _part(self, node: Any, *, whole: bool = False) -> Part:
        """A property or a literal; whole: whole numbers are bound as such, for an index's sake."""
        if isinstance(node, dict) and "property" in node:
            queryable = known(self._where, node["property"])
            return Part(queryable.type, self._where.column(queryable), queryable)
        if isinstance(node, dict) and str(node.get("op", "")).lower() == "casei":
            return self._folded(node.get("args"))
        if isinstance(node, bool):
            return Part(Type.BOOLEAN, self._where.bind(node), given=node)
        if isinstance(node, int | float):
            exact = whole and float(node).is_integer() and abs(node) <= _MOST_INTEGER
            number = int(node) if exact else float(node)
            return Part(Type.NUMBER, self._where.bind(number), given=node)
        if isinstance(node, str):
            return Part(Type.TEXT, self._where.bind(node) + "::text", given=node)
        raise refuse(f"{str(node)[:60]} cannot stand here")

    def _folded(self, args: Any) -> Part:
        """CASEI: without regard to capitals."""
        if not isinstance(args, list) or len(args) != 1:
            raise refuse("CASEI takes one text")
        part = self._part(args[0])
        if part.type is not Type.TEXT:
            raise refuse("CASEI takes a text")
        return part._replace(sql=f"lower({part.sql})")

    def _arrays(self, op: str, args: Sequence[Any]) -> LiteralString:
        first, second = args
        if not _holds_property(first):
            first, second, op = second, first, _SWAPPED.get(op, op)
        if not (isinstance(first, dict) and "property" in first):
            raise refuse(f"{op.upper()} is asked of a property")
        queryable = known(self._where, first["property"])
        if queryable.type is not Type.ARRAY:
            raise refuse(f"{queryable.name} is no array")
        column, bind = self._where.column(queryable), self._where.bind
        wanted = bind(_numbers(queryable, second)) + "::int[]"
        own = f"({column} & {bind(sorted(queryable.facets.values()))}::int[])"
        known_ways: Mapping[str, LiteralString] = {
            "a_contains": f"({column} @> {wanted})",
            "a_overlaps": f"({column} && {wanted})",
            "a_containedby": f"({own} <@ {wanted})",
            "a_equals": f"(sort({own}) = {wanted})",
        }
        if op not in known_ways:
            raise refuse(f"{op[:40]!r} is not supported here")
        return known_ways[op]


_OTHERS: Final[dict[str, tuple[int, Callable[[Filter, Sequence[Any]], LiteralString]]]] = {
    "between": (3, Filter._between),  # noqa: SLF001 - of the class above
    "in": (2, Filter._in),  # noqa: SLF001 - the same
    "like": (2, Filter._like),  # noqa: SLF001 - the same
    "isnull": (1, Filter._is_null),  # noqa: SLF001 - the same
}


def meets(where: Where, expression: Any, axes: Axes = Axes.LON_LAT) -> None:
    """Only features that meet the expression. Raises InputError."""
    where.add(Filter(where, axes).condition(expression))


def known(where: Where, name: object) -> Queryable:
    """The queryable of that name. Raises InputError."""
    queryable = where.queryables.get(name) if isinstance(name, str) else None
    if queryable is None:
        raise refuse(f"there is no queryable {str(name)[:60]!r}")
    return queryable


def _operation(node: Any) -> tuple[str, list[Any]]:
    if not isinstance(node, dict) or not isinstance(node.get("args"), list):
        raise refuse(f"{str(node)[:60]} is no condition")
    return str(node.get("op", "")).lower(), node["args"]


def _holds_property(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    args = node.get("args")
    return "property" in node or (isinstance(args, list) and any(map(_holds_property, args)))


def _numbers(queryable: Queryable, given: Any) -> list[int]:
    codes = [given] if isinstance(given, str) else given
    if not isinstance(codes, list):
        raise refuse(f"{queryable.name} is compared with a list of codes")
    unknown = [one for one in codes if not isinstance(one, str) or one not in queryable.codes]
    if unknown:
        raise refuse(f"{queryable.name} has no value {str(unknown[0])[:60]!r}")
    return sorted({queryable.facets[one] for one in codes})

"""CQL2 text (OGC 21-065) as plain JSON, bounded before and after it is parsed.

The parser is that of `cql2` (docs/adr/0043-ogc-api-features.md); what the words mean for us is said in
`store/features_cql.py`.
"""

from __future__ import annotations

import re
from typing import Any, Final

from station_map.errors import InputError

LONGEST: Final = 4_000  # characters
DEEPEST: Final = 24  # parentheses in one another, and levels of what is parsed
MOST_PARTS: Final = 400
EXAMPLE: Final = "kind = 'driver_home' AND seats >= 10"
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")
_UNARY: Final = re.compile(r"(?:[-+]\s*|\bnot\b\s*){8,}", re.IGNORECASE)


def refused(message: str, *, parameter: str = "filter") -> InputError:
    """What tells that a filter cannot be used."""
    return InputError(
        message, parameter=parameter, allowed="CQL2 text on /queryables", example=EXAMPLE
    )


def parse(text: str) -> Any:
    """The expression as CQL2 JSON (dictionaries with `op` and `args`). Raises InputError."""
    _check_text(text)
    import cql2

    try:
        told = cql2.parse_text(text).to_json()
    except (cql2.ParseError, cql2.ValidationError, ValueError) as error:
        raise refused(f"this is no CQL2: {_where(str(error))}") from None
    _measure(told)
    return told


def _check_text(text: str) -> None:
    if not text.strip():
        raise refused("nothing was given")
    if len(text) > LONGEST:
        raise refused(f"longer than {LONGEST} characters")
    if "\0" in text:
        raise refused("holds a character that no text has")
    # Asked of what lies outside of quotes, before a parser that calls itself sees it.
    bare = _QUOTED.sub("''", text)
    depth = deepest = 0
    for sign in bare:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST or _UNARY.search(bare):
        raise refused(f"more than {DEEPEST} levels deep")


def _measure(told: Any) -> None:
    """Refuse what has too many levels or parts; nothing here calls itself."""
    waiting, parts = [(told, 0)], 0
    while waiting:
        node, level = waiting.pop()
        parts += not isinstance(node, float | int)
        if level > 2 * DEEPEST or parts > MOST_PARTS:
            raise refused(f"more than {DEEPEST} levels deep or {MOST_PARTS} parts")
        inside = node.values() if isinstance(node, dict) else node
        if isinstance(inside, str) or not hasattr(inside, "__iter__"):
            continue
        waiting += [(one, level + 1) for one in inside]


def _where(said: str) -> str:
    """The first place and what was expected there, out of the parser's drawing of it."""
    place = re.search(r"--> (\d+):(\d+)", said)
    expected = re.search(r"= (expected .{1,200})", said)
    told = [f"at character {place[2]}"] if place else []
    return ", ".join([*told, *([expected[1]] if expected else [])]) or "it cannot be read"

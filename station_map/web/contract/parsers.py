"""Parsers from the text of a query parameter to a value.

Each is a function that makes a parser once, at import. They accept ASCII digits only:
Python's own `float` also takes full-width digits, underscores, "nan" and "inf".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from station_map.web.contract.parameters import Refused, shown

_NUMBER: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_INTEGER: Final = re.compile(r"\d{1,9}", re.ASCII)
_BOX_SIDES: Final = 4

Box = tuple[float, float, float, float]


def to_number(text: str) -> float:
    """`text` as a finite number; raises Refused."""
    if _NUMBER.fullmatch(text) is None:
        raise _not_this(text, "a number", "数字")
    value = float(text)
    if not math.isfinite(value):  # 1e999
        raise _not_this(text, "a finite number", "有限的数字")
    return value


def number(low: float, high: float) -> Callable[[str], float]:
    """Parser of a number between `low` and `high`, both included."""

    def parse(text: str) -> float:
        value = to_number(text)
        if not low <= value <= high:
            raise Refused(
                f"{shown(text)} is not between {low:g} and {high:g}",
                f"{shown(text)} 不在 {low:g} 到 {high:g} 之间",
            )
        return value

    return parse


def integer(low: int, high: int) -> Callable[[str], int]:
    """Parser of a whole number between `low` and `high`, both included."""

    def parse(text: str) -> int:
        if _INTEGER.fullmatch(text) is None:
            raise _not_this(text, "a whole number", "整数")
        value = int(text)
        if not low <= value <= high:
            raise Refused(
                f"{value} is not between {low} and {high}",
                f"{value} 不在 {low} 到 {high} 之间",
            )
        return value

    return parse


def one_of[T](choices: Mapping[str, T]) -> Callable[[str], T]:
    """Parser of one code out of `choices`."""

    def parse(text: str) -> T:
        value = choices.get(text)
        if value is None:
            raise _no_such_code(text, choices)
        return value

    return parse


def several[T](choices: Mapping[str, T]) -> Callable[[str], tuple[T, ...]]:
    """Parser of codes with commas between them; doubles count once, order is kept."""

    def parse(text: str) -> tuple[T, ...]:
        chosen = choices.get(text)
        if chosen is not None:
            return (chosen,)
        found: dict[T, None] = {}
        for code in text.split(","):
            value = choices.get(code)
            if value is None:
                raise _no_such_code(code, choices)
            found[value] = None
        return tuple(found)

    return parse


def words(longest: int) -> Callable[[str], str]:
    """Parser of text that people typed, at most `longest` characters."""

    def parse(text: str) -> str:
        typed = text.strip()
        if not typed:
            raise _nothing_given()
        if len(typed) > longest:
            raise Refused(f"longer than {longest} characters", f"超过 {longest} 个字")
        if not typed.isprintable():
            raise Refused("holds control characters", "含有控制字符")
        return typed

    return parse


def matching(pattern: str, what: str, what_zh: str) -> Callable[[str], str]:
    """Parser of text of one form, told as `what`."""
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> str:
        if compiled.fullmatch(text) is None:
            raise _not_this(text, what, what_zh)
        return text

    return parse


def box(text: str) -> Box:
    """Four numbers with commas between them; their order is not checked here."""
    sides = text.split(",") if text else []
    if len(sides) != _BOX_SIDES:
        raise _not_this(text, "four numbers (west,south,east,north)", "四个数字（西,南,东,北）")
    west, south, east, north = (to_number(side) for side in sides)
    return west, south, east, north


def _nothing_given() -> Refused:
    return Refused("nothing was given", "没有填")


def _not_this(text: str, what: str, what_zh: str) -> Refused:
    if not text:
        return _nothing_given()
    return Refused(f"{shown(text)!r} is not {what}", f"“{shown(text)}”不是{what_zh}")


def _no_such_code(code: str, choices: Mapping[str, Any]) -> Refused:
    if not code:
        return _nothing_given()
    near = get_close_matches(code[:64], choices, n=1)
    asked = f"; did you mean {near[0]}" if near else ""
    asked_zh = f"，是不是 {near[0]}" if near else ""
    return Refused(f"there is no {shown(code)!r}{asked}", f"没有“{shown(code)}”这一项{asked_zh}")

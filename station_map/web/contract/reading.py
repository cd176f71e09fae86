"""Reading a raw query string against a set of parameters."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn
from urllib.parse import unquote_to_bytes

from station_map.web.contract.parameters import (
    Entry,
    Parameter,
    Refused,
    RefusedQuery,
    entry,
    shown,
)

_MOST_ERRORS: Final = 20  # told at once; a longer list helps nobody


class Contract:
    """The parameters that one route takes.

    Unknown, repeated, empty and malformed parameters are refused, all in one answer.
    """

    def __init__(self, *parameters: Parameter) -> None:
        self.parameters: Final[tuple[Parameter, ...]] = parameters
        self._by_name = {parameter.name: parameter for parameter in parameters}
        self._required = tuple(p for p in parameters if p.required)
        self._also_called = {
            other: parameter.name for parameter in parameters for other in parameter.also_called
        }

    def __getitem__(self, name: str) -> Parameter:
        return self._by_name[name]

    def read(self, query: str) -> dict[str, Any]:
        """Values by parameter name; what was not given is not in it.

        query: as WSGI gives it (`QUERY_STRING`: percent-encoded, bytes as Latin-1).
        Raises RefusedQuery with every fault found.
        """
        values: dict[str, Any] = {}
        errors: list[Entry] = []
        escaped = "%" in query or "+" in query or not query.isascii()
        for pair in query.split("&") if query else ():
            name, _, text = pair.partition("=")
            try:
                if escaped:
                    name, text = _decoded(name), _decoded(text)
                parameter = self._by_name.get(name)
                if parameter is None:
                    if pair:
                        errors.append(self._unknown(name))
                    continue
                values[name] = parameter.parse(text) if name not in values else _again()
            except Refused as refusal:
                errors.append(self._refused(name, text, refusal))
        for parameter in self._required:
            if parameter.name not in values:
                self._miss(parameter, errors)
        if errors:
            raise RefusedQuery(errors[:_MOST_ERRORS])
        return values

    def refuse(
        self, name: str, message: str, message_zh: str, given: str | None = None
    ) -> NoReturn:
        """Raise the refusal of one parameter after reading, in the same form."""
        raise RefusedQuery([entry(self[name], Refused(message, message_zh), given)])

    def _refused(self, name: str, text: str, refusal: Refused) -> Entry:
        parameter = self._by_name.get(name)
        if parameter is None:  # its very name could not be decoded
            return self._unknown(name)
        return entry(parameter, refusal, text)

    def _miss(self, parameter: Parameter, errors: list[Entry]) -> None:
        if all(known.parameter != parameter.name for known in errors):
            refusal = Refused(f"{parameter.name} is required", f"缺少 {parameter.name}")
            errors.append(entry(parameter, refusal))

    def _unknown(self, name: str) -> Entry:
        near = self._near(name)
        asked = f"; did you mean {near}" if near else ""
        asked_zh = f"，是不是 {near}" if near else ""
        example = self[near] if near else self.parameters[0] if self.parameters else None
        return Entry(
            parameter=shown(name),
            message=f"there is no parameter {shown(name)!r}{asked}",
            message_zh=f"没有“{shown(name)}”这个参数{asked_zh}",
            allowed=_listed(self.parameters),
            example=f"{example.name}={example.example}" if example else "",
        )

    def _near(self, name: str) -> str | None:
        plain = name[:64].lower()
        if plain in self._by_name:
            return plain
        if plain in self._also_called:
            return self._also_called[plain]
        names = get_close_matches(plain, self._by_name, n=1)
        return names[0] if names else None


def _again() -> NoReturn:
    raise Refused("given more than once", "给了不止一次")


def _listed(parameters: Sequence[Parameter]) -> str:
    return ", ".join(parameter.name for parameter in parameters) or "no parameter"


def _decoded(text: str) -> str:
    """A percent-encoded piece of a query as text; raises Refused when it is not UTF-8."""
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:  # a server that has already decoded it
        raw = text.encode("utf-8", "replace")
    try:
        return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("is not valid UTF-8", "不是有效的 UTF-8 编码") from None

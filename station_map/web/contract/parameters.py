"""One query parameter, and how a refusal of it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from station_map.errors import InputError

_SHOWN: Final = 80  # characters of a refused value that are shown again


class Refused(Exception):
    """A parser's no, in English and Chinese."""

    def __init__(self, message: str, message_zh: str) -> None:
        super().__init__(message)
        self.message = message
        self.message_zh = message_zh


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter.

    parse: text to value; raises Refused. allowed, allowed_zh: what may be given, in words.
    example: one value that works. schema: JSON Schema of the value for OpenAPI.
    also_called: names that people use for the same thing; they are suggested, not accepted.
    """

    name: str
    parse: Callable[[str], Any]
    schema: Mapping[str, Any]
    allowed: str
    allowed_zh: str
    example: str
    description: str
    required: bool = False
    also_called: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of `errors` in a problem."""

    parameter: str
    message: str
    message_zh: str
    allowed: str
    example: str
    given: str | None = None

    def as_json(self) -> dict[str, str]:
        """The entry as a JSON object; a value that was not given is left out."""
        told = {
            "parameter": self.parameter,
            "message": self.message,
            "message_zh": self.message_zh,
            "allowed": self.allowed,
            "example": self.example,
        }
        return told if self.given is None else told | {"given": self.given}


class RefusedQuery(InputError):
    """A query that cannot be answered; `entries` says all that is wrong with it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        first = entries[0]
        super().__init__(
            first.message,
            parameter=first.parameter,
            allowed=first.allowed,
            example=first.example,
        )
        self.entries = tuple(entries)


class TooMuchAsked(InputError):
    """A query whose answer would be larger than one answer may be."""


def shown(text: str) -> str:
    """`text` shortened so that it can be told back to the caller."""
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def entry(parameter: Parameter, refusal: Refused, given: str | None = None) -> Entry:
    """The line that tells why `parameter` was refused."""
    return Entry(
        parameter=parameter.name,
        message=refusal.message,
        message_zh=refusal.message_zh,
        allowed=parameter.allowed,
        example=f"{parameter.name}={parameter.example}",
        given=None if given is None else shown(given),
    )

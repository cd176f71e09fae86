"""What a form was filled with, and what is wrong with it: at its field, and on top."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import request

from station_map.errors import InputError

BAD_REQUEST: Final = 400
_LONGEST: Final = 10_000


@dataclass(slots=True)
class Form:
    """values: by field, shown again. trouble: what is wrong, by field ("" is the whole form)."""

    values: Mapping[str, str | list[str]] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        given = self.values.get(name, "")
        return given if isinstance(given, str) else ""

    def chosen(self, name: str) -> list[str]:
        """The values of a field that may be given more than once."""
        given = self.values.get(name, [])
        return given if isinstance(given, list) else [given]

    def read[T](self, reader: Callable[[str], T], name: str, otherwise: T) -> T:
        """The field as `reader` reads it; `otherwise`, with its trouble kept, if it refuses."""
        try:
            return reader(self[name])
        except InputError as error:
            self.note(error, name)
            return otherwise

    def note(self, error: InputError, name: str | None = None) -> None:
        """Keep what is wrong, at the field that the error or `name` names."""
        self.trouble.setdefault(error.parameter or name or "", in_chinese(error))


def given(*several: str) -> Form:
    """The current request's form; fields in `several` as lists."""
    told: dict[str, str | list[str]] = {
        name: request.form.get(name, "")[:_LONGEST] for name in request.form
    }
    told |= {name: request.form.getlist(name)[:_LONGEST] for name in several}
    return Form(told)


def in_chinese(error: Exception) -> str:
    """The Chinese half of a message that stands in both languages."""
    return str(error).partition("。 ")[0].rstrip("。") + "。"

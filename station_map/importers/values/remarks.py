"""What is said about a row, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

Severity = Literal["refusal", "repair", "warning"]
_SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Remark:
    """severity: a refusal keeps the row out; a repair changed what it says; a warning did not."""

    severity: Severity
    zh: str
    en: str


class Parsed(NamedTuple):
    """What a cell says (None: nothing known), and what there is to remark on it."""

    value: Any
    remark: Remark | None = None


UNKNOWN: Final = Parsed(None)


def shown(value: object) -> str:
    """A cell's content, shortened, for use in a message."""
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def unread(value: object, zh: str, en: str) -> Parsed:
    """Nothing known, with a warning: the cell's words were not understood."""
    return Parsed(
        None,
        Remark("warning", f"“{shown(value)}”{zh}", f"{shown(value)!r} {en}"),
    )

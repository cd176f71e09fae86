"""Why somebody changes something: one line, or nothing."""

from __future__ import annotations

from typing import Final

from station_map.domain.texts_and_days import line_if_any

REASON_LONGEST: Final = 500  # characters


def checked_reason(text: str, parameter: str = "reason") -> str | None:
    """In one line, white space in order; None when nothing was said. Raises InputError."""
    return line_if_any(
        " ".join(text.split()), parameter, "原因", REASON_LONGEST, example="搬到路对面了"
    )

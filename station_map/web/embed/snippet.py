"""The HTML that other people's pages hold: nothing in it that was not escaped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import escape

REFERRER: Final = "strict-origin-when-cross-origin"
WHOLE: Final = "100%"


def iframe(src: str, title: str, width: int | str, height: int) -> str:
    """A frame with nothing in it and nothing around it: WordPress takes no other.

    width, height: pixels; a width may also be WHOLE.
    """
    attributes = (
        ("src", src),
        ("title", " ".join(title.split())),
        ("width", width),
        ("height", height),
        ("loading", "lazy"),
        ("allow", "geolocation"),
        ("referrerpolicy", REFERRER),
        ("style", "border:0;max-width:100%"),
    )
    return f"<iframe {_told(attributes)}></iframe>"


def element(script: str, options: Iterable[tuple[str, str]], title: str) -> str:
    """The script with its element, which finds its own height."""
    attributes = (*options, ("title", " ".join(title.split())))
    return (
        f'<script src="{escape(script)}" async></script>\n'
        f"<station-map {_told(attributes)}></station-map>"
    )


def _told(attributes: Iterable[tuple[str, object]]) -> str:
    return " ".join(f'{name}="{escape(value)}"' for name, value in attributes)

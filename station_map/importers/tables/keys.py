"""The form in which headers and short words are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_BRACKETS: Final = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_PUNCTUATION: Final = re.compile(r"[^\w@]|_", re.UNICODE)
MAX_HEADER_CHARS: Final = 60


@lru_cache(maxsize=20_000)
def key_of(text: str) -> str:
    """Half-width, lower case, no spaces, no punctuation: "详细地址 *" and "详细地址" agree."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).casefold())


def without_brackets(text: str) -> str:
    """The text less what stands in brackets: "面积（㎡）" gives "面积"."""
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", text))


def in_brackets(text: str) -> str:
    """What stands in the first brackets, or ""."""
    match = _BRACKETS.search(unicodedata.normalize("NFKC", text))
    return match.group()[1:-1] if match else ""

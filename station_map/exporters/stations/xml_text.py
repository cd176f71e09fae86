"""Text for XML, whatever it holds."""

from __future__ import annotations

import re
from typing import Any, Final

# XML 1.0 cannot hold these in any form.
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_ESCAPED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
)


def text(value: Any) -> str:
    """Fit for an element and for an attribute in double quotes."""
    return _IMPOSSIBLE.sub("", str(value)).translate(_ESCAPED)

"""Text for XML, whatever it holds."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.sax.saxutils import escape

# XML 1.0 cannot hold these in any form.
_IMPOSSIBLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def text(value: Any) -> str:
    """Fit for an element and for an attribute in double quotes."""
    return escape(_IMPOSSIBLE.sub("", str(value)), {'"': "&quot;", "\r": "&#13;"})

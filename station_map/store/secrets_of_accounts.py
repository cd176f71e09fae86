"""Random secrets that are shown once and kept as SHA-256: session, link and API tokens.

They hold 256 bits of randomness, so nothing slower than SHA-256 would make guessing harder.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final

API_PREFIX: Final = "sm_"
SHOWN: Final = 8  # signs of an API token by which its owner knows it again
_BYTES: Final = 32
_LONGEST: Final = 200


def new_secret(prefix: str = "") -> str:
    """A new secret of letters, digits, - and _."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> bytes:
    """What is stored and looked for."""
    return sha256(secret[:_LONGEST].encode("utf-8", "replace")).digest()

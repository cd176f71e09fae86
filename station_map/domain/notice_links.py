"""Links in mails that say who they are for, signed, so that nothing has to be kept for them."""

from __future__ import annotations

import re
from enum import StrEnum
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

_TOKEN: Final = re.compile(r"([1-9][0-9]{0,17})\.([0-9a-f]{40})", re.ASCII)


class Purpose(StrEnum):
    """What a link does. One for another purpose does not fit."""

    PROVE = "prove"
    OFF = "off"


def token(secret: bytes, purpose: Purpose, account: int, *told: str) -> str:
    """The end of a link's address: for this account, and good while `told` holds.

    secret: the installation's.
    """
    key = blake2b(secret, person=b"notice links").digest()
    words = "\n".join((purpose.value, str(account), *told))
    mark = blake2b(words.encode(), key=key, digest_size=20).hexdigest()
    return f"{account}.{mark}"


def account_of(given: str) -> int | None:
    """Which account a token claims to be for; None when it is no token at all."""
    found = _TOKEN.fullmatch(given)
    return int(found[1]) if found else None


def holds(given: str, secret: bytes, purpose: Purpose, account: int, *told: str) -> bool:
    """Whether `given` is the token for all this."""
    return compare_digest(token(secret, purpose, account, *told).encode(), given.encode())

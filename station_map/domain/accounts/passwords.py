"""What a password must be, and how it is kept.

The rules are those of NIST SP 800-63B-4 (2025), section 3.1.1: a password that is the only factor
has at least 15 characters; at least 64 must be possible; each Unicode code point counts as
one; all are allowed, spaces too; nothing about classes of characters; no change without a
reason; what is commonly used, expected or known is refused.

"Commonly used or expected" is judged by zxcvbn, which holds lists of 30,000 common passwords, words
and names and knows their repetitions, keyboard runs, dates and replaced letters: lists alone
hardly have a password of 15 characters. What it thinks can be guessed in 10^8 tries is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from station_map.errors import InputError

SHORTEST: Final = 15
LONGEST: Final = 256
_LOOKED_AT: Final = 64  # characters; the judge's time grows with the square
_GOOD_ENOUGH: Final = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses
_SHORTEST_WORD: Final = 4  # of a name that may not be inside; of two in Chinese
_PRODUCT: Final = ("station-map", "stationmap", "歇脚地图", "工会驿站", "司机之家", "xiejiaoditu")

# RFC 9106's second recommendation: argon2id, 64 MiB, 3 passes. One at a time in a process, so
# that a flood of attempts cannot take the machine's memory.
_HASHER: Final = PasswordHasher()
_ONE_AT_A_TIME: Final = BoundedSemaphore(1)


def normalized(password: str) -> str:
    """The same password however a keyboard composes or widens its signs (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, names: Iterable[str] = ()) -> None:
    """Raise InputError, in words, for a password that may not be chosen.

    names: the account's own, which an attacker tries first.
    """
    told = normalized(password)
    if len(told) < SHORTEST:
        raise _refused(
            f"密码太短：要 {SHORTEST} 个字以上，现在是 {len(told)} 个。可以用一句只有自己知道的话。"
            f" Too short: at least {SHORTEST} characters, this has {len(told)}."
        )
    if len(told) > LONGEST:
        raise _refused(f"密码最多 {LONGEST} 个字。 At most {LONGEST} characters.")
    if any(unicodedata.category(sign) == "Cs" for sign in told) or "\0" in told:
        raise _refused("密码里有不能用的字符。 It holds signs that are not characters.")
    words = [word for name in (*names, *_PRODUCT) if (word := normalized(name).casefold())]
    if any(_is_long(word) and word in told.casefold() for word in words):
        raise _refused(
            "密码里不要有帐号名或本站的名字。"
            " Leave out the account's name and the name of this service."
        )
    if _score(told[:_LOOKED_AT], words) < _GOOD_ENOUGH:
        raise _refused(
            "这个密码太常见，容易被猜到。换几个不相干的词连起来。"
            " Too easily guessed: join a few words that have nothing to do with each other."
        )


def _is_long(word: str) -> bool:
    return len(word) >= (_SHORTEST_WORD if word.isascii() else _SHORTEST_WORD // 2)


def _score(password: str, words: list[str]) -> int:
    from zxcvbn import zxcvbn  # its lists are read when a password is chosen, not at every start

    return int(zxcvbn(password, user_inputs=words)["score"])


def _refused(message: str) -> InputError:
    return InputError(
        message,
        parameter="password",
        allowed=f"{SHORTEST} to {LONGEST} characters of any kind, not easily guessed",
        example="a sentence that only you know",
    )


def hashed(password: str) -> str:
    """What is stored instead of the password (argon2id with a salt of its own)."""
    with _ONE_AT_A_TIME:
        return _HASHER.hash(normalized(password))


def is_right(password: str, stored: str | None) -> bool:
    """Whether `password` is the one that `stored` was made of.

    Without a stored one it takes as long and is never right.
    """
    told = normalized(password)[: LONGEST + 1]
    possible = stored is not None and 0 < len(told) <= LONGEST
    with _ONE_AT_A_TIME:
        against = _dummy()  # made now in either case: it takes its time once
        if possible and stored is not None:
            against = stored
        try:
            right = _HASHER.verify(against, told.encode("utf-8", "replace"))
        except (VerificationError, InvalidHashError):
            return False
    return possible and right


@cache
def _dummy() -> str:
    """A hash of nothing that anybody could type."""
    return _HASHER.hash("\0 no password at all")


def is_outdated(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)

"""Names of accounts, their titles and e-mail addresses, as they may be stored."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from station_map.errors import InputError

NAME_SHORTEST: Final = 2
NAME_LONGEST: Final = 40
TITLE_LONGEST: Final = 100
EMAIL_LONGEST: Final = 254  # RFC 5321

_SIGNS: Final = frozenset("._-@")
_EMAIL: Final = re.compile(r"[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+\.[^\s@\x00-\x1f]+")


def checked_name(given: str) -> str:
    """The name of a new account: letters and digits of any script, and `. _ - @` inside.

    It stands in revisions and logs, so it is one word. Raises InputError.
    """
    name = unicodedata.normalize("NFKC", given).strip()
    if not NAME_SHORTEST <= len(name) <= NAME_LONGEST or not _is_word(name):
        raise InputError(
            f"帐号名要 {NAME_SHORTEST} 到 {NAME_LONGEST} 个字：汉字、字母、数字，中间可以有 . _ - @。"
            f" An account's name has {NAME_SHORTEST} to {NAME_LONGEST} letters or digits, with"
            " . _ - @ between them.",
            parameter="name",
            allowed="letters, digits, and . _ - @ between them",
            example="xiangshan-zhang",
        )
    return name


def _is_word(name: str) -> bool:
    return (
        all(sign.isalnum() or sign in _SIGNS or unicodedata.combining(sign) for sign in name)
        and name[0].isalnum()
        and name[-1] not in _SIGNS
    )


def name_key(given: str) -> str:
    """What two spellings of one name share: width, case and composition do not count."""
    folded = unicodedata.normalize("NFKC", given).strip().casefold()
    return unicodedata.normalize("NFKC", folded)


def checked_title(given: str) -> str:
    """Who or which office it is, for people: one line, or nothing. Raises InputError."""
    title = " ".join(unicodedata.normalize("NFC", given).split())
    if len(title) > TITLE_LONGEST or any(_is_hidden(sign) for sign in title):
        raise InputError(
            f"称呼是一行字，最多 {TITLE_LONGEST} 个。"
            f" A title is one line of at most {TITLE_LONGEST} characters.",
            parameter="title",
            allowed=f"one line of at most {TITLE_LONGEST} characters",
            example="相山区总工会",
        )
    return title


def _is_hidden(sign: str) -> bool:
    """Signs that are not seen, or turn the line's direction."""
    return (
        unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}
        or sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )


def checked_email(given: str) -> str | None:
    """An e-mail address in lower case, or None for nothing. Raises InputError."""
    email = given.strip().lower()
    if not email:
        return None
    if len(email) > EMAIL_LONGEST or _EMAIL.fullmatch(email) is None:
        raise InputError(
            "邮箱不对。 This is no e-mail address.",
            parameter="email",
            allowed="an e-mail address, or nothing",
            example="zhang@example.org",
        )
    return email

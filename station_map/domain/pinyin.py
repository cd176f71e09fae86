"""Chinese text in Latin letters, so that it can be found by sound and by first letters.

Each character has one reading here, whatever stands beside it: then a part of a text is
spelled as in the whole, and an index on spellings finds parts that are written in Chinese.
Readings are those of pypinyin (MIT), without tones; ü is written v, as people type it.
"""

from __future__ import annotations

import unicodedata
from typing import Final

# Before it stand Latin, Greek, Cyrillic …; from it on the CJK radicals and characters.
_FIRST_CJK: Final = 0x2E80


# Where a character's most usual reading is not the one it has in names of streets, shops and
# places: 长江路, 银行, 重庆, 成都, 涡阳, 蚌埠, 什集.
_IN_NAMES: Final = {
    "长": "chang",
    "行": "hang",
    "重": "chong",
    "都": "du",
    "涡": "guo",
    "蚌": "beng",
    "什": "shi",
}


class _Readings(dict[int, str]):
    """For str.translate: each character's reading, asked for once; only letters and digits."""

    def __missing__(self, point: int) -> str:
        self[point] = told = _reading(chr(point))
        return told


class _Initials(dict[int, str]):
    """The same with the first letter of each reading."""

    def __missing__(self, point: int) -> str:
        self[point] = told = _reading(chr(point))[:1]
        return told


_READINGS: Final = _Readings()
_INITIALS: Final = _Initials()


def _reading(character: str) -> str:
    if not character.isalnum():
        return ""
    if ord(character) < _FIRST_CJK:
        return character
    if character in _IN_NAMES:
        return _IN_NAMES[character]
    # Half a second to load its dictionary; most commands never spell a word.
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(character, errors="default")).lower()


def folded(text: str) -> str:
    """Text as it is compared: NFKC, lower case, without blanks at the ends."""
    return unicodedata.normalize("NFKC", text).lower().strip()


def has_chinese(text: str) -> bool:
    """Whether any character of a folded text would be spelled."""
    return any(ord(character) >= _FIRST_CJK for character in text)


def spelled(text: str) -> str:
    """`淮海路 12号` → `huaihailu12hao`: letters and digits alone, without blanks."""
    return folded(text).translate(_READINGS)


def initials(text: str) -> str:
    """`淮海路 12号` → `hhl12h`."""
    return folded(text).translate(_INITIALS)


def search_words(text: str) -> str:
    """What a search by sound looks at: each word of `text` spelled, then by its initials.

    text: folded, words parted by blanks. Words that spell alike stand once.
    """
    words = text.split()
    chinese = [word for word in words if has_chinese(word)]
    found = [word.translate(_READINGS) for word in words]
    found += [word.translate(_INITIALS) for word in chinese]
    return " ".join(dict.fromkeys(filter(None, found)))

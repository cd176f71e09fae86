"""What a header text means: its target, and the datum it may name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from station_map.domain.vocabulary import AMENITIES, Amenity, Datum
from station_map.importers.tables.datums import datums_named, without_datum
from station_map.importers.tables.keys import (
    MAX_HEADER_CHARS,
    in_brackets,
    key_of,
    without_brackets,
)
from station_map.importers.tables.synonyms import AMENITY_NAMES, FIELD_NAMES

AMENITY_PREFIX: Final = "amenity:"
# A name of ten bytes, less half a character of three.
_CUT_FROM: Final = 8
_CUT_TO: Final = 10
# 开放时间（夏季）: hours that hold only then. The cell alone would be taken for the whole year.
_ONLY_THEN: Final = re.compile(
    "夏季|冬季|春季|秋季|夏令时?|冬令时?|夏天|冬天|春夏|秋冬|旺季|淡季|工作日|周一至周五|周一到周五|平日|平时|周末|双休日|周六|周日|"
    "节假日|法定节假日|节日|上午|下午|白天|夜间|晚上|早上|summer|winter|weekdays?|weekends?|holidays?|morning|afternoon|evening"
)
POSITION_TARGETS: Final = ("lon", "lat", "position")
_AFFIXES: Final = re.compile(
    r"^(?:是否(?:有|配备|配有|提供|设有|具备)?|有无|有没有|配备|配有|设有|提供|免费|has|is|amenities|amenity)"
    r"|(?:设施|设备|服务|情况|数量|个数|台数|配备情况|配备|有无|是否有)$"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """target: a field of Station, "amenity:<code>" or a special name of `synonyms`.

    when: the season or days that a column of hours speaks of (夏季), or "".
    """

    target: str
    datum: Datum | None = None
    when: str = ""


def _index() -> dict[str, str]:
    table: dict[str, str] = {}
    for target, names in FIELD_NAMES.items():
        for name in (*names.split(), target):
            table.setdefault(key_of(name), target)
    for amenity in AMENITIES:
        for name in _amenity_names(amenity):
            table.setdefault(key_of(name), AMENITY_PREFIX + amenity.code)
    return table


def _amenity_names(amenity: Amenity) -> tuple[str, ...]:
    return (*AMENITY_NAMES[amenity.code].split(), amenity.zh, amenity.en, amenity.code)


_INDEX: Final = _index()
_AMENITY_INDEX: Final = {
    key_of(name): amenity.code
    for amenity in reversed(AMENITIES)
    for name in _amenity_names(amenity)
}


@lru_cache(maxsize=5_000)
def meaning_of(header: str) -> Meaning | None:
    """What a header text stands for, or None."""
    if not header or len(header) > MAX_HEADER_CHARS:
        return None
    if hours := _hours_of_a_time(header):
        return hours
    target = _plain(header)
    if target is not None and target not in POSITION_TARGETS:
        return Meaning(target)
    datums = datums_named(header)
    if len(datums) == 1:
        rest = _plain(without_datum(header)) or _plain(in_brackets(header))
        found = rest if rest in POSITION_TARGETS else target
        if found is not None:
            return Meaning(found, next(iter(datums)))
    return None if target is None else Meaning(target)


def _hours_of_a_time(header: str) -> Meaning | None:
    """Hours of a season or of some days, said in the header and nothing else beside it."""
    key = key_of(header)
    when = _ONLY_THEN.findall(key)
    if when and _INDEX.get(_ONLY_THEN.sub("", key)) == "hours_text":
        return Meaning("hours_text", when="".join(when))
    return None


def meaning_of_cut(name: str) -> Meaning | None:
    """What a column's name means that a shapefile may have cut to ten bytes.

    The shortest known name that begins with it decides.
    """
    sizes = (len(name.encode(encoding, "ignore")) for encoding in ("utf-8", "gb18030"))
    if meaning_of(name) or not any(_CUT_FROM <= size <= _CUT_TO for size in sizes):
        return meaning_of(name)
    key = key_of(name)
    longer = [known for known in _INDEX if key and known.startswith(key)]
    return Meaning(_INDEX[min(longer, key=len)]) if longer else None


def amenity_named(word: str) -> str | None:
    """The code of the amenity that a word in a list of services names, or None."""
    for candidate in (word, without_brackets(word)):
        key = key_of(candidate)
        code = _AMENITY_INDEX.get(key) or _AMENITY_INDEX.get(_AFFIXES.sub("", key))
        if code:
            return code
    return None


def _plain(header: str) -> str | None:
    """Look a header up whole, then without brackets, then without 是否有… and …情况."""
    for candidate in (header, without_brackets(header)):
        key = key_of(candidate)
        if key in _INDEX:
            return _INDEX[key]
    stripped = _AFFIXES.sub("", key_of(without_brackets(header)))
    return _INDEX.get(stripped)

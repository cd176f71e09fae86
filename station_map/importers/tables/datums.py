"""Words by which people say in which datum coordinates are."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from station_map.domain.vocabulary import Datum

_WORDS: Final = {
    Datum.GCJ02: r"高德|腾讯|火星|国测局|gcj(?:[-_ ]?0?2)?|amap|autonavi|tencent|qq地图|谷歌中国",
    Datum.BD09: r"百度|bd[-_ ]?0?9(?:[-_ ]?ll)?|bd(?=[-_ ]?(?:lon|lng|lat|[xy]\b))|baidu",
    Datum.WGS84: r"wgs(?:[-_ ]?(?:19)?84)?|gps|天地图|tianditu|cgcs[-_ ]?2000|国家2000|2000国家大地|大地2000|epsg:?4326|epsg:?4490",
}
_ANY: Final = re.compile("|".join(f"(?P<{datum.name}>{words})" for datum, words in _WORDS.items()))
# "坐标来源", "经纬度采用…": the note must be about coordinates, not about a sponsor.
_SUBJECT: Final = re.compile(r"坐标|经纬度|定位|datum|crs|coordinate|lat/?lon|lon/?lat")
_NEGATION: Final = re.compile(r"(?:非|不是|并非|不用|未用|not |non[- ])\s*$")


def datums_named(text: str) -> set[Datum]:
    """Datums named in a text, by product ("高德") or by name; negated ones left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    found = set[Datum]()
    for match in _ANY.finditer(folded):
        if not _NEGATION.search(folded[: match.start()]) and match.lastgroup:
            found.add(Datum[match.lastgroup])
    return found


def datums_in_note(text: str) -> set[Datum]:
    """Datums that a note states for coordinates: 坐标来源：高德地图."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return datums_named(folded) if _SUBJECT.search(folded) else set()


def without_datum(text: str) -> str:
    """A header less its datum word: "百度经度" gives "经度"; "地图坐标" becomes "坐标"."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"地图|坐标系(?=.)", "", _ANY.sub("", folded))

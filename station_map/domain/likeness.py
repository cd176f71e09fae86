"""How alike two stations are: the parts of the score, what each weighs, and its words.

The database adds the score up (`store/duplicate_pairs.py`), by the figures that stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from station_map.domain.pinyin import spelled
from station_map.domain.vocabulary import HostType

NEAR_M: Final = 200
"""Whatever they are called, stations this near to each other may be one."""
FAR_M: Final = 1_000
"""With the same name by sound, or the same telephone, up to here: as an import takes it
(`store/bulk_sql.py`)."""
WITHIN_M: Final = ((20, 40), (50, 30), (100, 20), (NEAR_M, 10))
"""Metres at most, and the points that they give."""
SAME_NAME: Final = 50
SAME_SOUND: Final = 45
LIKE_NAME: Final = 30  # for a likeness of 1; less in proportion
LIKE_FROM: Final = 0.4
SAME_PHONE: Final = 25
SAME_BRAND: Final = 10
SAME_HOST: Final = 5
ENOUGH: Final = 40
"""Points from which a pair is shown."""
MOVED_M: Final = 20.0
"""A station that moved further since two were said to be different may be one with it now."""

# What nearly every station is called tells none apart. Longer ones first.
_EVERYWHERE: Final = re.compile(
    "户外劳动者服务站点|户外劳动者驿站|户外劳动者|工会户外|爱心驿站|工会驿站|职工驿站|职工之家"
    "|司机之家|共建站点|服务站点|服务站|驿站|工会"
)


def sound_of(name: str) -> str:
    """What of a name tells stations apart, spelled: `淮海路邮政工会驿站` → `huaihailuyouzheng`.

    A name of which nothing would be left is spelled whole.
    """
    return spelled(_EVERYWHERE.sub("", name)) or spelled(name)


class Likeness(NamedTuple):
    """What two stations have in common.

    distance_m: metres on the spheroid. name_like: of the spelled names, 0 to 1. host: where both
    stand, if that is known to be the same.
    """

    distance_m: float
    same_name: bool
    same_sound: bool
    name_like: float
    same_phone: bool
    same_brand: bool
    host: str | None
    score: int

    def words(self) -> list[str]:
        """Each part in words, the weightiest first."""
        return [words for _, words in sorted(self._parts(), key=lambda part: -part[0])]

    def _parts(self) -> Iterator[tuple[int, str]]:
        yield distance_points(self.distance_m), f"相距 {metres_in_words(self.distance_m)}"
        if self.same_name:
            yield SAME_NAME, "名称相同"
        elif self.same_sound:
            yield SAME_SOUND, "名称同音"
        elif self.name_like >= LIKE_FROM:
            yield round(LIKE_NAME * self.name_like), f"名称有 {self.name_like:.0%} 相像"
        if self.same_phone:
            yield SAME_PHONE, "电话相同"
        if self.same_brand:
            yield SAME_BRAND, "品牌相同"
        if self.host is not None:
            yield SAME_HOST, f"都设在{HostType(self.host).zh}"


def distance_points(metres: float) -> int:
    """Points for standing so far from each other."""
    return next((points for limit, points in WITHIN_M if metres <= limit), 0)


def metres_in_words(metres: float) -> str:
    """A short distance as a person would say it."""
    if metres < 1:
        return "不到 1 米"
    return f"{metres:.0f} 米" if metres < FAR_M else f"{metres / 1_000:.1f} 公里"

"""What a text that somebody typed is to be found by: as written, by sound, or nearly.

Written `淮海路`, spelled `huaihailu`, by first letters `hhl`, with another character of the same
sound, or with a slip: the first of these that any station meets is taken, so that exact finds
are never buried under near ones. Every word must be met, wherever it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from station_map.domain.pinyin import folded, has_chinese, spelled
from station_map.store import words
from station_map.store.database import Database
from station_map.store.hot import Value

# On nearly every station: what is alike in these says nothing. Only for looking nearly.
_EVERYWHERE: Final = re.compile("工会|驿站|户外劳动者|服务|站点?|司机之家|gonghui|yizhan")
_DIGITS: Final = re.compile("[0-9]+")  # number 12 is not nearly number 13
_SHORTEST_NEAR: Final = 4  # letters; three have a single trigram to compare


class Match(StrEnum):
    """How stations meet a text."""

    EXACT = "exact"
    SOUND = "sound"
    SIMILAR = "similar"


@dataclass(frozen=True, slots=True)
class TextCondition:
    """Conditions of `store/words.py` with their parameters, and what meeting them means.

    but: conditions that are not all met, so that what is found exactly is not found again.
    rank, ranking: by which of `store/ranking.py` the best come first, and its parameters.
    """

    match: Match
    names: tuple[str, ...]
    parameters: dict[str, Value]
    but: tuple[str, ...] = ()
    rank: str = "near"
    ranking: dict[str, object] = field(default_factory=dict)


def text_condition(database: Database, text: str) -> TextCondition:
    """The closest way in which any station meets `text`; EXACT when none does in any."""
    ways = _ways(folded(text))
    for way in ways:
        if words.any_station(database, way.names, dict(way.parameters)):
            return way
    return ways[0]


def ways_to_meet(text: str) -> list[TextCondition]:
    """Every way in which a station may meet `text`, the closest first.

    What sounds alike but is written otherwise is a way of its own. `similar` is meant for when
    nothing else is found.
    """
    ways = _ways(folded(text))
    but = tuple(name for name in ways[0].names if name.startswith("text"))
    return [replace(way, but=but) if way.match is Match.SOUND else way for way in ways]


def _ways(text: str) -> list[TextCondition]:
    typed = text.split()[: words.MOST_WORDS]
    exact = _each(Match.EXACT, [_how_exactly(word) for word in typed], typed)
    ways = [exact]
    if has_chinese(text):
        ways.append(_each(Match.SOUND, ["sound" if spelled(w) else "signs" for w in typed], typed))
    near = _DIGITS.sub("", spelled(_EVERYWHERE.sub("", text)) or spelled(text))
    if len(near) >= _SHORTEST_NEAR:
        ways.append(
            TextCondition(Match.SIMILAR, ("similar",), {"near": near}, ranking={"near": near})
        )
    return ways


def _how_exactly(word: str) -> str:
    """What is typed in letters alone is meant by sound or by first letters."""
    if not spelled(word):
        return "signs"
    return "sound" if word.isascii() and word.isalnum() else "text"


def _each(match: Match, kinds: list[str], typed: list[str]) -> TextCondition:
    parameters: dict[str, Value] = {}
    for n, word in enumerate(typed):
        parameters |= {f"spelled{n}": f"%{spelled(word)}%", f"written{n}": f"%{_like(word)}%"}
    names = tuple(f"{kind}{n}" for n, kind in enumerate(kinds))
    rank = "sound" if "sound" in kinds else "written"
    return TextCondition(match, names, parameters, rank=rank, ranking=_ranking(rank, typed))


def _ranking(rank: str, typed: list[str]) -> dict[str, object]:
    """Parameters of `store/ranking.py`."""
    key = "".join(typed)
    compared = [spelled(word) for word in typed] if rank == "sound" else typed
    return {
        "key": key,
        "begins": f"{_like(key)}%",
        "each": [f"%{_like(word)}%" for word in compared],
        "spelled": spelled(key),
    }


def _like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

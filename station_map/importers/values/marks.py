"""Yes and no as ledgers write them, for amenities and for plain questions."""

from __future__ import annotations

import re
from typing import Any, Final

from station_map.domain.station import AmenityFact
from station_map.importers.values.numbers import count_in
from station_map.importers.values.remarks import UNKNOWN, Parsed, unread
from station_map.importers.values.texts import BLANK_WORDS, folded, line_of

_YES_WORDS: Final = (
    "√ ✓ ✔ ☑ ✅ v 有 是 y yes true t on ● 可 能 已配备 已配 配备 齐全 具备 提供 已有 正常 可用 完好 ok 1 对 支持 免费 "
    "available 有且正常"
)
_YES: Final = frozenset(_YES_WORDS.split())
_NO_WORDS: Final = (
    "× ✗ ✘ x ☒ ❌ ✕ ╳ 无 否 n no false f off 0 没有 没 未配备 无此项 不提供 不支持 不可 不能 暂无 未设 未设置 缺 absent "
    "unavailable 不具备"
)
_NO: Final = frozenset(_NO_WORDS.split())
_PARTIAL: Final = re.compile(r"部分|partial|不全|限时|有时|不定时|偶尔|仅")
_BROKEN: Final = re.compile(
    r"损坏|故障|维修中|坏|待修|停用|报修|检修|broken|outoforder|faulty|不能用|无法使用|不可用"
)
FEE: Final = re.compile(r"收费|付费|自费|元/|￥|¥|\d元|paid|fee")
_QUESTION_YES: Final = frozenset(("需要", "需", "要", "需登记", "需要登记", "收费"))
_QUESTION_NO: Final = frozenset(
    ("不需要", "不需", "不要", "无需", "免登记", "不用", "无需登记", "不登记", "免费", "不收费")
)
_STATES: Final = frozenset(("yes", "no", "partial", "broken"))
YES: Final = AmenityFact("yes")
NO: Final = AmenityFact("no")


def fact_of(cell: Any) -> Parsed:
    """What a cell under an amenity says: an AmenityFact, or None for unknown."""
    if isinstance(cell, bool):
        return Parsed(YES if cell else NO)
    word = folded(cell)
    if word in BLANK_WORDS:
        return UNKNOWN
    if word in _YES:
        return Parsed(YES)
    if word in _NO:
        return Parsed(NO)
    if word in _STATES:
        return Parsed(AmenityFact(word))  # type: ignore[arg-type]
    return _worded(cell, word)


def _worded(cell: Any, word: str) -> Parsed:
    """Words, counts and notes: 2台, 有(3个), 损坏, 无（附近商场有）, 有，收费."""
    note = line_of(cell)[:500]
    if _BROKEN.search(word):
        return Parsed(AmenityFact("broken", note=note))
    if _PARTIAL.search(word):
        return Parsed(AmenityFact("partial", note=note))
    count = count_in(word)
    if count is not None:
        return Parsed(AmenityFact("yes", quantity=count) if count else NO)
    head = word[:1]
    if word.startswith(("无", "没有", "未", "不", "×", "✗", "否")):
        return Parsed(AmenityFact("no", note=note))
    if word.startswith(("有", "是", "已", "√", "✓", "可")) and head != "无":
        fee = note if FEE.search(word) else None
        return Parsed(AmenityFact("yes", quantity=count_in(word[1:]), note=note, fee=fee))
    return unread(cell, "看不出有还是没有，按未知处理", "says neither yes nor no; taken as unknown")


def yes_no(cell: Any) -> Parsed:
    """True, False, or None for unknown."""
    if isinstance(cell, bool):
        return Parsed(cell)
    word = folded(cell)
    if word in BLANK_WORDS:
        return UNKNOWN
    # Before the marks: 免费 is a yes to a service, but a no to "must one pay".
    if word in _QUESTION_NO:
        return Parsed(False)
    if word in _YES or word in _QUESTION_YES:
        return Parsed(True)
    if word in _NO:
        return Parsed(False)
    return unread(cell, "看不出是还是否，按未知处理", "says neither yes nor no; taken as unknown")

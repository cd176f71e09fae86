"""Chinese numerals where they count hours, minutes, months and days: 八点半 is 8点半."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_NUMERAL: Final = "[零〇一二两三四五六七八九十]"

# After 周, 星期 and 礼拜 a numeral is a weekday; it never starts a number there.
_COUNTED: Final = re.compile(rf"(?<![周期拜])({_NUMERAL}+)(?=[点时刻天]|个?小时|分(?!钟))")
_MINUTES: Final = re.compile(rf"(?<=[点时])({_NUMERAL}+)")
_DATE: Final = re.compile(rf"(?<![周期拜])({_NUMERAL}+)月(?:({_NUMERAL}+)(?=[日号]))?")
_SEVEN_BY: Final = re.compile(r"七(?=[x×*乘])|(?<=[一每]周)七(?=天)")


def with_digits(text: str) -> str:
    """The text with digits for such numerals; those that are no number stay as they are."""
    text = _SEVEN_BY.sub("7", text).replace("7乘", "7x")
    text = _DATE.sub(_date_in_digits, text)
    text = _COUNTED.sub(_in_digits, text)
    return _MINUTES.sub(_in_digits, text)


def _in_digits(found: re.Match[str]) -> str:
    value = number(found.group(1))
    return found.group() if value is None else str(value)


def _date_in_digits(found: re.Match[str]) -> str:
    month, day = number(found.group(1)), number(found.group(2) or "一")
    if month is None or day is None:
        return found.group()
    return f"{month}月{day if found.group(2) else ''}"


def number(numeral: str) -> int | None:
    """二十四 is 24; None when the characters do not make a number below 100."""
    tens, ten, units = numeral.partition("十")
    if not ten:
        # 三五 would be two digits side by side; only 零五 (five past) is usual.
        digits = [_DIGITS[char] for char in numeral]
        return digits[-1] if len(digits) == 1 or (len(digits) == 2 and digits[0] == 0) else None
    if len(tens) > 1 or len(units) > 1 or "十" in units or tens in {"零", "〇"}:
        return None
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[units] if units else 0)

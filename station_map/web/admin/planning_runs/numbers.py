"""Figures as people read them: shares, amounts, metres; bands where something is unknown."""

from __future__ import annotations

import math
from typing import Final

NONE: Final = "—"
_WAN: Final = 10_000


def percent(share: float | None) -> str:
    """0.682 is "68.2%". Not quite nothing and not quite all are never told as such."""
    if share is None:
        return NONE
    told = f"{share:.1%}"
    if share > 0 and told == "0.0%":
        return "<0.1%"
    return ">99.9%" if share < 1 and told == "100.0%" else told


def percent_band(low: float | None, high: float | None) -> str:
    """One share, or two where they differ as they are told."""
    return _band(percent(low), percent(high))


def amount(value: float | None, unit: str = "") -> str:
    """118153.2 is "11.8 万人", 353 is "353 人"."""
    if value is None:
        return NONE
    size = abs(value)
    if size >= _WAN:
        told = f"{value / _WAN:,.1f} 万"
    else:
        told = f"{value:,.0f}" if size >= 10 or value == int(value) else f"{value:,.1f}"
    if not unit:
        return told
    return f"{told}{unit}" if told.endswith("万") or unit == "%" else f"{told} {unit}"


def metres(value: float | None) -> str:
    """1234.5 is "1.2 公里", 353 is "350 米"."""
    if value is None:
        return NONE
    if value < 95:
        return f"{value:.0f} 米"
    tens = round(value / 10) * 10
    return f"{tens} 米" if tens < 1000 else f"{value / 1000:.1f} 公里"


def metres_band(low: float | None, high: float | None) -> str:
    """One distance, or two where they differ as they are told."""
    return _band(metres(low), metres(high))


def points(change: float | None) -> str:
    """A difference of two shares, in hundredths: "+3.1"."""
    if change is None:
        return NONE
    told = f"{change * 100:+.1f}"
    return "0.0" if told in {"+0.0", "-0.0"} else told.replace("-", "−")


def ratio(part: float | None, whole: float | None) -> float | None:
    """A share; None where there is nothing to have a share of."""
    if part is None or whole is None or not whole > 0 or not math.isfinite(part):
        return None
    return part / whole


def _band(low: str, high: str) -> str:
    return low if low == high else f"{low} – {high}"

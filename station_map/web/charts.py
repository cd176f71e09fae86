"""Shapes of small charts, from numbers: `templates/_charts.html` draws them as SVG.

Pure. What is not known is a band, never a line; what there is no number for is left out.
Each chart stands beside its table, so a shape carries no words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

HEIGHT: Final = 100.0
_DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class Bar:
    """Per cent of the width: `sure` from the left, `may` after it, `mark` where a line stands."""

    sure: float
    may: float
    mark: float | None


@dataclass(frozen=True, slots=True)
class Steps:
    """Paths in a box `width` by 100, y downwards: below what is known, between the ends, both ends.

    Empty strings where there is nothing to draw.
    """

    width: int
    area: str
    band: str
    low: str
    high: str


def bar(
    low: float | None, high: float | None = None, *, most: float = 1.0, mark: float | None = None
) -> Bar | None:
    """A number, or a band from low to high, on a scale from 0 to `most`; None where there is none.

    What lies beyond the scale ends at its end.
    """
    if low is None or not most > 0:
        return None
    near = _part(low, most)
    far = near if high is None else max(_part(high, most), near)
    return Bar(
        sure=round(near, _DIGITS),
        may=round(far - near, _DIGITS),
        mark=None if mark is None else round(_part(mark, most), _DIGITS),
    )


def _part(value: float, most: float) -> float:
    return min(max(value / most, 0.0), 1.0) * 100.0


def steps(low: Sequence[float | None], high: Sequence[float | None], *, most: float = 1.0) -> Steps:
    """One step a number, one unit wide: a week of hours is 168 wide. low, high: of equal length.

    Raises ValueError when they are not.
    """
    pairs = [
        None if one is None or other is None or not most > 0 else (_y(one, most), _y(other, most))
        for one, other in zip(low, high, strict=True)
    ]
    runs = [
        [(place, pairs[place] or (HEIGHT, HEIGHT)) for place in run]
        for known, found in groupby(range(len(pairs)), key=lambda place: pairs[place] is not None)
        if known and (run := list(found))
    ]
    differs = any(pair is not None and pair[0] != pair[1] for pair in pairs)
    return Steps(
        width=len(pairs),
        area="".join(f"{_line(run, 0)}V{_n(HEIGHT)}H{run[0][0]}Z" for run in runs),
        band="".join(_between(run) for run in runs) if differs else "",
        low="".join(_line(run, 0) for run in runs),
        high="".join(_line(run, 1) for run in runs) if differs else "",
    )


type _Run = list[tuple[int, tuple[float, float]]]


def _y(value: float, most: float) -> float:
    return round(HEIGHT - min(max(value / most, 0.0), 1.0) * HEIGHT, _DIGITS)


def _line(run: _Run, end: int) -> str:
    """From the left edge of the first step to the right edge of the last."""
    first = run[0]
    told = [f"M{first[0]} {_n(first[1][end])}"]
    for (_, before), (place, now) in pairwise(run):
        if before[end] != now[end]:
            told.append(f"H{place}V{_n(now[end])}")
    return "".join([*told, f"H{run[-1][0] + 1}"])


def _between(run: _Run) -> str:
    """Along the upper end, and back along the lower."""
    back = [f"V{_n(run[-1][1][0])}"]
    for (place, now), (_, before) in pairwise(reversed(run)):
        if before[0] != now[0]:
            back.append(f"H{place}V{_n(before[0])}")
    return f"{_line(run, 1)}{''.join(back)}H{run[0][0]}Z"


def _n(value: float) -> str:
    return f"{value:g}"

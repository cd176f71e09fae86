"""Tables of figures as the pages draw them: words, a value to sort by, a bar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from station_map.web.admin.planning_runs import numbers
from station_map.web.charts import Bar, bar


@dataclass(frozen=True, slots=True)
class Cell:
    """words: what is read. value: by which it sorts, None for none. text: it is words alone. spot: what the map shows it as."""

    words: str
    value: float | None = None
    text: bool = False
    drawn: Bar | None = None
    is_bar: bool = False
    href: str = ""
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """words: of the column. text: it holds words. bar: it holds bars, which nobody sorts by."""

    words: str
    text: bool = False
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """caption: what it shows. rows: the first cell of each is its head. whole: the last is a sum.

    left_out: how many rows are not shown.
    """

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]
    whole: bool = False
    left_out: int = 0


def words(told: str, *, href: str = "") -> Cell:
    """A cell of words."""
    return Cell(told, text=True, href=href)


def share(low: float | None, high: float | None = None) -> Cell:
    """A share, or a band of it."""
    return Cell(numbers.percent_band(low, low if high is None else high), low)


def share_bar(
    low: float | None, high: float | None = None, *, most: float = 1.0, mark: float | None = None
) -> Cell:
    """The same as a bar. mark: a share that stands as a line, such as that before."""
    return Cell("", low, drawn=bar(low, high, most=most, mark=mark), is_bar=True)


def amount(value: float | None, unit: str = "") -> Cell:
    """A number of people, or of whatever demand counts."""
    return Cell(numbers.amount(value, unit), value)


def metres(low: float | None, high: float | None = None) -> Cell:
    """A distance, or a band of it."""
    return Cell(numbers.metres_band(low, low if high is None else high), low)


def points(change: float | None) -> Cell:
    """A difference of shares, in hundredths."""
    return Cell(numbers.points(change), change)


def plain(value: float | None, digits: int = 2) -> Cell:
    """A bare number."""
    return Cell(numbers.NONE if value is None else f"{value:.{digits}f}", value)


def table(
    caption: str,
    heads: Sequence[Head | str],
    rows: Iterable[tuple[Cell, ...]],
    *,
    whole: bool = False,
    most: int | None = None,
) -> Table:
    """A table of at most so many rows (and the whole, which is the last)."""
    told = [Head(head) if isinstance(head, str) else head for head in heads]
    found = list(rows)
    last = found[-1:] if whole else []
    others = found[:-1] if whole else found
    shown = others if most is None else others[:most]
    return Table(
        caption, tuple(told), (*shown, *last), whole=whole, left_out=len(others) - len(shown)
    )

"""Cells that speak for the rows below them: merged cells, and districts written once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

# Written once for many rows even without merging: an area that heads its stations.
_ALWAYS_DOWN: Final = ("district",)
# Never shared, merged or not: each station has its own.
_NEVER: Final = frozenset(
    (
        "name",
        "code",
        "lon",
        "lat",
        "position",
        "geometry",
        "phone",
        "aliases",
        "address",
        "source_id",
    )
)


class FillDown:
    """Fills blanks of a sheet's columns, chunk after chunk, in order.

    merged: (row, column, row, column), 0-based in the sheet; first_column: 0-based column of
    the sheet at which its cells begin.
    """

    def __init__(
        self, merged: Sequence[tuple[int, int, int, int]] = (), first_column: int = 0
    ) -> None:
        self._spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for top, left, bottom, right in merged:
            if bottom > top and right == left:
                self._spans[left - first_column].append((top + 1, bottom + 1))
        for spans in self._spans.values():
            spans.sort(reverse=True)
        self._current: dict[int, tuple[int, int, Any]] = {}
        self._above: dict[str, Any] = {}

    def filled(
        self, target: str, index: int, numbers: Sequence[int], cells: Sequence[Any]
    ) -> Sequence[Any]:
        """The cells of a column with blanks filled where that is right for its target."""
        if target in _ALWAYS_DOWN:
            return self._from_above(target, cells)
        if target in _NEVER or index not in self._spans:
            return cells
        return self._from_merged(index, numbers, cells)

    def _from_above(self, target: str, cells: Sequence[Any]) -> list[Any]:
        above = self._above.get(target, "")
        filled = []
        for cell in cells:
            if cell not in ("", None):
                above = cell
            filled.append(above)
        self._above[target] = above
        return filled

    def _from_merged(self, index: int, numbers: Sequence[int], cells: Sequence[Any]) -> list[Any]:
        spans = self._spans[index]
        first, last, value = self._current.get(index, (0, 0, ""))
        filled = []
        for number, cell in zip(numbers, cells, strict=True):
            while spans and spans[-1][0] <= number:
                first, last = spans.pop()
                value = cell if number == first else ""
            filled.append(value if first < number <= last and cell in ("", None) else cell)
        self._current[index] = (first, last, value)
        return filled

"""A filter as one `query_int` expression over facet numbers (see `facets.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from station_map.store.facets import FACET_ID

# Matches every station: each has a status.
EVERYTHING: Final = f"!{FACET_ID['status', 'open']}|{FACET_ID['status', 'open']}"


def all_of(dimension: str, codes: Iterable[str]) -> list[str]:
    """One condition a code."""
    return [str(FACET_ID[dimension, code]) for code in codes]


def one_of(dimension: str, codes: Iterable[str]) -> list[str]:
    """One condition: any of the codes; none when there are no codes."""
    numbers = all_of(dimension, codes)
    if len(numbers) < 2:
        return numbers
    return ["(" + "|".join(numbers) + ")"]


def conjunction(conditions: Iterable[str]) -> str:
    """The expression that all conditions hold."""
    return "&".join(conditions) or EVERYTHING

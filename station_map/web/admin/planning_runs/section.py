"""A part of a results page: its tables, its chart, and which sentence explains its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from station_map.web.admin.planning_runs import tables
from station_map.web.admin.planning_runs.coverage_answer import CoverageView
from station_map.web.admin.planning_runs.tables import Cell, Head, Table
from station_map.web.charts import Steps

MOST_GROUPS: Final = 200
NO_HEAD: Final = Head("", bar=True)
GROUP: Final = Head("地方", text=True)


@dataclass(frozen=True, slots=True)
class Section:
    """how: its explanation in words.HOW. chart: the week. folded: tables of many figures."""

    key: str
    title: str
    how: str
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    chart: Steps | None = None
    folded: tuple[Table, ...] = ()


def by_group(answer: CoverageView, *columns: Iterable[Cell]) -> list[tuple[Cell, ...]]:
    """Rows of the groups shown and of the whole, each column in that order."""
    named = [tables.words(name) for name in answer.names]
    return list(zip(named, *columns, strict=True))

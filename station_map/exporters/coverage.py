"""The figures of a run of coverage as csv."""

from __future__ import annotations

from station_map.coverage.figures import HEAD, figures
from station_map.coverage.run import Coverage
from station_map.exporters.csv_table import csv_table


def as_csv(result: Coverage) -> bytes:
    """One row a figure and group; the columns are those of `coverage.figures.HEAD`, and a note.

    The note says of made-up demand, in every row, that it is.
    """
    said = "synthetic" if result.synthetic else ""
    return csv_table((*HEAD, "note"), ((*figure, said) for figure in figures(result)))

"""Counts of visits as csv, told no finer than pages tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from station_map.domain.visits import in_words
from station_map.exporters.csv_table import csv_table
from station_map.store.visit_counts import StationVisits


def as_csv(stations: Iterable[StationVisits], first: dt.date, last: dt.date) -> bytes:
    """A row a station: the first and last day that were counted, and how often somebody tapped."""
    rows = (
        (
            one.code,
            one.name,
            one.district,
            first.isoformat(),
            last.isoformat(),
            in_words(one.visits),
        )
        for one in stations
    )
    return csv_table(("编号", "名称", "区县", "第一天", "最后一天", "到访（次）"), rows)

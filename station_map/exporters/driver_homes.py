"""The list of driver homes against their minimum, as csv."""

from __future__ import annotations

from collections.abc import Iterable

from station_map.domain.driver_home import Requirement, Shortfall, Verdict
from station_map.exporters.csv_table import csv_table
from station_map.store.driver_homes import StoredHome


def as_csv(homes: Iterable[tuple[StoredHome, Shortfall]]) -> bytes:
    """A row each: what it comes to, how many of each verdict, and each requirement in words."""
    head = ("编号", "名称", "区县", "地址", "结论", *(f"{one.zh}（项）" for one in Verdict))
    rows = (
        (
            home.code,
            home.name,
            home.district,
            home.address,
            told.verdict.zh,
            *(len(told.having(verdict)) for verdict in Verdict),
            *(f"{one.verdict.zh}：{one.reason}" for one in told.findings),
        )
        for home, told in homes
    )
    return csv_table((*head, *(one.zh for one in Requirement)), rows)

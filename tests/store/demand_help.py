"""Layers of demand for tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from station_map.domain.demand import DemandKind, checked_facts
from station_map.store.database import Database
from station_map.store.demand import Demand, read_demand
from station_map.store.demand_layers import LayerWriter, StoredLayer
from station_map.store.writing import writing

Cell = tuple[float, float, float]
# In 相山区, 杜集区 and out of every district.
IN_XIANGSHAN = (116.80, 33.95)
IN_DUJI = (116.83, 34.00)
OUTSIDE = (100.0, 30.0)


def bring(
    database: Database,
    name: str,
    cells: Sequence[Cell],
    *,
    replace: bool = False,
    **facts: Any,
) -> tuple[StoredLayer, bool]:
    """Store a layer of cells (longitude, latitude, weight)."""
    told = checked_facts(**({"name": name, "title": name, "unit": "人"} | facts))
    table = np.array(cells, dtype=np.float64).reshape(-1, 3)
    with writing(database, actor="planner", origin="import") as unit:
        writer = LayerWriter(unit, told, replace=replace)
        writer.add(table[:, :2], table[:, 2])
        return writer.finish(DemandKind.POINTS, "wgs84")


def read(database: Database, mix: str | None = None, **asked: Any) -> Demand:
    """The demand of a mix."""
    with database.reading() as connection:
        return read_demand(connection, mix, **asked)

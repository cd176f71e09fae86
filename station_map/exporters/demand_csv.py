"""Demand as a table of figures, for other programs."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Final

from station_map.store.demand import Demand

_HEADINGS: Final = ("lon", "lat", "weight", "adcode")


def write_demand_csv(demand: Demand, path: Path) -> None:
    """Write a row a cell (degrees, WGS-84); adcode is empty outside of every district.

    Every cell of the table is a number, so that none can be taken for a formula. A reader never
    sees half a file.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".demand-") as folder:
        draft = Path(folder) / "draft.csv"
        with draft.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(_HEADINGS)
            adcodes = (*demand.adcodes, "")  # -1, outside, is the last
            rows = zip(
                demand.lonlat.tolist(), demand.weight.tolist(), demand.area.tolist(), strict=True
            )
            writer.writerows((lon, lat, weight, adcodes[area]) for (lon, lat), weight, area in rows)
        draft.replace(path)

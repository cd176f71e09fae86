"""A small town for the planning page: a square of cells, and stations with hours and gaps."""

from __future__ import annotations

import numpy as np

from station_map.domain.station import AmenityFact
from station_map.store.database import Database
from tests.store.demand_help import bring
from tests.web.stations import save, station

LON, LAT = 116.798, 33.956
SIDE = 31
STEP = 0.001


def town(database: Database, extra: str = "") -> list[str]:
    """961 cells of ten people about a place; four stations, one of unknown hours."""
    y, x = np.divmod(np.arange(SIDE * SIDE), SIDE)
    lon, lat = LON + (x - SIDE // 2) * STEP, LAT + (y - SIDE // 2) * STEP
    bring(database, "residents", [(*place, 10.0) for place in zip(lon, lat, strict=True)])
    return save(
        database,
        [
            station(
                f"市民中心驿站{extra}",
                LON,
                LAT,
                opening_hours="Mo-Fr 08:00-18:00",
                address="淮北市相山区相南街道南黎路 12 号",
                amenities={"microwave": AmenityFact("yes")},
            ),
            station(f"东站{extra}", LON + 0.006, LAT, opening_hours="24/7"),
            station(f"没写时间的站{extra}", LON - 0.007, LAT + 0.004),
            station(
                f"司机之家{extra}",
                LON,
                LAT - 0.009,
                kind="driver_home",
                opening_hours="Mo-Su 20:00-08:00",
            ),
        ],
    )

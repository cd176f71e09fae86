"""Write the synthetic residents as a table, to look at or to compare.

    python geodata/demand/make.py [TARGET.csv]

The product makes them at run time (`station_map/domain/demand_synthetic.py`) out of the census, the
outlines and the town centres in this folder's neighbours; nothing is kept here. Two runs give the
same bytes, on every machine. Prints the SHA-256 of the table.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from station_map.domain.demand_synthetic import synthetic_residents
from station_map.importers.demand.synthetic import census_districts

HEADER = "经度(WGS-84),纬度(WGS-84),合成常住人口,县区代码"


def table() -> bytes:
    """The table in UTF-8: longitude, latitude, residents, adcode."""
    lonlat, residents, adcodes = synthetic_residents(census_districts())
    rows = zip(lonlat.tolist(), residents.tolist(), adcodes, strict=True)
    lines = [f"{lon:.5f},{lat:.5f},{count:.0f},{adcode}" for (lon, lat), count, adcode in rows]
    return "\n".join([HEADER, *lines, ""]).encode()


def main(target: Path | None) -> None:
    """Write the table, or only tell its digest."""
    made = table()
    if target is not None:
        target.write_bytes(made)
    print(hashlib.sha256(made).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

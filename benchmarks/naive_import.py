"""What a script without any checks takes: openpyxl, a GeoDataFrame, `to_postgis`.

    STATION_MAP_DATABASE_URL=... python -m benchmarks.naive_import ledger.xlsx

It believes the ledger: no datum, no hours, no marks, no duplicates, no amenities' table.
"""

from __future__ import annotations

import os
import sys

import geopandas as gpd
import pandas as pd
from openpyxl import load_workbook
from psycopg import conninfo
from sqlalchemy import create_engine

from benchmarks.write_ledger import COLUMNS, FACILITIES, FIRST_ROW


def run(path: str, url: str) -> int:
    """Load every row of the ledger into a table of its own; give their number."""
    sheet = load_workbook(path, read_only=True, data_only=True).active
    rows = list(sheet.iter_rows(min_row=FIRST_ROW + 1, values_only=True))[:-1]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *FACILITIES])
    points = gpd.points_from_xy(frame["经度"].astype(float), frame["纬度"].astype(float))
    stations = gpd.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")
    engine = create_engine("postgresql+psycopg://", connect_args=conninfo.conninfo_to_dict(url))
    stations.to_postgis("naive_station", engine, index=False)
    return len(stations)


if __name__ == "__main__":
    print(run(sys.argv[1], os.environ["STATION_MAP_DATABASE_URL"]))

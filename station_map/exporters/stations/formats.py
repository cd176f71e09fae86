"""One table of formats, and writing one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from station_map.exporters.stations import csv_file, geojson, gpkg, gpx, kml
from station_map.exporters.stations.columns import records
from station_map.exporters.stations.terms import Terms
from station_map.store.station_exports import Exported

type Writer = Callable[[Path, Iterable[dict[str, Any]], Terms], None]


class Format(NamedTuple):
    """media_type: as HTTP tells it."""

    media_type: str
    write: Writer


def _xlsx(path: Path, rows: Iterable[dict[str, Any]], terms: Terms) -> None:
    from station_map.exporters.stations import xlsx

    xlsx.write(path, rows, terms)


FORMATS: Final[dict[str, Format]] = {
    "geojson": Format("application/geo+json", geojson.write),
    "csv": Format("text/csv; charset=utf-8", csv_file.write),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "gpkg": Format("application/geopackage+sqlite3", gpkg.write),
    "kml": Format("application/vnd.google-earth.kml+xml", kml.write),
    "gpx": Format("application/gpx+xml", gpx.write),
}
"""By suffix, which is also the format's name."""


def write(
    form: str,
    path: Path,
    chunks: Iterable[Sequence[Exported]],
    terms: Terms,
    tell: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the stations to `path`; how many there were. Memory holds one chunk at a time.

    form: a key of FORMATS. tell: is told how many are written so far. Raises InputError for a
    datum that the format cannot hold.
    """
    count = 0

    def all_records() -> Iterator[dict[str, Any]]:
        nonlocal count
        for chunk in chunks:
            yield from records(chunk, terms.datum)
            count += len(chunk)
            tell(count)

    FORMATS[form].write(path, all_records(), terms)
    return count

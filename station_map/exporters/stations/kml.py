"""KML for map programs: a placemark each, every field as its extended data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from station_map.domain.vocabulary import Datum
from station_map.errors import InputError
from station_map.exporters.stations.columns import AMENITY_HEADINGS, FIELDS, cells
from station_map.exporters.stations.terms import TITLE, Terms
from station_map.exporters.stations.xml_text import text

_NAMES: Final = (*FIELDS, *AMENITY_HEADINGS)
_ELSEWHERE: Final = frozenset(("name", "lon", "lat", "datum"))


def only_wgs84(datum: Datum, form: str) -> None:
    """Refuse another datum than the format's own. Raises InputError."""
    if datum is not Datum.WGS84:
        raise InputError(
            f"{form} 只能用 WGS-84 坐标。 {form} is WGS-84 by definition.",
            parameter="datum",
            allowed="wgs84",
            example="wgs84",
        )


def write(path: Path, records: Iterable[dict[str, Any]], terms: Terms) -> None:
    """Raises InputError for another datum than WGS-84."""
    only_wgs84(terms.datum, "KML")
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write('<kml xmlns="http://www.opengis.net/kml/2.2"><Document>\n')
        out.write(f"<name>{text(TITLE)}</name>")
        out.write(f"<description>{text('；'.join(terms.sentences))}</description>\n")
        out.writelines(map(_placemark, records))
        out.write("</Document></kml>\n")


def _placemark(record: dict[str, Any]) -> str:
    data = "".join(
        f'<Data name="{name}"><value>{text(cell)}</value></Data>'
        for name, cell in zip(_NAMES, cells(record), strict=True)
        if cell is not None and name not in _ELSEWHERE
    )
    return (
        f"<Placemark><name>{text(record['name'])}</name>"
        f"<ExtendedData>{data}</ExtendedData><Point><coordinates>"
        f"{record['lon']},{record['lat']}</coordinates></Point></Placemark>\n"
    )

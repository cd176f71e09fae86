"""Stations to be written into files: everything public about each, in chunks of bounded size."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, Final, LiteralString, NamedTuple

from station_map.store.database import Database
from station_map.store.stations import CONDITIONS, MOBILE

CHUNK: Final = 500


class Exported(NamedTuple):
    """One station. lon, lat: degrees, WGS-84. facts: public fields by name; None is unknown."""

    code: str
    lon: float
    lat: float
    facts: dict[str, Any]


# Without what names or reaches a person, as on a station's page (store/stations.py).
_EXPORT: Final[LiteralString] = """
SELECT s.code, s.lon, s.lat,
    station_document(s) - '{lon,lat,verified_by,photos}'::text[]
    || jsonb_build_object(
        'phone', CASE WHEN normalize(s.phone, NFKC) !~ %(mobile)s THEN s.phone END,
        'district', coalesce(c.properties::jsonb ->> 'district', s.stated_district))
FROM station s JOIN station_card c ON c.station_id = s.id
WHERE s.id IN (SELECT station_id FROM station_card {where}) ORDER BY s.code
"""


def exported(
    database: Database, groups: Sequence[tuple[Sequence[str], Mapping[str, object]]]
) -> Generator[list[Exported]]:
    """Stations of each group by code, all of one moment's state, in chunks.

    groups: names of conditions (keys of `stations.CONDITIONS`) and their parameters. A
    connection is held until the last chunk was taken or the iterator is closed.
    """
    with database.long_reading() as connection:
        for names, parameters in groups:
            clause: LiteralString = " AND ".join(CONDITIONS[name] for name in names)
            statement = _EXPORT.replace("{where}", "WHERE " + clause if names else "")
            with connection.cursor(name="export") as cursor:
                cursor.execute(statement, {**parameters, "mobile": MOBILE})
                while rows := cursor.fetchmany(CHUNK):
                    yield [Exported(*row) for row in rows]

"""Databases of synthetic stations, one for each size, kept between runs.

They lie in an embedded cluster of their own (`benchmarks/data`) that has the product's
settings. Stations go by COPY straight into `station_card`, the table that readers read:
allowed here only, as nothing but reading is measured on them. Up to a million rows, the
indexes grow row by row as they do in the product; beyond, they are built at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import numpy as np
import psycopg
from psycopg import sql

from benchmarks.cards import COLUMNS, copy_lines
from benchmarks.generate_stations import HOURS, Batch, Floats, Numbers, generate_many
from station_map import store
from station_map.domain.hours import Timetable
from station_map.store import migrate, timetables
from station_map.store.embedded.cluster import EmbeddedCluster
from station_map.store.embedded.creation import APP_ROLE
from station_map.store.provision import drop_database, ensure_database

DATA: Final = Path(__file__).resolve().parent / "data"
SEED: Final = 1
CITY: Final = 713
NATION: Final = 190_000
TEN_MILLION: Final = 10_000_000
HUAIBEI: Final = (116.79, 33.95)
_INDEXES_AFTER: Final = 1_000_000


@dataclass(frozen=True)
class Loaded:
    """One database: its size, libpq URL for the application's role, positions in degrees."""

    size: int
    name: str
    url: str


def ensure_loaded(cluster: EmbeddedCluster, size: int, tell: Callable[[str], None]) -> Loaded:
    """The database of `size` stations, made and filled when it is not there."""
    name = f"bench_{size}"
    loaded = Loaded(size, name, cluster.url(name))
    mark = f"{SEED}/{size}/{_form()}"
    if _mark_of(cluster, name) == mark:
        return loaded
    tell(f"loading {size:,} stations into {name} …")
    drop_database(cluster.admin_url(), name)
    ensure_database(cluster.admin_url(), name, APP_ROLE)
    migrate.upgrade(loaded.url)
    with psycopg.connect(cluster.admin_url(name), autocommit=True) as connection:
        _fill(connection, size)
        _publish_for_peers(connection)
        connection.execute("VACUUM ANALYZE")
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark))
        )
    return loaded


def _form() -> str:
    """Changes when what is loaded may change: the schema, the generator, or this."""
    package = Path(store.__file__).resolve().parent
    sources = [*sorted((package / "migrations" / "versions").glob("*.py"))]
    here = Path(__file__).resolve().parent
    sources += [here / name for name in ("cards.py", "cities.csv", "generate_stations.py")]
    digest = sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _mark_of(cluster: EmbeddedCluster, name: str) -> str | None:
    with psycopg.connect(cluster.admin_url()) as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        ).fetchone()
    return row[0] if row else None


def _fill(connection: psycopg.Connection, size: int) -> None:
    indexes = _take_indexes(connection) if size > _INDEXES_AFTER else []
    timetables.add(connection, [Timetable(hours or None) for hours, _, _ in HOURS])
    known = connection.execute("SELECT opening_hours, id FROM timetable").fetchall()
    ids = dict(known)
    # The cards' stations are not there: foreign keys are not looked at.
    connection.execute("SET session_replication_role = replica")
    with connection.cursor().copy(f"COPY station_card ({COLUMNS}) FROM STDIN") as copy:
        for batch, rows in chosen(size):
            copy.write("".join(copy_lines(batch, ids, rows)))
    connection.execute("SET session_replication_role = origin")
    connection.execute("SET maintenance_work_mem = '1GB'")
    for statement in indexes:
        connection.execute(sql.SQL(statement))


def _take_indexes(connection: psycopg.Connection) -> list[str]:
    """Drop every index that is no constraint's; give the statements that make them anew."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'station_card'"
        " AND indexname LIKE 'ix\\_%'"
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in found]


def chosen(size: int) -> Iterator[tuple[Batch, Numbers | None]]:
    """The stations of a database of `size`, batch by batch: all, or some rows of each.

    The 713 of one city are those of the 190,000 that lie nearest to Huaibei's centre, so
    that they are as dense as there.
    """
    if size != CITY:
        for batch in generate_many(size, SEED):
            yield batch, None
        return
    inside = _nearest_numbers(*HUAIBEI, size)
    for batch in generate_many(NATION, SEED):
        yield (
            batch,
            inside[(inside >= batch.first) & (inside < batch.first + len(batch))] - (batch.first),
        )


def _nearest_numbers(lon: float, lat: float, count: int) -> Numbers:
    lons, lats = (np.concatenate(columns) for columns in zip(*_all_positions(), strict=True))
    squared = ((lons - lon) * np.cos(np.radians(lat))) ** 2 + (lats - lat) ** 2
    return np.sort(np.argsort(squared, kind="stable")[:count])


def _all_positions() -> Iterator[tuple[Floats, Floats]]:
    for batch in generate_many(NATION, SEED):
        yield batch.lon, batch.lat


def positions(size: int, count: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """`count` positions (degrees) of stations drawn with `rng` from a database of `size`."""
    drawn = np.sort(rng.integers(size, size=count))
    lons, lats, before = [], [], 0
    for batch, rows in chosen(size):
        here = np.arange(len(batch)) if rows is None else rows
        mine = here[drawn[(drawn >= before) & (drawn < before + len(here))] - before]
        lons.append(batch.lon[mine])
        lats.append(batch.lat[mine])
        before += len(here)
    return np.concatenate(lons), np.concatenate(lats)


# What the peers publish: the same rows with the geometry and the JSON in the types that
# they know; their own index; a KNN function as their documentation shows one.
_PEERS: Final = (
    """
    CREATE TABLE peer_station AS
    SELECT code, position::geometry AS geom, properties::jsonb AS properties
    FROM station_card WHERE status = 'open'
    """,
    "ALTER TABLE peer_station ADD PRIMARY KEY (code)",
    "ALTER TABLE peer_station ALTER COLUMN geom TYPE geometry(Point, 4326)",
    "CREATE INDEX ON peer_station USING gist (geom)",
    """
    CREATE FUNCTION peer_nearest(lon float8, lat float8, k int DEFAULT 10)
    RETURNS TABLE (code text, properties jsonb, distance_m float8, geom geometry)
    LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT s.code, s.properties, ST_Distance(s.geom::geography, here::geography), s.geom
        FROM peer_station s, (SELECT ST_Point(lon, lat, 4326) AS here) q
        ORDER BY s.geom <-> ST_Point(lon, lat, 4326) LIMIT k
    $$
    """,
    f"GRANT SELECT ON peer_station TO {APP_ROLE}",
)


def _publish_for_peers(connection: psycopg.Connection) -> None:
    count = connection.execute("SELECT count(*) FROM station_card").fetchone()
    if count is None or count[0] != NATION:
        return
    for statement in _PEERS:
        connection.execute(statement)

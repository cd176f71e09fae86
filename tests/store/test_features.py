"""Pages of features stay on their indexes, at a size where it matters."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator

import pytest

from station_map.geo.axes import Axes
from station_map.search.cql import parse
from station_map.store.database import Database
from station_map.store.features import stations_statement
from station_map.store.features_cql import meets
from station_map.store.features_where import Where
from tests.support import clusters

MANY = 20_000
FILL = f"""
SELECT setseed(0.42);
INSERT INTO station (code, name, kind, position, seats)
SELECT 'x' || lpad(n::text, 6, '0'), 'n' || n, 'union_station',
    ST_Point(75 + 55 * random(), 20 + 30 * random(), 4326)::geography, n
FROM generate_series(1, {MANY}) n;
SELECT station_refresh(array_agg(id)) FROM station;
"""


@pytest.fixture(scope="module")
def many(cluster) -> Iterator[Database]:
    with clusters.cloned(cluster, f"features_{uuid.uuid4().hex[:12]}") as url:
        database = Database(url, pool_size=1)
        try:
            with database.engine.begin() as connection:
                connection.exec_driver_sql(FILL)
            with database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM ANALYZE station_card, station")
            yield database
        finally:
            database.close()


def in_a_box(where: Where) -> None:
    where.inside([(116.7, 33.8, 116.9, 34.0)])


def across_the_meridian(where: Where) -> None:
    where.inside([(129.9, 20.0, 180.0, 20.2), (-180.0, 20.0, -179.0, 20.2)])


def in_a_polygon(where: Where) -> None:
    meets(where, parse("S_WITHIN(geometry, POLYGON((116 33,116.3 33,116.3 33.3,116 33)))"))


def by_seats(where: Where) -> None:
    meets(where, parse("seats = 77 AND status = 'open'"))


def by_code(where: Where) -> None:
    meets(where, parse("code IN ('x000007', 'x000009')"))


def after_a_code(where: Where) -> None:
    where.after("x015000")


def after_a_code_by_kind(where: Where) -> None:
    meets(where, parse("kind = 'union_station' AND NOT name LIKE '%z%'"))
    where.after("x015000")


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (in_a_box, "ix_station_card_merc"),
        (across_the_meridian, "ix_station_card_merc"),
        (in_a_polygon, "ix_station_card_merc"),
        (by_seats, "ix_station_seats"),
        (by_code, "uq_station_card_code"),
        (after_a_code, "uq_station_card_code"),
        (after_a_code_by_kind, "uq_station_card_code"),
    ],
)
def test_a_page_comes_from_an_index(
    many: Database, asked: Callable[[Where], None], index: str
) -> None:
    where = Where(of_stations=True)
    asked(where)
    with many.reading() as connection:
        statement = "EXPLAIN (FORMAT JSON) " + stations_statement(where, Axes.LON_LAT)
        plan = json.dumps(
            connection.execute(statement, {**where.parameters, "limit": 101}).fetchone()
        )  # type: ignore[call-overload]
    assert f'"{index}' in plan
    assert "Seq Scan" not in plan
    assert many.rows(stations_statement(where, Axes.LON_LAT), {**where.parameters, "limit": 5})


def test_names_of_values_are_our_own() -> None:
    where = Where(of_stations=True)
    places = [where.bind(value) for value in ("'; DROP TABLE station; --", 5, None)]
    assert places == ["%(v0)s", "%(v1)s", "%(v2)s"]
    assert "DROP" not in where.sql()

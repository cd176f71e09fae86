"""The hot reads stay on their indexes: their plans at a size where it matters."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from typing import LiteralString

import psycopg
import pytest

from station_map.store import facets, narrow
from station_map.store import nearest as statements
from station_map.store.database import Database
from tests.support import clusters

MANY = 20_000
PARAMETERS = {"x": 13002320.0, "y": 4021000.0, "lon": 116.8, "lat": 33.95, "limit": 14}

# Cards alone are what nearest reads; the tables below them are not needed for a plan.
FILL = f"""
SELECT setseed(0.42);
DROP TRIGGER fk_station_card_station_id_station_insert ON station_card;
INSERT INTO timetable (opening_hours, exceptions, back_on)
SELECT 'off "' || n || '"', '', '-infinity' FROM generate_series(1, 300) n;
INSERT INTO station_card (station_id, code, status, demo, position, facet_ids,
    known_amenity_ids, properties, search_text, timetable_id)
SELECT n, 'x' || n, 'open', false,
    ST_Point(75 + 55 * random(), 20 + 30 * random(), 4326)::geography,
    ARRAY[3, {facets.FACET_ID["status", "open"]}] || CASE mod(n, 1000) WHEN 0 THEN ARRAY[17] END,
    ARRAY[3], repeat('x', 1000), '',
    (SELECT min(id) FROM timetable) + mod(n, 300)
FROM generate_series(1, {MANY}) n;
"""

# What makes parallel scans tempting at ten times the size.
TEMPT: LiteralString = """
DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET parallel_setup_cost = 0', current_database());
    EXECUTE format('ALTER DATABASE %I SET min_parallel_table_scan_size = 0', current_database());
END $$
"""


@pytest.fixture(scope="module")
def many(cluster) -> Iterator[Database]:
    with clusters.cloned(cluster, f"plans_{uuid.uuid4().hex[:12]}") as url:
        database = Database(url, pool_size=1)
        try:
            with database.engine.begin() as connection:
                connection.exec_driver_sql(FILL)
            with database.engine.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM ANALYZE station_card")
                connection.exec_driver_sql(TEMPT.replace("%", "%%"))
            yield database
        finally:
            database.close()


def plan(database: Database, statement: LiteralString, **more: object) -> str:
    """The plan of the statement as the product runs it: prepared, for any parameters."""
    values = PARAMETERS | more
    in_order = dict.fromkeys(re.findall(r"%\((\w+)\)s", statement))
    places = ", ".join(["%s"] * len(in_order))
    # A connection of its own: its first prepared statement is this one.
    own = Database(database.url, pool_size=1)
    with closing(own), own.reading() as connection:
        connection.execute(statement, values, prepare=True)
        cursor = psycopg.ClientCursor(connection)
        cursor.execute(
            f'EXPLAIN (FORMAT JSON) EXECUTE "_pg3_0" ({places})', [values[n] for n in in_order]
        )
        return json.dumps(cursor.fetchone())


def test_open_stations_come_from_the_plain_index(many: Database) -> None:
    assert '"ix_station_card_merc"' in plan(many, statements.OPEN.by_map)


@pytest.mark.parametrize("wanted", ["17&81", "3&81", "(64|65)&81"])
def test_filters_come_from_the_index_that_holds_them(many: Database, wanted: str) -> None:
    text = plan(many, statements.FILTERED.by_map, facets=wanted)
    assert '"ix_station_card_merc_facet_ids"' in text
    assert "Seq Scan" not in text


@pytest.mark.parametrize("shape", [statements.OPEN, statements.FILTERED])
def test_no_read_sorts_or_scans_the_whole_table(many: Database, shape) -> None:
    for statement in (shape.by_map, shape.by_map_within, shape.by_truth):
        text = plan(many, statement, facets="3&81", reach=20_000.0)
        assert "Seq Scan" not in text, text


CLOCK = {"not_open": "\\x02", "not_unknown": "\\x02", "now": 1.8e9, "pace": 0.9, "by": "x"}


def relations_scanned(found: object) -> set[str]:
    """Tables that a plan reads from one end to the other."""
    if isinstance(found, list):
        return set().union(*map(relations_scanned, found))
    if not isinstance(found, dict):
        return set()
    own = {found["Relation Name"]} if found.get("Node Type") == "Seq Scan" else set()
    return own.union(*map(relations_scanned, found.values()))


@pytest.mark.parametrize("hours", statements.HOURS)
def test_the_clock_leaves_the_plans_on_their_index(many: Database, hours: str) -> None:
    shape = statements.at_hours(hours)
    doubtful = statements.unknown_statements(1, hours)
    more = CLOCK | {"facets": "81&100", "reach": 20_000.0, "full": "3", "wanted": [], "group0": [3]}
    for statement in (shape.by_map, shape.by_map_within, shape.by_truth, doubtful.by_map):
        names = {name: more[name] for name in more if f"%({name})s" in statement}
        text = plan(many, statement, **names)
        assert '"ix_station_card_merc_facet_ids"' in text or '"ix_station_card_merc"' in text
        assert "station_card" not in relations_scanned(json.loads(text))
    assert '"ix_station_card_merc_facet_ids"' in plan(
        many, shape.by_map, **{n: more[n] for n in more if f"%({n})s" in shape.by_map}
    )


WORDS = narrow.by_text(("text0", "sound1"))
SIMILAR = narrow.by_text(("similar",))
FURTHER = {"spelled0": "%x%", "written0": "%x%", "spelled1": "%y%", "near": "xyz", "seats": 10,
           "area": "340603", "ids": [1, 2, 3], "facets": "3&81"}  # fmt: skip


def named(statement: str) -> dict[str, object]:
    return {name: value for name, value in FURTHER.items() if f"%({name})s" in statement}


@pytest.mark.parametrize("parts", [(WORDS,), (SIMILAR, narrow.SEATS), (narrow.AREA, WORDS)])
@pytest.mark.parametrize("shape", [statements.OPEN, statements.FILTERED])
def test_a_walk_outwards_stays_on_the_index_of_places(many: Database, shape, parts) -> None:
    statement = statements.walk(shape, narrow.asked_of_each(parts))
    text = plan(many, statement, **named(statement))
    assert '"ix_station_card_merc' in text
    assert relations_scanned(json.loads(text)) <= {"area"}, "one end to the other"


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize(
    ("leader", "others"),
    [(WORDS, ()), (SIMILAR, (narrow.SEATS,)), (narrow.AREA, (WORDS,)), (narrow.SEATS, ())],
)
def test_few_are_read_one_by_one_and_sorted(many: Database, leader, others, *, known: bool) -> None:
    ids = narrow.KNOWN if known else narrow.led_by(leader)
    asked = narrow.asked_of_those(leader, others)
    statement = statements.in_order(statements.FILTERED, ids, asked)
    found = json.loads(plan(many, statement, **named(statement)))
    assert "station_card" not in relations_scanned(found)
    assert '"pk_station_card"' in json.dumps(found)
    assert '"ix_station_card_merc' not in json.dumps(found)


def test_the_number_of_the_open_status_is_what_the_plans_assume() -> None:
    assert facets.FACET_ID["status", "open"] == 81

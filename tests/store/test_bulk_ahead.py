"""A merge in steps, while rows still come, ends as one that waits for the last row."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy import Connection, text

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import Honour
from station_map.store import bulk
from station_map.store.bulk import Applied, Staging, start_run
from station_map.store.database import Database
from tests.store.merging import ACTOR, LAT, LON, merge, outcomes, station, value

# Everything but ids, times and the run's number, which no two merges share.
CONTENTS = """
SELECT to_jsonb(s) - '{id,import_run_id,created_at,updated_at}'::text[] FROM station s
ORDER BY code;
SELECT s.code, to_jsonb(f) - 'station_id'
FROM station_amenity f JOIN station s ON s.id = f.station_id ORDER BY 1, f.amenity_id;
SELECT s.code, h.honour FROM station_honour h JOIN station s ON s.id = h.station_id
ORDER BY 1, 2;
SELECT to_jsonb(c) - '{station_id,timetable_id}'::text[],
    t.opening_hours, t.exceptions, t.back_on::text, t.facet_ids
FROM station_card c LEFT JOIN timetable t ON t.id = c.timetable_id ORDER BY code;
SELECT s.code, w.words FROM station_words w JOIN station s ON s.id = w.station_id ORDER BY 1;
SELECT to_jsonb(r) - '{id,at,station_id,import_run_id,xid}'::text[] FROM revision r ORDER BY r.id;
SELECT string_agg(code, ' ' ORDER BY id) FROM station;
SELECT prefix, last FROM code_counter ORDER BY prefix
"""
METRE = 1e-5


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "STEP_ROWS", 3)


class _Undo(Exception):
    pass


def merged(
    database: Database, stations: Sequence[Station], *, ahead: bool, replace_demo: bool
) -> tuple[list[Applied], list[Any]]:
    """What became of the rows and what the database then held; nothing of it stays."""
    found: list[Applied] = []
    contents: list[Any] = []
    with (
        # Two rows can ask for the same number of a source by ways that only the schema sees.
        suppress(_Undo, UniqueViolation),
        database.transaction(actor=ACTOR, origin="import") as connection,
        staging(connection) as rows,
    ):
        for ordinal, one in enumerate(stations):
            if ahead and all(later.code is None for later in stations[ordinal:]):
                rows.merge_ahead(replace_demo=replace_demo)
            rows.copy([(ordinal, one)])
        found.extend(rows.apply(replace_demo=replace_demo))
        contents.extend(connection.execute(text(query)).all() for query in CONTENTS.split(";"))
        raise _Undo
    return found, contents


def in_steps(
    database: Database, rows: Sequence[Station], at_the_end: Exception | None = None
) -> None:
    """Merge in steps, as far as that goes without an error."""
    with (
        database.transaction(actor=ACTOR, origin="import") as connection,
        staging(connection) as steps,
    ):
        steps.merge_ahead(replace_demo=False)
        steps.copy(enumerate(rows))
        if at_the_end:
            raise at_the_end
        list(steps.apply(replace_demo=False))


def staging(connection: Connection) -> Staging:
    run = start_run(connection, file_name="a.xlsx", sha256="0" * 64, datum=None, actor=ACTOR)
    return Staging(connection, run)


_FACTS = st.builds(AmenityFact, st.sampled_from(["yes", "no"]), st.none() | st.integers(0, 3))
_STATIONS = st.builds(
    Station,
    name=st.sampled_from(["甲", " 甲", "乙站", "乙 站"]),
    # Nearer than 1,000 m to some others, and farther from some; two districts.
    lon=st.sampled_from([LON, LON + 0.005, LON + 0.012, LON - 0.2]),
    lat=st.just(LAT),
    code=st.sampled_from([None] * 6 + ["A-1", "340603-00002", "340603-00004"]),
    source=st.just("台账"),
    source_id=st.sampled_from([None] * 6 + ["1", "2"]),
    seats=st.none() | st.integers(1, 3),
    demo=st.booleans(),
    honours=st.sampled_from([(), (Honour.AAA,)]),
    amenities=st.dictionaries(st.sampled_from(["wifi", "toilet", "aed"]), _FACTS, max_size=2),
)


def without_repeats(stations: Sequence[Station]) -> Iterator[Station]:
    """As an import hands them on: no code and no number of a source comes twice."""
    seen: set[str | None] = set()
    for one in stations:
        code = None if one.code in seen else one.code
        number = None if one.source_id in seen else one.source_id
        seen |= {code, number}
        yield replace(one, code=code, source_id=number)


@pytest.mark.usefixtures("small_steps")
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    stored=st.lists(_STATIONS, max_size=6),
    rows=st.lists(_STATIONS, min_size=4, max_size=20),
    replace_demo=st.booleans(),
)
def test_steps_and_one_go_end_alike(
    database: Database, stored: list[Station], rows: list[Station], replace_demo: bool
) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM station"))
        connection.execute(text("DELETE FROM code_counter"))
    merge(database, *without_repeats(stored))
    given_rows = list(without_repeats(rows))
    assert merged(database, given_rows, ahead=True, replace_demo=replace_demo) == merged(
        database, given_rows, ahead=False, replace_demo=replace_demo
    )


@pytest.mark.usefixtures("small_steps")
def test_a_row_never_means_a_station_that_another_row_has_made(database: Database) -> None:
    rows = [station("甲", LON + n * METRE) for n in range(7)]
    found, _ = merged(database, rows, ahead=True, replace_demo=False)
    assert outcomes(found) == ["created"] * 7
    assert [row.code for row in found] == [f"340603-0000{n}" for n in range(1, 8)]


@pytest.mark.usefixtures("small_steps")
def test_a_stored_station_is_known_by_its_place_of_before(database: Database) -> None:
    merge(database, station("甲", source="台账", source_id="1"))
    moved = station("甲", LON - 0.2, source="台账", source_id="1")
    others = [station(f"别处{n}") for n in range(6)]
    found, _ = merged(database, [moved, *others, station("甲")], ahead=True, replace_demo=False)
    assert outcomes(found) == ["updated", *["created"] * 6, "duplicate"]


@pytest.mark.usefixtures("small_steps")
def test_new_stations_are_there_before_the_last_row(database: Database) -> None:
    with database.transaction(actor=ACTOR, origin="import") as connection:
        with staging(connection) as rows:
            rows.merge_ahead(replace_demo=False)
            rows.copy((n, station(f"站{n}")) for n in range(7))
            made_by = {thread.name for thread in threading.enumerate()}
            rows.copy([(7, station("站7")), (8, station("站8"))])  # waits for the second step
            left = list(rows.apply(replace_demo=False))
        assert [row.ordinal for row in left] == list(range(9))
        assert any(name.startswith("station-map-store") for name in made_by)
        assert not any(
            thread.name.startswith("station-map-store") for thread in threading.enumerate()
        )
    assert value(database, "SELECT count(*) FROM station_card") == 9
    assert value(database, "SELECT count(*) FROM station_words") == 9


@pytest.mark.usefixtures("small_steps")
def test_codes_that_came_earlier_are_never_given_to_others(database: Database) -> None:
    rows = [station("带码", code="340603-00002"), *(station(f"站{n}") for n in range(8))]
    found, _ = merged(database, rows, ahead=True, replace_demo=False)
    assert [row.code for row in found[:3]] == ["340603-00002", "340603-00003", "340603-00004"]


@pytest.mark.usefixtures("small_steps")
@pytest.mark.parametrize("bad", [1, 5, 10])
def test_a_row_that_breaks_a_rule_is_told_and_leaves_nothing(database: Database, bad: int) -> None:
    rows = [station(f"站{n}", seats=-1 if n == bad else None) for n in range(11)]
    with pytest.raises(CheckViolation, match="seats_range"):
        in_steps(database, rows)
    assert value(database, "SELECT count(*) FROM station") == 0
    assert value(database, "SELECT count(*) FROM import_run") == 0


@pytest.mark.usefixtures("small_steps")
def test_an_error_between_steps_ends_them_and_leaves_nothing(database: Database) -> None:
    rows = [station(f"站{n}") for n in range(10)]
    with pytest.raises(_Undo):
        in_steps(database, rows, at_the_end=_Undo())
    assert value(database, "SELECT count(*) FROM station") == 0


def test_nothing_at_all_can_be_merged(database: Database) -> None:
    assert merge(database) == []

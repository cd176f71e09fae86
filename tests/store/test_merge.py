"""Merging two stations and taking them apart: nothing is lost, every code leads on."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.domain.accounts import Role
from station_map.domain.duplicates import choices, defaults
from station_map.domain.reports import ReportKind
from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import Honour, HostType
from station_map.errors import Conflict
from station_map.store import change_sets, duplicates, former
from station_map.store import merge as merging
from station_map.store.change_sets import Request, Undoing
from station_map.store.database import Database
from station_map.store.duplicates import Seen
from station_map.store.merge_moves import ADDED, DROPPED, NUMBERED, SINGLE
from station_map.store.writing import writing
from tests.store.merging import LON, merge, outcomes, rows, station, value
from tests.store.queue_help import locked_by_two, tell
from tests.support import people

WHY = "去看过，是同一个门"
# What tells of the two, before and after; not the record of what was done, which only grows.
TABLES = (
    "station_amenity",
    "station_honour",
    "station_hours_exception",
    *(table for table, _, _ in NUMBERED),
    *(one.table for one in SINGLE),
    *ADDED,
    "station_former",
    "station_door",
    "station_words",
)


def anywhere(_station: int, _adcode: str | None) -> bool:
    return True


def ids(database: Database) -> dict[str, int]:
    return dict(rows(database, "SELECT name, id FROM station"))


def seen(database: Database, one: int, other: int) -> Seen:
    versions = dict(rows(database, "SELECT id, version FROM station"))
    first, second = sorted((one, other))
    return Seen(first, second, versions.get(first, 0), versions.get(second, 0))


def join(
    database: Database, kept: int, gone: int, taken: frozenset[str] = frozenset(), **more: Any
) -> merging.Merged:
    wanted = merging.Wanted(more.get("seen") or seen(database, kept, gone), kept, taken, WHY)
    with writing(database, actor="李") as unit:
        return merging.merge(unit, wanted)


def part(database: Database, answer: int, **more: Any) -> int:
    with writing(database, actor="王") as unit:
        return merging.unmerge(unit, answer, anywhere, reason="看错了", **more)


def whole(database: Database) -> dict[str, Any]:
    """Everything that tells of the stations, but versions and when they were changed."""
    told: dict[str, Any] = {
        "station": rows(
            database,
            "SELECT to_jsonb(s) - '{version,updated_at}'::text[] FROM station s ORDER BY id",
        ),
        "station_card": rows(
            database,
            "SELECT to_jsonb(c) - 'timetable_id' FROM station_card c ORDER BY station_id",
        ),
    }
    with psycopg.connect(database.url) as connection:
        for table in TABLES:
            query = f"SELECT to_jsonb(t) - 'id' FROM {table} t ORDER BY to_jsonb(t)::text"
            if table in {"report", "report_case", "service_event", "station_photo"}:
                query = query.replace(" - 'id'", "")
            told[table] = connection.execute(query.encode()).fetchall()
    return told


@pytest.fixture
def two(database: Database) -> tuple[int, int]:
    """Two stations with something of everything; the first is the one to keep."""
    merge(
        database,
        station(
            "淮海路邮政工会驿站",
            phone="0561-3012345",
            honours=(Honour.MODEL,),
            amenities={"wifi": AmenityFact("yes"), "toilet": AmenityFact("no")},
            verified_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=1),
        ),
        station(
            "淮海路邮政驿站",
            LON + 0.0003,
            seats=12,
            opening_hours="Mo-Su 08:00-18:00",
            host_type=HostType.POST,
            honours=(Honour.NATIONAL_MOST_BEAUTIFUL,),
            amenities={"microwave": AmenityFact("yes", note="热饭"), "toilet": AmenityFact("yes")},
            source="台账",
            source_id="77",
        ),
    )
    known = ids(database)
    kept, gone = known["淮海路邮政工会驿站"], known["淮海路邮政驿站"]
    belongings(database, kept, gone)
    return kept, gone


def belongings(database: Database, kept: int, gone: int) -> None:
    codes = dict(rows(database, "SELECT id, code FROM station"))
    locked_by_two(database, codes[gone])
    tell(database, codes[kept], who="203.0.113.8")
    tell(database, codes[gone], ReportKind.BROKEN, amenity="microwave", who="203.0.113.8")
    tell(database, codes[gone], ReportKind.OPEN, who="203.0.113.11", ago=dt.timedelta(days=9))
    keeper = people.account(
        database, "keeper", Role.KEEPER, stations=(codes[gone],), password=False
    )
    both = people.account(
        database, "both", Role.KEEPER, stations=tuple(codes.values()), password=False
    )
    run = people.execute
    for one, sha in ((gone, "a"), (gone, "b"), (kept, "a")):
        run(
            database,
            "INSERT INTO station_photo (station_id, sha256, width_px, height_px)"
            " VALUES (%s, %s, 9, 9)",
            one,
            sha * 64,
        )
    run(
        database,
        "INSERT INTO service_event (station_id, kind, title, first_day, last_day, source)"
        " VALUES (%s, 'legal_clinic', '法律咨询', '2026-12-01', '2026-12-02', 'x')",
        gone,
    )
    run(
        database,
        "INSERT INTO round_answer (uuid, account_id, station_id, answer, seen_at)"
        " VALUES (%s, %s, %s, 'right', now())",
        uuid4(),
        keeper,
        gone,
    )
    for one, at in ((gone, "2026-11-22 08:00Z"), (kept, "2026-11-22 07:00Z")):
        run(
            database,
            "INSERT INTO station_live (station_id, quantity, value, observed_at)"
            " VALUES (%s, 'occupancy', '3', %s)",
            one,
            at,
        )
        for hour in ("2026-11-20 07:00Z", at):
            run(
                database,
                "INSERT INTO live_hourly VALUES (%s, %s, 'occupancy', 1, 3, 3, 3, 3, %s)",
                one,
                hour,
                hour,
            )
    for one, hour, visits in ((gone, 7, 3), (gone, 8, 2), (kept, 7, 4), (kept, 9, 1)):
        run(
            database,
            "INSERT INTO visit_hourly VALUES (%s, '2026-11-20 00:00Z'::timestamptz"
            " + %s * interval '1 hour', %s)",
            one,
            hour,
            visits,
        )
    run(
        database,
        "INSERT INTO station_draft (account_id, station_id, subject, version, base, given)"
        " VALUES (%s, %s, 'hours', 1, '{}', '{}')",
        both,
        gone,
    )
    run(
        database,
        "INSERT INTO hours_override (adcode, selection, first_day, last_day, opening_hours,"
        " reason, words, created_by) VALUES ('340600', '{}', '2026-12-24', '2026-12-25', 'off',"
        " 'other', '放假', 'x')",
    )
    run(
        database,
        "INSERT INTO station_hours_override SELECT id, %s FROM hours_override",
        gone,
    )
    run(database, "UPDATE station_honour SET awarded_on = '2024-05-01' WHERE station_id = %s", gone)
    run(database, "SELECT station_refresh(array_agg(id)) FROM station")


def documents(database: Database) -> dict[int, dict[str, Any]]:
    return dict(rows(database, "SELECT id, station_document(s) FROM station s"))


def test_a_merge_takes_what_was_chosen_and_brings_everything_along(
    database: Database, two: tuple[int, int]
) -> None:
    kept, gone = two
    before = documents(database)
    code, old = before[kept]["code"], before[gone]["code"]
    made = join(database, kept, gone, defaults(before[kept], before[gone]))
    assert made.code == code
    (after,) = documents(database).values()
    assert (after["code"], after["name"]) == (code, "淮海路邮政工会驿站")
    assert after["aliases"] == ["淮海路邮政驿站"]
    assert (after["seats"], after["opening_hours"]) == (12, "Mo-Su 08:00-18:00")
    assert after["phone"] == "0561-3012345"  # the other did not know it
    assert after["amenities"].keys() == {"wifi", "toilet", "microwave"}
    assert after["honours"] == ["model", "national_most_beautiful"]
    assert [photo["sha256"][0] for photo in after["photos"]] == ["b", "a"]
    assert after["reported_locked_at"] == before[gone]["reported_locked_at"]
    for table in (*(name for name, _, _ in NUMBERED), *(one.table for one in SINGLE), *ADDED):
        with psycopg.connect(database.url) as connection:
            found = connection.execute(
                f"SELECT count(*), count(*) FILTER (WHERE station_id = %s) FROM {table}".encode(),
                (kept,),
            ).fetchone()
        assert found is not None
        assert found[0] == found[1], table
    assert former.current(database, old) == code
    # One case of a kind is open, and holds the reports of both.
    assert rows(
        database,
        "SELECT c.answer, count(*) FROM report_case c JOIN report r ON r.case_id = c.id"
        " WHERE c.kind = 'locked' GROUP BY 1",
    ) == [(None, 3)]
    keepers = "SELECT name FROM account_station JOIN account a ON a.id = account_id ORDER BY 1"
    assert rows(database, keepers) == [("both",), ("keeper",)]
    assert value(database, "SELECT value FROM station_live") == "3"
    assert rows(database, "SELECT visits FROM visit_hourly ORDER BY hour") == [(7,), (2,), (1,)]


def test_every_table_that_refers_to_a_station_is_decided_about(database: Database) -> None:
    found = rows(
        database,
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'station_id'"
        " AND table_schema = 'public'",
    )
    decided = {
        *(table for table, _, _ in NUMBERED),
        *(one.table for one in SINGLE),
        *ADDED,
        *DROPPED,
        # facts of the document; derived; the record; this subject's own
        *("station_amenity", "station_honour", "station_hours_exception"),
        *("station_card", "station_words", "station_door", "revision", "station_former"),
    }
    assert {name for (name,) in found} == decided


def test_taken_back_everything_is_as_before(database: Database, two: tuple[int, int]) -> None:
    before = whole(database)
    found = documents(database)
    made = join(database, *two, defaults(found[two[0]], found[two[1]]))
    assert whole(database) != before
    part(database, made.answer)
    assert whole(database) == before
    with pytest.raises(Conflict, match="已经撤销"):
        part(database, made.answer)


TEXTS = st.sampled_from(["甲", "乙", "{{7*7}}", None])
FACTS = st.fixed_dictionaries(
    {
        "address": TEXTS,
        "brand": TEXTS,
        "phone": TEXTS,
        "seats": st.sampled_from([None, 0, 7]),
        "opening_hours": st.sampled_from([None, "24/7", "Mo-Fr 08:00-18:00"]),
        "amenities": st.dictionaries(
            st.sampled_from(["wifi", "toilet", "aed"]),
            st.sampled_from(["yes", "no", "broken"]).map(AmenityFact),
        ),
        "honours": st.sets(st.sampled_from(list(Honour))).map(tuple),
        "aliases": st.sampled_from([(), ("老名",), ("老名", "小名")]),
    }
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(one=FACTS, other=FACTS, data=st.data())
def test_whatever_is_taken_merging_and_taking_back_changes_nothing(
    database: Database, one: dict[str, Any], other: dict[str, Any], data: st.DataObject
) -> None:
    name = uuid4().hex
    merge(database, station(name, **one), station(name + "x", LON + 0.0001, **other))
    known = ids(database)
    kept, gone = known[name], known[name + "x"]
    found = documents(database)
    keys = [choice.key for choice in choices(found[kept], found[gone])]
    taken = frozenset(data.draw(st.lists(st.sampled_from(keys)))) if keys else frozenset()
    before = whole(database)
    part(database, join(database, kept, gone, taken).answer)
    assert whole(database) == before


def test_what_was_changed_since_is_left(database: Database, two: tuple[int, int]) -> None:
    kept, gone = two
    made = join(database, kept, gone, frozenset({"seats"}))
    people.execute(database, "UPDATE station SET seats = 30 WHERE id = %s", kept)
    part(database, made.answer)
    assert dict(rows(database, "SELECT id, seats FROM station")) == {kept: 30, gone: 12}


def test_codes_lead_on_through_a_chain_and_back(database: Database) -> None:
    merge(database, *(station(name, LON + n / 1e4) for n, name in enumerate("甲乙丙")))
    known, codes = ids(database), dict(rows(database, "SELECT name, code FROM station"))
    first = join(database, known["乙"], known["甲"])
    second = join(database, known["丙"], known["乙"])
    for name in "甲乙":
        assert former.current(database, codes[name]) == codes["丙"]
    assert former.codes_of(database, codes["丙"]) == sorted([codes["甲"], codes["乙"]])
    with pytest.raises(Conflict, match="先撤销那一次"):
        part(database, first.answer)
    part(database, second.answer)
    assert former.current(database, codes["甲"]) == codes["乙"]
    assert former.current(database, codes["乙"]) is None
    part(database, first.answer)
    assert ids(database) == known


def test_one_of_two_at_once_wins(database: Database, two: tuple[int, int]) -> None:
    told = seen(database, *two)

    def one(kept: int, gone: int) -> str:
        try:
            join(database, kept, gone, seen=told)
        except Conflict:
            return "conflict"
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(one, two, reversed(two)))
    assert sorted(found) == ["conflict", "merged"]
    assert value(database, "SELECT count(*) FROM station") == 1
    assert value(database, "SELECT count(*) FROM duplicate_answer") == 1


def test_what_was_changed_meanwhile_is_no_merge(database: Database, two: tuple[int, int]) -> None:
    told = seen(database, *two)
    people.execute(database, "UPDATE station SET version = version + 1 WHERE id = %s", two[1])
    with pytest.raises(Conflict, match="有人改了"):
        join(database, *two, seen=told)
    assert value(database, "SELECT count(*) FROM station") == 2


def test_while_an_import_runs_nothing_is_merged(database: Database, two: tuple[int, int]) -> None:
    with psycopg.connect(database.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [0x53_4D_49])
        with pytest.raises(Conflict, match="正在导入"):
            join(database, *two)


@pytest.mark.parametrize("by", ["code", "source", "name"])
def test_a_sheet_of_before_the_merge_means_the_station_that_stayed(
    database: Database, two: tuple[int, int], by: str
) -> None:
    kept, gone = two
    old = value(database, "SELECT code FROM station WHERE id = %s", gone)
    code = join(database, kept, gone).code
    row: dict[str, Station] = {
        "code": station("随便什么名字", code=old, seats=99),
        "source": station("随便什么名字", source="台账", source_id="77", seats=99),
        "name": station("淮海路邮政驿站", LON + 0.0003, seats=99),
    }
    (applied,) = merge(database, row[by])
    assert (applied.outcome, applied.code) == ("updated", code)
    assert rows(database, "SELECT code, seats FROM station") == [(code, 99)]
    assert outcomes(merge(database, row[by])) == ["unchanged"]


def test_of_two_rows_that_with_the_own_code_speaks(
    database: Database, two: tuple[int, int]
) -> None:
    kept, gone = two
    old = value(database, "SELECT code FROM station WHERE id = %s", gone)
    code = join(database, kept, gone).code
    applied = merge(database, station("旧", code=old, seats=1), station("新", code=code, seats=2))
    assert outcomes(applied) == ["duplicate", "updated"]
    assert rows(database, "SELECT name, seats FROM station") == [("新", 2)]


def test_a_merged_code_is_given_to_nobody_else(database: Database, two: tuple[int, int]) -> None:
    kept, gone = two
    old = value(database, "SELECT code FROM station WHERE id = %s", gone)
    join(database, kept, gone)
    with pytest.raises(psycopg.errors.UniqueViolation):
        people.execute(
            database,
            "INSERT INTO station (code, name, kind, position) VALUES"
            " (%s, 'x', 'union_station', 'SRID=4326;POINT(116 33)')",
            old,
        )


def test_nothing_else_takes_a_merge_back(database: Database, two: tuple[int, int]) -> None:
    made = join(database, *two)
    deletion = value(database, "SELECT id FROM revision WHERE action = 'deleted'")
    for undoing in (Undoing("change_set", made.change_set), Undoing("revision", deletion)):
        with pytest.raises(Conflict), writing(database, actor="王") as unit:
            change_sets.undo(unit, Request(undoing, anywhere))
    assert value(database, "SELECT count(*) FROM station") == 1


def test_a_plan_that_was_another_is_refused(database: Database, two: tuple[int, int]) -> None:
    made = join(database, *two)
    found = duplicates.answer(database, made.answer)
    with database.reading() as connection:
        digest = change_sets.digest(merging.way_back(connection, found, anywhere))
    people.execute(database, "UPDATE station SET version = version + 1")
    with pytest.raises(Conflict, match="再看一次"):
        part(database, made.answer, expected=digest)


def test_the_place_of_a_merge_is_on_record(database: Database, two: tuple[int, int]) -> None:
    made = join(database, *two)
    told = rows(
        database,
        "SELECT r.action, r.reason, c.kind FROM revision r JOIN change_set c"
        " ON c.id = r.change_set_id ORDER BY r.id",
    )
    assert told == [("deleted", WHY, "merge"), ("updated", WHY, "merge")]
    assert duplicates.answer(database, made.answer).reason == WHY
    gone, kept = (
        value(database, f"SELECT told -> '{which}' ->> 'code' FROM duplicate_answer")
        for which in ("gone", "kept")
    )
    assert rows(
        database, "SELECT account_name, detail FROM account_event WHERE detail ? 'merged'"
    ) == [("keeper", {"merged": [gone, kept]})]

"""The merge of many stations: what it writes, what it leaves alone, what it records."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.errors import CheckViolation
from sqlalchemy.exc import DBAPIError

from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_STATES,
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.store.bulk import Staging, finish_run, start_run
from station_map.store.columns import AMENITY_DETAIL_TYPES, FIELD_TYPES
from station_map.store.database import Database
from tests.store.merging import LAT, LON, merge, outcomes, rows, station, value

NOON = dt.datetime(2026, 5, 1, 4, 0, tzinfo=dt.UTC)
DAY = dt.date(2026, 5, 1)
YES = AmenityFact("yes")

FULL = station(
    code="340603-00042",
    aliases=("东站", 'a "quoted", {alias}\\'),
    kind=Kind.DRIVER_HOME,
    brand="工会驿站",
    host_type=HostType.FUEL_STATION,
    builder_type=BuilderType.PARTNER_BUILT,
    operator="某公司",
    phone="0561-1234567",
    source_lon=116.8,
    source_lat=33.95,
    source_datum=Datum.GCJ02,
    position_source="survey",
    position_precision_m=5.0,
    stated_district="相山区",
    address="人民路1号",
    landmark="东门",
    floor="1",
    entrance_note="侧门",
    road_ref="G30",
    road_direction="上行",
    road_stake="K123+400",
    seats=12,
    area_m2=30.5,
    audience=Audience.EVERYONE,
    access_method=AccessMethod.OPEN_DOOR,
    registration_required=False,
    price="免费",
    rules="禁烟",
    opening_hours="24/7",
    hours_text="全天",
    staffed_hours="Mo-Fr 08:00-18:00",
    hours_source="sheet",
    hours_verified_at=NOON,
    status=Status.SUSPENDED,
    suspended_until=DAY,
    status_reason="装修",
    verified_at=NOON,
    verified_by="工会",
    last_inspected_on=DAY,
    service_level=ServiceLevel.SMART,
    honours=(Honour.AAA, Honour.MODEL),
    amenities={
        "drinking_water": YES,
        "phone_charging": AmenityFact("partial", 4, '坏了 "两个"', "免费", NOON),
        "toilet": AmenityFact("no"),
        "aed": AmenityFact("broken", 0),
    },
    bays_total=9,
    bays_free=3,
    bays_at=NOON,
    max_height_m=4.2,
    max_length_m=18.0,
    parking_paid=True,
    security_level="2",
    source="台账",
    source_id="42",
    source_date=DAY,
    note="备注",
)


def card(database: Database, code: str) -> dict[str, Any]:
    text = value(database, "SELECT properties FROM station_card WHERE code = %s", code)
    found: dict[str, Any] = json.loads(text)
    return found


def stored_amenities(database: Database, code: str) -> dict[str, AmenityFact]:
    found = rows(
        database,
        "SELECT a.code, f.state, f.quantity, f.note, f.fee, f.verified_at"
        " FROM station s JOIN station_amenity f ON f.station_id = s.id"
        " JOIN amenity a ON a.id = f.amenity_id WHERE s.code = %s",
        code,
    )
    return {name: AmenityFact(*facts) for name, *facts in found}


def everything(database: Database) -> list[list[tuple[Any, ...]]]:
    """Every row with the transaction that wrote it: equal means that nothing was written."""
    return [
        rows(database, "SELECT xmin::text, s.* FROM station s ORDER BY id"),
        rows(database, "SELECT xmin::text, c.* FROM station_card c ORDER BY station_id"),
        rows(database, "SELECT xmin::text, f.* FROM station_amenity f ORDER BY 2, 3"),
        rows(database, "SELECT xmin::text, h.* FROM station_honour h ORDER BY 2, 3"),
        rows(database, "SELECT xmin::text, r.* FROM revision r ORDER BY id"),
        rows(database, "SELECT xmin::text, c.* FROM code_counter c ORDER BY prefix"),
    ]


# --- created ------------------------------------------------------------------------------


def test_the_example_station_says_something_in_every_field() -> None:
    silent = {
        field.name
        for field in dataclasses.fields(Station)
        if getattr(FULL, field.name) in (None, (), {})
    }
    assert silent == set()
    assert set(FIELD_TYPES) < {field.name for field in dataclasses.fields(Station)}
    assert set(AMENITY_DETAIL_TYPES) < {field.name for field in dataclasses.fields(AmenityFact)}


def test_every_field_of_a_station_is_stored(database: Database) -> None:
    (applied,) = merge(database, FULL)
    assert (applied.ordinal, applied.outcome, applied.code) == (0, "created", FULL.code)
    with database.reading() as connection:
        cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
        stored = cursor.execute("SELECT * FROM station").fetchone()
    assert stored is not None
    for field in ("code", "lon", "lat", *FIELD_TYPES):
        assert stored[field] == getattr(FULL, field), field
    assert stored["aliases"] == list(FULL.aliases)
    assert stored_amenities(database, "340603-00042") == dict(FULL.amenities)
    honours = rows(database, "SELECT honour FROM station_honour ORDER BY 1")
    assert honours == [("AAA",), ("model",)]


def test_a_new_station_that_says_little_is_an_open_union_station(database: Database) -> None:
    (applied,) = merge(database, station())
    shown = card(database, applied.code)
    assert (shown["kind"], shown["status"]) == ("union_station", "open")
    assert shown["seats"] is None
    assert shown["amenities"] == {}


def test_the_card_lists_amenities_in_the_order_of_the_vocabulary(database: Database) -> None:
    backwards = {
        amenity.code: AmenityFact(AMENITY_STATES[amenity.id % 4]) for amenity in reversed(AMENITIES)
    }
    (applied,) = merge(database, station(amenities=backwards))
    shown = list(card(database, applied.code)["amenities"].items())
    assert shown == [(a.code, AMENITY_STATES[a.id % 4]) for a in AMENITIES]


def test_the_card_holds_the_numbers_of_what_is_there_and_of_what_is_known(
    database: Database,
) -> None:
    merge(database, FULL)
    ((facets, known),) = rows(database, "SELECT facet_ids, known_amenity_ids FROM station_card")
    told = rows(
        database,
        "SELECT dimension, code FROM facet WHERE id = ANY(%s) AND dimension <> 'open_hour'"
        " ORDER BY id",
        facets,
    )
    assert told == [
        ("amenity", "drinking_water"),
        ("kind", "driver_home"),
        ("service_level", "smart"),
        ("access_method", "open_door"),
        ("status", "suspended"),
        ("registration_required", "false"),
        ("always_open", "true"),
        ("audience", "everyone"),
        ("honour", "model"),
        ("honour", "AAA"),
    ]
    assert known == [1, 10, 12, 17]


def test_an_amenity_outside_the_vocabulary_is_refused(database: Database) -> None:
    with pytest.raises(KeyError, match="jacuzzi"):
        merge(database, station(amenities={"jacuzzi": YES}))
    assert value(database, "SELECT count(*) FROM station") == 0


# --- where it lies, and its code ----------------------------------------------------------


def test_the_district_is_found_by_the_point_not_by_what_the_sheet_says(
    database: Database,
) -> None:
    inside, outside = merge(
        database,
        station(stated_district="濉溪县"),
        station("海上", 125.0, 30.0, stated_district="濉溪县"),
    )
    assert (inside.adcode, inside.district) == ("340603", "相山区")
    assert (outside.adcode, outside.district) == (None, None)
    assert card(database, inside.code)["district"] == "相山区"
    # Outside every known area the sheet's word is all there is.
    assert card(database, outside.code)["district"] == "濉溪县"


def test_codes_count_up_by_area_in_the_order_of_the_rows(database: Database) -> None:
    applied = merge(
        database, station("甲"), station("海", 125.0, 30.0), station("乙"), station("丙")
    )
    assert [row.code for row in applied] == [
        "340603-00001",
        "000000-00001",
        "340603-00002",
        "340603-00003",
    ]


def test_a_code_is_not_given_again_after_its_station_is_gone(database: Database) -> None:
    (first,) = merge(database, station("甲"))
    with database.transaction(actor="x", origin="form") as connection:
        connection.exec_driver_sql("DELETE FROM station")
    (second,) = merge(database, station("乙"))
    assert (first.code, second.code) == ("340603-00001", "340603-00002")


def test_codes_go_on_after_those_that_a_file_brings(database: Database) -> None:
    applied = merge(
        database,
        station("甲"),
        station("乙", code="340603-00007"),
        station("丙", code="340603-D0001"),
        station("丁", code="my_own"),
    )
    assert [row.code for row in applied] == [
        "340603-00008",
        "340603-00007",
        "340603-D0001",
        "my_own",
    ]
    (later,) = merge(database, station("戊"))
    assert later.code == "340603-00009"


def test_codes_grow_beyond_five_digits(database: Database) -> None:
    applied = merge(database, station("甲", code="340603-99999"), station("乙"))
    assert applied[1].code == "340603-100000"


# --- matched ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "given_later"),
    [
        (station(code="A-1"), station("新名", 116.9, code="A-1")),
        (
            station(source="省台账", source_id="7"),
            station("新名", 116.9, source="省台账", source_id="7"),
        ),
        (station("城东驿站"), station("城东 驿站", LON + 0.01)),
        (station("ABC驿站"), station("ａｂｃ驿站", LON, LAT + 0.008)),
    ],
    ids=["code", "source and its id", "name within 1 km", "full-width name within 1 km"],
)
def test_a_row_finds_the_stored_station(
    database: Database, stored: Station, given_later: Station
) -> None:
    merge(database, stored)
    (applied,) = merge(database, given_later)
    assert applied.outcome == "updated"
    assert value(database, "SELECT count(*) FROM station") == 1
    assert value(database, "SELECT name FROM station") == given_later.name


@pytest.mark.parametrize(
    ("stored", "given_later"),
    [
        (station(code="A-1"), station(code="A-2")),
        (station("城东驿站"), station("城东驿站", LON + 0.02)),
        (station("城东驿站"), station("城西驿站")),
        (station("甲", source="省", source_id="7"), station("乙", source="市", source_id="7")),
    ],
    ids=["another code", "the same name further off", "another name", "another source"],
)
def test_a_row_that_means_another_station_creates_it(
    database: Database, stored: Station, given_later: Station
) -> None:
    merge(database, stored)
    (applied,) = merge(database, given_later)
    assert applied.outcome == "created"
    assert value(database, "SELECT count(*) FROM station") == 2


def test_the_nearest_of_the_same_name_is_meant(database: Database) -> None:
    merge(database, station(lon=LON), station(lon=LON + 0.012))
    (applied,) = merge(database, station(lon=LON + 0.009, seats=3))
    assert applied.code == "340603-00002"


def test_of_two_rows_for_one_stored_station_the_first_speaks(database: Database) -> None:
    merge(database, station(code="A-1"))
    applied = merge(database, station(code="A-1", seats=5), station(code="A-1", seats=6))
    assert outcomes(applied) == ["updated", "duplicate"]
    assert value(database, "SELECT seats FROM station") == 5


# --- updated ------------------------------------------------------------------------------


def test_what_a_row_does_not_say_stays(database: Database) -> None:
    merge(database, FULL)
    (applied,) = merge(database, station("新名", code=FULL.code))
    assert applied.changed == ("name",)
    with database.reading() as connection:
        cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
        stored = cursor.execute("SELECT * FROM station").fetchone()
    assert stored is not None
    for field in ("code", "lon", "lat", *FIELD_TYPES.keys() - {"name"}):
        assert stored[field] == getattr(FULL, field), field
    assert stored_amenities(database, "340603-00042") == dict(FULL.amenities)
    assert value(database, "SELECT count(*) FROM station_honour") == 2


def test_a_bare_state_keeps_quantity_note_and_fee(database: Database) -> None:
    merge(database, FULL)
    repaired = {"phone_charging": YES, "wifi": AmenityFact("no")}
    (applied,) = merge(database, station(code=FULL.code, amenities=repaired))
    assert applied.changed == ("amenities",)
    stored = stored_amenities(database, "340603-00042")
    assert stored["phone_charging"] == AmenityFact("yes", 4, '坏了 "两个"', "免费", NOON)
    assert stored["wifi"] == AmenityFact("no")
    assert stored["drinking_water"] == YES
    assert card(database, "340603-00042")["amenities"]["phone_charging"] == "yes"


def test_a_station_that_opens_again_has_no_date_or_reason_of_suspension(
    database: Database,
) -> None:
    merge(database, FULL)
    (applied,) = merge(database, station(code=FULL.code, status=Status.OPEN))
    assert set(applied.changed) == {"status", "suspended_until", "status_reason"}
    stored = rows(database, "SELECT status, suspended_until, status_reason FROM station")
    assert stored == [("open", None, None)]


def test_a_reason_stays_as_long_as_its_status(database: Database) -> None:
    merge(database, FULL)
    (applied,) = merge(database, station(code=FULL.code, status=Status.SUSPENDED))
    assert applied.outcome == "unchanged"
    assert value(database, "SELECT status_reason FROM station") == "装修"


def test_a_moved_station_changes_its_district_and_keeps_its_code(database: Database) -> None:
    (before,) = merge(database, station(code="A-1"))
    (after,) = merge(database, station(lon=125.0, lat=30.0, code="A-1"))
    assert (before.adcode, after.adcode) == ("340603", None)
    assert set(after.changed) == {"lon", "lat", "adcode"}
    assert rows(database, "SELECT lon, lat, adcode FROM station_card") == [(125.0, 30.0, None)]


def test_honours_and_aliases_are_added_never_taken(database: Database) -> None:
    merge(database, station(code="A-1", aliases=("东站",), honours=(Honour.AAA,)))
    (applied,) = merge(database, station(code="A-1", aliases=("老站",), honours=(Honour.AAAA,)))
    assert set(applied.changed) == {"aliases", "honours"}
    assert value(database, "SELECT aliases FROM station") == ["东站", "老站"]
    assert card(database, "A-1")["honours"] == ["AAA", "AAAA"]


def test_the_same_rows_again_write_nothing(database: Database) -> None:
    given_rows = (FULL, station("甲", aliases=("a",), amenities={"wifi": YES}), station("乙"))
    merge(database, *given_rows)
    before = everything(database)
    applied = merge(database, *given_rows)
    assert outcomes(applied) == ["unchanged"] * 3
    assert [row.changed for row in applied] == [()] * 3
    assert everything(database) == before


def test_only_what_changed_is_written(database: Database) -> None:
    merge(database, station("甲", code="A-1"), station("乙", code="A-2"))
    stored = "SELECT xmin::text, version FROM station WHERE code = %s"
    card_of = "SELECT xmin::text FROM station_card WHERE code = %s"
    before = [rows(database, stored, "A-2"), rows(database, card_of, "A-2")]
    applied = merge(database, station("甲", code="A-1", seats=9), station("乙", code="A-2"))
    assert outcomes(applied) == ["updated", "unchanged"]
    assert [rows(database, stored, "A-2"), rows(database, card_of, "A-2")] == before
    assert value(database, "SELECT version FROM station WHERE code = 'A-1'") == 2


# --- recorded -----------------------------------------------------------------------------


def test_revisions_say_who_what_from_what_to_what(database: Database) -> None:
    merge(database, station(code="A-1", seats=4, amenities={"wifi": YES}), actor="甲")
    changed = {"wifi": AmenityFact("broken"), "toilet": YES}
    merge(database, station(code="A-1", seats=6, amenities=changed), actor="乙")
    first, second = rows(
        database,
        "SELECT actor, origin, action, changes, import_run_id, station_code"
        " FROM revision ORDER BY id",
    )
    runs = [run for (run,) in rows(database, "SELECT id FROM import_run ORDER BY id")]
    assert first == ("甲", "import", "created", {}, runs[0], "A-1")
    assert second == (
        "乙",
        "import",
        "updated",
        {
            "seats": [4, 6],
            "amenities": [
                {"wifi": {"state": "yes"}},
                {"wifi": {"state": "broken"}, "toilet": {"state": "yes"}},
            ],
        },
        runs[1],
        "A-1",
    )


def test_a_run_records_its_file_and_its_counts(database: Database) -> None:
    with database.transaction(actor="x", origin="import") as connection:
        run = start_run(
            connection, file_name="a.xlsx", sha256="a" * 64, datum=Datum.BD09, actor="x"
        )
        finish_run(connection, run, {"created": 3, "refused": 1})
    assert rows(
        database,
        "SELECT actor, file_name, sha256, datum, counts, finished_at >= started_at FROM import_run",
    ) == [("x", "a.xlsx", "a" * 64, "bd09", {"created": 3, "refused": 1}, True)]


def test_real_stations_replace_the_demo_and_say_so(database: Database) -> None:
    demo = dataclasses.replace(FULL, code="340603-D0001", demo=True)
    merge(database, demo, station("真", code="A-1"))
    merge(database, station("新", code="A-2"), replace_demo=True)
    assert rows(database, "SELECT code FROM station ORDER BY 1") == [("A-1",), ("A-2",)]
    assert rows(database, "SELECT code FROM station_card ORDER BY 1") == [("A-1",), ("A-2",)]
    assert value(database, "SELECT count(*) FROM station_amenity") == 0
    ((code, changes),) = rows(
        database, "SELECT station_code, changes FROM revision WHERE action = 'deleted'"
    )
    assert code == "340603-D0001"
    assert changes["name"] == [FULL.name, None]
    assert changes["amenities"][0]["aed"] == {"state": "broken", "quantity": 0}


def test_the_demo_stays_unless_it_is_to_be_replaced(database: Database) -> None:
    merge(database, station("演示", code="D-1", demo=True))
    merge(database, station("真", code="A-1"), replace_demo=False)
    assert value(database, "SELECT count(*) FROM station WHERE demo") == 1


def test_a_row_that_breaks_a_rule_leaves_nothing_behind(database: Database) -> None:
    merge(database, station("演示", code="D-1", demo=True))
    before = everything(database)
    with pytest.raises((DBAPIError, CheckViolation), match="seats_range"):
        merge(database, station("甲"), station("乙", seats=-1), replace_demo=True)
    assert everything(database) == before
    assert value(database, "SELECT count(*) FROM import_run") == 1


def test_two_stagings_in_one_transaction_follow_each_other(database: Database) -> None:
    with database.transaction(actor="x", origin="import") as connection:
        for name in ("甲", "乙"):
            staging = Staging(connection, None)
            staging.copy([(1, station(name))])
            staging.copy([(2, station(name + "二"))])
            assert outcomes(list(staging.apply(replace_demo=False))) == ["created"] * 2
    assert value(database, "SELECT count(*) FROM station") == 4


# --- hostile and arbitrary ----------------------------------------------------------------

HOSTILE = (
    "{{7*7}}",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    "back\\slash \\N \\. \\t \\x41 \\u0041",
    "tab\tnew\nline\rreturn\u2028separator",
    "'; DROP TABLE station; --",
    '"quotes", {braces}, [brackets], %s %(x)s {0}',
    "😀" * 1024,
    "\u202eright to left\u202c",
    "\x01\x1f\x7f control",
    "NULL",
    "\\N",
    "",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_survives_in_every_text_field(database: Database, text: str) -> None:
    fields = [
        name
        for name, kind in FIELD_TYPES.items()
        if kind == "text" and name not in CLOSED and name != "name"
    ]
    facts: dict[str, Any] = dict.fromkeys(fields, text)
    note = AmenityFact("yes", 1, text, text)
    merge(
        database,
        station(text or "x", code="A-1", aliases=(text,), amenities={"wifi": note}, **facts),
    )
    with database.reading() as connection:
        cursor = connection.cursor(row_factory=psycopg.rows.dict_row)
        stored = cursor.execute("SELECT * FROM station").fetchone()
    assert stored is not None
    assert {name: stored[name] for name in fields} == facts
    assert (stored["name"], stored["aliases"]) == (text or "x", [text])
    assert stored_amenities(database, "A-1") == {"wifi": note}
    shown = card(database, "A-1")
    assert shown["name"] == (text or "x")
    assert {shown[name] for name in ("address", "opening_hours", "hours_text")} == {text}
    merged_again = merge(
        database,
        station(text or "x", code="A-1", aliases=(text,), amenities={"wifi": note}, **facts),
    )
    assert outcomes(merged_again) == ["unchanged"]


CLOSED = {
    "kind", "host_type", "builder_type", "source_datum", "audience", "access_method",
    "status", "service_level",
}  # fmt: skip

_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_FACTS = st.builds(
    AmenityFact,
    st.sampled_from(AMENITY_STATES),
    st.none() | st.integers(0, 9999),
    st.none() | _TEXTS,
    st.none() | _TEXTS,
    st.none() | st.just(NOON),
)
_AMENITIES = st.dictionaries(st.sampled_from([a.code for a in AMENITIES]), _FACTS, max_size=12)


# The example empties the tables itself.
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(amenities=_AMENITIES, honours=st.sets(st.sampled_from(Honour)), note=st.none() | _TEXTS)
def test_whatever_is_given_comes_back_and_a_second_time_changes_nothing(
    database: Database,
    amenities: dict[str, AmenityFact],
    honours: set[Honour],
    note: str | None,
) -> None:
    given_station = station(amenities=amenities, honours=tuple(honours), note=note)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("DELETE FROM station")
        connection.commit()
    (applied,) = merge(database, given_station)
    assert stored_amenities(database, applied.code) == amenities
    shown = card(database, applied.code)
    assert shown["amenities"] == {code: fact.state for code, fact in amenities.items()}
    assert set(shown["honours"]) == honours
    assert outcomes(merge(database, given_station)) == ["unchanged"]


@pytest.mark.parametrize("letter", ["驿", "\ufdfa"])  # the last one's key is 18 times as long
def test_the_longest_name_is_stored_and_found_again(database: Database, letter: str) -> None:
    # No two letters alike in a row, so that nothing can be compressed away.
    name = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(2_048)) + letter * 2_048
    assert outcomes(merge(database, station(name))) == ["created"]
    assert outcomes(merge(database, station(name, seats=3))) == ["updated"]
    # The temporary table of a later step finds it, too.
    assert outcomes(merge(database, station(name, seats=4), station("另一个"))) == [
        "updated",
        "created",
    ]

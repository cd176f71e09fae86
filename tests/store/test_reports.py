"""Storing reports: once, with what they change, and within bounds."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from station_map.domain.reports import (
    NETWORK_RATES,
    SENDER_KEPT,
    SENDER_RATES,
    Report,
    ReportField,
    ReportKind,
    Sender,
    Suggestion,
    sender_of,
)
from station_map.errors import InputError, NotFound, TooOften
from station_map.store.database import Database
from station_map.store.report_floods import check_rate
from station_map.store.reports import StoredReport, store_report, store_suggestion
from station_map.store.stations import get_station
from tests.store.merging import merge, rows, station, value

SECRET = b"sixteen bytes ok"
HOUR = dt.timedelta(hours=1)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def sender(address: str = "203.0.113.5", agent: str = "a") -> Sender:
    return sender_of(SECRET, address, agent, now())


US, OTHER, THIRD = "203.0.113.5", "203.0.113.6", "203.0.113.7"


@pytest.fixture
def code(database: Database) -> str:
    (applied,) = merge(database, station("城东驿站"))
    return applied.code


def tell(
    database: Database,
    code: str,
    kind: ReportKind,
    who: str = US,
    ago: dt.timedelta = dt.timedelta(),
    **facts: Any,
) -> StoredReport:
    report = Report(
        id=facts.pop("id", None) or uuid4(), code=code, kind=kind, seen_at=now() - ago, **facts
    )
    return store_report(database, report, sender(who))


def card(database: Database, code: str) -> str:
    return str(value(database, "SELECT properties FROM station_card WHERE code = %s", code))


def revisions(database: Database) -> list[dict[str, Any]]:
    found = rows(
        database,
        "SELECT actor, origin, action, changes FROM revision WHERE action <> 'created' ORDER BY id",
    )
    return [
        {"actor": actor, "origin": origin, "action": action, "fields": set(changes)}
        for actor, origin, action, changes in found
    ]


def test_every_kind_is_stored_with_what_belongs_to_it(database: Database, code: str) -> None:
    tell(database, code, ReportKind.OPEN, note="灯亮着", position=(116.798, 33.956))
    tell(database, code, ReportKind.LOCKED)
    tell(database, code, ReportKind.BROKEN, amenity="microwave")
    tell(database, code, ReportKind.WRONG, field=ReportField.OPENING_HOURS)
    tell(database, code, ReportKind.GONE)
    stored = rows(
        database,
        "SELECT kind, amenity.code, field, note, lon, lat FROM report"
        " LEFT JOIN amenity ON amenity.id = amenity_id ORDER BY report.id",
    )
    assert stored == [
        ("open", None, None, "灯亮着", 116.798, 33.956),
        ("locked", None, None, None, None, None),
        ("broken", "microwave", None, None, None, None),
        ("wrong", None, "opening_hours", None, None, None),
        ("gone", None, None, None, None, None),
    ]


def test_nothing_that_is_stored_holds_the_address_or_the_browser(
    database: Database, code: str
) -> None:
    told = sender_of(SECRET, US, "Mozilla/5.0 (Phone X)", now())
    report = Report(id=uuid4(), code=code, kind=ReportKind.OPEN, seen_at=now())
    store_report(database, report, told)
    everything = "".join(
        str(value(database, f"SELECT coalesce(json_agg(t)::text, '') FROM {table} t"))  # type: ignore[arg-type]
        for table in ("report", "sender", "revision", "station")
    )
    assert US not in everything
    assert "Phone X" not in everything
    assert value(database, "SELECT octet_length(sender) FROM sender") == 16


# ---- a confirmation ----------------------------------------------------------------------


def test_a_confirmation_renews_the_verified_age_by_a_rider(database: Database, code: str) -> None:
    assert '"verified_at":null' in card(database, code)
    stored = tell(database, code, ReportKind.OPEN)
    assert stored.verified_at is not None
    assert now() - stored.verified_at < HOUR
    assert rows(database, "SELECT verified_by, verified_at, version FROM station") == [
        ("rider", stored.verified_at, 2)
    ]
    assert f'"verified_at":"{stored.verified_at:%Y-%m-%dT%H:%M:%SZ}"' in card(database, code)
    assert revisions(database) == [
        {
            "actor": "rider",
            "origin": "report",
            "action": "updated",
            "fields": {"verified_at", "verified_by"},
        }
    ]


def test_an_older_confirmation_does_not_make_the_station_older(
    database: Database, code: str
) -> None:
    first = tell(database, code, ReportKind.OPEN, ago=HOUR)
    late = tell(database, code, ReportKind.OPEN, OTHER, ago=3 * HOUR)
    assert late.verified_at == first.verified_at
    assert len(revisions(database)) == 1
    assert value(database, "SELECT count(*) FROM report") == 2


def test_other_reports_change_nothing_about_the_station(database: Database, code: str) -> None:
    before = card(database, code), rows(database, "SELECT * FROM station")
    tell(database, code, ReportKind.BROKEN, amenity="wifi")
    tell(database, code, ReportKind.GONE)
    assert (card(database, code), rows(database, "SELECT * FROM station")) == before
    assert revisions(database) == []


# ---- reported locked ---------------------------------------------------------------------


def test_two_independent_riders_mark_the_card_until_someone_confirms(
    database: Database, code: str
) -> None:
    assert '"reported_locked":false' in card(database, code)
    assert not tell(database, code, ReportKind.LOCKED).reported_locked
    assert '"reported_locked":false' in card(database, code)
    assert tell(database, code, ReportKind.LOCKED, OTHER).reported_locked
    assert '"reported_locked":true' in card(database, code)
    assert revisions(database)[-1]["fields"] == {"reported_locked_at"}
    assert not tell(database, code, ReportKind.OPEN, THIRD).reported_locked
    assert '"reported_locked":false' in card(database, code)


def test_after_a_confirmation_it_takes_two_again(database: Database, code: str) -> None:
    tell(database, code, ReportKind.LOCKED, US, ago=3 * HOUR)
    tell(database, code, ReportKind.LOCKED, OTHER, ago=2 * HOUR)
    tell(database, code, ReportKind.OPEN, THIRD, ago=HOUR)
    assert not tell(database, code, ReportKind.LOCKED, US).reported_locked
    assert tell(database, code, ReportKind.LOCKED, OTHER).reported_locked


def test_a_confirmation_from_before_does_not_clear_the_mark(database: Database, code: str) -> None:
    tell(database, code, ReportKind.LOCKED, US, ago=2 * HOUR)
    tell(database, code, ReportKind.LOCKED, OTHER, ago=HOUR)
    assert tell(database, code, ReportKind.OPEN, THIRD, ago=5 * HOUR).reported_locked
    assert '"reported_locked":true' in card(database, code)


def test_one_person_alone_never_marks_a_station(database: Database, code: str) -> None:
    for _ in range(5):
        assert not tell(database, code, ReportKind.LOCKED).reported_locked


def test_reports_on_another_station_do_not_count(database: Database, code: str) -> None:
    (second,) = merge(database, station("另一个", 116.9, 33.9))
    tell(database, second.code, ReportKind.LOCKED, OTHER)
    assert not tell(database, code, ReportKind.LOCKED).reported_locked


def test_reports_more_than_a_day_apart_do_not_count(database: Database, code: str) -> None:
    tell(database, code, ReportKind.LOCKED, OTHER, ago=25 * HOUR)
    assert not tell(database, code, ReportKind.LOCKED).reported_locked
    assert tell(database, code, ReportKind.LOCKED, THIRD, ago=2 * HOUR).reported_locked


def test_a_new_inspection_in_a_ledger_clears_the_mark(database: Database, code: str) -> None:
    tell(database, code, ReportKind.LOCKED, US, ago=HOUR)
    tell(database, code, ReportKind.LOCKED, OTHER, ago=HOUR)
    merge(database, station("城东驿站", verified_at=now()))
    assert '"reported_locked":false' in card(database, code)


def test_an_import_keeps_the_mark(database: Database, code: str) -> None:
    tell(database, code, ReportKind.LOCKED, US)
    tell(database, code, ReportKind.LOCKED, OTHER)
    merge(database, station("城东驿站", seats=12))
    assert '"reported_locked":true' in card(database, code)
    assert '"reported_locked":true' in get_station(database, code).card.replace(": ", ":")


def test_two_at_the_same_moment_see_each_other(database: Database, code: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        told = list(
            pool.map(
                lambda who: tell(database, code, ReportKind.LOCKED, f"198.51.100.{who}"), range(4)
            )
        )
    assert sum(one.reported_locked for one in told) == 3
    assert '"reported_locked":true' in card(database, code)


# ---- exactly once ------------------------------------------------------------------------


def test_the_same_report_twice_is_stored_once(database: Database, code: str) -> None:
    known = UUID(int=7)
    first = tell(database, code, ReportKind.OPEN, id=known)
    again = tell(database, code, ReportKind.OPEN, OTHER, id=known)
    assert (first.new, again.new) == (True, False)
    assert again.received_at == first.received_at
    assert value(database, "SELECT count(*) FROM report") == 1
    assert len(revisions(database)) == 1


def test_the_same_report_many_times_at_once_is_stored_once(database: Database, code: str) -> None:
    known = UUID(int=8)
    with ThreadPoolExecutor(4) as pool:
        told = list(
            pool.map(
                lambda who: tell(database, code, ReportKind.OPEN, f"198.51.100.{who}", id=known),
                range(8),
            )
        )
    assert sum(one.new for one in told) == 1
    assert value(database, "SELECT count(*) FROM report") == 1


def test_an_id_belongs_to_one_report(database: Database, code: str) -> None:
    tell(database, code, ReportKind.OPEN, id=UUID(int=9))
    with pytest.raises(InputError) as refused:
        tell(database, code, ReportKind.LOCKED, id=UUID(int=9))
    assert refused.value.parameter == "id"


def test_a_report_on_no_station_leaves_nothing(database: Database) -> None:
    with pytest.raises(NotFound):
        tell(database, "nothing", ReportKind.OPEN)
    assert value(database, "SELECT count(*) FROM report") == 0
    assert value(database, "SELECT count(*) FROM sender") == 0


# ---- floods ------------------------------------------------------------------------------


def remember(database: Database, who: Sender, count: int, ago: dt.timedelta) -> None:
    """As if `who` had sent `count` messages so long ago."""
    with psycopg.connect(database.url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sender (uuid, sender, network, received_at)"
            " VALUES (gen_random_uuid(), %s, %s, now() - %s)",
            [(who.hashes[0], who.networks[0], ago)] * count,
        )


def test_a_sender_that_sends_too_much_must_wait(database: Database, code: str) -> None:
    remember(database, sender(), SENDER_RATES[0].most - 1, HOUR / 2)
    tell(database, code, ReportKind.OPEN)
    with pytest.raises(TooOften) as refused:
        tell(database, code, ReportKind.OPEN)
    assert 1_700 <= refused.value.retry_after_s <= 1_800
    with pytest.raises(TooOften):
        check_rate(database, sender())
    assert tell(database, code, ReportKind.OPEN, OTHER).new


def test_what_was_stored_already_is_answered_even_then(database: Database, code: str) -> None:
    tell(database, code, ReportKind.OPEN, id=UUID(int=5))
    remember(database, sender(), SENDER_RATES[0].most, HOUR / 2)
    assert not tell(database, code, ReportKind.OPEN, id=UUID(int=5)).new


def test_another_name_for_the_browser_does_not_lift_the_bound_of_an_address(
    database: Database, code: str
) -> None:
    for number in range(NETWORK_RATES[0].most // 10):
        remember(database, sender(agent=f"browser {number}"), 10, HOUR / 2)
    with pytest.raises(TooOften):
        check_rate(database, sender(agent="yet another"))
    check_rate(database, sender(OTHER))


def test_hashes_are_forgotten_and_reports_stay(database: Database, code: str) -> None:
    tell(database, code, ReportKind.OPEN)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE sender SET received_at = now() - make_interval(secs => %s)",
            (SENDER_KEPT.total_seconds() + 1,),
        )
    tell(database, code, ReportKind.OPEN, OTHER)
    assert value(database, "SELECT count(*) FROM sender") == 1
    assert value(database, "SELECT count(*) FROM report") == 2


# ---- suggestions -------------------------------------------------------------------------


def test_a_suggestion_is_stored_once_with_its_district(database: Database) -> None:
    wanted = Suggestion(
        id=UUID(int=3), lon=116.798, lat=33.956, note="路口没有地方歇", amenities=("toilet",)
    )
    first = store_suggestion(database, wanted, sender())
    again = store_suggestion(database, wanted, sender(OTHER))
    assert (first.new, again.new) == (True, False)
    assert (first.lon, first.lat, first.adcode) == (116.798, 33.956, "340603")
    assert rows(database, "SELECT note, amenity_ids FROM suggestion") == [("路口没有地方歇", [10])]


def test_suggestions_and_reports_share_one_bound(database: Database, code: str) -> None:
    remember(database, sender(), SENDER_RATES[0].most, HOUR / 2)
    with pytest.raises(TooOften):
        store_suggestion(database, Suggestion(id=uuid4(), lon=116.8, lat=33.9), sender())


# ---- beside other writers ----------------------------------------------------------------


def test_reports_go_with_their_station(database: Database, code: str) -> None:
    tell(database, code, ReportKind.LOCKED)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM station")
    assert value(database, "SELECT count(*) FROM report") == 0


def test_a_station_that_an_import_holds_is_not_waited_for(
    database: Database, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station_map.store.writing.LOCK_TIMEOUT", "50ms")
    with psycopg.connect(database.url) as importing:
        importing.execute("SELECT FROM station FOR UPDATE")
        with pytest.raises(psycopg.OperationalError):
            tell(database, code, ReportKind.OPEN)
    assert value(database, "SELECT count(*) FROM report") == 0

"""What devices say, in the database: the latest, hours, each time once, nothing else."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from station_map.domain.accounts import Role, Scope
from station_map.domain.live import Observation, Quantity
from station_map.errors import NotFound, TooOften
from station_map.store import api_tokens
from station_map.store.database import Database
from station_map.store.live import Bounds, fresh, place_of, push
from station_map.store.live_hours import hours_of
from station_map.store.writing import writing
from tests.store.merging import merge, rows, station, value
from tests.support import people

HOUR = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)
# The hour that is over: its minutes are all in the past.
BEGIN = HOUR - dt.timedelta(hours=1)
BOUNDS = Bounds(pushes=1_000, kept=dt.timedelta(days=800))
LONG = dt.timedelta(days=3)


@pytest.fixture
def code(database: Database) -> str:
    (made,) = merge(database, station("停车场", bays_total=20, bays_free=5))
    return made.code


@pytest.fixture
def token(database: Database, code: str) -> int:
    number = people.account(database, "设备", Role.KEEPER, stations=(code,), password=False)
    with writing(database, actor="test") as unit:
        api_tokens.make(unit, number, "闸机", [Scope.LIVE_WRITE], dt.timedelta(days=7), "test")
    return int(value(database, "SELECT max(id) FROM api_token"))


def seen(minute: float, **values: str) -> Observation:
    told = {Quantity(name): said for name, said in values.items()}
    return Observation(BEGIN + dt.timedelta(minutes=minute), told)


def send(
    database: Database, token: int, code: str, *all_seen: Observation, bounds: Bounds = BOUNDS
) -> list[list[str]]:
    number = place_of(database, code).station
    assert number is not None
    told = []
    for one in all_seen:
        with writing(database, actor="设备", origin="api") as unit:
            told.append(push(unit, token, number, one, bounds))
    return told


def latest(database: Database, code: str) -> dict[str, tuple[str, dt.datetime]]:
    said = fresh(database, LONG).get(code, ())
    return {one.quantity: (one.value, one.observed_at) for one in said}


def test_the_newest_of_each_quantity_counts(database: Database, token: int, code: str) -> None:
    told = send(
        database,
        token,
        code,
        seen(10, bays_free="12", door="open"),
        seen(20, bays_free="11"),
        seen(15, bays_free="3", door="locked"),
    )
    assert told == [["bays_free", "door"], ["bays_free"], ["bays_free", "door"]]
    assert latest(database, code) == {
        "bays_free": ("11", BEGIN + dt.timedelta(minutes=20)),
        "door": ("locked", BEGIN + dt.timedelta(minutes=15)),
    }


def test_an_hour_keeps_what_planners_ask(database: Database, token: int, code: str) -> None:
    send(
        database, token, code, *(seen(at, occupancy=str(n)) for at, n in ((5, 4), (30, 9), (7, 2)))
    )
    send(database, token, code, seen(1, door="open"), seen(2, door="locked"))
    send(database, token, code, seen(61, occupancy="1"))
    told = list(hours_of(database, BEGIN, HOUR + dt.timedelta(hours=2), code))
    assert [one[1:] for one in told] == [
        (BEGIN, "door", 2, 0, 0.5, 1, 0),
        (BEGIN, "occupancy", 3, 2, 5, 9, 9),
        (HOUR, "occupancy", 1, 1, 1, 1, 1),
    ]
    assert list(hours_of(database, BEGIN, HOUR, "nowhere")) == []
    assert len(list(hours_of(database, BEGIN, HOUR))) == 2


def test_what_is_sent_again_counts_once(database: Database, token: int, code: str) -> None:
    first = send(database, token, code, seen(3, bays_free="7"), seen(3, bays_free="7"))
    again = send(database, token, code, seen(3, bays_free="99", occupancy="4"))
    assert first + again == [["bays_free"], [], ["occupancy"]]
    assert latest(database, code)["bays_free"][0] == "7"
    assert value(database, "SELECT sum(samples) FROM live_hourly") == 2


def test_two_writers_count_each_time_once_and_keep_the_newest(
    database: Database, token: int, code: str
) -> None:
    """In opposite orders, half of it sent by both, quantities named in opposite orders too."""
    together = threading.Barrier(2)
    new: list[str] = []

    def write(minutes: list[int], names: tuple[str, str]) -> None:
        together.wait()
        for minute in minutes:
            one = seen(minute, **{name: str(minute) for name in names})
            [found] = send(database, token, code, one)
            new.extend(found)

    threads = [
        threading.Thread(target=write, args=(list(range(30)), ("bays_free", "occupancy"))),
        threading.Thread(target=write, args=([*range(44, 14, -1)], ("occupancy", "bays_free"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(new) == 2 * 45
    assert latest(database, code)["bays_free"] == ("44", BEGIN + dt.timedelta(minutes=44))
    hours = list(hours_of(database, BEGIN, HOUR, code))
    assert [one[2:] for one in hours] == [
        (name, 45, 0, 22, 44, 44) for name in ("bays_free", "occupancy")
    ]


def test_a_push_is_no_change_of_the_station(database: Database, token: int, code: str) -> None:
    about = "SELECT version, updated_at, verified_at, bays_free FROM station"
    before = rows(database, about), value(database, "SELECT max(id) FROM revision")
    send(database, token, code, seen(1, bays_free="19", door="locked"))
    assert (rows(database, about), value(database, "SELECT max(id) FROM revision")) == before
    assert before[0][0][3] == 5


def test_only_what_is_within_the_limit_is_fresh(database: Database, token: int, code: str) -> None:
    now = dt.datetime.now(dt.UTC)
    old = Observation(now - dt.timedelta(minutes=16), {Quantity.BAYS_FREE: "3"})
    young = Observation(now - dt.timedelta(minutes=14), {Quantity.DOOR: "open"})
    send(database, token, code, old, young)
    (said,) = fresh(database, dt.timedelta(minutes=15))[code]
    assert said.quantity == "door"
    assert fresh(database, dt.timedelta(minutes=13)) == {}


def test_a_token_keeps_its_pace(database: Database, token: int, code: str) -> None:
    few = Bounds(pushes=3, kept=LONG)
    people.execute(
        database,
        "INSERT INTO live_pace VALUES (%s, date_trunc('minute', now() + interval '1 hour'), 9)",
        token,
    )
    # The row's minute is another one, so this minute begins anew.
    send(database, token, code, *(seen(at, bays_free="1") for at in range(1)), bounds=few)
    people.execute(
        database, "UPDATE live_pace SET pushes = 3, minute = date_trunc('minute', now())"
    )
    with pytest.raises(TooOften) as refused:
        send(database, token, code, seen(50, bays_free="1"), bounds=few)
    assert 1 <= refused.value.retry_after_s <= 60
    assert value(database, "SELECT sum(samples) FROM live_hourly") == 1


def test_nothing_grows(database: Database, token: int, code: str) -> None:
    send(database, token, code, seen(1, bays_free="1"), seen(2, bays_free="2"))
    people.execute(database, "UPDATE live_seen SET observed_at = observed_at - interval '2 days'")
    people.execute(database, "UPDATE live_hourly SET hour = hour - interval '900 days'")
    send(database, token, code, seen(3, bays_free="3"))
    assert value(database, "SELECT count(*) FROM live_seen") == 1
    assert value(database, "SELECT count(*) FROM live_hourly") == 1


def test_it_goes_with_its_station(database: Database, token: int, code: str) -> None:
    send(database, token, code, seen(1, bays_free="1"))
    people.execute(database, "DELETE FROM station WHERE code = %s", code)
    for table in ("station_live", "live_hourly", "live_seen"):
        assert people.execute(database, f"SELECT FROM {table}") == 0
    with pytest.raises(NotFound):
        place_of(database, code)

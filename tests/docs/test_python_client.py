"""The Python client of the documentation, against the real server; a mirror through a day of edits."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIServer, make_server

import psycopg
import pytest

from docs.clients.station_map_client import Client, Mirror, Problem
from station_map.errors import Conflict, NotFound
from station_map.store import repairs
from station_map.store.change_sets import Request, Undoing, undo
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.conftest import LiveServer
from tests.store.merging import rows
from tests.store.test_merge import join
from tests.web.stations import HOSTILE_NAMES, having, save, station

FILE = Path(__file__).resolve().parents[2] / "docs/clients/station_map_client.py"
WRITERS = 3
EDITS = 40


def canonical(stations: dict[str, Any]) -> bytes:
    """One form of each content, to be compared byte for byte."""
    return json.dumps(stations, sort_keys=True, ensure_ascii=False).encode()


# -- a day of edits ------------------------------------------------------------------------


def change(database: Database, some: list[int], dice: random.Random, _turn: str) -> None:
    with writing(database, actor="test") as unit, changing(unit, some):
        unit.execute(
            "UPDATE station SET seats = %s, note = %s WHERE id = ANY (%s)",
            (dice.randrange(999), dice.choice(HOSTILE_NAMES), some),
        )


def move(database: Database, some: list[int], dice: random.Random, _turn: str) -> None:
    with writing(database, actor="test") as unit, changing(unit, some):
        unit.execute(
            "UPDATE station SET position = ST_MakePoint(%s, 33.9)::geography WHERE id = ANY (%s)",
            (dice.uniform(116.6, 117), some),
        )


def create(database: Database, _some: list[int], dice: random.Random, turn: str) -> None:
    name = f"{dice.choice(HOSTILE_NAMES)[:40]} {turn}"
    save(database, [station(name, dice.uniform(116.6, 117), amenities=having("wifi"))])


def merge(database: Database, some: list[int], _dice: random.Random, _turn: str) -> None:
    if len(some) > 1:
        join(database, *some[:2])


def close(database: Database, some: list[int], _dice: random.Random, turn: str) -> None:
    repair = repairs.closed(f"搬走了 {turn}")
    with writing(database, actor="test") as unit, changing(unit, some[:1]):
        repair(unit, some[0])


def revert(database: Database, _some: list[int], dice: random.Random, _turn: str) -> None:
    made = rows(database, "SELECT id FROM revision WHERE action = 'updated'")
    if made:
        [number] = dice.choice(made)
        wanted = Request(Undoing("revision", number), lambda _station, _adcode: True)
        with writing(database, actor="test") as unit:
            undo(unit, wanted)


KINDS = (change, change, move, create, merge, close, revert)


def edit_all_day(database: Database, seed: int, done: Counter[str], faults: list[str]) -> None:
    dice = random.Random(seed)
    for turn in range(EDITS):
        ids = [number for (number,) in rows(database, "SELECT id FROM station ORDER BY id")]
        kind = dice.choice(KINDS)
        some = sorted(dice.sample(ids, min(len(ids), dice.randint(1, 3))))
        try:
            kind(database, some, dice, f"{seed}.{turn}")
        except (Conflict, NotFound):
            # Another writer was quicker: a person is told so, and nothing was written.
            done["refused"] += 1
        except psycopg.Error as error:
            faults.append(f"{kind.__name__}: {error!r}")
        else:
            done[kind.__name__] += 1


def test_a_mirror_is_the_same_byte_for_byte_after_a_day_of_edits(live_server: LiveServer) -> None:
    database = live_server.database
    save(database, [station(name, 116.5 + n / 50) for n, name in enumerate(HOSTILE_NAMES)])
    client = Client(live_server.base_url)
    mirror = Mirror(client, page=7)
    mirror.follow()
    first = max(number for (number,) in rows(database, "SELECT id FROM revision"))
    done: Counter[str] = Counter()
    faults: list[str] = []
    writers = [
        threading.Thread(target=edit_all_day, args=(database, seed, done, faults))
        for seed in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    seen: list[int] = []
    late = Mirror(client, page=50)
    late.follow()  # one that begins in the middle of the day
    while any(writer.is_alive() for writer in writers):
        mirror.follow(lambda one: seen.append(one.id))
    for writer in writers:
        writer.join()
    mirror.follow(lambda one: seen.append(one.id))
    late.follow()

    assert faults == []
    assert {kind.__name__ for kind in KINDS} <= set(done), done
    told = Mirror(client)
    told.follow()
    assert canonical(mirror.stations) == canonical(told.stations)
    assert canonical(late.stations) == canonical(told.stations)
    made = [n for (n,) in rows(database, "SELECT id FROM revision WHERE id > %s", first)]
    assert sorted(seen) == sorted(made)  # nothing lost, nothing twice


def test_the_mirror_agrees_with_the_exported_file(live_server: LiveServer) -> None:
    save(live_server.database, [station(name, 116.5 + n / 50) for n, name in enumerate("甲乙丙")])
    client = Client(live_server.base_url)
    mirror = Mirror(client)
    mirror.follow()
    file = client.get("/api/v1/exports/stations.geojson", {})["features"]
    assert {one["id"]: one["geometry"] for one in file} == {
        code: one["geometry"] for code, one in mirror.stations.items()
    }
    both = [(one["properties"], mirror.stations[one["id"]]["properties"]) for one in file]
    assert all(mine["name"] == theirs["name"] for mine, theirs in both)


# -- questions -----------------------------------------------------------------------------


def test_nearest_list_and_one(live_server: LiveServer) -> None:
    codes = save(
        live_server.database,
        [station("近", amenities=having("wifi")), station("远", 116.9), station(HOSTILE_NAMES[3])],
    )
    client = Client(live_server.base_url)
    found = client.nearest(116.798, 33.956, k=2, amenity="wifi")
    assert [(one.code, one.name, one.distance_m) for one in found] == [(codes[0], "近", 0.0)]
    assert {one.name for one in client.stations()} == {"近", "远", HOSTILE_NAMES[3]}
    assert client.station(codes[1]).lon == 116.9
    assert Client(live_server.base_url, "gcj02").station(codes[1]).lon > 116.9


def test_pages_follow_each_other(live_server: LiveServer) -> None:
    codes = save(live_server.database, [station(f"站{n}", 116.6 + n / 100) for n in range(7)])
    found = [one.code for one in Client(live_server.base_url).stations(limit="2")]
    assert sorted(found) == sorted(codes)
    assert len(found) == 7


def test_what_the_server_says_is_passed_on(live_server: LiveServer) -> None:
    client = Client(live_server.base_url)
    with pytest.raises(Problem) as refused:
        client.station("nowhere-1")
    assert (refused.value.status, refused.value.type) == (404, "urn:station-map:problem:not-found")
    with pytest.raises(Problem) as wrong:
        client.nearest(200, 95)
    assert "lon" in {one["parameter"] for one in wrong.value.errors}


def test_a_restored_server_is_mirrored_anew(live_server: LiveServer) -> None:
    save(live_server.database, [station("甲")])
    mirror = Mirror(Client(live_server.base_url), {"x-1": {}}, "7-1.1.")
    mirror.follow()
    assert [one["properties"]["name"] for one in mirror.stations.values()] == ["甲"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1"])
def test_only_http_is_spoken(address: str) -> None:
    with pytest.raises(ValueError, match="HTTP"):
        Client(address).station("x")


def busy(times: int, pause: str) -> Callable[..., list[bytes]]:
    """A server that is busy for so many requests, then has one station."""
    feature = {
        "id": "a-1",
        "geometry": {"coordinates": [1.0, 2.0]},
        "properties": {"name": "甲"},
    }
    left = [times]

    def answer(_environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        left[0] -= 1
        if left[0] >= 0:
            start("429 Too Many Requests", [("Retry-After", pause)])
            return [b"busy"]
        start("200 OK", [("Content-Type", "application/geo+json")])
        return [json.dumps(feature).encode()]

    return answer


def asked_of(server: WSGIServer, client: Client) -> str:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        return client.station("a-1").name
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("pause", "patience", "waited"), [("3", 60, [3.0, 3.0]), ("50", 60, [50.0])]
)
def test_it_waits_when_told_to_but_not_for_ever(
    pause: str, patience: float, waited: list[float], capfd: pytest.CaptureFixture[str]
) -> None:
    slept: list[float] = []
    server = make_server("127.0.0.1", 0, busy(2, pause))
    client = Client(
        f"http://127.0.0.1:{server.server_port}", patience_s=patience, sleep=slept.append
    )
    if len(waited) == 2:
        assert asked_of(server, client) == "甲"
    else:
        with pytest.raises(Problem, match="429"):
            asked_of(server, client)
    assert slept == waited


def test_its_types_hold() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null", FILE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout

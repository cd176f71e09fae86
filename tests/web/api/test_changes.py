"""`/api/v1/changes`: a mirror follows a day of edits and holds what the list tells, byte for byte."""

from __future__ import annotations

import random
from typing import Any

import pytest
from flask.testing import FlaskClient

from station_map.store.change_feed import Cursor
from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.api import changes, models_changes
from station_map.web.contract import Refused
from tests.store.merging import rows
from tests.store.test_merge import join
from tests.web.stations import HOSTILE_NAMES, having, save, station

PATH = "/api/v1/changes"
OF_THE_MOMENT = ("state", "reported_locked", "live", "open_unknown")


def page(client: FlaskClient, address: str) -> dict[str, Any]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    models_changes.ChangePage.model_validate_json(answer.data)
    return answer.json


def follow(client: FlaskClient, address: str, copy: dict[str, Any]) -> str:
    """Apply all there is; the address to go on from."""
    while True:
        told = page(client, address)
        for change in told["changes"]:
            if change["station"] is None:
                copy.pop(change["code"], None)
            else:
                copy[change["code"]] = change["station"]
        (link,) = told["links"]
        address = link["href"]
        if not told["more"]:
            return address


def listed(client: FlaskClient) -> dict[str, Any]:
    found = client.get("/api/v1/stations?limit=1000").json["features"]
    for one in found:
        for name in OF_THE_MOMENT:
            one["properties"].pop(name, None)
    return {one["id"]: one for one in found}


def test_a_mirror_holds_what_the_list_tells_after_a_day_of_edits(
    client: FlaskClient, database: Database
) -> None:
    dice = random.Random(7)
    save(database, [station(name, 116.5 + n / 50) for n, name in enumerate(HOSTILE_NAMES)])
    from_the_first: dict[str, Any] = {}
    begun = follow(client, PATH + "?limit=4", from_the_first)
    assert from_the_first == listed(client)

    address = page(client, PATH + "?since=now&limit=5")["links"][0]["href"]
    copy = listed(client)
    for turn in range(60):
        one_edit(database, dice, turn)
        if dice.random() < 0.3:
            address = follow(client, address, copy)
    follow(client, address, copy)
    assert copy == listed(client)
    follow(client, begun, from_the_first)
    assert from_the_first == copy


def one_edit(database: Database, dice: random.Random, turn: int) -> None:
    ids = [number for (number,) in rows(database, "SELECT id FROM station ORDER BY id")]
    kind = dice.choice(["new", "seats", "seats", "move", "name", "amenity", "merge"])
    if kind == "new" or len(ids) < 4:
        save(database, [station(f"新站{turn}", 117 + turn / 100, amenities=having("wifi"))])
    elif kind == "merge":
        join(database, *dice.sample(ids, 2))
    else:
        some = dice.sample(ids, dice.randint(1, 3))
        with writing(database, actor="test") as unit, changing(unit, some):
            unit.execute(*STATEMENTS[kind](some, dice, turn))


STATEMENTS = {
    "seats": lambda some, dice, _turn: (
        "UPDATE station SET seats = %s WHERE id = ANY (%s)",
        (dice.randrange(99), some),
    ),
    "move": lambda some, dice, _turn: (
        "UPDATE station SET position = ST_MakePoint(%s, 33.9)::geography WHERE id = ANY (%s)",
        (dice.uniform(116.6, 117), some),
    ),
    "name": lambda some, dice, turn: (
        "UPDATE station SET name = %s WHERE id = ANY (%s)",
        (dice.choice(HOSTILE_NAMES) + str(turn), some),
    ),
    "amenity": lambda some, dice, _turn: (
        """INSERT INTO station_amenity (station_id, amenity_id, state)
        SELECT unnest(%s::bigint[]), %s, 'yes' ON CONFLICT DO NOTHING""",
        (some, dice.randint(1, 9)),
    ),
}


def test_coordinates_come_in_the_datum_asked_for(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    told = page(client, PATH + "?crs=gcj02")
    lon, lat = told["changes"][0]["station"]["geometry"]["coordinates"]
    assert (told["crs"], lon > 116.8, lat < 33.956) == ("gcj02", True, True)
    assert "crs=gcj02" in told["links"][0]["href"]


def test_a_cursor_of_another_database_is_gone(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    answer = client.get(PATH + "?since=7-1.1.")
    assert (answer.status_code, answer.json["type"]) == (
        410,
        "urn:station-map:problem:cursor-gone",
    )
    assert "since=now" in answer.json["detail"]


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "x",
        "1",
        "1-2-3",
        "1-5.3.",
        "1-3.5.7",
        "1-3.9.5_4",
        "1-3.9.5_5",
        "1-0.1.",
        "1-3.5.-3.5.-",
        "9" * 19 + "-3.5.",
        "1-" + "9" * 19 + "." + "9" * 19 + ".",
        "1-3.5.;DROP",
        "１-3.5.",
    ],
)
def test_what_is_no_cursor_is_refused(client: FlaskClient, wrong: str) -> None:
    answer = client.get(PATH, query_string={"since": wrong})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameter"] == "since"


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor(1, "3:3:"),
        Cursor(1, "3:9:4,7", "9:12:9", 55),
        Cursor(1764000000000, None, "9:12:", 3),
    ],
)
def test_a_cursor_is_read_as_it_is_written(cursor: Cursor) -> None:
    assert changes.read_cursor(changes.written(cursor)) == cursor


def test_a_word_that_is_no_cursor() -> None:
    with pytest.raises(Refused):
        changes.read_cursor("later")

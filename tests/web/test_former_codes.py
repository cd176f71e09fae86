"""Who asks by the code of a merged station is led to the one that stayed, whatever is asked."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.store.merging import LON, merge, rows, station, value
from tests.store.test_merge import ids, join
from tests.support import people


@pytest.fixture
def codes(database: Database) -> tuple[str, str]:
    """The code that stays and the one that leads to it."""
    merge(database, station("甲"), station("乙", LON + 0.0001))
    known = ids(database)
    told = dict(rows(database, "SELECT name, code FROM station"))
    join(database, known["甲"], known["乙"])
    return told["甲"], told["乙"]


@pytest.mark.parametrize(
    "page",
    [
        "/stations/{}",
        "/stations/{}?from=door",
        "/stations/{}?lang=en&from=door",
        "/stations/{}/report",
        "/stations/{}/calendar.ics",
        "/api/v1/stations/{}",
        "/api/v1/stations/{}?crs=gcj02",
        "/ogc/collections/stations/items/{}",
    ],
)
def test_reading_is_led_on(client: FlaskClient, codes: tuple[str, str], page: str) -> None:
    answer = client.get(page.format(codes[1]))
    assert (answer.status_code, answer.location) == (301, page.format(codes[0]))
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(answer.location).status_code == 200
    assert client.head(page.format(codes[1])).status_code == 301


def test_a_mirror_learns_the_code(client: FlaskClient, codes: tuple[str, str]) -> None:
    answer = client.get(f"/api/v1/stations/{codes[1]}")
    assert answer.json == {
        "status": 301,
        "code": codes[0],
        "href": f"/api/v1/stations/{codes[0]}",
    }
    told = client.get(f"/api/v1/stations/{codes[0]}").json["properties"]
    assert told["former_codes"] == [codes[1]]
    assert told["same_door"] == []


def test_a_report_by_an_old_plate_is_one_of_the_station(
    client: FlaskClient, codes: tuple[str, str], database: Database
) -> None:
    seen_at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = {"id": str(uuid4()), "kind": "open", "seen_at": seen_at}
    answer = client.post(f"/api/v1/stations/{codes[1]}/reports", json=told)
    assert (answer.status_code, answer.json["station"]) == (201, codes[0]), answer.text
    assert value(database, "SELECT count(*) FROM report") == 1


def test_a_code_of_nobody_is_not_found(client: FlaskClient, codes: tuple[str, str]) -> None:
    for code in ("nobody", "%00", "a%0d%0aX-Evil:1"):
        answer = client.get(f"/api/v1/stations/{code}")
        assert answer.status_code == 404
        assert "Location" not in answer.headers


def test_where_it_leads_is_always_here(client: FlaskClient, codes: tuple[str, str]) -> None:
    answer = client.get(f"/stations/{codes[1]}?next=//evil.example/%0d%0aX:1")
    assert answer.location.startswith(f"/stations/{codes[0]}?")
    assert "\n" not in answer.location


def test_an_operators_form_is_not_turned_round(
    client: FlaskClient, codes: tuple[str, str], database: Database
) -> None:
    people.account(database)
    people.signed_in(client)
    answer = people.send(
        client, f"/admin/stations/{codes[1]}/verify", form="/admin/account", version="1"
    )
    assert answer.status_code == 404
    assert client.get(f"/admin/stations/{codes[1]}").status_code == 301

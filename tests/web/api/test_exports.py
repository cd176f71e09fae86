"""/api/v1/exports/stations.*"""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from flask.testing import FlaskClient

from station_map.exporters.stations.formats import FORMATS
from station_map.store.database import Database
from station_map.web.api import exports
from tests.web.api.conftest import Population
from tests.web.stations import having, save, station

PATH = "/api/v1/exports/stations."


@pytest.mark.parametrize("form", FORMATS)
def test_each_format_is_a_file_with_a_validator(
    client: FlaskClient, population: Population, form: str
) -> None:
    got = client.get(PATH + form, buffered=True)
    assert got.status_code == 200, got.text
    assert got.content_type == FORMATS[form].media_type
    told = got.headers["Content-Disposition"]
    assert re.fullmatch(rf'attachment; filename="stations-\d{{4}}-\d\d-\d\d\.{form}"', told)
    again = client.get(PATH + form, headers={"If-None-Match": got.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(PATH + form, buffered=True)
    assert (head.status_code, head.data) == (200, b"")
    assert head.content_length == len(got.data)


def test_filters_are_those_of_the_list(client: FlaskClient, population: Population) -> None:
    asked = "status=open&amenity=wifi&bbox=116,33,118,35"
    listed = client.get(f"/api/v1/stations?limit=1000&{asked}").json
    exported = client.get(f"{PATH}geojson?{asked}").json
    assert listed is not None
    assert exported is not None
    assert {one["id"] for one in exported["features"]} == {one["id"] for one in listed["features"]}
    assert 0 < len(exported["features"]) < len(population.by_code)


@pytest.mark.parametrize("further", ["", "&open_unknown=include"])
def test_open_is_honoured(client: FlaskClient, database: Database, further: str) -> None:
    save(
        database,
        [
            station("always", opening_hours="24/7"),
            station("never", lon=116.81, opening_hours="off"),
            station("who knows", lon=116.82),
        ],
    )
    got = client.get(f"{PATH}geojson?open=now{further}").json
    assert got is not None
    names = {one["properties"]["name"] for one in got["features"]}
    assert names == ({"always", "who knows"} if further else {"always"})


def test_unknown_is_neither_yes_nor_no(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲", amenities=having("wifi", shower="no"))])
    text = client.get(f"{PATH}csv").data.decode("utf-8-sig")
    [row] = csv.DictReader(StringIO(text, newline=""))
    assert (row["无线网络"], row["淋浴"], row["热水"]) == ("yes", "no", "")


@pytest.mark.parametrize("query", ["geojson?limit=3", "csv?crs=mars", "kml?crs=bd09"])
def test_bad_parameters_are_told(client: FlaskClient, database: Database, query: str) -> None:
    got = client.get(PATH + query)
    assert got.status_code == 400
    assert got.mimetype == "application/problem+json"


def test_an_unknown_format_is_not_found(client: FlaskClient, database: Database) -> None:
    assert client.get(f"{PATH}exe").status_code == 404


def test_one_file_is_made_at_a_time(client: FlaskClient, database: Database) -> None:
    with exports._AT_ONCE:
        got = client.get(f"{PATH}csv")
    assert got.status_code == 429
    assert int(got.headers["Retry-After"]) > 0
    assert client.get(f"{PATH}csv", buffered=True).status_code == 200


def test_texts_are_compressed(client: FlaskClient, population: Population) -> None:
    plain = client.get(f"{PATH}csv")
    packed = client.get(f"{PATH}csv", headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert len(packed.data) < len(plain.data) / 2
    held = {"Accept-Encoding": "br", "If-None-Match": packed.headers["ETag"]}
    assert client.get(f"{PATH}csv", headers=held, buffered=True).status_code == 304

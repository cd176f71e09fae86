"""Whatever a station is called and whatever is asked: JSON stays JSON, nothing breaks."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from station_map.store.database import Database
from station_map.web.api.operations import OPERATIONS
from tests.web.stations import HOSTILE_NAMES, having, save, station

HERE: Final = "lon=116.798&lat=33.956"
PATHS: Final = tuple(
    operation.path.replace("{code}", "340603-00001").replace("{number}", "17")
    for operation in OPERATIONS
    if operation.body is None
)
NAMES: Final = sorted(
    {parameter.name for operation in OPERATIONS for parameter in operation.contract.parameters}
)
NASTY: Final = (
    "",
    "\x00",
    "nan",
    "-inf",
    "1e308",
    "1e-320",
    "9" * 300,
    "１１６",
    "-0",
    "+1",
    "0x10",
    "' OR 1=1 --",
    "{{7*7}}",
    "a,b,,c",
    ",",
    "116,33,117,34",
    "33,116,34,117",
    "-180,-90,180,90",
    "%",
    "\u202e",
    "😀" * 50,
    "true",
    "geojson",
    "wifi",
    "toilet,wifi,wifi",
    "open_24h",
    "gcj02",
    "340600",
    "000000",
    "116.8",
    "33.9",
)
# Nobody has a token here.
ANSWERS = dict.fromkeys(PATHS, (200, 400, 404)) | {
    operation.path.replace("{code}", "340603-00001").replace("{number}", "17"): (400, 401)
    for operation in OPERATIONS
    if operation.token
}
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.floats().map(repr))
names = st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), st.text(max_size=12))


def read(got: TestResponse) -> Any:
    assert got.status_code == 200, got.text
    return json.loads(got.data)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_arrives_as_it_is_in_every_format(
    client: FlaskClient, database: Database, name: str
) -> None:
    (code,) = save(
        database,
        [station(name, address=name[:500], hours_text=name[:200], amenities=having("wifi"))],
    )
    nearest = read(client.get(f"/api/v1/stations/nearest?{HERE}&crs=gcj02"))
    page = read(client.get("/api/v1/stations"))
    plain = read(client.get("/api/v1/stations?f=json"))
    one = read(client.get(f"/api/v1/stations/{code}"))
    slim = read(client.get("/api/v1/stations/slim"))
    cards = [f["properties"] for f in (*nearest["features"], *page["features"], one)]
    for card in (*cards, *plain["items"]):
        assert card["name"] == name
        assert card["address"] == name[:500]
        assert card["demo"] is False
    assert slim["rows"][0][1] == name
    assert nearest["demo"] is page["demo"] is slim["demo"] is False


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_query_is_told_back_as_text(client: FlaskClient, name: str) -> None:
    short = name[:60]
    for query in (f"q={quote(short)}", f"{quote(short)}=1", f"kind={quote(short)}"):
        got = client.get(f"/api/v1/stations?{query}")
        assert got.status_code in (200, 400)
        assert got.json is not None
        assert "json" in str(got.mimetype)
        assert got.headers["X-Content-Type-Options"] == "nosniff"


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(PATHS),
    pairs=st.lists(st.tuples(names, values), max_size=6),
    placed=st.booleans(),
)
def test_no_query_breaks_the_server(
    client: FlaskClient, path: str, pairs: list[tuple[str, str]], placed: bool
) -> None:
    known = [(n.encode("utf-8", "replace"), v.encode("utf-8", "replace")) for n, v in pairs]
    query = "&".join(filter(None, (HERE if placed else "", urlencode(known))))
    got = client.get(f"{path}?{query}")
    assert got.status_code in ANSWERS[path], got.text
    assert got.json is not None
    if got.status_code != 200:
        assert got.mimetype == "application/problem+json"


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    path=st.sampled_from(PATHS),
    raw=st.text(
        st.characters(min_codepoint=1, max_codepoint=255, exclude_characters="#"), max_size=60
    ),
)
def test_no_raw_bytes_break_the_server(client: FlaskClient, path: str, raw: str) -> None:
    got = client.get(path, environ_overrides={"QUERY_STRING": raw})
    assert got.status_code in ANSWERS[path], got.text


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(code=st.text(max_size=70))
def test_no_code_breaks_the_server(client: FlaskClient, code: str) -> None:
    raw = quote(code.encode("utf-8", "replace"), safe="")
    got = client.get(f"/api/v1/stations/x{raw}")
    assert got.status_code == 404
    assert got.mimetype == "application/problem+json"

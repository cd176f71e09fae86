"""How often one may ask: the table, who is counted, what answers say, what happens beyond."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.accounts import Role, Scope
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.web.limits import FILE, PLACES, SIZE, WAYS, WINDOW_S, Table, counted, open_table
from tests.web.api.test_runs import token

NEAR = "/api/v1/stations/nearest?lon=116.8&lat=33.95"
CODES = "/api/v1/amenities"
STRANGER = {"REMOTE_ADDR": "203.0.114.7"}
OTHER = {"REMOTE_ADDR": "203.0.114.8"}


# -- the table ------------------------------------------------------------------------------


@pytest.fixture
def table() -> Table:
    return Table(bytearray(SIZE))


def test_so_many_at_once_and_then_one_by_one(table: Table) -> None:
    given = [table.take(77, 6, 1000.0) for _ in range(6)]
    assert [one.left for one in given] == [5, 4, 3, 2, 1, 0]
    assert not any(one.wait_s for one in given)
    assert given[-1].reset_s == pytest.approx(60)
    refused = table.take(77, 6, 1000.0)
    assert (refused.left, refused.wait_s) == (0, pytest.approx(10))
    assert table.take(77, 6, 1009.9).wait_s == pytest.approx(0.1)
    assert table.take(77, 6, 1010.0).wait_s == 0
    assert table.take(77, 6, 1010.0).wait_s == pytest.approx(10)
    assert table.take(77, 6, 1071.0).left == 5


@given(
    limit=st.integers(1, 50),
    gaps=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=200),
)
def test_no_window_ever_holds_more_than_twice_the_limit(limit: int, gaps: list[float]) -> None:
    table, now, given_at = Table(bytearray(SIZE)), 1e9, []
    for gap in gaps:
        now += gap
        taken = table.take(5, limit, now)
        assert 0 <= taken.left < limit
        assert 0 <= taken.reset_s <= WINDOW_S + 1e-6
        if not taken.wait_s:
            given_at.append(now)
    for start in given_at:
        inside = [at for at in given_at if start <= at < start + WINDOW_S]
        assert len(inside) <= 2 * limit


def test_clients_do_not_count_for_each_other(table: Table) -> None:
    near = [8 + (n << 32) for n in range(WAYS)]  # all in the same four places
    for _ in range(3):
        assert not any(table.take(name, 3, 50.0).wait_s for name in near)
    assert all(table.take(name, 3, 50.0).wait_s for name in near)


def test_a_full_place_goes_to_the_newest(table: Table) -> None:
    names = [8 + (n << 32) for n in range(WAYS + 1)]
    for when, name in enumerate(names[:WAYS]):
        table.take(name, 1, 50.0 + when)
    assert table.take(names[WAYS], 1, 60.0).wait_s == 0
    assert table.take(names[1], 1, 60.0).wait_s > 0  # still known
    assert table.take(names[0], 1, 60.0).wait_s == 0  # was forgotten


@pytest.mark.parametrize("junk", [math.nan, math.inf, -math.inf, 1e300, -5.0, 4000.0])
def test_what_stands_in_the_file_by_chance_does_no_harm(junk: float) -> None:
    buffer = bytearray(SIZE)
    buffer[PLACES * 8 :] = struct.pack("d", junk) * PLACES
    assert Table(buffer).take(9, 10, 1000.0) == (9, 6.0, 0.0)


def test_processes_share_it_and_it_does_not_grow(tmp_path: Path) -> None:
    first, second = open_table(tmp_path), open_table(tmp_path)
    for table in (first, second, first):
        table.take(3, 3, 10.0)
    assert second.take(3, 3, 10.0).wait_s > 0
    for name in range(1, 100_000, 3):
        first.take(name * 2_654_435_761 % 2**64, 3, 10.0)
    assert (tmp_path / FILE).stat().st_size == SIZE
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


# -- who is counted -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "::1", "10.2.3.4", "192.168.1.9", "172.17.0.1", "fd00::1", "fe80::1", "", "x",
     "::ffff:127.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_no_address_that_may_stand_for_everybody(address: str) -> None:
    assert counted(address) == ""


def test_a_subscriber_of_ipv6_has_one_name() -> None:
    assert counted("2408:8000:1:2::1") == counted("2408:8000:1:2:ffff:ffff:ffff:ffff")
    assert counted("2408:8000:1:2::1") != counted("2408:8000:1:3::1")
    assert counted("::ffff:8.8.8.8") == counted("8.8.8.8") == "8.8.8.8"


# -- over HTTP ------------------------------------------------------------------------------


@pytest.fixture
def limited(composed: Callable[[Settings], Flask], tmp_path: Path) -> FlaskClient:
    settings = Settings(data_dir=tmp_path, limit_api=3, limit_files=1, limit_tiles=2)
    return composed(settings).test_client()


def test_answers_tell_what_is_left_and_then_refuse(limited: FlaskClient) -> None:
    for left in (2, 1, 0):
        answer = limited.get(CODES, environ_base=STRANGER)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"api";q=3;w=60'
        assert answer.headers["RateLimit"] == f'"api";r={left};t={20 * (3 - left)}'
    refused = limited.get(NEAR, environ_base=STRANGER)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert refused.json["type"] == "urn:station-map:problem:too-often"
    assert refused.headers["Retry-After"] == "20"
    assert refused.headers["RateLimit"] == '"api";r=0;t=60'
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.headers["Cache-Control"] == "no-store"
    assert limited.get(NEAR, environ_base=OTHER).status_code == 200


def test_kinds_of_routes_have_limits_of_their_own(limited: FlaskClient) -> None:
    for path, kind, limit in (
        ("/api/v1/exports/stations.csv", "files", 1),
        ("/tiles/stations/10/844/409.mvt", "tiles", 2),
        ("/ogc/collections", "api", 3),
    ):
        answers = [limited.get(path, environ_base=STRANGER) for _ in range(limit + 1)]
        assert [one.status_code for one in answers] == [200] * limit + [429], path
        assert answers[0].headers["RateLimit-Policy"] == f'"{kind}";q={limit};w=60'


def test_asking_whether_it_still_holds_counts_too(limited: FlaskClient) -> None:
    held = {"If-None-Match": "*"}
    answers = [limited.get(CODES, headers=held, environ_base=STRANGER) for _ in range(4)]
    assert [one.status_code for one in answers] == [304, 304, 304, 429]


def test_what_is_no_api_and_what_is_no_request_is_not_counted(limited: FlaskClient) -> None:
    for _ in range(5):
        assert "RateLimit" not in limited.get("/healthz", environ_base=STRANGER).headers
        assert limited.options(CODES, environ_base=STRANGER).status_code == 200
        assert limited.get("/robots.txt", environ_base=STRANGER).status_code == 200
    assert limited.get(CODES, environ_base=STRANGER).headers["RateLimit"].startswith('"api";r=2')


def test_this_machine_and_its_network_are_not_counted(limited: FlaskClient) -> None:
    for address in ("127.0.0.1", "192.168.7.7"):
        forwarded = {"X-Forwarded-For": "203.0.114.7"}  # nobody told us of a proxy
        answers = [
            limited.get(CODES, headers=forwarded, environ_base={"REMOTE_ADDR": address})
            for _ in range(5)
        ]
        assert all(one.status_code == 200 and "RateLimit" not in one.headers for one in answers)


def test_behind_a_proxy_that_was_told_the_client_is_counted(
    composed: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    app = composed(Settings(data_dir=tmp_path, limit_api=2, trusted_proxies=1))
    client = app.test_client()

    def ask(forwarded: str) -> int:
        return client.get(CODES, headers={"X-Forwarded-For": forwarded}).status_code

    assert [ask("203.0.114.7") for _ in range(3)] == [200, 200, 429]
    assert ask("8.8.4.4, 203.0.114.7") == 429  # what stands before, anybody can send
    assert ask("203.0.114.7, 8.8.4.4") == 200


def test_zero_is_no_limit(composed: Callable[[Settings], Flask], tmp_path: Path) -> None:
    client = composed(Settings(data_dir=tmp_path, limit_api=0)).test_client()
    answer = client.get(CODES, environ_base=STRANGER)
    assert "RateLimit" not in answer.headers
    assert not (tmp_path / FILE).exists()


def test_a_token_is_counted_wherever_it_comes_from(
    composed: Callable[[Settings], Flask], database: Database, tmp_path: Path
) -> None:
    client = composed(Settings(data_dir=tmp_path, limit_tokens=2)).test_client()
    first = token(database, "planner-a", Role.PLANNER, Scope.PLANNING_RUN)
    second = token(database, "planner-b", Role.PLANNER, Scope.PLANNING_RUN)
    answers = [
        client.get("/api/v1/me", headers=first, environ_base={"REMOTE_ADDR": f"8.8.8.{n}"})
        for n in range(3)
    ]
    assert [one.status_code for one in answers] == [200, 200, 429]
    policies = answers[0].headers.getlist("RateLimit-Policy")
    assert policies == ['"api";q=3000;w=60', '"tokens";q=2;w=60']
    assert answers[0].headers.getlist("RateLimit")[1] == '"tokens";r=1;t=30'
    assert client.get("/api/v1/me", headers=second).status_code == 200


def test_without_a_folder_to_share_each_process_counts_for_itself(
    composed: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    client = composed(Settings(data_dir=tmp_path / "file" / "data", limit_api=1)).test_client()
    answers = [client.get(CODES, environ_base=STRANGER) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 429]

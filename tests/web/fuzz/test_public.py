"""Every route that anybody may read: validators, caches, compression, HEAD, other sites."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from station_map.web.access import ACCESS, WRITING, Access
from station_map.web.compression import MIMETYPES, MIN_SIZE
from station_map.web.problems import PROBLEM_JSON
from station_map.web.sharing import shared
from tests.web.fuzz.world import World

# What each is asked, where it answers nothing without.
QUERIES = {
    "api.nearest": "lon=116.8&lat=33.95",
    "pages.results_part": "lon=116.8&lat=33.95",
    "pages.home": "",
    "oembed.oembed": "url=https://stations.example/",
}
ADDRESSES = {
    "api.export": "/api/v1/exports/stations.geojson",
    "tiles.tile": "/tiles/stations/10/844/409.mvt",
    "pages.photo_file": None,  # the world's own
}
# Pages for people hold a nonce, or what the next moment may change: they are asked for each time.
NOT_KEPT = ("private, no-cache", "private, no-store", "no-store")
# Answers about the moment or the caller alone: nothing of them is compared or kept.
WITHOUT_VALIDATOR = frozenset({"health.alive", "health.ready"})


def readable(world: World) -> list[Rule]:
    return [
        rule
        for rule in world.rules("GET")
        if ACCESS[rule.endpoint] is Access.PUBLIC and rule.endpoint not in WRITING
    ]


def address(world: World, rule: Rule) -> str:
    told = ADDRESSES.get(rule.endpoint) or world.address(rule)
    query = QUERIES.get(rule.endpoint)
    return f"{told}?{query}" if query else told


def ask(client: FlaskClient, where: str, **headers: str) -> TestResponse:
    return client.get(where, headers={n.replace("_", "-"): v for n, v in headers.items()})


@pytest.fixture
def stranger(world: World) -> FlaskClient:
    return world.app.test_client()


def test_what_is_kept_has_a_validator_that_holds(world: World, stranger: FlaskClient) -> None:
    kept = set()
    for rule in readable(world):
        where = address(world, rule)
        first = ask(stranger, where)
        policy = first.headers.get("Cache-Control", "")
        if first.status_code != 200 or (policy.startswith(NOT_KEPT) and not shared(rule.endpoint)):
            continue
        tag = first.headers.get("ETag")
        assert tag, (rule.endpoint, policy)
        assert "max-age=" in policy or policy == "no-cache", rule.endpoint
        opaque = tag.removeprefix("W/")
        for held in (tag, opaque, f'"other", {tag}', "*"):
            again = ask(stranger, where, If_None_Match=held)
            assert (again.status_code, again.data) == (304, b""), (rule.endpoint, held)
            for name in ("ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
                assert again.headers.get(name) == first.headers.get(name), (rule.endpoint, name)
        for other in ('"other"', "", 'W/"', f"x{opaque}"):
            assert ask(stranger, where, If_None_Match=other).status_code == 200, rule.endpoint
        kept.add(rule.endpoint)
    data = {r.endpoint for r in readable(world) if shared(r.endpoint)}
    assert data <= kept, data - kept
    assert {"sitemap.robots", "sitemap.index", "sitemap.page", "pages.web_manifest"} <= kept


def test_every_answer_says_how_long_it_may_be_kept(world: World, stranger: FlaskClient) -> None:
    for rule in readable(world):
        answer = ask(stranger, address(world, rule))
        assert answer.headers.get("Cache-Control") or answer.status_code == 303, rule.endpoint
        bad = ask(
            stranger, f"{address(world, rule)}{'&' if '?' in address(world, rule) else '?'}zz=1"
        )
        if bad.status_code >= 400:
            assert bad.headers["Cache-Control"] == "no-store", rule.endpoint


def test_head_is_get_without_the_body(world: World, stranger: FlaskClient) -> None:
    for rule in readable(world):
        where = address(world, rule)
        got, head = ask(stranger, where), stranger.head(where)
        assert (head.status_code, head.data) == (got.status_code, b""), rule.endpoint
        for name in ("ETag", "Content-Type", "Cache-Control", "Vary"):
            if name != "ETag" or got.headers.get("Cache-Control") not in NOT_KEPT:
                assert head.headers.get(name) == got.headers.get(name), (rule.endpoint, name)


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_text_comes_compressed(world: World, stranger: FlaskClient, coding: str) -> None:
    seen = 0
    for rule in readable(world):
        plain = ask(stranger, address(world, rule))
        answer = ask(stranger, address(world, rule), Accept_Encoding=coding)
        small = len(plain.data) < MIN_SIZE
        if plain.status_code == 200 and plain.mimetype in MIMETYPES and not small:
            assert answer.headers.get("Content-Encoding") == coding, rule.endpoint
            for each in (plain, answer):
                assert "Accept-Encoding" in each.headers["Vary"], rule.endpoint
            assert answer.headers.get("ETag", "").startswith("W/") or "ETag" not in plain.headers
            seen += 1
    assert seen > 15


def test_other_sites_may_read_data_and_nothing_else(world: World, stranger: FlaskClient) -> None:
    asked = {"Origin": "https://other.example", "Access-Control-Request-Method": "GET"}
    for rule in world.app.url_map.iter_rules():
        if not rule.methods & {"GET", "POST"}:
            continue
        told = world.address(rule) if rule.endpoint not in ADDRESSES else address(world, rule)
        flight = stranger.options(told, headers=asked)
        allowed = flight.headers.get("Access-Control-Allow-Origin")
        assert allowed == ("*" if shared(rule.endpoint) else None), rule.endpoint
        assert "Access-Control-Allow-Credentials" not in flight.headers
        if shared(rule.endpoint):
            assert flight.status_code == 200
            assert flight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
            assert "If-None-Match" in flight.headers["Access-Control-Allow-Headers"]
            answer = ask(stranger, address(world, rule), Origin="https://other.example")
            assert answer.headers["Access-Control-Allow-Origin"] == "*", rule.endpoint
            assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
            assert "Set-Cookie" not in answer.headers, rule.endpoint
        elif "GET" in rule.methods:
            answer = ask(stranger, told, Origin="https://other.example")
            assert "Access-Control-Allow-Origin" not in answer.headers, rule.endpoint


def test_what_is_written_or_needs_a_token_is_no_other_sites_business() -> None:
    closed = [one for one, rule in ACCESS.items() if rule is not Access.PUBLIC]
    assert not [one for one in (*closed, *WRITING) if shared(one)]
    assert shared("api.nearest")


def test_errors_can_be_read_by_other_sites_too(stranger: FlaskClient) -> None:
    for where in ("/api/v1/stations?bad=1", "/api/v1/stations/no-such", "/api/v1/nothing"):
        answer = ask(stranger, where, Origin="https://other.example")
        assert answer.mimetype == PROBLEM_JSON
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]

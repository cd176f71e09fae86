"""Bodies that are no forms: JSON of any shape, kinds of content that nobody knows, strange headers."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from station_map.web.access import WRITING
from tests.web.fuzz.nasty import MARK, bounded, judge, values
from tests.web.fuzz.world import World

FIELDS = (
    "id", "kind", "amenity", "field", "note", "seen_at", "photo", "lon", "lat", "crs", "amenities",
    "observed_at", "bays_free", "occupancy", "door", "device", "__proto__", MARK,
)  # fmt: skip
BROKEN = (
    b"", b"\x00", b"null", b"[]", b'"x"', b"NaN", b"{", b'{"kind":NaN}', b'{"lon":1e999}',
    b"[" * 60_000, b'{"a":' * 10_000, b'{"kind":"open","kind":"locked"}', b"\xff\xfe{\x00}\x00",
    b'{"note":"\\ud800"}', b'{"note":"a\\u0000b","kind":"open"}', b'{"lon":' + b"9" * 5_000 + b"}",
    b'\xef\xbb\xbf{"kind":"open"}', b'{"id":1,"kind":"open"}', b'{"\\ud800":1}',
)  # fmt: skip
KINDS = (
    "", "text/plain", "application/json", "application/json; charset=utf-16",
    "application/json; charset=" + "x" * 500, "application/vnd.api+json", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=" + "b" * 300, "application/x-www-form-urlencoded; charset=utf-7",
    "application/xml", "\u00e9/\u00e9", "a/b;" * 100,
)  # fmt: skip
BODIES = (
    b"", b"<x/>", b"a=b", b"--x\r\n", b"--x--\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n1",
    b'--x\r\nContent-Disposition: form-data; name="csrf_token"; filename="\x00/../a"\r\n\r\n1\r\n--x--',
    b'--x\r\nContent-Disposition: form-data; name="' + b"n" * 30_000 + b'"\r\n\r\n1\r\n--x--\r\n',
    b"&" * 5_000, b"%" * 5_000, b"a=%ED%A0%80", b"=" * 1_000,
    "&".join(f"a{n}=1" for n in range(5_000)).encode(),
)  # fmt: skip
HEADERS: dict[str, tuple[str, ...]] = {
    "Accept": (MARK, "*/*;q=" + "9" * 400, "text/html;q=x", "," * 900),
    "Accept-Language": (MARK, "zh;q=x, en;q=-1", "x" * 900, "en-" * 300, ";;;;"),
    "Accept-Encoding": ("br;q=" + "9" * 300, "\u00ff", "gzip;q=NaN, br;q=", "*;q=0"),
    "Authorization": (
        "Bearer",
        "Bearer " + "x" * 900,
        "Bearer \u00e9",
        "Basic ::::",
        MARK,
        "Digest a=,",
    ),
    "Cookie": (
        "lang=" + MARK,
        "lang=\x01",
        "lang=" + "x" * 900,
        "a" * 900,
        "=;=;",
        "station_map_admin=x.y.z",
    ),
    "Host": ("localhost:99999", "[::1", "a" * 300, "evil.example\u00e9", 'a"b', "a b"),
    "If-None-Match": ('"' + "x" * 900, "W/", "*", MARK),
    "If-Modified-Since": ("yesterday", "Thu, 99 Foo 99999 99:99:99 GMT", "0"),
    "Origin": ("http://[", "null", "http://" + "x" * 900, MARK),
    "Range": ("bytes=0-18446744073709551616", "bytes=-", "x", "bytes=0-0,0-0"),
    "Referer": (MARK, "//evil.example"),
    "Sec-Fetch-Site": (MARK, "cross-site"),
    "User-Agent": (MARK, "x" * 2_000, "\u00ff"),
    "X-Forwarded-For": ("1.2.3.4\u00e9", "," * 500, MARK, "[::1]:x"),
    "X-Forwarded-Host": ("evil.example",),
    "X-Request-ID": (MARK, "x" * 900, "a\tb"),
    "X-HTTP-Method-Override": ("DELETE",),
}
leaves = st.one_of(
    values,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.just(10**400),
    st.just(-(2**70)),
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(values, inner, max_size=2),
    max_leaves=6,
)


def post_json(client: FlaskClient, world: World, address: str, body: bytes) -> None:
    before = world.written()
    head = {"Authorization": f"Bearer {world.token}"} if address.endswith("/live") else {}
    answer = client.post(address, data=body, content_type="application/json", headers=head)
    judge(answer, body[:200])
    if answer.status_code >= 400:
        now = world.written()
        now.pop("api_token", None), before.pop("api_token", None)  # when it was last shown
        assert now == before, body[:300]


def json_addresses(world: World) -> list[str]:
    code = world.codes[0]
    return [
        f"/api/v1/stations/{code}/reports",
        "/api/v1/suggestions",
        f"/api/v1/stations/{code}/live",
    ]


def test_json_of_any_shape_is_taken_or_refused(world: World) -> None:
    client = world.app.test_client()
    for address in json_addresses(world):
        for body in BROKEN:
            post_json(client, world, address, body)

        def tell(told: Any, to: str = address) -> None:
            post_json(client, world, to, json.dumps(told).encode("utf-8", "surrogatepass"))

        given_fields(tell)


def given_fields(tell: Any) -> None:
    @bounded(6)
    @given(st.dictionaries(st.sampled_from(FIELDS), anything, min_size=1, max_size=4))
    def one(told: dict[str, Any]) -> None:
        tell(told)
        tell(
            {"kind": "open", "lon": 116.8, "lat": 33.9, "observed_at": "2026-11-22T08:30:00Z"}
            | told
        )

    one()


def test_no_kind_of_body_breaks_a_route(world: World) -> None:
    signed = {"Sec-Fetch-Site": "same-origin"}
    before = world.written()
    stranger = world.app.test_client()
    for rule in world.rules("POST"):
        address = world.address(rule)
        for number, body in enumerate(BODIES[len(address) % 2 :: 2]):
            kind = KINDS[(number + len(address)) % len(KINDS)]
            answer = world.boss.post(address, data=body, content_type=kind, headers=signed)
            judge(answer, (kind, body[:80]))
            if address.startswith("/admin"):
                assert answer.status_code in {303, 400, 403, 404, 413}, (address, kind)
    # Reading as nobody and without a header that says where from: nothing is taken either.
    for rule in world.rules("POST"):
        judge(stranger.post(world.address(rule), data=b"x", content_type=KINDS[1]), rule.rule)
    after = world.written()
    for told in (before, after):
        # A tap without any field is a visit, and one press a report: that is what they are for.
        for name in ("visit_hourly", "visit_tap", "api_token"):
            told.pop(name, None)
    assert after == before


def test_no_header_breaks_a_route(world: World) -> None:
    addresses = [world.address(rule) for rule in world.rules("GET")]
    always = ("/", "/admin", "/nowhere", f"/stations/{world.codes[0]}")
    for place, (header, texts) in enumerate(HEADERS.items()):
        some = addresses[place % 12 :: 12]
        for text in texts:
            for address in (*some, *always):
                judge(get_with(world.boss, address, header, text), (header, text))


def get_with(client: FlaskClient, address: str, header: str, text: str):  # type: ignore[no-untyped-def]
    """As a server hands it on: header bytes read as latin-1, past the client's own checks."""
    key = "HTTP_" + header.upper().replace("-", "_")
    return client.get(address, environ_overrides={key: text})


def test_no_other_method_is_known(world: World) -> None:
    methods = ("TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND", "X" * 50)
    for number, rule in enumerate(world.rules("GET")):
        for method in {methods[number % 7], "PUT"}:
            answer = world.boss.open(world.address(rule), method=method)
            judge(answer, method)
            assert answer.status_code == 405


def test_reading_addresses_write_nothing(world: World) -> None:
    """Also with a body, and also those that are asked for with HEAD and OPTIONS."""
    # Whoever first reads the feed of changes begins its epoch, and who first plans makes residents.
    for first in ("/api/v1/changes", "/admin/planning"):
        judge(world.boss.get(first), first)
    before = world.written()
    for rule in world.rules("GET"):
        address = world.address(rule)
        for method in ("GET", "HEAD", "OPTIONS"):
            judge(world.boss.open(address, method=method, data=b"a=b"), method)
    assert world.written() == before


def test_the_table_of_what_writes_is_whole(world: World) -> None:
    assert {rule.endpoint for rule in world.rules("POST")} == WRITING

"""Reports and suggestions over HTTP: who may send, what is refused, what is answered."""

from __future__ import annotations

import base64
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import ExifTags, Image
from werkzeug.test import TestResponse

from station_map.app import create_app
from station_map.domain.reports import SENDER_RATES, ReportKind
from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.settings import Settings
from station_map.store.database import Database
from station_map.store.report_photos import FOLDER
from station_map.web.api.models import ProblemDetails, ReportStored, SuggestionStored
from tests.store.merging import rows, value
from tests.web.stations import HOSTILE_NAMES, save, station

SUGGESTIONS = "/api/v1/suggestions"


@pytest.fixture
def code(database: Database) -> str:
    (code,) = save(database, [station("城东驿站")])
    return code


def send(
    client: FlaskClient, code: str, address: str = "203.0.113.5", **fields: Any
) -> TestResponse:
    return client.post(
        f"/api/v1/stations/{code}/reports",
        json={"kind": "open", **fields},
        environ_overrides={"REMOTE_ADDR": address},
    )


def problem(got: TestResponse, status: int) -> ProblemDetails:
    assert got.status_code == status, got.text
    assert got.mimetype == "application/problem+json"
    assert got.headers["Cache-Control"] == "no-store"
    return ProblemDetails.model_validate_json(got.data)


def properties(client: FlaskClient, code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(f"/api/v1/stations/{code}").data)["properties"]
    return found


def test_a_report_is_stored_and_answered(
    client: FlaskClient, database: Database, code: str
) -> None:
    known = uuid4()
    got = send(client, code, id=str(known), kind="broken", amenity="microwave", note="不转了")
    assert got.status_code == 201
    assert got.headers["Cache-Control"] == "no-store"
    told = ReportStored.model_validate_json(got.data)
    assert (told.id, told.station, told.kind) == (known, code, ReportKind.BROKEN)
    assert "核实" in told.text
    assert rows(database, "SELECT uuid, kind, note FROM report") == [(known, "broken", "不转了")]


def test_a_report_without_an_id_is_given_one(client: FlaskClient, code: str) -> None:
    first, second = (send(client, code).json for _ in range(2))
    assert first is not None
    assert second is not None
    assert first["id"] != second["id"]


def test_the_same_report_twice_is_answered_twice_and_stored_once(
    client: FlaskClient, database: Database, code: str
) -> None:
    known = str(uuid4())
    first, again = (send(client, code, id=known) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert value(database, "SELECT count(*) FROM report") == 1


def test_a_confirmation_shows_in_every_answer(client: FlaskClient, code: str) -> None:
    told = send(client, code).json
    assert told is not None
    assert told["verified_at"] == properties(client, code)["verified_at"]
    assert "verified_by" not in properties(client, code)


def test_locked_by_two_shows_in_every_answer_until_someone_confirms(
    client: FlaskClient, code: str
) -> None:
    def shown() -> set[bool]:
        near = client.get("/api/v1/stations/nearest?lon=116.798&lat=33.956").json
        listed = client.get("/api/v1/stations").json
        plain = client.get("/api/v1/stations?f=json").json
        assert near is not None
        assert listed is not None
        assert plain is not None
        return {
            near["features"][0]["properties"]["reported_locked"],
            listed["features"][0]["properties"]["reported_locked"],
            plain["items"][0]["reported_locked"],
            properties(client, code)["reported_locked"],
        }

    assert shown() == {False}
    first = send(client, code, kind="locked")
    assert "再有一个人" in first.text
    assert shown() == {False}
    second = send(client, code, "203.0.113.6", kind="locked").json
    assert second is not None
    assert second["reported_locked"] is True
    assert "有人反映锁门" in second["text"]
    assert shown() == {True}
    send(client, code, "203.0.113.7", kind="open")
    assert shown() == {False}


def test_a_place_is_blurred_and_converted_before_it_is_stored(
    client: FlaskClient, database: Database, code: str
) -> None:
    assert send(client, code, lon=116.79876, lat=33.95654).status_code == 201
    lon, lat = (float(one) for one in from_wgs84(116.79876, 33.95654, Datum.GCJ02))
    assert send(client, code, lon=lon, lat=lat, crs="gcj02").status_code == 201
    stored = rows(database, "SELECT lon, lat FROM report ORDER BY id")
    assert stored == [(116.799, 33.957), (116.799, 33.957)]


# ---- what is refused ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"kind": "closed"}, "kind"),
        ({"kind": None}, "kind"),
        ({"kind": True}, "kind"),
        ({"kind": ["open"] * 2}, "kind"),
        ({"kind": {"open": 1}}, "kind"),
        ({"kind": "broken"}, "amenity"),
        ({"kind": "broken", "amenity": "sauna"}, "amenity"),
        ({"kind": "wrong"}, "field"),
        ({"kind": "wrong", "field": "colour"}, "field"),
        ({"amenity": "wifi"}, "amenity"),
        ({"id": "1"}, "id"),
        ({"id": "urn:uuid:3f0f6c1e-6f0a-4c0e-9d4e-0b8f7a3c2d10"}, "id"),
        ({"note": "  "}, "note"),
        ({"note": "长" * 501}, "note"),
        ({"note": "a\u0000b"}, "note"),
        ({"note": 7.5, "kind": "sleepy"}, "kind"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"seen_at": "2026-11-22T09:00:00"}, "seen_at"),
        ({"seen_at": "2020-01-01T00:00:00Z"}, "seen_at"),
        ({"seen_at": "2999-01-01T00:00:00Z"}, "seen_at"),
        ({"lon": 116.8}, "lat"),
        ({"lat": 33.9}, "lon"),
        ({"lon": 33.9, "lat": 116.8}, "lon"),
        ({"lon": 116.8, "lat": "north"}, "lat"),
        ({"lon": 10**400, "lat": 1}, "lon"),
        ({"crs": "mars"}, "crs"),
        ({"photo": "not base64!"}, "photo"),
        ({"photo": base64.b64encode(b"no picture").decode()}, "photo"),
        ({"name": "王五"}, "name"),
        ({"phone": "13800000000"}, "phone"),
    ],
)
def test_a_bad_field_is_named_with_what_is_allowed_and_an_example(
    client: FlaskClient, database: Database, code: str, fields: dict[str, Any], parameter: str
) -> None:
    body = {"kind": "open"} | fields
    got = client.post(f"/api/v1/stations/{code}/reports", json=body)
    told = problem(got, 400)
    assert told.errors is not None
    assert told.errors[0].parameter == parameter
    assert told.errors[0].allowed
    assert told.errors[0].example
    assert value(database, "SELECT count(*) FROM report") == 0


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"7", b"null", b'"open"', b"\xff", b'{"kind": NaN}', b"[" * 60_000],
)
def test_a_body_that_is_no_object_is_told(client: FlaskClient, code: str, raw: bytes) -> None:
    got = client.post(f"/api/v1/stations/{code}/reports", data=raw, content_type="application/json")
    told = problem(got, 400)
    assert told.errors is not None
    assert "JSON" in told.errors[0].message


def test_half_a_sign_is_no_text(client: FlaskClient, code: str) -> None:
    got = client.post(
        f"/api/v1/stations/{code}/reports",
        data=b'{"kind": "open", "note": "\\ud83d", "\\udc00": "\\ud83d"}',
        content_type="application/json",
    )
    told = problem(got, 400)
    assert told.errors is not None
    assert [one.parameter for one in told.errors] == ["note", "?"]


def test_all_faults_are_told_at_once(client: FlaskClient, code: str) -> None:
    told = problem(send(client, code, kind="x", note="", seen_at="x", colour="red"), 400)
    assert told.errors is not None
    assert {one.parameter for one in told.errors} == {"kind", "note", "seen_at", "colour"}


@pytest.mark.parametrize("unknown", ["none", "340603-99999", "%00", "a%20b", "x" * 70])
def test_no_such_station(client: FlaskClient, database: Database, unknown: str) -> None:
    problem(send(client, unknown), 404)
    assert value(database, "SELECT count(*) FROM sender") == 0


def test_a_form_is_not_json(client: FlaskClient, code: str) -> None:
    got = client.post(f"/api/v1/stations/{code}/reports", data={"kind": "locked"})
    problem(got, 415)


def test_a_query_beside_the_body_is_refused(client: FlaskClient, code: str) -> None:
    got = client.post(f"/api/v1/stations/{code}/reports?kind=open", json={"kind": "open"})
    problem(got, 400)


def test_reports_cannot_be_read(client: FlaskClient, code: str) -> None:
    send(client, code, note="不公开")
    for path in (f"/api/v1/stations/{code}/reports", SUGGESTIONS):
        assert problem(client.get(path), 405)
    assert "不公开" not in client.get(f"/api/v1/stations/{code}").text


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_note_is_text(
    client: FlaskClient, database: Database, code: str, name: str
) -> None:
    note = name[:500].strip()
    assert send(client, code, note=note).status_code == 201
    assert value(database, "SELECT note FROM report") == note
    assert (
        client.post(SUGGESTIONS, json={"lon": 116.8, "lat": 33.9, "note": note}).status_code == 201
    )


# ---- who may send ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 201),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 201),
        ({"Origin": "https://localhost"}, 201),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[bad"}, 403),
    ],
)
def test_another_sites_page_cannot_send(
    client: FlaskClient, database: Database, code: str, headers: dict[str, str], status: int
) -> None:
    got = client.post(f"/api/v1/stations/{code}/reports", json={"kind": "open"}, headers=headers)
    assert got.status_code == status, got.text
    assert value(database, "SELECT count(*) FROM report") == (1 if status == 201 else 0)
    if status != 201:
        problem(got, status)


def test_a_flood_is_stopped_and_told_how_long(client: FlaskClient, code: str) -> None:
    for _ in range(SENDER_RATES[0].most):
        assert send(client, code).status_code == 201
    refused = send(client, code)
    told = problem(refused, 429)
    assert told.type.endswith(":too-often")
    assert 3_500 <= int(refused.headers["Retry-After"]) <= 3_600
    assert send(client, code, "203.0.113.6").status_code == 201


def forged(client: FlaskClient, code: str, number: int, real: str) -> TestResponse:
    """As a proxy of ours hands on a client at `real` that invents an address."""
    return client.post(
        f"/api/v1/stations/{code}/reports",
        json={"kind": "locked"},
        headers={"X-Forwarded-For": f"198.51.100.{number}, {real}"},
        environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
    )


def marked_after_ten_forged(app: Flask, code: str) -> bool:
    client = app.test_client()
    for number in range(10):
        assert forged(client, code, number, "203.0.113.9").status_code == 201
    return bool(properties(client, code)["reported_locked"])


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_address_does_not_make_ten_independent_persons(
    database: Database, tmp_path: Path, code: str, proxies: int
) -> None:
    app = create_app(Settings(data_dir=tmp_path, trusted_proxies=proxies), database)
    assert not marked_after_ten_forged(app, code)


def test_behind_a_proxy_two_clients_are_two(database: Database, tmp_path: Path, code: str) -> None:
    client = create_app(Settings(data_dir=tmp_path, trusted_proxies=1), database).test_client()
    forged(client, code, 1, "203.0.113.9")
    forged(client, code, 1, "203.0.113.10")
    assert properties(client, code)["reported_locked"]


# ---- photos ------------------------------------------------------------------------------


def jpeg(size: tuple[int, int] = (80, 60)) -> str:
    out = BytesIO()
    told = Image.Exif()
    told[ExifTags.Base.Make] = "Phone X"
    Image.new("RGB", size, "green").save(out, "JPEG", exif=told)
    return base64.b64encode(out.getvalue()).decode()


def photos(folder: Path) -> list[Path]:
    return sorted((folder / FOLDER).rglob("*.*"))


def test_a_photo_is_drawn_anew_and_kept_unpublished(
    client: FlaskClient, database: Database, tmp_path: Path, code: str
) -> None:
    assert send(client, code, photo=jpeg()).status_code == 201
    name = value(database, "SELECT photo FROM report")
    (path,) = photos(tmp_path)
    assert path.stem == name
    assert b"Phone X" not in path.read_bytes()
    assert name not in client.get(f"/api/v1/stations/{code}").text
    assert name not in send(client, code).text
    for address in (f"/{FOLDER}/{path.parent.name}/{path.name}", f"/static/{path.name}"):
        assert client.get(address).status_code == 404


def test_a_report_sent_twice_keeps_one_photo(
    client: FlaskClient, database: Database, tmp_path: Path, code: str
) -> None:
    known, photo = str(uuid4()), jpeg()
    assert send(client, code, id=known, photo=photo).status_code == 201
    assert send(client, code, id=known, photo=photo).status_code == 200
    assert [path.stem for path in photos(tmp_path)] == [value(database, "SELECT photo FROM report")]


def test_a_photo_of_a_report_that_is_refused_is_not_kept(
    client: FlaskClient, tmp_path: Path
) -> None:
    problem(send(client, "none", photo=jpeg()), 404)
    assert photos(tmp_path) == []


def test_a_photo_beyond_the_bounds_is_413(database: Database, tmp_path: Path, code: str) -> None:
    bounds = Settings(
        data_dir=tmp_path, report_photo_max_bytes=300_000, report_photo_max_pixels=10_000
    )
    client = create_app(bounds, database).test_client()
    told = problem(send(client, code, photo=jpeg((200, 200))), 413)
    assert told.errors is not None
    assert told.errors[0].parameter == "photo"
    problem(send(client, code, photo=base64.b64encode(b"x" * 300_001).decode()), 413)
    problem(send(client, code, photo="A" * 500_000), 413)
    assert photos(tmp_path) == []
    assert send(client, code, photo=jpeg((90, 90))).status_code == 201


def test_other_routes_keep_their_smaller_bound(client: FlaskClient) -> None:
    got = client.post(SUGGESTIONS, json={"lon": 116.8, "lat": 33.9, "note": "x" * 70_000})
    problem(got, 413)


def test_a_sender_that_must_wait_does_not_make_us_decode(
    client: FlaskClient, tmp_path: Path, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(SENDER_RATES[0].most):
        send(client, code)

    def decode(*_: object) -> bytes:
        raise AssertionError("it was decoded")

    monkeypatch.setattr("station_map.store.report_photos.redraw", decode)
    problem(send(client, code, photo=jpeg()), 429)
    assert photos(tmp_path) == []


# ---- suggestions -------------------------------------------------------------------------


def test_a_suggestion_is_stored_in_wgs84(client: FlaskClient, database: Database) -> None:
    known = str(uuid4())
    lon, lat = (float(one) for one in from_wgs84(116.79881, 33.95652, Datum.GCJ02))
    body = {
        "id": known,
        "lon": lon,
        "lat": lat,
        "crs": "gcj02",
        "note": "路口没有地方歇",
        "amenities": ["toilet", "microwave"],
    }
    got = client.post(SUGGESTIONS, json=body)
    assert got.status_code == 201
    told = SuggestionStored.model_validate_json(got.data)
    assert told.id == UUID(known)
    assert (told.lon, told.lat) == (116.7988, 33.9565)
    assert told.adcode == "340603"
    assert client.post(SUGGESTIONS, json=body).status_code == 200
    assert value(database, "SELECT count(*) FROM suggestion") == 1


def test_a_place_alone_is_enough(client: FlaskClient) -> None:
    assert (
        client.post(SUGGESTIONS, json={"lon": 116.8, "lat": 33.9, "amenities": []}).status_code
        == 201
    )


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "lon"),
        ({"lon": 116.8}, "lat"),
        ({"lon": 33.9, "lat": 116.8}, "lon"),
        ({"lon": 0, "lat": 0}, "lon"),
        ({"lon": 116.8, "lat": 33.9, "amenities": ["sauna"]}, "amenities"),
        ({"lon": 116.8, "lat": 33.9, "amenities": "toilet,,"}, "amenities"),
        ({"lon": 116.8, "lat": 33.9, "amenities": [7]}, "amenities"),
        ({"lon": 116.8, "lat": 33.9, "kind": "open"}, "kind"),
    ],
)
def test_a_bad_suggestion_is_told(
    client: FlaskClient, body: dict[str, Any], parameter: str
) -> None:
    told = problem(client.post(SUGGESTIONS, json=body), 400)
    assert told.errors is not None
    assert told.errors[0].parameter == parameter


def test_another_sites_page_cannot_suggest(client: FlaskClient) -> None:
    got = client.post(
        SUGGESTIONS, json={"lon": 116.8, "lat": 33.9}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    problem(got, 403)

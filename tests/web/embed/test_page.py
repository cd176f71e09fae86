"""The embed as programs see it: headers, what holds whatever is asked, hostile names."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.errors import InputError
from station_map.importers.demo import load_demo
from station_map.settings import Settings, read_settings
from station_map.store.database import Database
from station_map.web.embed.options import FILTER_PARAMETERS, OPTION_NAMES
from tests.web.stations import save, station

HOSTILE = "{{7*7}} {% raw ${alert(1)} </script><img src=x onerror=alert(1)> `x` 🛵 \"'"


@pytest.fixture
def filled(database: Database) -> Database:
    load_demo(database)
    return database


def policy(client: FlaskClient, path: str) -> dict[str, str]:
    told = client.get(path).headers["Content-Security-Policy"]
    return {part.split()[0]: part.strip().partition(" ")[2] for part in told.split("; ")}


def codes(text: str) -> list[str]:
    return re.findall(r'class="card[^"]*" data-code="([^"]+)"', text)


# -- who may frame


def test_nobody_but_this_site_may_frame_it_unless_the_operator_says_so(client: FlaskClient) -> None:
    assert policy(client, "/embed/v1/")["frame-ancestors"] == "'self'"


def test_the_operators_list_may_frame_it(composed: Callable[[Settings], Flask]) -> None:
    given = "https://www.example.org, http://127.0.0.1:8224/  https://*.example.com"
    client = composed(Settings(embed_origins=given)).test_client()
    told = policy(client, "/embed/v1/")["frame-ancestors"]
    assert told == "'self' https://www.example.org http://127.0.0.1:8224 https://*.example.com"
    assert "X-Frame-Options" not in client.get("/embed/v1/").headers
    for path in ("/", "/embed/v1/spots", "/embed.js", "/embed/v1/x", "/api/v1/stations"):
        answer = client.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        assert answer.headers["X-Frame-Options"] == "DENY", path


def test_a_star_lets_every_site(composed: Callable[[Settings], Flask]) -> None:
    client = composed(Settings(embed_origins="https://a.example *")).test_client()
    assert policy(client, "/embed/v1/")["frame-ancestors"] == "*"


@pytest.mark.parametrize(
    "given",
    [
        "example.org",
        "https://example.org/path",
        "https://a.example; script-src *",
        "'unsafe-inline'",
        "https://exa mple.org",
        "file:///etc",
        "https://*",
        "https://a.*.example",
    ],
)
def test_what_is_no_origin_is_refused_as_a_setting(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATION_MAP_EMBED_ORIGINS", given)
    with pytest.raises(InputError, match="STATION_MAP_EMBED_ORIGINS"):
        read_settings()


# -- what it is


@pytest.mark.parametrize("path", ["/embed/v1/", "/embed/v1"])
def test_it_never_redirects_and_leaves_nothing_behind(client: FlaskClient, path: str) -> None:
    client.set_cookie("lang", "en")
    answer = client.get(path, query_string="lang=zh&keep=1&unknown=1&area=x&zoom=99")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Language"] == "zh-CN"
    assert "Cookie" not in answer.headers["Vary"]


def test_the_language_is_the_options_alone(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    wishes = {"Accept-Language": "en"}
    assert '<html lang="zh-CN"' in client.get("/embed/v1/", headers=wishes).text
    assert '<html lang="en"' in client.get("/embed/v1/?lang=en").text


def test_it_may_be_kept_by_anybody_and_asked_for_again(client: FlaskClient) -> None:
    first = client.get("/embed/v1/?at=2026-11-23T08:30")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = client.get(
        "/embed/v1/?at=2026-11-23T08:30", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert "X-Frame-Options" not in again.headers


def test_where_a_visitor_is_is_kept_by_nobody_else(client: FlaskClient) -> None:
    answer = client.get("/embed/v1/?lon=116.8&lat=33.95")
    assert answer.headers["Cache-Control"] == "private, max-age=0"
    assert "116.8" not in "".join(re.findall(r'href="([^"]*)"', answer.text))


def test_its_one_script_is_allowed_by_its_digest(client: FlaskClient) -> None:
    [inline] = re.findall(
        r'<script type="module">(.*?)</script>', client.get("/embed/v1/").text, re.DOTALL
    )
    digest = base64.b64encode(sha256(inline.encode()).digest()).decode()
    assert policy(client, "/embed/v1/")["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy(client, "/embed/v1/?list=only")["script-src"] == "'self'"
    assert "unsafe" not in str(policy(client, "/embed/v1/"))


def test_position_is_allowed_where_it_is_offered(client: FlaskClient) -> None:
    def told(query: str) -> str:
        return client.get(f"/embed/v1/?{query}").headers["Permissions-Policy"]

    assert "geolocation=(self)" in told("")
    assert "geolocation=()" in told("locate=0")
    assert 'id="locate"' not in client.get("/embed/v1/?locate=0").text


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_a_theme_is_the_same_sheet_with_other_values(client: FlaskClient, name: str) -> None:
    assert re.search(
        rf"/static/embed-{name}\.\w+\.css", client.get(f"/embed/v1/?theme={name}").text
    )


# -- filters


def test_an_area_and_a_preset_hold_in_list_and_map(client: FlaskClient, filled: Database) -> None:
    asked = {"area": "340603", "preset": "hot_meal"}
    api = client.get(
        "/api/v1/stations",
        query_string={**asked, "limit": "1000", "status": "open,suspended"},
    ).get_json()
    expected = [feature["id"] for feature in api["features"]]
    assert 10 < len(expected) < 713
    assert codes(client.get("/embed/v1/", query_string=asked).text) == expected[:10]
    spots = client.get("/embed/v1/spots", query_string=asked).get_json()
    assert [row[0] for row in spots["stations"]] == expected
    assert spots["matched"] == len(expected)


def test_no_link_of_the_embed_removes_a_locked_filter(
    client: FlaskClient, filled: Database
) -> None:
    """Every address that the embed offers is walked, three steps deep."""
    allowed = {
        row[0]
        for row in client.get("/embed/v1/spots?area=340603&preset=hot_meal").get_json()["stations"]
    }
    seen: set[str] = set()
    ahead = ["/embed/v1/?area=340603&preset=hot_meal&lock=area,preset&kiosk=1"]
    for _ in range(3):
        found: set[str] = set()
        for address in ahead:
            text = client.get(address).text.replace("&amp;", "&")
            assert set(codes(text)) <= allowed, address
            links = re.findall(r'href="(/embed[^"]*)"', text)
            assert all("area=340603" in one and "hot_meal" in one for one in links)
            [spots] = re.findall(r'data-spots="([^"]*)"', text)
            told = client.get(spots).get_json()["stations"]
            assert {row[0] for row in told} <= allowed, spots
            # Of the cards two are enough: all their addresses are made in one place.
            cards = [one for one in links if "station=" in one]
            found |= {one for one in links if "station=" not in one} | set(cards[:2])
        seen |= set(ahead)
        ahead = sorted(found - seen)[:12]
    assert len(seen) > 12


def test_a_locked_filter_holds_for_a_single_station_too(
    client: FlaskClient, filled: Database
) -> None:
    allowed = client.get("/embed/v1/spots?area=340603&preset=hot_meal").get_json()["stations"]
    elsewhere = client.get("/embed/v1/spots?area=340602").get_json()["stations"]

    def opened(code: str, query: str) -> bool:
        return 'class="opened"' in client.get(f"/embed/v1/?station={code}&{query}").text

    locked = "area=340603&preset=hot_meal&lock=area,preset"
    assert opened(allowed[0][0], locked)
    assert not opened(elsewhere[0][0], locked)
    assert not opened(elsewhere[0][0], "bbox=117.5,34.5,117.6,34.6&lock=bbox")
    assert opened(elsewhere[0][0], "area=340603&preset=hot_meal")
    assert not opened("none-such", "")


def test_the_visitor_adds_to_locked_filters_only(client: FlaskClient, filled: Database) -> None:
    base = "/embed/v1/spots?preset=hot_meal&lock=preset"
    more = client.get(f"{base}&also=toilet,hot_meal,nonsense").get_json()
    both = client.get("/embed/v1/spots?preset=hot_meal,toilet").get_json()
    assert more == both
    assert more["matched"] < client.get(base).get_json()["matched"]


def test_a_contradiction_is_no_error(client: FlaskClient, filled: Database) -> None:
    query = "registration_required=true&lock=all&also=no_registration"
    answer = client.get(f"/embed/v1/?{query}")
    assert answer.status_code == 200
    assert "no_registration" not in answer.text


@pytest.mark.parametrize("name", [one.name for one in FILTER_PARAMETERS])
def test_every_filter_is_taken_and_can_be_fixed(
    client: FlaskClient, filled: Database, name: str
) -> None:
    [example] = [one.example for one in FILTER_PARAMETERS if one.name == name]
    value = "no_registration" if name == "preset" else example
    before = "open=now&" if name == "open_unknown" else ""
    answer = client.get(f"/embed/v1/?{before}{name}={value}&lock=all")
    assert answer.status_code == 200
    assert 'class="chip fixed"' in answer.text
    free = client.get(f"/embed/v1/?{before}{name}={value}")
    assert 'class="chip fixed"' not in free.text
    if name != "open_unknown":
        assert 'class="chip on"' in free.text


def test_states_are_told_for_the_moment_of_the_option(
    client: FlaskClient, database: Database
) -> None:
    save(database, [station("甲站", code="A-1", opening_hours="Mo-Su 08:00-18:00")])
    day = "2026-11-24"
    assert "state-open" in client.get(f"/embed/v1/?at={day}T10:00").text
    night = client.get(f"/embed/v1/?at={day}T22:00").text
    assert "state-closed" in night
    assert "11月24日 22:00" in night
    assert codes(client.get(f"/embed/v1/?at={day}T22:00&open=now").text) == []


def test_the_nearest_come_first_where_the_visitor_is_known(
    client: FlaskClient, filled: Database
) -> None:
    for further in ("", "&bbox=116.7,33.9,116.9,34.0"):
        text = client.get(f"/embed/v1/?lon=116.798&lat=33.956{further}").text
        assert "离你最近的 10 个驿站" in text
        assert 'class="distance"' in text


def test_positions_that_nobody_is_at_are_ignored(client: FlaskClient) -> None:
    for query in ("lon=x&lat=y", "lon=0&lat=0", "lon=33.9&lat=116.8", "lon=nan&lat=inf"):
        assert client.get(f"/embed/v1/?{query}").headers["Cache-Control"].startswith("public")


def test_a_kiosk_has_no_way_out(client: FlaskClient, filled: Database) -> None:
    code = client.get("/embed/v1/spots?area=340603").get_json()["stations"][0][0]
    for query in ("", "area=340603", f"station={code}", "list=none", "list=only"):
        answer = client.get(f"/embed/v1/?kiosk=1&{query}")
        links = re.findall(r'<a\b[^>]*href="([^"]*)"', answer.text)
        assert all(link.startswith("/embed/v1/?") and "kiosk=1" in link for link in links), links
        assert "_blank" not in answer.text
        assert (
            "sandbox allow-scripts allow-same-origin" in answer.headers["Content-Security-Policy"]
        )


@pytest.mark.parametrize("basemap", ["osm", "amap"])
def test_a_kiosks_map_names_its_source_without_a_link(
    composed: Callable[[Settings], Flask], basemap: str
) -> None:
    client = composed(Settings(basemap=basemap)).test_client()  # type: ignore[arg-type]
    [script] = re.findall(
        r'<script type="module">(.*?)</script>', client.get("/embed/v1/?kiosk=1").text, re.DOTALL
    )
    assert "\\u003ca" not in script
    assert "<a " not in script
    assert {"osm": "OpenStreetMap", "amap": "高德地图"}[basemap] in script.encode().decode(
        "unicode_escape" if "\\u" in script else "utf-8"
    )


def test_hostile_names_are_text(client: FlaskClient, database: Database) -> None:
    save(database, [station(HOSTILE, code="A-1")])
    for query in ("", "station=A-1", "list=none", "lang=en", f"q={HOSTILE}"):
        text = client.get("/embed/v1/", query_string=dict([query.partition("=")[::2]])).text
        assert "<img" not in text
        assert text.count("</script>") == text.count("<script")
        assert "49" not in "".join(re.findall(r"<h[12][^>]*>(.*?)</h[12]>", text, re.DOTALL))
    assert client.get("/embed/v1/spots").get_json()["stations"][0][1] == HOSTILE


# -- the script


def test_the_script_is_small_and_anybody_may_have_it(client: FlaskClient) -> None:
    answer = client.get("/embed.js", headers={"Origin": "https://www.example.org"})
    assert len(answer.data) <= 5 * 1024
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    again = client.get("/embed.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_elements_attributes_are_the_options(client: FlaskClient) -> None:
    text = client.get("/embed.js").text
    listed = re.search(r'\["area"[^\]]*\]', text)
    assert listed is not None
    assert tuple(json.loads(listed[0])) == OPTION_NAMES

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, quote, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from station_map.store.database import Database
from station_map.web.problems import PROBLEM_JSON
from tests.web.stations import HOSTILE_NAMES, save, station
from tests.web.test_pages import Element, read

HOST = "http://localhost"
XIANGSHAN = "340603"


def ask(client: FlaskClient, url: str, **more: object):  # type: ignore[no-untyped-def]
    told = "".join(f"&{name}={quote(str(value))}" for name, value in more.items())
    return client.get(f"/oembed?url={quote(url, safe='')}{told}")


def frame(html: str) -> Element:
    """The only element of a snippet, an iframe with nothing in it."""
    (one,) = read(html).elements
    assert (one.tag, one.text) == ("iframe", "")
    assert re.fullmatch(r"<iframe [^<>]*></iframe>", html), "WordPress takes no other form"
    return one


def options(element: Element) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(str(element.attributes["src"])).query))


def test_a_station(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲站")])
    answer = ask(client, f"{HOST}/stations/{code}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    told = answer.json
    html = told.pop("html")
    assert told == {
        "version": "1.0",
        "type": "rich",
        "title": "甲站 · 歇脚地图",
        "provider_name": "歇脚地图",
        "provider_url": f"{HOST}/",
        "cache_age": 3600,
        "width": 640,
        "height": 420,
        "thumbnail_url": f"{HOST}/stations/{code}/card.png",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }
    assert frame(html).attributes == {
        "src": f"{HOST}/embed/v1/?station={code}",
        "title": "甲站 · 歇脚地图",
        "width": "640",
        "height": "420",
        "loading": "lazy",
        "allow": "geolocation",
        "referrerpolicy": "strict-origin-when-cross-origin",
        "style": "border:0;max-width:100%",
    }
    assert client.get(urlsplit(told["thumbnail_url"]).path).status_code == 200


def test_the_same_as_xml(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲站 <&> ]]>")])
    url = f"{HOST}/stations/{code}"
    answer = ask(client, url, format="xml")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ET.fromstring(answer.data)  # noqa: S314 - it is our own answer
    assert root.tag == "oembed"
    told = {name: str(value) for name, value in ask(client, url).json.items()}
    assert {member.tag: member.text for member in root} == told


def test_the_front_page_with_its_filters(client: FlaskClient) -> None:
    url = (
        f"{HOST}/?district={XIANGSHAN}&preset=hot_meal&open=now&lon=116.8&lat=33.9&n=30&lock=preset"
    )
    told = ask(client, url).json
    assert told["title"] == "相山区的工会驿站 · 现在开 · 热饭饮水 · 歇脚地图"
    assert options(frame(told["html"])) == {
        "area": XIANGSHAN,
        "preset": "hot_meal",
        "open": "now",
        "lock": "preset",
    }
    assert told["thumbnail_url"] == f"{HOST}/card.png?area={XIANGSHAN}&preset=hot_meal"
    assert client.get(told["thumbnail_url"]).status_code == 200


def test_an_embeds_own_address(client: FlaskClient, database: Database) -> None:
    asked = (
        f"area={XIANGSHAN}&amenity=microwave&theme=dark&zoom=12&list=only&locate=0&evil=1&lang=en"
    )
    told = ask(client, f"{HOST}/embed/v1/?{asked}").json
    given = dict(parse_qsl(asked))
    del given["evil"]
    assert options(frame(told["html"])) == given
    assert told["provider_name"] == "Rest Stop Map"
    (code,) = save(database, [station("甲站")])
    told = ask(client, f"{HOST}/embed/v1/?station={code}&theme=light").json
    assert options(frame(told["html"])) == {"station": code, "theme": "light"}
    assert told["title"].startswith("甲站")


@pytest.mark.parametrize(
    ("most", "size", "thumbnail"),
    [
        ({"maxwidth": 280}, (280, 420), None),
        ({"maxwidth": 600, "maxheight": 400}, (600, 400), (600, 315)),
        ({"maxheight": 160}, (640, 160), (300, 158)),
        ({"maxwidth": 5000, "maxheight": 5000}, (640, 420), (1200, 630)),
    ],
)
def test_it_stays_within_bounds(
    client: FlaskClient,
    database: Database,
    most: dict[str, int],
    size: tuple[int, int],
    thumbnail: tuple[int, int] | None,
) -> None:
    (code,) = save(database, [station("甲站")])
    told = ask(client, f"{HOST}/stations/{code}", **most).json
    inside = frame(told["html"]).attributes
    assert (told["width"], told["height"]) == size == (int(inside["width"]), int(inside["height"]))
    found = (told["thumbnail_width"], told["thumbnail_height"]) if "thumbnail_url" in told else None
    assert found == thumbnail


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/stations/{code}",
        "http://localhost.elsewhere.example/stations/{code}",
        "http://localhost:81/stations/{code}",
        "http://localhost@elsewhere.example/stations/{code}",
        "http://user@localhost/stations/{code}",
        "//localhost/stations/{code}",
        "/stations/{code}",
        "javascript:alert(1)",
        "ftp://localhost/stations/{code}",
        "http://[::1/",
        "http://localhost:port/",
        "http://localhost/stations/nobody",
        "http://localhost/stations/{code}/history",
        "http://localhost/admin",
        "http://localhost/stations/",
        "http://localhost/embed/v1/?station=nobody",
        "http://localhost/stations/a%00b",
        "http://localhost/stations/\x00",
        "http://localhost/?" + "a=1&" * 100,
        "http://localhost/?q=" + "x" * 2_100,
    ],
)
def test_what_is_none_of_ours_is_404(client: FlaskClient, database: Database, url: str) -> None:
    (code,) = save(database, [station("甲站")])
    answer = ask(client, url.replace("{code}", code))
    assert (answer.status_code, answer.mimetype) == (404, PROBLEM_JSON)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_what_is_asked_wrongly(client: FlaskClient) -> None:
    missing = client.get("/oembed")
    assert (missing.status_code, missing.mimetype) == (400, PROBLEM_JSON)
    assert missing.json["errors"][0]["parameter"] == "url"
    other = ask(client, f"{HOST}/", format="yaml")
    assert (other.status_code, other.mimetype, other.json["status"]) == (501, PROBLEM_JSON, 501)
    for size in ("0", "-1", "1e3", "９", "9" * 9):
        refused = ask(client, f"{HOST}/", maxwidth=size)
        assert (refused.status_code, refused.json["errors"][0]["parameter"]) == (400, "maxwidth")
    assert ask(client, f"{HOST}/", dnt=1, callback="x").status_code == 200


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_leaves_neither_attribute_nor_element(
    client: FlaskClient, database: Database, name: str
) -> None:
    (code,) = save(database, [station(name)])
    [(stored,)] = database.rows("SELECT name FROM station WHERE code = %(code)s", {"code": code})
    answer = ask(client, f"{HOST}/stations/{code}")
    told = json.loads(answer.data)
    assert told["title"] == f"{stored} · 歇脚地图"
    inside = frame(told["html"])
    assert inside.attributes["title"] == " ".join(told["title"].split())
    assert set(inside.attributes) == {
        *("src", "title", "width", "height", "loading", "allow", "referrerpolicy", "style"),
    }
    root = ET.fromstring(ask(client, f"{HOST}/stations/{code}", format="xml").data)  # noqa: S314 - it is our own answer
    assert root.findtext("html") == told["html"]


def test_a_merged_stations_old_address_leads_on(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = save(database, [station("甲站")])
    monkeypatch.setattr(
        "station_map.store.former.current", lambda _, asked: code if asked == "old-code" else None
    )
    told = ask(client, f"{HOST}/stations/old-code").json
    assert options(frame(told["html"])) == {"station": code}


@pytest.mark.parametrize(
    "page", ["/stations/{code}", "/?district=340603&preset=hot_meal&lock=preset"]
)
def test_pages_lead_there(client: FlaskClient, database: Database, page: str) -> None:
    (code,) = save(database, [station("甲站</title><script>")])
    found = read(client.get(page.replace("{code}", code)).text)
    links = {
        one.attributes["type"]: one.attributes
        for one in found.all("link")
        if "type" in one.attributes
    }
    for form in ("application/json", "text/xml"):
        link = links[f"{form}+oembed"]
        assert link["rel"] == "alternate"
        answer = client.get(str(link["href"]))
        assert (answer.status_code, answer.mimetype) == (200, form)
    told = client.get(str(links["application/json+oembed"]["href"])).json
    inside = options(frame(told["html"]))
    assert inside == (
        {"station": code}
        if "{code}" in page
        else {"area": "340603", "preset": "hot_meal", "lock": "preset"}
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(url=st.text(max_size=80), tail=st.text(max_size=40))
def test_no_address_breaks_it(client: FlaskClient, url: str, tail: str) -> None:
    for one in (
        url,
        f"{HOST}/{url}",
        f"{HOST}/?{url}",
        f"{HOST}/embed/v1/?{tail}",
        f"http://{url}/{tail}",
    ):
        answer = client.get("/oembed", query_string={"url": one})
        assert answer.status_code in {200, 400, 404}
        if answer.status_code == 200:
            src = str(frame(answer.json["html"]).attributes["src"])
            assert src.startswith(f"{HOST}/embed/v1/")

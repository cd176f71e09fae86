from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.settings import Settings
from station_map.store.database import Database
from tests.web.stations import HOSTILE_NAMES, save, station
from tests.web.test_pages import Page, read

XIANGSHAN = "340603"


def build(client: FlaskClient, **asked: str) -> Page:
    answer = client.get(f"/embed/builder?{urlencode(asked)}")
    assert answer.status_code == 200
    return read(answer.text)


def snippets(page: Page) -> tuple[Page, Page]:
    frame, element = page.all("textarea")
    return read(frame.text), read(element.text)


def chosen(page: Page) -> dict[str, str]:
    """What the frame of the snippet asks for; preview, both snippets and the link agree."""
    framed, scripted = snippets(page)
    (frame,) = framed.elements
    script, element = scripted.elements
    (preview,) = page.all("iframe")
    src = str(frame.attributes["src"])
    assert src == f"http://localhost{preview.attributes['src']}"
    assert [one.attributes["href"] for one in page.all("a")].count(src) == 1
    assert script.attributes["src"] == "http://localhost/embed.js"
    told = dict(parse_qsl(urlsplit(src).query))
    attributes = dict(element.attributes)
    assert attributes.pop("title") == frame.attributes["title"]
    assert attributes == told
    return told


def test_nothing_chosen_is_the_whole_map(client: FlaskClient) -> None:
    page = build(client)
    assert chosen(page) == {}
    (frame,) = snippets(page)[0].elements
    assert frame.attributes == {
        "src": "http://localhost/embed/v1/",
        "title": "附近的工会驿站 · 歇脚地图",
        "width": "100%",
        "height": "600",
        "loading": "lazy",
        "allow": "geolocation",
        "referrerpolicy": "strict-origin-when-cross-origin",
        "style": "border:0;max-width:100%",
    }


def test_every_option_can_be_chosen_and_stays_chosen(
    client: FlaskClient, database: Database
) -> None:
    (code,) = save(database, [station("甲站")])
    asked = {
        "area": XIANGSHAN,
        "bbox": "116.7,33.9,116.9,34",
        "center": "116.798,33.956",
        "zoom": "12",
        "q": "站",
        "open": "now",
        "amenity": "microwave",
        "kind": "union_station",
        "preset": "hot_meal",
        "seats": "10",
        "lock": "all",
        "station": code,
        "list": "bottom",
        "speak": "en",
        "theme": "dark",
        "kiosk": "1",
        "locate": "0",
        "width": "640",
        "height": "500",
    }
    page = build(client, **asked)
    told = chosen(page)
    same = {
        name: value
        for name, value in asked.items()
        if name not in {"speak", "width", "height", "lock"}
    }
    assert told == same | {
        "lang": "en",
        "lock": "area,bbox,q,open,amenity,kind,preset,seats",
    } | {"lock": told["lock"]}
    assert set(told["lock"].split(",")) == {
        *("area", "bbox", "q", "open", "amenity", "kind", "preset", "seats"),
    }
    (frame,) = snippets(page)[0].elements
    assert (frame.attributes["width"], frame.attributes["height"]) == ("640", "500")
    assert page.texts("p", "problem") == [""] * len(page.all("p", "problem"))
    # The form says the same again, so sending it once more changes nothing.
    again = {
        str(one.attributes["name"]): str(one.attributes.get("value") or "on")
        for one in page.all("input")
        if one.attributes.get("type") != "checkbox" or "checked" in one.attributes
    }
    for name, text in asked.items():
        if name not in {"area", "list", "speak", "theme", "seats"}:
            assert again[name] == text
    selected = [
        str(one.attributes["value"]) for one in page.all("option") if "selected" in one.attributes
    ]
    assert selected == [XIANGSHAN, "10", "bottom", "dark", "en"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("zoom", "99", "3 到 18"),
        ("center", "33.9,116.8", "经度在前"),
        ("bbox", "1,2,3", "西、南、东、北"),
        ("station", "nobody", "没有这个编号"),
        ("at", "tomorrow", "2026-12-01T12:00"),
        ("width", "5", "280 到 4000"),
        ("height", "99999", "200 到 4000"),
    ],
)
def test_what_cannot_be_used_is_told_at_its_field(
    client: FlaskClient, name: str, value: str, said: str
) -> None:
    page = build(client, **{name: value, "area": XIANGSHAN})
    told = {str(one.attributes["data-problem"]): one.text for one in page.all("p", "problem")}
    assert said in told.pop(name)
    assert set(told.values()) == {""}
    (field,) = [one for one in page.all("input") if one.attributes.get("id") == name]
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == (value, "true")
    assert chosen(page) == {"area": XIANGSHAN}, "the rest still stands"


def test_the_page_may_frame_this_site_alone_and_nobody_it(client: FlaskClient) -> None:
    policy = client.get("/embed/builder").headers["Content-Security-Policy"]
    assert "frame-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_it_speaks_both_languages_apart_from_the_embeds_own(client: FlaskClient) -> None:
    page = build(client, lang="en", speak="zh", area=XIANGSHAN)
    assert page.texts("h1") == ["Put the map on your own page"]
    assert chosen(page) == {"area": XIANGSHAN, "lang": "zh"}


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_and_words_stay_text(
    client: FlaskClient, database: Database, name: str
) -> None:
    (code,) = save(database, [station(name)])
    page = build(client, station=code, q=name[:60], center=name[:60])
    framed, scripted = snippets(page)
    assert [one.tag for one in framed.elements] == ["iframe"]
    assert [one.tag for one in scripted.elements] == ["script", "station-map"]
    assert not re.search(r"\son\w+=", "".join(str(one.attributes) for one in framed.elements))
    assert len(page.all("script")) == len(build(client).all("script"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "还只有这个网站自己"),
        ("https://www.example.org https://*.union.example", "https://*.union.example"),
        ("*", "任何网站都可以"),
    ],
)
def test_it_says_who_may_show_it(database: Database, tmp_path: Path, given: str, said: str) -> None:
    app = create_app(Settings(data_dir=tmp_path, embed_origins=given), database)
    (section,) = [
        one
        for one in build(app.test_client()).all("section")
        if one.attributes.get("aria-labelledby") == "origins-title"
    ]
    assert said in section.text
    assert ("告诉管理这个网站的人" in section.text) is (given != "*")

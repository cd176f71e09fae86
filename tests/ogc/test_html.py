"""Part 1, HTML: every resource has a page; whatever a station is called, it stays text."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.web.stations import HOSTILE_NAMES, save, station

PAGES = [
    "",
    "conformance",
    "api",
    "collections",
    "collections/stations",
    "collections/areas",
    "collections/stations/queryables",
    "collections/areas/queryables",
    "collections/stations/items",
    "collections/areas/items",
    "collections/areas/items/340603",
]


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        told = dict(attrs)
        if tag == "a":
            self.links.append((told.get("rel") or "", told["href"]))

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("path", PAGES)
def test_every_resource_has_a_page(client: FlaskClient, codes: list[str], path: str) -> None:
    by_name = client.get(f"/ogc/{path}?f=html")
    by_header = client.get(f"/ogc/{path}", headers={"Accept": "text/html,*/*;q=0.5"})
    assert by_name.status_code == by_header.status_code == 200
    assert by_name.data == by_header.data
    assert by_name.mimetype == "text/html"
    page = _Page(by_name.text)
    assert page.tags.count("h1") == 1
    assert "script" not in page.tags
    assert "style" not in page.tags
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}
    for _, to in page.links:
        parts = urlsplit(to)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        assert client.get(target).status_code == 200, to


def test_pages_lead_on_to_pages(client: FlaskClient, codes: list[str]) -> None:
    seen, path = 0, "/ogc/collections/stations/items?f=html&limit=90"
    while path:
        page = _Page(client.get(path).text)
        seen += sum(to.split("?")[0].count("/items/") for _, to in page.links)
        path = next((to for rel, to in page.links if rel == "next"), "")
    assert seen == len(codes)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_text_in_every_form(
    client: FlaskClient, database: Database, name: str
) -> None:
    [code] = save(database, [station(name, address=name, hours_text=name)])
    for path in ("/ogc/collections/stations/items", f"/ogc/collections/stations/items/{code}"):
        answer = client.get(f"{path}?f=json").get_json(force=True)
        feature = answer["features"][0] if "features" in answer else answer
        assert feature["properties"]["name"] == name
        assert feature["properties"]["address"] == name
        page = _Page(client.get(f"{path}?f=html").text)
        assert "script" not in page.tags
        assert "".join(name.split()) in "".join(page.words.split())
        assert "49" not in page.words or "49" in name or "49" in code + str(feature)


@pytest.mark.parametrize("name", HOSTILE_NAMES[:12])
def test_a_hostile_filter_is_a_value_or_refused(client: FlaskClient, name: str) -> None:
    quoted = "name = '" + name.replace("'", "''") + "'"
    path = "/ogc/collections/stations/items"
    assert client.get(path, query_string={"name": name[:200]}).status_code == 200
    assert client.get(path, query_string={"filter": quoted[:300] + "'"}).status_code in {200, 400}
    for form in ("json", "html"):
        bare = client.get(path, query_string={"filter": name[:300], "f": form})
        assert bare.status_code == 400
        assert bare.mimetype == "application/problem+json"


def test_what_is_not_offered_is_not_acceptable(client: FlaskClient) -> None:
    answer = client.get("/ogc/", headers={"Accept": "application/xml"})
    assert answer.status_code == 406
    assert answer.mimetype == "application/problem+json"

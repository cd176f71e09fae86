"""`/data`: formats, filters, licence and feeds for other programs; a Dataset for search engines."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from station_map.exporters.stations.formats import FORMATS
from station_map.store.database import Database
from station_map.web.pages.data import _GOOD_FOR
from tests.web.stations import HOSTILE_NAMES, save, station


def addresses(page: str) -> list[str]:
    found = re.findall(r'<a class="button" href="(/api/v1/exports/[^"]+)"', page)
    return [unescape(one) for one in found]


def test_every_format_is_offered_and_answers(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    assert list(_GOOD_FOR) == list(FORMATS)
    offered = addresses(client.get("/data?area=340603&crs=gcj02&amenity=wifi").text)
    assert len(offered) == len(FORMATS)
    for address in offered:
        assert "area=340603" in address
        assert "amenity=wifi" in address
        assert client.get(address).status_code == 200, address
    assert [one for one in offered if "crs=gcj02" in one] == offered[:3]


def test_the_dataset_is_described(client: FlaskClient) -> None:
    page = client.get("/data").text
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    told = json.loads(block)
    assert (told["@type"], told["url"]) == ("Dataset", "http://localhost/data")
    kinds = {one["name"]: one["encodingFormat"] for one in told["distribution"]}
    assert set(kinds) == {*FORMATS, "atom"}
    assert "not stated" in told["license"]["name"]
    for one in told["distribution"]:
        path = one["contentUrl"].removeprefix("http://localhost")
        assert client.get(path).mimetype == one["encodingFormat"]


def test_english(client: FlaskClient) -> None:
    page = client.get("/data?lang=en").text
    assert "Download data" in page
    assert "not stated" in page
    assert 'name="lang" value="en"' in page


def test_the_front_page_leads_here_with_what_was_asked(client: FlaskClient) -> None:
    page = client.get("/?district=340603&q=甲&lon=116.8&lat=33.9").text
    [address] = re.findall(r'href="(/data[^"]*)"', page)
    assert "lon" not in address
    offered = addresses(client.get(unescape(address)).text)
    assert all("area=340603" in one and "q=" in one for one in offered)
    assert '"/feed/changes.atom"' in page


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_words_are_only_text(client: FlaskClient, name: str) -> None:
    got = client.get("/data", query_string={"q": name[:40]})
    assert "<script>alert" not in got.text
    # Words with signs that nobody sees are refused by the lists and the files too.
    refused = client.get("/api/v1/stations", query_string={"q": name[:40]}).status_code
    assert got.status_code == refused
    assert len(addresses(got.text)) == (len(FORMATS) if refused == 200 else 0)


def test_a_wrong_filter_is_told(client: FlaskClient) -> None:
    assert client.get("/data?amenity=nothing").status_code == 400

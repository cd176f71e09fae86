"""`/feed/changes.atom`: an Atom feed of public facts that feed readers can follow page by page."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from station_map.store.changing import changing
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.pages import changes_feed
from tests.store.merging import rows
from tests.store.test_merge import ids, join
from tests.web.stations import HOSTILE_NAMES, save, station

ATOM = "{http://www.w3.org/2005/Atom}"
PATH = "/feed/changes.atom"
# RFC 4287, the parts of its schema that concern us: how often each element stands in another.
FEED = {"id": 1, "title": 1, "updated": 1, "author": 1, "rights": 1}
ENTRY = {"id": 1, "title": 1, "updated": 1, "summary": 1, "category": 1, "link": 1}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[A-Za-z0-9/_-]+")


def read(client: FlaskClient, address: str = PATH) -> ET.Element:
    """The feed, once it is found to be one."""
    got = client.get(address)
    assert (got.status_code, got.mimetype) == (200, "application/atom+xml")
    feed = ET.fromstring(got.data)  # noqa: S314 - our own document
    assert feed.tag == f"{ATOM}feed"
    check(feed, FEED)
    for entry in feed.iter(f"{ATOM}entry"):
        check(entry, ENTRY)
    numbers = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(numbers) == len(set(numbers))
    return feed


def check(element: ET.Element, wanted: dict[str, int]) -> None:
    for name, times in wanted.items():
        assert len(element.findall(ATOM + name)) == times, name
    assert TAG.fullmatch(element.findtext(f"{ATOM}id") or "")
    assert DATE.fullmatch(element.findtext(f"{ATOM}updated") or "")
    allowed = {*wanted, "link", "entry"}
    assert {one.tag.removeprefix(ATOM) for one in element} <= allowed
    for link in element.findall(f"{ATOM}link"):
        assert (link.get("href") or "").startswith("http://localhost")


def titles(feed: ET.Element) -> list[str]:
    return [one.findtext(f"{ATOM}title") or "" for one in feed.iter(f"{ATOM}entry")]


def next_of(feed: ET.Element) -> str | None:
    found = [one.get("href") for one in feed.findall(f"{ATOM}link") if one.get("rel") == "next"]
    return found[0].removeprefix("http://localhost") if found and found[0] else None


def set_seats(database: Database, number: int) -> None:
    with (
        writing(database, actor="王经办") as unit,
        changing(unit, [number], reason="内部原因"),
    ):
        unit.execute("UPDATE station SET seats = 9, verified_by = '李四' WHERE id = %s", (number,))


def test_an_empty_feed_is_a_feed(client: FlaskClient) -> None:
    assert titles(read(client)) == []


def test_created_updated_and_gone_the_newest_first(client: FlaskClient, database: Database) -> None:
    first, second = save(database, [station("甲"), station("乙", 116.8001)])
    number = ids(database)
    set_seats(database, number["甲"])
    feed = read(client)
    assert titles(feed)[0] == "更新 updated：甲"
    assert sorted(titles(feed)[1:]) == ["新增 created：乙", "新增 created：甲"]
    text = client.get(PATH).text
    assert "seats" in text
    for hidden in ("王经办", "内部原因", "李四", "verified_by"):
        assert hidden not in text
    join(database, number["甲"], number["乙"])
    gone = next(one for one in titles(read(client)) if "gone" in one)
    assert gone == f"撤销 gone：{second}"
    assert f"并入 now: {first}" in client.get(PATH).text
    assert "李" not in client.get(PATH).text


def test_ids_stay_and_pages_hold_everything_once(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes_feed, "PAGE", 3)
    save(database, [station(f"站{n}", 116.6 + n / 100) for n in range(8)])
    found: list[str] = []
    address: str | None = PATH
    while address:
        feed = read(client, address)
        found += titles(feed)
        address = next_of(feed)
    assert len(found) == len(set(found)) == 8
    before = client.get(PATH).text
    save(database, [station("新", 117)])
    known = re.findall("<id>tag:[^<]+/change/[^<]+", before)
    now = re.findall("<id>tag:[^<]+/change/[^<]+", client.get(PATH).text)
    assert known[:2] == now[1:]


def test_hostile_names_are_only_text(client: FlaskClient, database: Database) -> None:
    save(database, [station(name, 116.5 + n / 50) for n, name in enumerate(HOSTILE_NAMES)])
    assert {title.partition("：")[2] for title in titles(read(client))} == set(HOSTILE_NAMES)


def test_an_area_and_its_gone_stations(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲"), station("乙", 116.8001), station("远", 118.6, 24.9)])
    number = ids(database)
    join(database, number["甲"], number["乙"])
    inside = titles(read(client, f"{PATH}?area=340603"))
    assert len([one for one in inside if "gone" in one]) == 1
    assert not any("远" in one for one in inside)
    assert client.get(f"{PATH}?area=999999").status_code == 404
    assert rows(database, "SELECT count(*) FROM revision")[0][0] > len(inside)


def test_it_is_asked_again_for_little(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    got = client.get(PATH)
    again = client.get(PATH, headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "wrong", ["before=x", "before=-1", "before=" + "9" * 30, "area=%00", "x=1"]
)
def test_what_is_wrong_is_told(client: FlaskClient, wrong: str) -> None:
    assert client.get(f"{PATH}?{wrong}").status_code == 400


def test_licence_is_told(client: FlaskClient) -> None:
    assert "not stated" in client.get(PATH).text

"""robots.txt and the sitemap: an index, and pages that hold every station in use once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.domain.vocabulary import Status
from station_map.settings import Settings
from station_map.store import sitemap as store
from station_map.store.database import Database
from tests.web.stations import save, station

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def told(text: str, tag: str) -> list[str]:
    tree = ET.fromstring(text)  # noqa: S314 - our own answer
    return [str(one.text) for one in tree.findall(f".//s:{tag}", NAMESPACE)]


def locations(text: str) -> list[str]:
    return told(text, "loc")


def changes(text: str) -> list[dt.datetime]:
    return [dt.datetime.fromisoformat(one) for one in told(text, "lastmod")]


def test_every_station_in_use_once(client: FlaskClient, database: Database) -> None:
    codes = save(
        database,
        [
            *(station(f"站{n}", 116.7 + n / 1000) for n in range(5)),
            station("停", status=Status.SUSPENDED),
            station("建", 116.9, status=Status.PLANNED),
            station("关", 117.0, status=Status.CLOSED),
            station("摘", 117.1, status=Status.DELISTED),
        ],
    )
    index = client.get("/sitemap.xml")
    assert index.mimetype == "application/xml"
    assert index.headers["Cache-Control"] == "public, max-age=3600"
    assert locations(index.text) == ["http://localhost/sitemap-1.xml"]
    page = client.get("/sitemap-1.xml").text
    listed = [f"http://localhost/stations/{code}" for code in sorted(codes[:7])]
    assert locations(page) == ["http://localhost/", "http://localhost/data", *listed]
    [(changed,)] = database.rows("SELECT max(updated_at) FROM station WHERE status <> 'closed'")
    for moment in (*changes(index.text), *changes(page)):
        assert abs(moment - changed) < dt.timedelta(minutes=5)
    assert len(changes(page)) == 7


def test_an_empty_database_has_a_front_page(client: FlaskClient) -> None:
    assert locations(client.get("/sitemap.xml").text) == ["http://localhost/sitemap-1.xml"]
    assert locations(client.get("/sitemap-1.xml").text) == [
        "http://localhost/",
        "http://localhost/data",
    ]


@pytest.mark.parametrize("number", ["0", "2", "50001", "99999999999999999999", "x", "-1"])
def test_there_is_no_other_page(client: FlaskClient, database: Database, number: str) -> None:
    save(database, [station("甲")])
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_a_long_list_is_parted_without_loss(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = save(database, [station(f"站{n}", 116.7 + n / 1000) for n in range(17)])
    monkeypatch.setattr(store, "_PIECE", 2)
    for size in (1, 5, 8, 16, 17, 18):
        whole = [
            [code for piece in store.sitemap_page(database, number, size) for code, _ in piece]
            for number in range(1, 20)
        ]
        pages = len(list(store.sitemap_pages(database, size)))
        assert pages == -(-17 // size)
        assert [code for part in whole for code in part] == sorted(codes)
        assert all(len(part) <= size for part in whole)
        assert all(whole[:pages])
        assert not any(whole[pages:])
    assert len(locations(client.get("/sitemap-1.xml").text)) == 19


def test_a_page_holds_no_more_addresses_than_allowed() -> None:
    assert store.PAGE + 1 <= 50_000


def test_robots_are_shown_the_sitemap_and_kept_from_positions(client: FlaskClient) -> None:
    got = client.get("/robots.txt")
    assert got.mimetype == "text/plain"
    lines = got.text.splitlines()
    assert lines[0] == "User-agent: *"
    for hidden in ("/parts/", "/admin", "/api/v1/exports/", "/feed/"):
        assert f"Disallow: {hidden}" in lines
    assert client.get("/admin/login").status_code == client.get("/data").status_code == 200
    assert "Disallow: /*lon=" in lines
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"
    again = client.get("/robots.txt", headers={"If-None-Match": got.headers["ETag"]})
    assert again.status_code == 304


def test_the_operators_origin_is_named(database: Database, tmp_path: Path) -> None:
    save(database, [station("甲")])
    settings = Settings(data_dir=tmp_path, public_url="https://stations.example.org")
    client = create_app(settings, database).test_client()
    for path in ("/sitemap.xml", "/sitemap-1.xml", "/robots.txt"):
        text = client.get(path).text
        assert "https://stations.example.org/" in text
        assert "localhost" not in text


def test_the_sitemap_is_sent_compressed(client: FlaskClient, database: Database) -> None:
    save(database, [station(f"站{n}", 116.7 + n / 1000) for n in range(40)])
    got = client.get("/sitemap-1.xml", headers={"Accept-Encoding": "br"})
    assert got.headers["Content-Encoding"] == "br"

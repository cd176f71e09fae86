"""What devices said, as a card and the station's page say it."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.store.database import Database
from station_map.store.live import Said
from station_map.web.pages.live_words import age, live_lines
from tests.support import people
from tests.web.stations import save, station
from tests.web.test_pages import read

NOW = dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)


def ago(**much: float) -> dt.datetime:
    return NOW - dt.timedelta(**much)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (ago(seconds=-30), "刚刚"),
        (ago(seconds=59), "刚刚"),
        (ago(seconds=60), "1 分钟前"),
        (ago(minutes=59, seconds=59), "59 分钟前"),
        (ago(minutes=60), "1 小时前"),
        (ago(hours=5, minutes=59), "5 小时前"),
    ],
)
def test_an_age_is_told_in_whole_steps(app: Flask, at: dt.datetime, words: str) -> None:
    with app.test_request_context():
        assert age(at, NOW) == words


def test_each_thing_has_its_line_and_its_age(app: Flask) -> None:
    said = [
        Said("device", "ok", ago(minutes=1)),
        Said("occupancy", "7", ago(minutes=2)),
        Said("bays_free", "12", ago(minutes=3)),
        Said("door", "locked", ago(minutes=4)),
    ]
    with app.test_request_context():
        lines = live_lines(said, NOW)
        assert [(line.words, line.look, line.age) for line in lines] == [
            ("设备说门锁着", "trouble", "4 分钟前"),
            ("空车位 12 个", "plain", "3 分钟前"),
            ("里面 7 人", "plain", "2 分钟前"),
        ]
        (fault,) = live_lines([Said("device", "fault", NOW)], NOW)
        assert fault.look == "trouble"
    with app.test_request_context("/?lang=en"):
        assert live_lines(said, NOW)[1].words == "12 free bays"
        assert live_lines([Said("occupancy", "1", NOW)], NOW)[0].words == "1 person inside"


def test_cards_and_the_page_tell_it(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("停车场")])
    people.execute(
        database,
        "INSERT INTO station_live SELECT id, 'bays_free', '12', now() - interval '200 seconds'"
        " FROM station",
    )
    for address in (
        f"/stations/{code}",
        f"/parts/card/{code}",
        "/?lon=116.798&lat=33.956",
        "/parts/results",
    ):
        page = read(client.get(address).text)
        (line,) = [one for one in page.all("p") if "live" in (one.attributes.get("class") or "")]
        assert line.text.strip() == "空车位 12 个 · 3 分钟前", address
        assert line.attributes["data-minutes"] == "15"

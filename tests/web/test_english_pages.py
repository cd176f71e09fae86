"""Every rider's page in English: what is Chinese in it is what a union wrote, and marked so."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.domain.hours import DatedException
from station_map.domain.station import AmenityFact, Station
from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_STATES,
    PRESETS,
    AccessMethod,
    Audience,
    BuilderType,
    Honour,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.importers.demo import load_demo
from station_map.search.filters import StationFilter
from station_map.settings import Settings
from station_map.store.areas import area_outlines
from station_map.store.database import Database
from station_map.store.stations import get_station
from station_map.web.api.slim import all_rows
from station_map.web.runtime import runtime_of
from tests.web.stations import HOSTILE_NAMES, save, station

HAN = re.compile(r"[\u3400-\u9fff]+")
VOID = {"meta", "link", "input", "img", "br", "use", "path", "circle"}
# The language switch names a language in itself.
SWITCH = {"中", "中文"}
RAW = {"script", "style"}


@dataclass
class Reading(HTMLParser):
    """The Chinese of a page: what stands in its text, unmarked, and in attributes and scripts."""

    marked: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    _open: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        chinese = any(is_zh for _, is_zh in self._open[-1:])
        told = dict(attrs)
        if told.get("lang"):
            chinese = str(told["lang"]).startswith("zh")
        self.elsewhere += [value for _, value in attrs if value and HAN.search(value)]
        if tag not in VOID:
            self._open.append((tag, chinese))

    def handle_startendtag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elsewhere += [value for _, value in attrs if value and HAN.search(value)]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not HAN.search(data):
            return
        tag, chinese = self._open[-1] if self._open else ("", False)
        if tag in RAW or tag == "title":
            self.elsewhere.append(data)
        else:
            (self.marked if chinese else self.unmarked).append(data)


def read(text: str) -> Reading:
    reading = Reading()
    reading.feed(text)
    return reading


def runs(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield from HAN.findall(text)


def assert_english(text: str, data: str) -> None:
    """data: everything that unions wrote, districts and questions; nothing else may be Chinese."""
    page = read(text)
    assert page.unmarked == []
    foreign = {run for run in runs(page.marked + page.elsewhere) if run not in data}
    assert foreign - SWITCH == set()


def of_everything() -> list[Station]:
    """Stations of every status, kind, level and method, with amenities in every state."""
    today = dt.datetime.now(dt.UTC).date()
    states = (*AMENITY_STATES, None)
    known = {
        one.code: AmenityFact(state, 2, fee="三元一次", note="在左边")
        for place, one in enumerate(AMENITIES)
        if (state := states[place % len(states)])
    }
    free = {one.code: AmenityFact("yes", 30, fee="免费") for one in AMENITIES}
    hours = (None, "24/7", "08:30-12:00,14:30-18:00", "18:00-06:00", "Mo-Fr 09:00-17:00; PH off")
    hours += ("Jun-Aug 08:00-18:00", "Mo-Su 09:00-21:00", '"问一声" 10:00-12:00')
    made = []
    for number, status in enumerate([*Status, *Status, *Status, *Status]):
        full = number % 2 == 0
        facts: dict[str, object] = {
            "status": status,
            "status_reason": "装修" if full else None,
            "suspended_until": today + dt.timedelta(days=number - 7)
            if status is Status.SUSPENDED and number > 7
            else None,
            "opening_hours": hours[number % len(hours)],
            "hours_text": "看门上的纸" if number % 3 == 0 else None,
            "staffed_hours": "Mo-Fr 09:00-17:00" if full else None,
            "kind": list(Kind)[number % len(Kind)],
            "service_level": [None, *ServiceLevel][number % 6],
            "access_method": [None, *AccessMethod][number % 8],
            "registration_required": [None, True, False][number % 3],
            "audience": [None, *Audience][number % 4],
            "host_type": list(HostType)[number % len(HostType)],
            "builder_type": list(BuilderType)[number % len(BuilderType)],
            "honours": tuple(Honour)[: number % 4],
            "amenities": free if number % 5 == 1 else known if full else {},
            "seats": 12 if full else None,
            "bays_total": 25 if full else None,
            "address": "淮海路 1 号" if full else None,
            "verified_at": dt.datetime.now(dt.UTC) - dt.timedelta(days=number * 40)
            if full
            else None,
        }
        made.append(station(f"第{number}站", 116.798 + number / 900, 33.956, **facts))
    return made


@pytest.fixture
def everything(database: Database) -> list[str]:
    """Their codes."""
    load_demo(database)
    return save(database, of_everything())


def written(database: Database, codes: list[str]) -> str:
    """All that the database holds of stations and districts, as one text."""
    documents = [get_station(database, code).card for code in codes]
    names = [area.name for area in area_outlines(database)]
    cards = [row.card for row in all_rows(database, None, StationFilter())]
    return json.dumps(documents, ensure_ascii=False) + "".join(names) + "".join(map(str, cards))


QUESTIONS = (
    "",
    "lon=116.798&lat=33.956",
    "lon=116.798&lat=33.956&open=now&n=60",
    "district=340603",
    "district=340603&open=now&n=100",
    "district=999999",
    "q=" + quote("工会驿站"),
    "q=" + quote("工会驿战"),
    "q=zzzz",
    "lon=1&lat=x",
    "lon=33.956&lat=116.798",
    "lon=2&lat=48",
    "lon=116.798&lat=33.956&preset=battery_swap,truck_parking,shower_laundry,open_24h",
    "district=340603&preset=battery_swap,truck_parking,shower_laundry",
    "lon=116.798&lat=33.956&district=340603&q=" + quote("工会驿站"),
    "lon=116.798&lat=33.956&q=zzzz&district=340603",
    "kind=driver_home,union_station&seats=17&amenity=aed,shower&lon=116.798&lat=33.956",
    "access_method=app&honour=AAAAA&audience=union_members&service_level=mobile&seats=9999",
    *(f"lon=116.798&lat=33.956&preset={preset.code}&n=20" for preset in PRESETS),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_list_in_english(
    client: FlaskClient, database: Database, everything: list[str], question: str
) -> None:
    data = written(database, everything) + "工会驿站工会驿战"
    for path in ("/", "/parts/results"):
        got = client.get(f"{path}?{question}", headers={"Accept-Language": "en"})
        assert got.status_code in {200, 400}
        assert_english(got.text, data)


def test_every_station_in_english(
    client: FlaskClient, database: Database, everything: list[str]
) -> None:
    data = written(database, everything)
    codes = [*everything, "340602-D0001", "340603-D0002"]
    looks = set()
    for code in codes:
        for path in (f"/stations/{code}", f"/parts/card/{code}", f"/stations/{code}/report"):
            got = client.get(f"{path}?lang=en&lon=116.798&lat=33.956")
            assert got.status_code == 200, path
            assert_english(got.text, data + written(database, [code]))
            looks |= set(re.findall(r"state-(\w+)", got.text))
    assert looks >= {"open", "closed", "suspended", "unknown"}


def test_what_a_station_says_in_english(client: FlaskClient, database: Database) -> None:
    facts = {
        "opening_hours": "24/7",
        "access_method": AccessMethod.OPEN_DOOR,
        "kind": Kind.UNION_STATION,
    }
    [code] = save(database, [station("甲站", **facts, registration_required=False)])
    page = client.get(f"/stations/{code}?lang=en").text
    for words in (
        "Open 24 hours",
        "The door is not locked: walk in",
        "No registration",
        "24 hours every day, holidays too.",
        "not checked yet",
        "Open in another map:",
        "No other station within 20 km.",
    ):
        assert words in page
    assert '<h1><span lang="zh">甲站</span></h1>' in page
    card = client.get(f"/parts/card/{code}?lang=en&lon=116.8&lat=33.956").text
    for words in ("180 m", "3 min walk · 1 min by e-bike", "Walk in · no registration", "Go there"):
        assert words in card


def test_hours_of_certain_days_in_english(
    app: Flask, client: FlaskClient, database: Database
) -> None:
    from station_map.web.pages.details.week import make_week
    from station_map.web.states import state_in_words, this_minute

    row = get_station(database, save(database, [station("甲", opening_hours="00:00-24:00")])[0])
    today = dt.date(2026, 9, 29)
    heat = DatedException(dt.date(2026, 9, 30), dt.date(2026, 9, 30), "10:00-11:00", "高温")
    with app.test_request_context("/?lang=en"):
        week = make_week("Mo-Fr 09:00-17:00; PH 10:00-12:00", today, exceptions=[heat])
        assert [(one.days, one.reason, one.times) for one in week.ahead][:2] == [
            ("30 Sep Wed", "高温", ("10:00–11:00",)),
            ("1 Oct–7 Oct", "National Day holiday", ("10:00–12:00",)),
        ]
        assert [row.label for row in week.rows][:2] == ["Mon", "Tue"]
        assert week.holidays == ("10:00–12:00",)
        assert state_in_words(row, this_minute()).startswith("Open")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_text_in_english_too(
    client: FlaskClient, database: Database, name: str
) -> None:
    [code] = save(database, [station(f"{name}站", hours_text=name, address=name)])
    for path in (
        "/?lang=en",
        f"/?lang=en&q={quote(name[:30])}",
        f"/stations/{code}?lang=en",
        f"/stations/{code}/report?lang=en",
        f"/parts/card/{code}?lang=en",
        f"/{quote(name[:30])}?lang=en",
    ):
        page = client.get(path).text
        assert "<script>alert(1)" not in page
        assert "<b>49" not in page
        assert ">49<" not in page
    page = client.get(f"/stations/{code}?lang=en").text
    heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    reading = HTMLParserText()
    reading.feed(heading[1])
    assert reading.text == f"{name}站"


class HTMLParserText(HTMLParser):
    """The text of a piece of a page."""

    text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_forms_and_what_they_answer_in_english(
    client: FlaskClient, database: Database, everything: list[str]
) -> None:
    data = written(database, everything)
    code = everything[1]
    here = {"Sec-Fetch-Site": "same-origin"}
    sent = client.post(f"/stations/{code}/report?lang=en", data={"kind": "locked"}, headers=here)
    assert sent.status_code == 303
    assert "lang=en" in sent.headers["Location"]
    thanks = client.get(sent.headers["Location"]).text
    assert "Thank you, noted." in thanks
    assert_english(thanks, data)
    for path, fields, words in (
        (f"/stations/{code}/report?lang=en", {"kind": "broken"}, "required"),
        (f"/stations/{code}/report?lang=en", {"kind": "nonsense"}, "What you saw: "),
        ("/suggest?lang=en", {"lon": "x", "lat": "33"}, "Longitude: "),
        ("/suggest?lang=en", {"lon": "2", "lat": "48"}, "out of the service area"),
    ):
        got = client.post(path, data=fields, headers=here)
        assert got.status_code == 400
        assert words in got.text
        assert_english(got.text, data)
    stale = client.post("/suggest?lang=en", data={"lon": "116.8", "lat": "33.9"})
    assert stale.status_code == 403
    assert "press again" in stale.text
    wished = client.post(
        "/suggest?lang=en",
        data={"lon": "116.8", "lat": "33.9", "amenities": "toilet"},
        headers=here,
    )
    assert_english(client.get(wished.headers["Location"]).text, data)
    foreign = client.post("/suggest?lang=en", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert_english(foreign.text, "")


def test_no_page_is_forgotten(client: FlaskClient, app: Flask, database: Database) -> None:
    """Every route that answers with a page, whoever adds it."""
    load_demo(database)
    told = runtime_of(app).settings  # the operator's words, in whatever language
    data = written(database, ["340602-D0001"]) + told.data_licence + told.data_attribution
    walked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.split(".")[0] != "pages" or "GET" not in (rule.methods or ()):
            continue
        path = rule.rule.replace("<code>", "340602-D0001").replace("<tag>", "en")
        if "<" in path or path == "/offline":
            continue
        got = client.get(path, headers={"Accept-Language": "en"})
        if got.mimetype == "text/html":
            assert_english(got.text, data)
            walked += 1
    assert walked >= 7


def test_errors_in_english(own_app: Flask, database: Database) -> None:
    app = own_app

    @app.get("/broken-inside")
    def broken() -> str:
        raise RuntimeError

    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = app.test_client()
    for path, words in (
        ("/nowhere", "There is no station and no page at this address."),
        ("/stations/none", "There is no station and no page at this address."),
        ("/broken-inside", "Something broke on our side"),
        ("/?q=" + "x" * 5000, "URI"),
    ):
        got = client.get(path, headers={"Accept-Language": "en"})
        assert got.status_code >= 400
        assert words in got.text
        assert_english(got.text, "")
        assert '<html lang="en"' in got.text
    got = client.post("/", headers={"Accept-Language": "en"})
    assert got.status_code == 405
    assert_english(got.text, "")


@pytest.mark.parametrize("query", ["?lang=en", "?lang=zh"])
def test_whoever_drew_the_basemap_is_named_in_the_language_of_the_page(
    database: Database, tmp_path: Path, query: str
) -> None:
    (code,) = save(database, [station("A")])
    client = create_app(Settings(data_dir=tmp_path, basemap="amap"), database).test_client()
    for path in ("/", f"/stations/{code}"):
        text = client.get(path + query).text
        assert ("Amap" in text) == (query == "?lang=en")
        assert (json.dumps("高德地图")[1:-1] in text) == (query == "?lang=zh")

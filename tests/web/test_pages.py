"""The rider's pages as a browser without JavaScript gets them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyproj import Geod

from station_map.domain.vocabulary import AccessMethod, Status
from station_map.importers.demo import load_demo
from station_map.store.database import Database
from station_map.web.pages.order import OPEN_AT_LEAST
from station_map.web.pages.picks import AMENITY, AMENITY_FIELDS, FIELDS, SEATS
from tests.web.stations import HOSTILE_NAMES, having, save, station

HERE = (116.798, 33.956)
GEOD = Geod(ellps="WGS84")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """Elements of a page with the text inside them, as a browser would read it."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in {"meta", "link", "input", "img", "br", "use"}:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def texts(self, tag: str, css_class: str = "") -> list[str]:
        return [one.text.strip() for one in self.all(tag, css_class)]

    def all(self, tag: str, css_class: str = "") -> list[Element]:
        return [
            one
            for one in self.elements
            if one.tag == tag
            and (not css_class or css_class in (one.attributes.get("class") or "").split())
        ]


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


def ways_of(page: Page) -> list[tuple[str, str | None]]:
    """Links of the list that ask another question."""
    links = page.all("a", "button")
    return [(one.text, one.attributes["href"]) for one in links if "data-ask" in one.attributes]


def names(page: Page) -> list[str]:
    return page.texts("h3", "name")


def test_the_nearest_are_all_there_the_open_ones_first(
    client: FlaskClient, database: Database
) -> None:
    load_demo(database)
    nearest = client.get("/api/v1/stations/nearest?lon=116.798&lat=33.956&k=20").get_json()
    near = {one["id"]: one["properties"]["distance_m"] for one in nearest["features"]}
    page = read(client.get("/?lon=116.798&lat=33.956&n=20").text)
    cards = page.all("article", "card")
    codes = [str(one.attributes["data-code"]) for one in cards]
    assert set(near) <= set(codes)
    assert len(codes) <= len(near) + OPEN_AT_LEAST
    beyond = f"，还有远一点开着的 {len(codes) - 20} 个" if len(codes) > 20 else ""
    assert page.texts("h2", "results-heading") == [f"离你最近的 20 个驿站{beyond}"]
    looks = [str(one.attributes["class"]).split("state-")[1] for one in page.all("p", "state")]
    ranks = [{"open": 0, "soon": 0, "unknown": 1}.get(look, 2) for look in looks]
    locked = ["is-reported" in str(one.attributes["class"]) for one in cards]
    assert [max(rank, lock) for rank, lock in zip(ranks, locked, strict=True)] == sorted(
        max(rank, lock) for rank, lock in zip(ranks, locked, strict=True)
    )


def test_the_page_is_a_form_and_a_list_without_scripts(
    client: FlaskClient, database: Database
) -> None:
    save(database, [station("淮海路驿站", opening_hours="24/7")])
    text = client.get("/?lon=116.798&lat=33.957").text
    # What stands in templates is for scripts alone.
    page = read(re.sub("<template.*?</template>", "", text, flags=re.DOTALL))
    (form,) = page.all("form")
    assert (form.attributes["action"], form.attributes["method"]) == ("/", "get")
    fields = {one.attributes.get("name") for tag in ("input", "select") for one in page.all(tag)}
    picks = {AMENITY, SEATS, *(field.name for field in FIELDS)}
    assert fields == {"q", "district", "preset", "open", "lon", "lat", *picks}
    assert names(page) == ["淮海路驿站"]
    assert page.texts("span", "distance") == ["110 米"]
    (state,) = page.all("p", "state")
    assert "24 小时开放" in state.text


def test_a_position_that_cannot_be_used_is_told_beside_a_list(
    client: FlaskClient, database: Database
) -> None:
    save(database, [station("甲")])
    for query, told in (
        ("lon=33.956&lat=116.798", "填反了"),
        ("lon=x&lat=1", "没看懂"),
        ("lon=2&lat=48", "不在服务范围"),
    ):
        got = client.get(f"/?{query}")
        page = read(got.text)
        assert got.status_code == 400
        assert told in page.texts("p", "notice")[0]
        assert names(page) == ["甲"]


def test_an_unknown_district_is_told(client: FlaskClient, database: Database) -> None:
    save(database, [station("甲")])
    got = client.get("/?district=999999")
    assert got.status_code == 400
    assert "没有这个地区" in read(got.text).texts("p", "notice")[0]


def test_a_district_and_words_narrow_the_list(client: FlaskClient, database: Database) -> None:
    save(
        database,
        [
            station("相山驿站", 116.80, 33.96),
            station("濉溪驿站", 116.76, 33.60),
            station("别处", 118.6, 24.9),
        ],
    )
    assert names(read(client.get("/?district=340603").text)) == ["相山驿站"]
    near = read(client.get("/?q=岁溪驿站").text)
    assert names(near) == ["濉溪驿站"]
    assert near.texts("h2", "results-heading") == ["全部地区没有“岁溪驿站”，相近的有 1 个"]
    assert names(read(client.get("/?q=濉溪").text)) == ["濉溪驿站"]
    page = read(client.get("/?q=驿站&lon=116.76&lat=33.61").text)
    assert names(page) == ["濉溪驿站", "相山驿站"]
    assert page.texts("h2", "results-heading") == ["“驿站”，离你最近的 2 个驿站"]


def test_unknown_stands_apart_below_the_known(client: FlaskClient, database: Database) -> None:
    save(
        database,
        [
            station("有", 116.80, 33.97, amenities=having("phone_charging")),
            station("没有", 116.798, 33.956, amenities=having(phone_charging="no")),
            station("不清楚", 116.798, 33.957),
        ],
    )
    page = read(client.get("/?lon=116.798&lat=33.956&preset=phone_charging").text)
    assert names(page) == ["有", "不清楚"]
    assert page.texts("h3", "group-heading") == ["开没开说不准的 1 个", "不清楚有没有的 1 个"]
    marks = [one for one in page.all("li", "amenity") if "手机充电" in one.text]
    assert ["unknown" in str(one.attributes["class"]) for one in marks] == [False, True]
    assert "不清楚" in marks[1].text


def test_when_nothing_fits_the_way_out_is_named(client: FlaskClient, database: Database) -> None:
    save(
        database,
        [
            station(
                "能洗澡", 116.80, 33.956, amenities=having("shower", "laundry", truck_parking="no")
            ),
            station("能停车", 117.00, 33.956, amenities=having("truck_parking", shower="no")),
        ],
    )
    page = read(client.get("/?lon=116.798&lat=33.956&preset=truck_parking,shower_laundry").text)
    assert names(page) == []
    ways = ways_of(page)
    assert ways[0] == ("不要“货车停车”", "/?lon=116.79800&lat=33.95600&preset=shower_laundry")
    assert ways[1][0] == "不要“淋浴洗衣”"
    assert "最近的是能洗澡，180 米" in page.texts("span")


@pytest.mark.parametrize(
    ("query", "way", "href"),
    [
        ("amenity=shower,aed", "不要“AED”", "amenity=shower"),
        ("amenity=aed", "不要“AED”", ""),
        ("kind=driver_home,mobile_station", "不要“司机之家、流动驿站”", ""),
        ("service_level=smart&preset=toilet", "不要“智能化”", "preset=toilet"),
        ("access_method=face", "不要“刷脸”", ""),
        ("audience=union_members", "不要“工会会员”", ""),
        ("honour=AAA&n=30", "不要“AAA级”", ""),
        ("seats=31&access_method=staff", "不要“31 座以上”", "access_method=staff"),
    ],
)
@pytest.mark.parametrize("position", ["", "lon=116.79800&lat=33.95600"])
def test_each_filter_can_be_dropped(
    client: FlaskClient, database: Database, query: str, way: str, href: str, position: str
) -> None:
    have = having("shower", "toilet", aed="no")
    save(
        database,
        [station("甲", amenities=have, access_method=AccessMethod.STAFF, seats=30, kind=None)],
    )
    page = read(client.get(f"/?{position}&{query}").text)
    assert names(page) == []
    asked = "&".join(filter(None, [position, href]))
    assert (way, f"/?{asked}" if asked else "/") in ways_of(page)


def test_every_filter_of_the_page_is_that_of_the_api(
    client: FlaskClient, database: Database
) -> None:
    load_demo(database)
    for one in (*FIELDS, *AMENITY_FIELDS):
        for choice in one.choices:
            query = f"{choice.name}={choice.code}&district=340603"
            api = client.get(
                f"/api/v1/stations?{choice.name}={choice.code}&area=340603&status=open,suspended"
            ).get_json()
            page = read(client.get(f"/?{query}").text)
            found = api["numberMatched"]
            told = page.texts("h2", "results-heading")[0]
            assert told == (f"相山区，{found} 个驿站" if found else "相山区没有找到符合的驿站")
            assert len(names(page)) == min(found, 10)
            (ticked,) = [box for box in page.all("input") if "checked" in box.attributes]
            assert (ticked.attributes["name"], ticked.attributes["value"]) == (
                choice.name,
                choice.code,
            )
            assert page.texts("b") == ["1"]
    for seats in (10, 12):
        page = read(client.get(f"/?seats={seats}").text)
        (ticked,) = [one for one in page.all("option") if "selected" in one.attributes]
        assert ticked.attributes["value"] == str(seats)


def test_all_filters_are_cleared_at_once(client: FlaskClient) -> None:
    text = client.get(
        "/?lon=116.8&lat=33.9&q=x&preset=toilet&open=now&kind=driver_home&seats=4"
    ).text
    (clear,) = [one for one in read(text).all("a") if one.attributes.get("id") == "clear"]
    assert clear.attributes["href"] == "/?lon=116.80000&lat=33.90000&q=x"


def test_many_finds_are_still_in_the_order_of_distance(
    client: FlaskClient, database: Database
) -> None:
    """More than a list may hold at once; the nearest has the last code."""
    stations = [station(f"工会站{n}", 117.9 - n / 1_000, 33.95) for n in range(1_100)]
    save(database, stations)
    page = read(client.get("/?lon=116.7&lat=33.95&q=工会").text)
    assert names(page) == [f"工会站{n}" for n in range(1_099, 1_089, -1)]
    assert page.texts("h2", "results-heading") == ["“工会”，离你最近的 10 个驿站"]


def test_what_sounds_so_stands_below_what_is_written_so(
    client: FlaskClient, database: Database
) -> None:
    save(database, [station("怀海路"), station("淮海路", 116.9)])
    page = read(client.get("/?lon=116.798&lat=33.956&q=淮海路").text)
    assert names(page) == ["淮海路", "怀海路"]
    assert page.texts("h3", "group-heading") == ["读起来一样的 1 个"]
    near = read(client.get("/?lon=116.798&lat=33.956&q=坏海路").text)
    assert near.texts("h2", "results-heading") == ["没有“坏海路”，相近的里离你最近的 2 个"]


def test_an_open_one_stands_before_a_nearer_one_that_is_not(
    client: FlaskClient, database: Database
) -> None:
    save(
        database,
        [
            station("近的没开", 116.799, opening_hours="off"),
            station("近的说不准", 116.7985),
            *[
                station(f"没开{n}", 116.80 + n / 10_000, 33.956, opening_hours="off")
                for n in range(10)
            ],
            station("远的开着", 116.83, opening_hours="24/7"),
        ],
    )
    page = read(client.get("/?lon=116.798&lat=33.956").text)
    assert names(page)[:3] == ["远的开着", "近的说不准", "近的没开"]
    assert page.texts("h3", "group-heading") == [
        "现在开着的 1 个",
        "开没开说不准的 1 个",
        "现在没开的 9 个",
    ]
    assert page.texts("h2", "results-heading") == ["离你最近的 10 个驿站，还有远一点开着的 1 个"]
    district = read(client.get("/?lon=116.798&lat=33.956&district=340603").text)
    assert names(district)[0] == "远的开着"


def test_closed_and_suspended_are_not_the_nearest(client: FlaskClient, database: Database) -> None:
    save(
        database,
        [
            station("关了", 116.798, 33.956, status=Status.CLOSED),
            station("停了", 116.798, 33.957, status=Status.SUSPENDED),
            station("开着", 116.798, 33.958),
        ],
    )
    assert names(read(client.get("/?lon=116.798&lat=33.956").text)) == ["开着"]
    assert set(names(read(client.get("/").text))) == {"停了", "开着"}


def test_more_is_a_link_until_the_list_ends(client: FlaskClient, database: Database) -> None:
    save(database, [station(f"站{n}", 116.7 + n / 1000, 33.95) for n in range(15)])
    first = read(client.get("/?lon=116.7&lat=33.95").text)
    (more,) = [one for one in first.all("a") if "data-more" in one.attributes]
    address = str(more.attributes["href"])
    assert address == "/?lon=116.70000&lat=33.95000&n=20"
    second = read(client.get(address).text)
    assert len(names(second)) == 15
    assert not [one for one in second.all("a") if "data-more" in one.attributes]


def test_an_empty_database_is_a_page_too(client: FlaskClient) -> None:
    for address in ("/", "/?lon=116.8&lat=33.9", "/?preset=toilet", "/?q=x&district=340602"):
        got = client.get(address)
        assert got.status_code == 200
        assert "没有找到" in read(got.text).texts("h2", "results-heading")[0]


def test_the_list_alone_is_what_the_page_holds(client: FlaskClient, database: Database) -> None:
    load_demo(database)
    query = "?lon=116.798&lat=33.956&preset=toilet,hot_meal"
    part = client.get(f"/parts/results{query}").text
    assert part.strip() in client.get(f"/{query}").text
    assert "<html" not in part


def test_one_card(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲", access_method=AccessMethod.QR_CODE)])
    page = read(client.get(f"/parts/card/{code}?lon=116.798&lat=33.966").text)
    assert names(page) == ["甲"]
    assert page.texts("span", "distance") == ["1.1 公里"]


def test_a_station_opened_from_a_list_leads_back_to_it(
    client: FlaskClient, database: Database
) -> None:
    (code,) = save(database, [station("甲", amenities=having("toilet"))])
    address = "/?lon=116.79800&lat=33.96600&q=甲&preset=toilet"
    links = [one.attributes["href"] for one in read(client.get(address).text).all("a")]
    to_station = f"/stations/{code}?lon=116.79800&lat=33.96600&q=%E7%94%B2&preset=toilet"
    assert links.count(to_station) == 2
    page = read(client.get(to_station).text)
    assert page.texts("span", "distance") == ["1.1 公里"]
    back = next(one for one in page.all("a", "button") if "回到列表" in one.text)
    assert back.attributes["href"] == "/?lon=116.79800&lat=33.96600&q=%E7%94%B2&preset=toilet"


def test_demo_data_is_named_on_every_page_until_it_is_gone(
    client: FlaskClient, database: Database
) -> None:
    codes = save(database, [station("真", 116.7), station("假", 116.8, demo=True)])
    for address in ("/", f"/stations/{codes[0]}"):
        assert "示例数据" in read(client.get(address).text).texts("p", "demo-banner")[0]
    tagged = read(client.get("/").text)
    assert len(tagged.all("span", "tag")) == 1
    with database.transaction(actor="test", origin="system") as connection:
        connection.exec_driver_sql("DELETE FROM station WHERE demo")
    for address in ("/", f"/stations/{codes[0]}"):
        assert not read(client.get(address).text).all("p", "demo-banner")


def test_no_such_station_is_a_page_that_says_so(client: FlaskClient) -> None:
    got = client.get("/stations/340603-99999")
    assert got.status_code == 404
    assert got.mimetype == "text/html"
    page = read(got.text)
    assert "没有驿站" in page.texts("main")[0]
    # A way on: a search, and the stations nearby.
    (form,) = page.all("form")
    assert (form.attributes["action"], form.attributes["method"]) == ("/", "get")
    assert [one.attributes["name"] for one in page.all("input")] == ["q"]
    assert "/" in [one.attributes["href"] for one in page.all("a", "button")]


@pytest.mark.parametrize("address", ["/", "/?lon=116.8&lat=33.95", "/parts/results", "/?lon=x"])
def test_no_answer_with_a_position_is_kept_by_others(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "private, no-cache"


def test_only_the_frames_start_is_inline_and_carries_the_nonce(client: FlaskClient) -> None:
    got = client.get("/")
    page = read(got.text)
    inline = [one for one in page.all("script") if "src" not in one.attributes]
    assert len(inline) == 1
    nonce = inline[0].attributes["nonce"]
    assert f"'nonce-{nonce}'" in got.headers["Content-Security-Policy"]
    assert all(
        str(one.attributes["src"]).startswith("/static/")
        for one in page.all("script")
        if one is not inline[0]
    )
    for one in page.elements:
        assert not [name for name in one.attributes if name == "style" or name.startswith("on")], (
            one
        )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_are_text(client: FlaskClient, database: Database, name: str) -> None:
    plain = station("安")
    (code, _) = save(database, [station(name, address=name, phone=name, hours_text=name), plain])
    quiet = {one.tag for one in read(client.get("/?q=安").text).elements}
    for address in ("/", "/?lon=116.798&lat=33.956", f"/parts/card/{code}"):
        page = read(client.get(address).text)
        assert name.strip() in names(page), address
        assert {one.tag for one in page.elements} <= quiet | {"article"}
    page = read(client.get(f"/stations/{code}").text)
    assert name.strip() in page.texts("h1")
    # Nothing runs but what is ours: the built files, and the map's start with its nonce.
    ours = [one for one in page.all("script") if {"src", "nonce"} & one.attributes.keys()]
    (data,) = [one for one in page.all("script") if one not in ours]
    assert data.attributes == {"type": "application/ld+json"}
    assert json.loads(data.text)["name"] == name
    assert name not in "".join(one.text for one in ours)


@pytest.mark.parametrize("text", [name for name in HOSTILE_NAMES if len(name) < 200])
def test_what_is_asked_is_echoed_as_text(client: FlaskClient, text: str) -> None:
    for name in ("q", "preset", "district", "n", "lon"):
        got = client.get("/", query_string={name: text})
        page = read(got.text)
        assert got.status_code in {200, 400}
        assert len(page.all("script")) == 5, name
        assert "49" not in " ".join(page.texts("main") + page.texts("title"))
    (box,) = [
        one
        for one in read(client.get("/", query_string={"q": text}).text).all("input")
        if one.attributes.get("name") == "q"
    ]
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    assert box.attributes["value"] == " ".join(shown.split())[:64]


@pytest.mark.parametrize(
    "path", ["/nowhere/{{7*7}}", "/stations/{{7*7}}", "/stations/%3Cscript%3E", "/static/none.js"]
)
def test_error_pages_say_nothing_of_what_was_typed(client: FlaskClient, path: str) -> None:
    got = client.get(path)
    assert got.status_code == 404
    assert not read(got.text).all("script")
    assert "49" not in re.sub(r"<code>.*?</code>|<svg.*?</svg>|\.[0-9a-f]{12}\.", "", got.text)


def test_built_files_are_kept_for_ever_and_sent_compressed(app: Flask) -> None:
    from station_map.web.assets import assets

    client = app.test_client()
    built = assets()
    for name in built.files:
        with client.get(built.url(name), headers={"Accept-Encoding": "br, gzip"}) as got:
            assert got.status_code == 200
            assert "immutable" in got.headers["Cache-Control"]
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert got.headers["Content-Encoding"] == "br"


def test_without_built_files_the_page_says_what_is_wrong_and_answers_503(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station_map.errors import AssetsMissing
    from station_map.web.pages import views

    def missing() -> None:
        raise AssetsMissing("the front end is not built")

    monkeypatch.setattr(views, "assets", missing)
    assert client.get("/").status_code == 503


def test_the_frame_follows_the_configured_basemap(app: Flask, database: Database) -> None:
    from station_map.app import create_app
    from station_map.settings import Settings

    got = create_app(Settings(basemap="amap"), database).test_client().get("/")
    assert '"datum": "gcj02"' in got.text
    assert got.text.count("L.tileLayer(") == 1
    assert "https://webrd01.is.autonavi.com" in got.headers["Content-Security-Policy"]

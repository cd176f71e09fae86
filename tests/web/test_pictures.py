from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from station_map.domain.vocabulary import Status
from station_map.errors import EnvironmentFault
from station_map.exporters.cards import lettering
from station_map.store.database import Database
from tests.web.stations import HOSTILE_NAMES, having, save, station
from tests.web.test_pages import read

XIANGSHAN = "340603"


def test_a_stations_picture(client: FlaskClient, database: Database) -> None:
    (code,) = save(database, [station("甲站")])
    answer = client.get(f"/stations/{code}/card.png")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    with Image.open(BytesIO(answer.data)) as picture:
        assert picture.size == (1200, 630)
    small = client.get(f"/stations/{code}/card.png?width=300")
    with Image.open(BytesIO(small.data)) as picture:
        assert picture.size == (300, 158)
    assert small.headers["ETag"] != answer.headers["ETag"]


def test_who_holds_it_pays_for_no_drawing(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = save(database, [station("乙站")])
    for path in (f"/stations/{code}/card.png", f"/card.png?area={XIANGSHAN}"):
        first = client.get(path)
        with monkeypatch.context() as patch:
            patch.setattr("station_map.exporters.cards.kept.kept", None)
            held = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (held.status_code, held.data) == (304, b"")


def test_another_name_is_another_picture(client: FlaskClient, database: Database) -> None:
    one, two = save(database, [station("丙站"), station("丁站", 116.9)])
    tags = {client.get(f"/stations/{code}/card.png").headers["ETag"] for code in (one, two)}
    assert len(tags) == 2


@pytest.mark.parametrize(
    "path",
    [
        *("/stations/nobody/card.png", "/stations/%00/card.png", "/card.png?area=999999"),
    ],
)
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["width=1", "width=100000", "area=x", "preset=no", "other=1"])
def test_what_is_not_offered_is_400(client: FlaskClient, query: str) -> None:
    assert client.get(f"/card.png?{query}").status_code == 400


def test_an_areas_picture_shows_those_that_meet_the_presets(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from station_map.exporters.cards import area

    warm = having("microwave", "drinking_water")
    save(
        database,
        [
            station("热", amenities=warm),
            station("冷", 116.81),
            station("远", 116.9, 33.5, amenities=warm),
            station("停", 116.82, amenities=warm, status=Status.CLOSED),
        ],
    )
    seen = []
    real = area.draw_area
    monkeypatch.setattr(area, "draw_area", lambda card: seen.append(card) or real(card))
    for query in ("", f"?area={XIANGSHAN}", f"?area={XIANGSHAN}&preset=hot_meal", "?area=340600"):
        assert client.get(f"/card.png{query}").status_code == 200
    told = [(card.name, card.count, len(card.spots), card.filters) for card in seen]
    assert told == [
        ("淮北市", 3, 3, ()),
        ("相山区", 2, 2, ()),
        ("相山区", 1, 1, ("热饭饮水",)),
        ("淮北市", 3, 3, ()),
    ]
    assert [len(card.shapes) for card in seen] == [4, 1, 1, 4]


def test_without_a_font_there_is_no_picture_and_no_trace(
    client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = save(database, [station("没有字体的站")])

    def none() -> None:
        raise EnvironmentFault("no font")

    monkeypatch.setattr("station_map.exporters.cards.station.letterings", none)
    answer = client.get(f"/stations/{code}/card.png")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_drawn_and_its_page_says_it_safely(
    client: FlaskClient, database: Database, name: str
) -> None:
    (code,) = save(database, [station(name)])
    assert client.get(f"/stations/{code}/card.png").data.startswith(b"\x89PNG")
    page = read(client.get(f"/stations/{code}").text)
    metas = {
        meta.attributes.get("property"): meta.attributes.get("content") for meta in page.all("meta")
    }
    (stored,) = database.rows("SELECT name FROM station WHERE code = %(code)s", {"code": code})
    assert metas["og:title"] == stored[0]
    assert str(metas["og:image:alt"]).startswith(str(stored[0]))
    assert str(metas["og:image"]).endswith(f"/stations/{code}/card.png")


def test_the_front_page_shares_its_filters_and_never_a_position(client: FlaskClient) -> None:
    text = client.get(
        f"/?lon=116.79812&lat=33.95611&area={XIANGSHAN}&preset=hot_meal&n=50&lock=preset"
    ).text
    page = read(text[: text.index("</head>")])
    metas = {
        meta.attributes.get("property"): meta.attributes.get("content") for meta in page.all("meta")
    }
    assert metas["og:title"] == "相山区的工会驿站 · 热饭饮水"
    assert metas["og:url"] == (
        f"http://localhost/?district={XIANGSHAN}&preset=hot_meal&lock=preset"
    )
    assert metas["og:image"] == f"http://localhost/card.png?area={XIANGSHAN}&preset=hot_meal"
    head = re.sub(r"<script.*?</script>", "", text[: text.index("</head>")], flags=re.DOTALL)
    assert "116.798" not in head
    assert "33.956" not in head
    assert client.get(str(metas["og:image"])).status_code == 200


def test_the_fonts_are_opened_once(tmp_path: Path) -> None:
    assert lettering.letterings() is lettering.letterings()

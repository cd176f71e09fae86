"""The page's filter "open now", as a browser without JavaScript gets it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station_map.store.database import Database
from tests.web.stations import having, save, station
from tests.web.test_pages import Page

HERE = "lon=116.798&lat=33.956"


def show(client: FlaskClient, url: str) -> Page:
    page = Page()
    page.feed(client.get(url).text)
    return page


def names(page: Page) -> list[str]:
    return page.texts("h3", "name")


@pytest.fixture
def stations(database: Database) -> None:
    save(
        database,
        [
            station("关着的", 116.800, opening_hours="off", amenities=having("toilet")),
            station("不知道的", 116.801),
            station("开着的", 116.802, opening_hours="24/7"),
        ],
    )


@pytest.mark.usefixtures("stations")
@pytest.mark.parametrize("asked", [HERE, "district=340603", "q=的", f"q=的&{HERE}"])
def test_what_is_open_comes_first_then_what_nobody_knows(client: FlaskClient, asked: str) -> None:
    page = show(client, f"/?{asked}&open=now")
    assert page.texts("h3", "group-heading") == ["开放时间未知的 1 个"]
    cards = [one.attributes.get("data-code") for one in page.all("article", "card")]
    assert len(cards) == 2
    shown = " ".join(names(page))
    assert "关着的" not in shown
    assert shown.index("开着的") < shown.index("不知道的")
    [chip] = [one for one in page.all("input") if one.attributes.get("name") == "open"]
    assert "checked" in chip.attributes


@pytest.mark.usefixtures("stations")
def test_the_way_out_is_to_ask_for_any_time(client: FlaskClient) -> None:
    page = show(client, f"/?{HERE}&preset=toilet&open=now")
    offers = [one.attributes["href"] for one in page.all("a") if "data-ask" in one.attributes]
    assert (
        f"/?{HERE.replace('116.798', '116.79800').replace('33.956', '33.95600')}&preset=toilet"
        in offers
    )
    assert any("现在开" in text for text in page.texts("a", "button"))


@pytest.mark.usefixtures("stations")
def test_without_the_filter_all_are_listed(client: FlaskClient) -> None:
    assert len(show(client, f"/?{HERE}").all("article", "card")) == 3

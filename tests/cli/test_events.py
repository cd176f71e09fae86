"""`station-map events …`: entered once, on every page it is for, on record, and withdrawn."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from station_map.cli import main
from station_map.domain.hours import SHANGHAI
from station_map.store.database import Database
from tests.store.merging import value
from tests.web.pages.test_station_page import open_page
from tests.web.stations import HOSTILE_NAMES, save, station

TODAY = dt.datetime.now(SHANGHAI).date()
TOMORROW = TODAY + dt.timedelta(days=1)
CHECK = {
    "--kind": "health_check",
    "--title": "量血压",
    "--from": TODAY,
    "--to": TOMORROW,
    "--starts": "09:00",
    "--ends": "11:30",
    "--source": "市总工会",
}


@pytest.fixture
def codes(outside: Database) -> list[str]:
    """Two in 相山区, one in 杜集区, one far away."""
    places = ((116.80, 33.956), (116.81, 33.956), (116.90, 34.02), (118.58, 24.91))
    return save(outside, [station(f"站{n}", *place) for n, place in enumerate(places)])


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["events", *map(str, arguments)])


def add(**changes: object) -> Result:
    """With the options of CHECK; `area` or another option changed, None taken away."""
    changed = {f"--{name.strip('_')}": one for name, one in changes.items()}
    options = {name: one for name, one in (CHECK | changed).items() if one is not None}
    return run("add", *(f"{name}={one}" for name, one in options.items()))


def shows(client: FlaskClient, codes: list[str]) -> list[list[str]]:
    return [open_page(client, code).texts("p", "what") for code in codes]


SHOWN = ["健康体检 量血压"]


def test_at_one_station(client: FlaskClient, codes: list[str]) -> None:
    done = add(station=codes[0], note="带上身份证")
    assert done.exit_code == 0, done.output
    assert "1 个驿站" in done.output
    assert shows(client, codes) == [SHOWN, [], [], []]
    page = open_page(client, codes[0])
    assert page.texts("p", "note") == ["带上身份证"]
    assert f"今天，到 {TOMORROW.month}月{TOMORROW.day}日为止 09:00–11:30 · 市总工会" in (
        page.texts("p", "soft")
    )


def test_in_a_district_and_in_the_whole_city(client: FlaskClient, codes: list[str]) -> None:
    assert "2 个驿站" in add(area="340603").output
    assert shows(client, codes) == [SHOWN, SHOWN, [], []]
    assert "3 个驿站" in add(area="340600", title="领凉茶", kind="cooling_supplies").output
    assert shows(client, codes) == [*[[*SHOWN, "夏送清凉 领凉茶"]] * 2, ["夏送清凉 领凉茶"], []]


def test_a_station_that_comes_later_shows_it_too(
    client: FlaskClient, outside: Database, codes: list[str]
) -> None:
    add(area="340603")
    (later,) = save(outside, [station("新站", 116.805, 33.95)])
    assert shows(client, [later]) == [SHOWN]
    assert codes


def test_one_day_without_times(client: FlaskClient, codes: list[str]) -> None:
    done = add(station=codes[0], to=None, starts=None, ends=None)
    assert done.exit_code == 0, done.output
    assert "今天 · 市总工会" in open_page(client, codes[0]).texts("p", "soft")


def test_listed_and_withdrawn(client: FlaskClient, codes: list[str]) -> None:
    assert run("list").output == "没有。 None.\n"
    add(station=codes[0])
    line = run("list").output
    for part in ("1: ", f"{TODAY} – {TOMORROW}", "09:00–11:30", "health_check", codes[0]):
        assert part in line
    done = run("withdraw", 1)
    assert (done.exit_code, "1 个驿站" in done.output) == (0, True)
    assert shows(client, codes) == [[], [], [], []]
    assert run("list").output == "没有。 None.\n"
    assert "撤回 / withdrawn" in run("list", "--all").output
    assert "已经撤回" in run("withdraw", 1).output
    assert run("withdraw", 99).exit_code == 1


def test_past_ones_are_listed_on_demand(codes: list[str]) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    add(station=codes[0], from_=yesterday, to=yesterday)
    assert run("list").output == "没有。 None.\n"
    assert "量血压" in run("list", "--all").output


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"area": "999999"}, "340600"),
        ({"area": "340600", "station": "340603-00001"}, "二选一"),
        ({}, "二选一"),
        ({"station": "nowhere"}, "没有 nowhere 这个驿站"),
        ({"area": "340600", "kind": "party"}, "health_check"),
        ({"area": "340600", "title": " "}, "标题要一行"),
        ({"area": "340600", "from_": "2026-02-30"}, "不是日期"),
        ({"area": "340600", "to": TODAY - dt.timedelta(days=1)}, "最后一天不能早于第一天"),
        ({"area": "340600", "starts": "9点"}, "不是钟点"),
        ({"area": "340600", "starts": "25:00"}, "不是钟点"),
        ({"area": "340600", "starts": None}, "没写几点开始"),
        ({"area": "340600", "ends": "08:00"}, "晚于开始"),
        ({"area": "340600", "source": None}, "--source"),
        ({"area": "340600", "note": "两\n行"}, "一行"),
    ],
)
def test_what_cannot_be_is_refused(
    outside: Database, codes: list[str], changed: dict[str, object], words: str
) -> None:
    done = add(**changed)
    assert done.exit_code == 2, done.output
    assert words in done.output
    assert value(outside, "SELECT count(*) FROM service_event") == 0
    assert codes


@pytest.mark.parametrize("text", [n for n in HOSTILE_NAMES if n.isprintable() and len(n) <= 100])
def test_hostile_texts_stay_text(client: FlaskClient, codes: list[str], text: str) -> None:
    done = add(station=codes[0], title=text, source=text, note=text)
    assert done.exit_code == 0, done.output
    page, plain = open_page(client, codes[0]), open_page(client, codes[1])
    assert page.texts("p", "what") == [f"健康体检 {text}".strip()]
    assert page.texts("p", "note") == [text.strip()]
    assert len(page.all("script")) == len(plain.all("script"))

"""Histories and reverting, as pages: told in words, within one's rights, looked at before done."""

from __future__ import annotations

import json
import re
from html import escape, unescape
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.station import AmenityFact
from station_map.geo.distance import distance_m
from station_map.store import history
from station_map.store.database import Database
from tests.store.merging import merge, rows, station, value
from tests.store.test_change_sets import edit, take_back
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

HISTORY = "/admin/history"
FIRST = (116.798, 33.956)  # 相山区
SECOND = (116.6, 33.75)  # 濉溪县


@pytest.fixture
def codes(database: Database) -> dict[str, int]:
    """Two stations in two districts by code, the first one first; brought by an import."""
    merge(
        database,
        station("甲", *FIRST, phone="0561-1234567", amenities={"wifi": AmenityFact("yes")}),
        station("乙", *SECOND),
    )
    return dict(rows(database, "SELECT code, id FROM station ORDER BY name DESC"))


@pytest.fixture
def editor(database: Database, client: FlaskClient) -> str:
    people.account(database, "editor", Role.EDITOR, areas=("340603",))
    people.signed_in(client, "editor")
    return "editor"


def latest_revision(database: Database) -> int:
    return int(value(database, "SELECT max(id) FROM revision"))


def plan_of(page: str) -> str:
    found = re.search(r'name="plan" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def revert(client: FlaskClient, address: str, **fields: object):  # type: ignore[no-untyped-def]
    plan = plan_of(client.get(address).text)
    return people.send(client, f"{address}/revert", form=address, **({"plan": plan} | fields))


def flat(page: str) -> str:
    """What a reader sees, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_stations_history_tells_each_change_in_words(
    client: FlaskClient, database: Database, codes: dict[str, int], editor: str
) -> None:
    code, number = next(iter(codes.items()))
    edit(
        database,
        {
            number: {
                "opening_hours": "Mo-Fr 08:30-17:30",
                "seats": 4,
                "registration_required": False,
                "access_method": "qr_code",
                "lon": FIRST[0] + 0.01,
                "amenities": {"wifi": {"state": "broken", "note": "修"}, "aed": {"state": "yes"}},
                "hours_exceptions": [
                    {
                        "first_day": "2027-02-05",
                        "last_day": "2027-02-12",
                        "opening_hours": "off",
                        "reason": "春节",
                    }
                ],
            }
        },
    )
    page = client.get(f"/admin/stations/{code}/history")
    told = flat(page.text)
    assert page.status_code == 200
    for words in (
        "开放时间 原来 不清楚 → 改成 周一至周五 08:30–17:30",
        "座位 原来 不清楚 → 改成 4",
        "要登记 原来 不清楚 → 改成 不用登记",
        "怎么进 原来 不清楚 → 改成 扫码开门",
        "设施 · 无线网络 原来 有 → 改成 坏了，修",
        "设施 · AED 原来 不清楚 → 改成 有",
        "特别日子 原来 没有 → 改成 2027-02-05 至 2027-02-12 不开门（春节）",
        f"移了 {distance_m(*FIRST, FIRST[0] + 0.01, FIRST[1]):.0f} 米",
        "王 · 网页",
        "新建",
        "登记员 · 导入台账 ：台账.xlsx",
    ):
        assert words.replace(" ", "") in told.replace(" ", ""), words
    moves = re.search(r"data-moves=\"([^\"]+)\"", page.text)
    assert moves is not None
    [[*places, label]] = json.loads(unescape(moves[1]))
    assert places == [FIRST[0], FIRST[1], round(FIRST[0] + 0.01, 6), FIRST[1]]
    assert label == 1


def test_histories_are_read_a_page_at_a_time(
    client: FlaskClient,
    database: Database,
    codes: dict[str, int],
    editor: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(history, "AT_A_TIME", 2)
    code, number = next(iter(codes.items()))
    for seats in range(1, 4):
        edit(database, {number: {"seats": seats}})
    for address in (f"/admin/stations/{code}/history", f"{HISTORY}?actor=王&set="):
        first = client.get(address).text
        assert ("→ 改成 3" in flat(first), "→ 改成 1 " in flat(first)) == (True, False)
        more = re.search(r'href="([^"]+before=[^"]+)"', first)
        assert more is not None
        second = client.get(unescape(more[1]))
        assert "→ 改成 1" in flat(second.text)
        assert "→ 改成 3" not in flat(second.text)
        assert "before=" not in second.text
    for bad in ("", "x", "-1", "0", "9" * 40, "１"):
        assert client.get(f"{HISTORY}?before={bad}").status_code == 404


def test_all_changes_are_filtered(
    client: FlaskClient, database: Database, codes: dict[str, int]
) -> None:
    people.account(database, "boss")
    people.signed_in(client, "boss")
    first, second = codes.values()
    number = edit(database, {first: {"seats": 1}})
    edit(database, {second: {"brand": "某牌"}})
    run = value(database, "SELECT id FROM import_run")
    assert "某牌" in client.get(HISTORY).text
    for query, there, absent in (
        (f"set={number}", "座位", "某牌"),
        (f"run={run}", "新建", "某牌"),
        ("origin=import", "新建", "某牌"),
        ("origin=form&actor=王", "某牌", "新建"),
        ("actor=nobody", "没有这样的改动", "某牌"),
        ("since=2099-01-01", "没有这样的改动", "某牌"),
        ("since=2020-01-01&until=2099-01-01", "某牌", "没有这样"),
    ):
        page = client.get(f"{HISTORY}?{query}").text
        shown = page[page.index("</details>") :]
        assert there in shown, query
        assert absent not in shown, query
    for query, words in (
        ("origin=magic", "请从列表里选"),
        ("since=yesterday", "请写日期"),
        ("until=0001-01-01", "请写日期"),
        ("set=one", "请写编号"),
        ("run=" + "9" * 30, "请写编号"),
        ("actor=" + "x" * 101, "最多 100 个字"),
        ("actor=%00", "最多 100 个字"),
    ):
        answer = client.get(f"{HISTORY}?{query}")
        assert answer.status_code == 400, query
        assert words in answer.text, query


def test_one_change_is_taken_back_and_that_again(
    client: FlaskClient, database: Database, codes: dict[str, int], editor: str
) -> None:
    number = next(iter(codes.values()))
    edit(database, {number: {"seats": 9}})
    address = f"{HISTORY}/revisions/{latest_revision(database)}"
    assert "改成 9" in flat(client.get(address).text)
    answer = revert(client, address, reason=" 弄错了 ")
    assert answer.status_code == 303
    assert value(database, "SELECT seats FROM station WHERE id = %s", number) is None
    done = client.get(answer.location)
    assert "撤销好了" in done.text
    assert "弄错了" in done.text
    assert "editor 在" in flat(client.get(address).text)
    assert "没有可以撤销" not in client.get(answer.location).text
    again = revert(client, answer.location.partition("?")[0])
    assert again.status_code == 303
    assert value(database, "SELECT seats FROM station WHERE id = %s", number) == 9


def test_what_stands_in_the_way_is_shown_and_can_be_overruled(
    client: FlaskClient, database: Database, codes: dict[str, int], editor: str
) -> None:
    number = next(iter(codes.values()))
    edit(database, {number: {"seats": 9, "brand": "某牌", "amenities": {}}})
    address = f"{HISTORY}/revisions/{latest_revision(database)}"
    edit(database, {number: {"seats": 10, "amenities": {"wifi": {"state": "broken"}}}})
    told = flat(client.get(address).text)
    assert "座位：后来又改过，现在是 10。还是改回去" in told
    assert "设施 · 无线网络：后来又改过，现在是 无线网络 坏了" in told
    assert "后来还改过这些" in told
    answer = revert(client, address, anyway=["seats", "nonsense"])
    assert answer.status_code == 303
    query = "SELECT seats, brand, (SELECT state FROM station_amenity) FROM station WHERE id = %s"
    assert rows(database, query, number) == [(None, None, "broken")]


def test_a_station_that_changed_since_the_look_is_looked_at_again(
    client: FlaskClient, database: Database, codes: dict[str, int], editor: str
) -> None:
    number = next(iter(codes.values()))
    edit(database, {number: {"seats": 9}})
    address = f"{HISTORY}/revisions/{latest_revision(database)}"
    plan = plan_of(client.get(address).text)
    edit(database, {number: {"seats": 10}})
    answer = people.send(client, f"{address}/revert", form=address, plan=plan)
    assert answer.status_code == 409
    assert "请再看一次" in answer.text
    assert value(database, "SELECT seats FROM station WHERE id = %s", number) == 10
    long = people.send(client, f"{address}/revert", form=address, plan=plan, reason="字" * 501)
    assert long.status_code == 400
    assert "最多 500 个字" in long.text


def test_an_editor_takes_back_what_lies_in_the_area_and_no_more(
    client: FlaskClient, database: Database, codes: dict[str, int], editor: str
) -> None:
    number = edit(database, {one: {"seats": 9} for one in codes.values()})
    address = f"{HISTORY}/sets/{number}"
    page = client.get(address).text
    assert "1 个不动，不在你的范围里" in flat(page)
    assert "乙" not in page.partition("</header>")[2]
    assert revert(client, address).status_code == 303
    assert sorted(rows(database, "SELECT name, seats FROM station")) == [("乙", 9), ("甲", None)]


def test_an_import_is_taken_back_on_its_page(
    client: FlaskClient, database: Database, codes: dict[str, int]
) -> None:
    people.account(database, "boss")
    people.signed_in(client, "boss")
    run = value(database, "SELECT id FROM import_run")
    first = next(iter(codes.values()))
    edit(database, {first: {"seats": 1}})
    address = f"{HISTORY}/imports/{run}"
    told = flat(client.get(address).text)
    assert "1 个删除" in told
    assert "不动：后来又有人改过" in told
    answer = revert(client, address)
    assert answer.status_code == 303
    assert rows(database, "SELECT name FROM station") == [("甲",)]
    # A station that is gone is still told of, and can be brought back from there.
    page = client.get(answer.location).text
    assert "已删除" in page
    assert revert(client, answer.location.partition("?")[0]).status_code == 303
    assert value(database, "SELECT count(*) FROM station") == 2


def test_more_than_a_page_may_do_is_for_the_command_line(
    client: FlaskClient,
    database: Database,
    codes: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people.account(database, "boss")
    people.signed_in(client, "boss")
    number = edit(database, {one: {"seats": 9} for one in codes.values()})
    address = f"{HISTORY}/sets/{number}"
    plan = plan_of(client.get(address).text)
    for room in ("reverting", "plans"):
        monkeypatch.setattr(f"station_map.web.admin.{room}.AT_MOST", 1)
    assert f"station-map history revert --set {number}" in client.get(address).text
    sent = people.send(client, f"{address}/revert", form="/admin/account", plan=plan)
    assert sent.status_code == 409
    assert value(database, "SELECT count(*) FROM station WHERE seats = 9") == 2


def test_a_merge_is_not_undone_here(
    client: FlaskClient, database: Database, codes: dict[str, int]
) -> None:
    people.account(database, "boss")
    people.signed_in(client, "boss")
    number = edit(database, {next(iter(codes.values())): {"seats": 9}}, kind="merge")
    assert "合并要在合并的页面撤销" in client.get(f"{HISTORY}/sets/{number}").text
    sent = people.send(client, f"{HISTORY}/sets/{number}/revert", form="/admin/account", plan="x")
    assert sent.status_code == 409
    assert value(database, "SELECT count(*) FROM station WHERE seats = 9") == 1


def test_nobody_reads_or_takes_back_what_is_not_theirs(
    client: FlaskClient, other: FlaskClient, database: Database, codes: dict[str, int]
) -> None:
    """Two keepers of one station each, and an editor of another area."""
    mine, theirs = codes
    people.account(database, "keeper", Role.KEEPER, stations=(mine,))
    people.account(database, "stranger", Role.EDITOR, areas=("340602",))
    number = edit(database, {codes[theirs]: {"seats": 9}})
    revision = latest_revision(database)
    people.signed_in(client, "keeper")
    people.signed_in(other, "stranger")
    assert client.get(f"/admin/stations/{mine}/history").status_code == 200
    for browser in (client, other):
        for address in (
            f"/admin/stations/{theirs}/history",
            f"{HISTORY}/revisions/{revision}",
            f"{HISTORY}/sets/{number}",
        ):
            assert browser.get(address).status_code == 403, address
        assert "乙" not in browser.get(HISTORY).text
    for address in (f"{HISTORY}/revisions/{revision}", f"{HISTORY}/sets/{number}"):
        for browser in (client, other):
            sent = people.send(browser, f"{address}/revert", form="/admin/account", plan="x")
            assert sent.status_code == 403, address
    assert value(database, "SELECT seats FROM station WHERE id = %s", codes[theirs]) == 9
    # A keeper reads, but takes nothing back: not even at the own station.
    edit(database, {codes[mine]: {"seats": 5}})
    own = f"{HISTORY}/revisions/{latest_revision(database)}"
    assert "撤销这次改动" not in client.get(own).text
    sent = people.send(client, f"{own}/revert", form="/admin/account", plan="x")
    assert sent.status_code == 403


def test_a_planner_reads_all_but_keepers_telephones(
    client: FlaskClient, other: FlaskClient, database: Database, codes: dict[str, int]
) -> None:
    code, number = next(iter(codes.items()))
    edit(database, {number: {"phone": "13912345678"}})
    people.account(database, "planner", Role.PLANNER)
    people.account(database, "boss")
    people.signed_in(client, "planner")
    people.signed_in(other, "boss")
    for address in (
        f"/admin/stations/{code}/history",
        HISTORY,
        f"{HISTORY}/revisions/{latest_revision(database)}",
    ):
        page = client.get(address).text
        assert "13912345678" not in page, address
        assert "（不能看）" in page, address
        assert "13912345678" in other.get(address).text


@pytest.mark.parametrize("name", [one for one in HOSTILE_NAMES if len(one) < 100])
def test_hostile_words_are_words(client: FlaskClient, database: Database, name: str) -> None:
    merge(database, station("甲"))
    [(number, code)] = rows(database, "SELECT id, code FROM station")
    fields = {"name": name, "address": name, "aliases": [name], "brand": name}
    made = edit(database, {number: {**fields, "lon": 116.9}})
    people.account(database, "boss")
    people.signed_in(client, "boss")
    take_back(database, "change_set", made, reason=name)
    for address in (
        f"/admin/stations/{code}/history",
        HISTORY,
        f"{HISTORY}/sets/{made}",
        f"{HISTORY}/revisions/{latest_revision(database)}",
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert escape(name, quote=False) in page.text.replace("&#34;", '"').replace("&#39;", "'")
        assert "<script>alert" not in page.text
        assert ">49<" not in page.text


def test_the_riders_address_leads_to_the_page(client: FlaskClient, database: Database) -> None:
    answer = client.get("/stations/340603-00001/history")
    assert (answer.status_code, answer.location) == (303, "/admin/stations/340603-00001/history")
    for odd in ("%2F%2Fevil.example", "..", "%5C%5Cevil.example", "%0d%0aX-Odd:1"):
        led = client.get(f"/stations/{odd}/history")
        assert urlsplit(led.location or "").netloc in {"", "localhost"}, odd
        assert "X-Odd" not in led.headers
    people.account(database, "boss")
    people.signed_in(client, "boss")
    assert client.get("/admin/stations/340603-00001/history").status_code == 404
    assert client.get("/admin/stations/%00/history").status_code == 404
    for kind in ("revisions", "sets", "imports"):
        assert client.get(f"{HISTORY}/{kind}/{'9' * 30}").status_code == 404

"""Finding stations by what is written on them, by sound, by first letters, and nearly."""

from __future__ import annotations

import pytest

from station_map.domain.station import Station
from station_map.search.listing import ListQuery, list_stations
from station_map.search.text import Match
from station_map.store.database import Database
from tests.store.merging import merge, rows
from tests.web.stations import save

NAMES = {
    "相山区总工会驿站": "相山路1号",
    "淮海路邮政工会驿站": "淮海中路120号",
    "重庆路银行驿站": "重庆路3号",
    "濉溪县司机之家": "国道353",
    "人民公园户外劳动者驿站": "人民路8号",
}


@pytest.fixture
def named(database: Database) -> Database:
    save(database, [Station(name=n, lon=116.8, lat=33.95, address=a) for n, a in NAMES.items()])
    return database


def found(database: Database, text: str) -> tuple[Match | None, set[str]]:
    page = list_stations(database, ListQuery(text=text))
    names = dict(rows(database, "SELECT code, name FROM station"))
    assert page.number_matched == len(page.rows)
    return page.text_match, {names[row.code] for row in page.rows}


@pytest.mark.parametrize(
    ("text", "match", "name"),
    [
        ("淮海", Match.EXACT, "淮海路邮政工会驿站"),
        ("邮政 淮海", Match.EXACT, "淮海路邮政工会驿站"),
        ("淮海中路 120", Match.EXACT, "淮海路邮政工会驿站"),
        ("huaihai", Match.EXACT, "淮海路邮政工会驿站"),
        ("HuaiHaiLu", Match.EXACT, "淮海路邮政工会驿站"),
        ("hhlyz", Match.EXACT, "淮海路邮政工会驿站"),
        ("xsqzghyz", Match.EXACT, "相山区总工会驿站"),
        ("xszghyz", Match.SIMILAR, "相山区总工会驿站"),
        ("重庆", Match.EXACT, "重庆路银行驿站"),
        ("重", Match.EXACT, "重庆路银行驿站"),
        ("chongqinglu", Match.EXACT, "重庆路银行驿站"),
        ("从庆路", Match.SIMILAR, "重庆路银行驿站"),
        ("zhongqinglu", Match.SIMILAR, "重庆路银行驿站"),
        ("yinhang", Match.EXACT, "重庆路银行驿站"),
        ("怀海路", Match.SOUND, "淮海路邮政工会驿站"),
        ("淮海路油政", Match.SOUND, "淮海路邮政工会驿站"),
        ("淮孩路邮政驿站", Match.SIMILAR, "淮海路邮政工会驿站"),
        ("准海路邮政工会驿站", Match.SIMILAR, "淮海路邮政工会驿站"),
        ("人民公圆", Match.SOUND, "人民公园户外劳动者驿站"),
        ("renmingongyuam", Match.SIMILAR, "人民公园户外劳动者驿站"),
    ],
)
def test_the_station_is_found(named: Database, text: str, match: Match, name: str) -> None:
    assert found(named, text) == (match, {name})


@pytest.mark.parametrize("text", ["泉州", "xyzzy", "9999", "！？", "%", "淮海路 泉州"])
def test_nothing_is_made_up(named: Database, text: str) -> None:
    assert found(named, text) == (Match.EXACT, set())


def test_the_common_part_finds_all(named: Database) -> None:
    match, names = found(named, "驿站")
    assert match is Match.EXACT
    assert names == {name for name in NAMES if "驿站" in name}


def test_a_new_name_is_found_and_the_old_alias_too(named: Database) -> None:
    code = list_stations(named, ListQuery(text="濉溪县司机之家")).rows[0].code
    merge(named, Station(code=code, name="百善镇货车之家", lon=116.8, lat=33.95))
    assert found(named, "baishanzhen") == (Match.EXACT, {"百善镇货车之家"})
    assert found(named, "濉溪县司机")[1] == set()


def test_every_card_is_spelled(named: Database) -> None:
    assert rows(
        named,
        "SELECT count(*) FROM station_card LEFT JOIN station_words w USING (station_id)"
        " WHERE w.words IS NULL OR w.words = ''",
    ) == [(0,)]


def test_pages_of_a_near_find_go_on(named: Database) -> None:
    save(named, [Station(name=f"长江路{n}号驿站", lon=116.8, lat=33.95) for n in range(5)])
    first = list_stations(named, ListQuery(text="常江路", limit=3))
    second = list_stations(named, ListQuery(text="常江路", limit=3, cursor=first.next_cursor))
    assert (first.text_match, first.number_matched) == (Match.SOUND, 5)
    assert len({row.code for row in (*first.rows, *second.rows)}) == 5
    assert second.next_cursor is None

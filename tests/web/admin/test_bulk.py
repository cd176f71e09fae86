"""One change for many, as pages: chosen, looked at, done as looked at, taken back by one button."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import HostType, Kind, Status
from station_map.store.database import Database
from tests.store.merging import merge, rows, station, value
from tests.store.test_change_sets import documents, edit
from tests.support import people
from tests.web.admin.test_history import FIRST, SECOND, flat, revert
from tests.web.stations import HOSTILE_NAMES

BULK = "/admin/bulk"
SPRING = {
    "change": "dated",
    "first_day": "2027-02-05",
    "last_day": "2027-02-12",
    "dated_hours": "9:00-16:00",
    "override_reason": "spring_festival",
}
BANKS = {"host_type": ["bank"]}


@pytest.fixture
def ids(database: Database) -> list[int]:
    """Two banks and a shop in 相山区, one bank in 濉溪县."""
    west = FIRST[0] - 0.05
    merge(
        database,
        station("甲", *FIRST, host_type=HostType.BANK, opening_hours="24/7"),
        station("乙", west, FIRST[1], host_type=HostType.BANK, brand="Ａ行"),
        station(
            "丙",
            FIRST[0] + 0.05,
            FIRST[1],
            host_type=HostType.SHOP,
            kind=Kind.PARTNER_STATION,
            status=Status.PLANNED,
            amenities={"wifi": AmenityFact("yes", note="密码在墙上")},
        ),
        station("丁", *SECOND, host_type=HostType.BANK),
    )
    return [number for (number,) in rows(database, "SELECT id FROM station ORDER BY id")]


@pytest.fixture
def editor(database: Database, client: FlaskClient) -> None:
    people.account(database, "editor", Role.EDITOR, areas=("340603",))
    people.signed_in(client, "editor")


@pytest.fixture
def boss(database: Database, client: FlaskClient) -> None:
    people.account(database, "boss")
    people.signed_in(client, "boss")


def post(client: FlaskClient, step: str, **fields: object):  # type: ignore[no-untyped-def]
    return people.send(client, f"{BULK}{step}", form=BULK, **fields)


def held_of(page: str) -> str:
    found = re.search(r'name="held" value="([^"]+)"', page)
    assert found, flat(page)
    return unescape(found[1])


def found_names(page: str) -> list[str]:
    part = page.partition('id="found"')[2].partition("</section>")[0]
    return re.findall(r"history\">([^<]+)</a>", part)


def test_spring_festival_for_all_banks_and_back(
    client: FlaskClient, database: Database, ids: list[int], editor: None
) -> None:
    before = documents(database)
    found = post(client, "", **BANKS)
    assert found.status_code == 200
    assert "选中 2 个" in flat(found.text)
    assert "还有 1 个也符合，但不在你的范围里" in flat(found.text)
    assert sorted(found_names(found.text)) == ["乙", "甲"]
    preview = post(client, "/preview", **BANKS, **SPRING)
    told = flat(preview.text)
    assert "要改 2 个驿站" in told
    assert told.count("改成 2027-02-05 至 2027-02-12 每天 09:00–16:00（春节）") == 3
    assert documents(database) == before  # a look changes nothing
    answer = post(client, "/apply", held=held_of(preview.text), reason="省里通知")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    for words in ("改好了", "省里通知", "设在 银行", "改了 2 个驿站"):
        assert words in flat(page), words
    changed = {code for code, one in documents(database).items() if one != before[code]}
    assert len(changed) == 2
    query = (
        "SELECT DISTINCT s.name, c.exceptions IS NOT NULL FROM station s"
        " JOIN station_card c ON c.station_id = s.id"
    )
    assert dict(rows(database, query)) == {"甲": True, "乙": True, "丙": False, "丁": False}
    # One button takes it all back.
    assert revert(client, answer.location.partition("?")[0]).status_code == 303
    assert documents(database) == before


@pytest.mark.parametrize(
    ("change", "statement"),
    [
        ({"change": "hours", "hours": "周一至周五 8:30-17:30"}, "opening_hours"),
        ({"change": "hours", "hours": "不清楚"}, "opening_hours"),
        (
            {
                "change": "status",
                "new_status": "suspended",
                "status_reason": "装修",
                "suspended_until": "2027-03-01",
            },
            "status || suspended_until || status_reason",
        ),
        (
            {"change": "amenity", "amenity_code": "wifi", "amenity_state": "broken"},
            "(SELECT state || coalesce(note, '') FROM station_amenity WHERE station_id = s.id)",
        ),
        (
            {"change": "amenity", "amenity_code": "wifi", "amenity_state": "unknown"},
            "(SELECT state FROM station_amenity WHERE station_id = s.id)",
        ),
    ],
    ids=str,
)
def test_each_kind_of_change(
    client: FlaskClient,
    database: Database,
    ids: list[int],
    boss: None,
    change: dict[str, str],
    statement: str,
) -> None:
    before = documents(database)
    preview = post(client, "/preview", area="340600", **change)
    assert preview.status_code == 200
    answer = post(client, "/apply", held=held_of(preview.text))
    assert answer.status_code == 303
    wanted = {
        "周一至周五 8:30-17:30": {"Mo-Fr 08:30-17:30"},
        "不清楚": {None},
        "suspended": {"suspended2027-03-01装修"},
        "broken": {"broken", "broken密码在墙上"},
        "unknown": {None},
    }
    given = change.get("hours") or change.get("new_status") or change["amenity_state"]
    query = f"SELECT DISTINCT {statement} FROM station s"
    assert {one for (one,) in rows(database, query)} == wanted[given]  # type: ignore[arg-type]
    revert(client, answer.location.partition("?")[0])
    assert documents(database) == before


@pytest.mark.parametrize(
    ("conditions", "names"),
    [
        ({"area": "340603"}, "乙丙甲"),
        ({"area": "340621"}, "丁"),
        ({"kind": ["partner_station"]}, "丙"),
        ({"host_type": ["shop", "bank"], "area": "340603"}, "乙丙甲"),
        ({"status": ["planned"]}, "丙"),
        ({"amenity": "wifi"}, "丙"),
        ({"brand": "别的"}, ""),
        ({"brand": " ａ行 "}, "乙"),
        ({"text": "jia"}, "甲"),
        ({"text": "甲"}, "甲"),
        ({"not_verified_days": "30", "host_type": ["shop"]}, "丙"),
        (
            {
                "polygon": json.dumps(
                    {
                        "type": "Polygon",
                        "coordinates": [
                            [[116.79, 33.9], [116.9, 33.9], [116.9, 34.0], [116.79, 34.0]]
                        ],
                    }
                )
            },
            "丙甲",
        ),
    ],
    ids=str,
)
def test_stations_are_chosen_by_each_condition(
    client: FlaskClient, ids: list[int], boss: None, conditions: dict[str, object], names: str
) -> None:
    answer = post(client, "", **conditions)
    assert sorted(found_names(answer.text)) == sorted(names)
    assert answer.status_code == (200 if names else 400)
    if not names:
        assert "没有你能改的驿站" in answer.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "请至少选一个条件"),
        ({"area": "999999"}, "没有这个地区"),
        ({"kind": ["castle"]}, "请从列表里选"),
        ({"amenity": "sauna"}, "请从列表里选"),
        ({"brand": "x" * 101}, "最多 100 个字"),
        ({"text": "a\x00b"}, "最多 100 个字"),
        ({"not_verified_days": "soon"}, "请写天数"),
        ({"not_verified_days": "٣"}, "请写天数"),
        ({"polygon": "{{7*7}}"}, "不是 GeoJSON"),
        (BANKS, "请选要改什么"),
        ({**BANKS, "change": "all"}, "请选要改什么"),
        ({**BANKS, **SPRING, "dated_hours": "随缘"}, "看不懂这个时间"),
        ({**BANKS, **SPRING, "last_day": "2026-01-01"}, "不行"),
        ({**BANKS, "change": "status", "new_status": "gone"}, "请选一个状态"),
        ({**BANKS, "change": "status", "new_status": "closed"}, "请写原因"),
        ({**BANKS, "change": "amenity", "amenity_code": "wifi"}, "请选：有"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_what_was_given_is_kept(
    client: FlaskClient,
    database: Database,
    ids: list[int],
    boss: None,
    fields: dict[str, object],
    words: str,
) -> None:
    answer = post(client, "/preview", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert "49" not in flat(answer.text).partition("一、选驿站")[2][:200]
    for given in fields.values():
        if isinstance(given, str) and given.isascii() and given not in {"castle", "all", "gone"}:
            assert given.replace("\x00", "") in unescape(answer.text).replace("\x00", "") or (
                given in {"999999", "sauna"}  # no option of a list
            )


def test_what_is_so_already_is_told_and_not_touched(
    client: FlaskClient, database: Database, ids: list[int], boss: None
) -> None:
    preview = post(client, "/preview", **BANKS, change="hours", hours="24小时")
    told = flat(preview.text)
    # 甲 is open around the clock, but nobody had written it down in these words.
    assert "要改 3 个驿站" in told
    post(client, "/apply", held=held_of(preview.text))
    again = flat(post(client, "/preview", **BANKS, change="hours", hours="24小时").text)
    assert "要改 0 个驿站" in again
    assert "不用改 3 个，已经是这样" in again
    assert "改这 0 个" not in again


def test_a_station_that_changed_since_the_look_is_left_and_told(
    client: FlaskClient, database: Database, ids: list[int], boss: None
) -> None:
    held = held_of(post(client, "/preview", **BANKS, **SPRING).text)
    edit(database, {ids[0]: {"seats": 3}})
    answer = post(client, "/apply", held=held)
    told = flat(client.get(answer.location).text)
    assert "改了 2 个驿站" in told
    assert "预览后有人改过，没动 1 个驿站" in told
    assert value(database, "SELECT count(*) FROM station_hours_exception") == 2
    # The same once more changes nothing, and says so.
    twice = post(client, "/apply", held=held)
    assert twice.status_code == 409
    assert "没有一个驿站要改" in twice.text


def test_a_preview_is_for_who_made_it_and_holds_for_a_while(
    client: FlaskClient,
    other: FlaskClient,
    database: Database,
    ids: list[int],
    boss: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people.account(database, "second")
    people.signed_in(other, "second")
    held = held_of(post(client, "/preview", **BANKS, **SPRING).text)
    for browser, told in ((other, held), (client, held[:-2]), (client, ""), (client, "x" * 9_000)):
        answer = post(browser, "/apply", held=told)
        assert answer.status_code == 400
        assert "请再看一次预览" in answer.text
    monkeypatch.setattr("station_map.web.admin.bulk._HELD_S", -1)
    assert post(client, "/apply", held=held).status_code == 400
    assert value(database, "SELECT count(*) FROM station_hours_exception") == 0


def test_rights_are_asked_again_when_it_is_done(
    client: FlaskClient, database: Database, ids: list[int], editor: None
) -> None:
    """The station was moved into another district after the look, at the same version."""
    held = held_of(post(client, "/preview", **BANKS, **SPRING).text)
    people.execute(database, "UPDATE station SET adcode = '340602' WHERE id = %s", ids[0])
    answer = post(client, "/apply", held=held)
    assert answer.status_code == 303
    assert "不在范围里，没动 1 个驿站" in flat(client.get(answer.location).text)
    query = "SELECT station_id FROM station_hours_exception"
    assert rows(database, query) == [(ids[1],)]


def test_no_more_than_the_limit(
    client: FlaskClient, ids: list[int], boss: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("station_map.web.admin.bulk.AT_MOST", 2)
    for step in ("", "/preview"):
        answer = post(client, step, **BANKS, **SPRING)
        assert answer.status_code == 400
        assert "一次最多改 2 个" in answer.text


def test_five_thousand_fit_into_a_form() -> None:
    """Ids and versions of as many stations as one action may change, within the bound."""
    from itsdangerous import URLSafeTimedSerializer

    from station_map.domain.bulk_change import AT_MOST
    from station_map.web.admin.bulk import _HELD_BYTES

    told = {
        "ids": [10_000_000 + 37 * n for n in range(AT_MOST)],
        "versions": [n * n % 999 for n in range(AT_MOST)],
        "polygon": "9" * 9_000,
    }
    assert len(URLSafeTimedSerializer("key").dumps(told)) < _HELD_BYTES - 20_000


@pytest.mark.parametrize("name", [one for one in HOSTILE_NAMES if len(one) < 100])
def test_hostile_words_are_words(
    client: FlaskClient, database: Database, boss: None, name: str
) -> None:
    merge(database, station(name, host_type=HostType.BANK, brand=name))
    chosen = post(client, "", **BANKS)
    preview = post(client, "/preview", **BANKS, **SPRING, note="{{7*7}}</script>")
    for page in (chosen, preview):
        assert page.status_code == 200
        assert name.split(maxsplit=1)[0] in unescape(page.text)
        assert "<script>alert" not in page.text
    assert "（春节：{{7*7}}</script>）" in unescape(preview.text)
    answer = post(client, "/apply", held=held_of(preview.text))
    done = client.get(answer.location)
    assert "</script>）" not in done.text
    assert "春节：{{7*7}}" in done.text


def test_a_keeper_does_not_do_many_at_once(client: FlaskClient, database: Database) -> None:
    merge(database, station("甲"))
    [(code,)] = rows(database, "SELECT code FROM station")
    people.account(database, "keeper", Role.KEEPER, stations=(code,))
    people.signed_in(client, "keeper")
    assert client.get(BULK).status_code == 403
    sent = people.send(client, f"{BULK}/apply", form="/admin/account", held="x")
    assert sent.status_code == 403
    assert "批量修改" not in client.get("/admin").text

"""Rounds by HTTP: pages without a script, answers for one, and what a phone may keep."""

from __future__ import annotations

import datetime as dt
import json
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.store.database import Database
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

JSON = {"Accept": "application/json"}


def token(client: FlaskClient) -> str:
    told: str = client.get("/admin/round.json").get_json()["token"]
    return told


def answer(client: FlaskClient, code: str, what: str = "right", **fields: str):  # type: ignore[no-untyped-def]
    told = {"id": str(uuid4()), "answer": what, "csrf_token": token(client), **fields}
    return client.post(f"/admin/round/{code}", data=told, headers=JSON)


def test_a_round_without_a_script(
    database: Database, keeper: FlaskClient, codes: list[str]
) -> None:
    page = keeper.get("/admin/round").text
    assert "今天 0 / 1" in page
    assert "甲站" in page
    assert "乙站" not in page
    screen = keeper.get(f"/admin/round/{codes[0]}").text
    assert AMENITY_BY_CODE["microwave"].zh in screen
    assert "还有 1 件骑手反映没处理" in screen
    number = screen.partition('name="id" value="')[2][:36]
    done = people.send(
        keeper, f"/admin/round/{codes[0]}", form="/admin/account", id=number, answer="right"
    )
    assert (done.status_code, done.location) == (303, "/admin/round?done=1")
    assert "今天 1 / 1" in keeper.get("/admin/round").text
    assert (
        value(database, "SELECT verified_by FROM station WHERE code = %s", codes[0]) == "站点自报"
    )


def test_anothers_station_is_refused(
    database: Database, keeper: FlaskClient, codes: list[str]
) -> None:
    assert keeper.get(f"/admin/round/{codes[1]}").status_code == 403
    assert answer(keeper, codes[1]).status_code == 403
    assert answer(keeper, codes[1], "gone").status_code == 403
    assert value(database, "SELECT count(*) FROM round_answer") == 0
    told = keeper.get("/admin/round.json").get_json()
    assert [one["code"] for one in told["stations"]] == [codes[0]]


def test_an_answer_sent_twice_counts_once(
    database: Database, boss: FlaskClient, codes: list[str]
) -> None:
    number = str(uuid4())
    first = answer(boss, codes[0], "gone", id=number, note="搬走了").get_json()
    again = answer(boss, codes[0], "gone", id=number, note="搬走了").get_json()
    assert first == {"new": True, "done": 1, "due": 1, "next": codes[1]}
    assert again == {**first, "new": False}
    assert answer(boss, codes[1], "gone", id=number).status_code == 400
    assert rows(database, "SELECT step, note FROM case_event") == [("opened", "搬走了")]


def test_an_answer_without_a_session_or_token_is_not_taken(
    database: Database, client: FlaskClient, keeper: FlaskClient, codes: list[str]
) -> None:
    told = {"id": str(uuid4()), "answer": "right", "csrf_token": token(keeper)}
    sent = client.post(f"/admin/round/{codes[0]}", data=told, headers=JSON)
    assert sent.status_code == 303
    assert sent.location.startswith("/admin/login")
    untold = {**told, "csrf_token": ""}
    assert keeper.post(f"/admin/round/{codes[0]}", data=untold).status_code == 403
    assert value(database, "SELECT count(*) FROM round_answer") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"answer": "maybe"},
        {"note": "长" * 501},
        {"seen_at": "yesterday"},
        {"seen_at": "2020-01-01T00:00:00+00:00"},
        {"seen_at": "2026-11-22T00:00:00"},
        {"seen_at": (dt.datetime.now(dt.UTC) + dt.timedelta(days=2)).isoformat()},
    ],
)
def test_a_wrong_answer_is_refused_in_words(
    database: Database, boss: FlaskClient, codes: list[str], wrong: dict[str, str]
) -> None:
    refused = answer(boss, codes[0], **wrong)
    assert refused.status_code == 400
    (field,) = wrong
    assert refused.get_json()["trouble"][field].endswith("。")
    fields = {"id": str(uuid4()), "answer": "right", **wrong}
    shown = people.send(boss, f"/admin/round/{codes[0]}", form="/admin/account", **fields)
    assert shown.status_code == 400
    assert 'role="alert"' in shown.text
    assert value(database, "SELECT count(*) FROM round_answer") == 0


def test_what_a_phone_keeps_holds_no_contact(
    database: Database, boss: FlaskClient, client: FlaskClient
) -> None:
    name = HOSTILE_NAMES[0]
    save(database, [station(name, phone="0561-3100000", operator="某单位", note="内部备注")])
    answered = boss.get("/admin/round.json")
    assert answered.headers["Cache-Control"] == "no-store"
    text = json.dumps(answered.get_json(), ensure_ascii=False)
    assert "3100000" not in text
    assert "内部备注" not in text
    (told,) = answered.get_json()["stations"]
    assert told["name"] == name
    assert set(told) == {
        "code",
        "name",
        "district",
        "address",
        "age",
        "verified_at",
        "map",
        "lines",
        "cases",
    }
    assert client.get("/admin/round.json").status_code == 303


def test_a_district_is_told_once_and_unknown_is_said(database: Database, boss: FlaskClient) -> None:
    save(
        database,
        [
            station("甲站", address="淮北市相山区淮海路 1 号"),
            station("乙站", address="淮海路 2 号"),
            station("丙站", 118.0, 32.0),
        ],
    )
    stations = boss.get("/admin/round.json").get_json()["stations"]
    told = {one["name"]: one["district"] for one in stations}
    assert told == {"甲站": "", "乙站": "相山区", "丙站": "地区未知"}


def test_the_kept_page_names_nobody_and_carries_no_token(
    boss: FlaskClient, codes: list[str]
) -> None:
    page = boss.get("/admin/round.html").text
    assert "csrf" not in page
    assert "boss" not in page
    assert "帐号管理" not in page
    assert not any(code in page for code in codes)


def test_the_worker_may_fetch_from_here_only(boss: FlaskClient, client: FlaskClient) -> None:
    worker = boss.get("/admin/round.js")
    assert worker.mimetype == "text/javascript"
    assert worker.text.startswith("self.ROUND={")
    assert worker.headers["Content-Security-Policy"] == (
        "default-src 'none'; connect-src 'self'; script-src 'self'"
    )
    assert worker.text == boss.get("/admin/round.js").text
    assert client.get("/admin/round.js").status_code == 303


@pytest.mark.parametrize("code", ["none", "%00", "a" * 300])
def test_an_unknown_station_is_not_found(boss: FlaskClient, code: str) -> None:
    assert boss.get(f"/admin/round/{code}").status_code == 404
    assert answer(boss, code).status_code == 404

"""Every subject's form: what it shows comes back unchanged, what is changed is stored."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient

from station_map.domain.editing.subjects import Subject
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import (
    AMENITIES,
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.store.database import Database
from station_map.store.edits import snapshot
from tests.store.merging import value
from tests.web.admin.stations.conftest import Keeper, wrong
from tests.web.stations import HOSTILE_NAMES, save, station

FULL = {
    "aliases": ("老名字", "南门站"),
    "kind": Kind.DRIVER_HOME,
    "brand": "暖心",
    "host_type": HostType.BANK,
    "builder_type": BuilderType.JOINT_BUILT,
    "operator": "相山区总工会",
    "phone": "0561-3021234",
    "source_lon": 116.804,
    "source_lat": 33.955,
    "source_datum": Datum.GCJ02,
    "position_source": "台账",
    "position_precision_m": 12.5,
    "address": "淮海路 1 号",
    "landmark": "加油站对面",
    "floor": "1层",
    "entrance_note": "走西门",
    "road_ref": "G353",
    "road_direction": "往徐州",
    "road_stake": "K2112+400",
    "seats": 12,
    "area_m2": 35.5,
    "audience": Audience.OUTDOOR_WORKERS,
    "access_method": AccessMethod.QR_CODE,
    "registration_required": False,
    "price": "免费",
    "rules": "不吸烟\n随手关门",
    "opening_hours": "Mo-Fr 08:30-17:30; PH off",
    "hours_text": "周一至周五8:30-17:30，节假日休息",
    "staffed_hours": "Mo-Fr 09:00-17:00",
    "hours_source": "门牌",
    "status": Status.OPEN,
    "service_level": ServiceLevel.SMART,
    "honours": (Honour.MODEL, Honour.AAAA),
    "amenities": {
        "hot_water": AmenityFact("yes", quantity=2, note="自带杯子", fee="免费"),
        "toilet": AmenityFact("broken"),
    },
    "bays_total": 20,
    "bays_free": 3,
    "max_height_m": 4.5,
    "max_length_m": 18.0,
    "parking_paid": True,
    "security_level": "有围栏",
    "source": "市总台账",
    "source_id": "17",
    "source_date": dt.date(2026, 3, 31),
    "note": "两行\n备注",
    "last_inspected_on": dt.date(2026, 9, 1),
}


def full(**more: object):  # type: ignore[no-untyped-def]
    return station("淮海路邮政工会驿站", **(FULL | more))


def stored(database: Database, code: str) -> dict[str, object]:
    return snapshot(database, code).document


@pytest.mark.parametrize("subject", Subject)
@pytest.mark.parametrize("facts", [FULL, {}], ids=["full", "bare"])
def test_what_is_shown_and_sent_back_changes_nothing(
    keeper: Keeper, database: Database, subject: Subject, facts: dict[str, object]
) -> None:
    [code] = save(database, [station("淮海路邮政工会驿站", **facts)])
    before = snapshot(database, code)
    answer = keeper.save(code, subject)
    assert (answer.status_code, answer.location) == (
        303,
        f"/admin/stations/{code}?done=same#{subject}",
    )
    assert snapshot(database, code) == before


@pytest.mark.parametrize(
    ("subject", "control", "typed", "expected"),
    [
        ("name", "name", "淮海路  工会驿站", "淮海路 工会驿站"),
        ("name", "aliases", "甲\r\n乙、丙", ["甲", "乙", "丙"]),
        ("name", "kind", "partner_station", "partner_station"),
        ("name", "service_level", "", None),
        ("name", "brand", "暖暖", "暖暖"),
        ("name", "host_type", "post", "post"),
        ("name", "builder_type", "self_built", "self_built"),
        ("name", "operator", "", None),
        ("name", "phone", "0561-1", "0561-1"),
        ("name", "honours", ["AAAAA", "model"], ["AAAAA", "model"]),
        ("name", "honours", [], []),
        ("place", "address", "{{7*7}}", "{{7*7}}"),
        ("place", "position_precision_m", "约8米", 8),
        ("place", "road_stake", "K1+2", "K1+2"),
        ("door", "access_method", "", None),
        ("door", "registration_required", "yes", True),
        ("door", "registration_required", "", None),
        ("door", "audience", "everyone", "everyone"),
        ("door", "seats", "１０个", 10),
        ("door", "area_m2", "", None),
        ("door", "rules", "一\r\n二", "一\n二"),
        ("hours", "opening_hours", "Mo-Su 8:00-20:00", "Mo-Su 08:00-20:00"),
        ("hours", "opening_hours", "每天8:00-20:00", "Mo-Su 08:00-20:00"),
        ("hours", "opening_hours", "", None),
        ("hours", "staffed_hours", "周一至周五9:00-12:00", "Mo-Fr 09:00-12:00"),
        ("hours", "hours_source", "电话问的", "电话问的"),
        ("status", "status", "closed", "closed"),
        ("truck", "bays_total", "21", 21),
        ("truck", "max_height_m", "4.2米", 4.2),
        ("truck", "parking_paid", "no", False),
        ("source", "source_date", "2026年4月1日", "2026-04-01"),
        ("source", "note", "", None),
        ("source", "last_inspected_on", "20261102", "2026-11-02"),
    ],
)
def test_a_change_is_stored_and_nothing_else(  # type: ignore[no-untyped-def]
    keeper: Keeper, database: Database, subject, control, typed, expected
) -> None:
    [code] = save(database, [full()])
    before = stored(database, code)
    answer = keeper.save(code, subject, **{control: typed})
    assert answer.status_code == 303, wrong(answer.text)
    after = stored(database, code)
    assert after[control] == expected
    follows = {"hours": {"hours_text", "hours_verified_at"}, "truck": {"bays_at"}}
    others = {control, *follows.get(subject, ())}
    assert {k: v for k, v in after.items() if k not in others} == {
        k: v for k, v in before.items() if k not in others
    }
    assert value(database, "SELECT version FROM station") == 2
    assert value(database, "SELECT actor || origin FROM revision WHERE action = 'updated'") == (
        "admin-oneform"
    )


@pytest.mark.parametrize(
    ("subject", "control", "typed", "words"),
    [
        ("name", "name", "  ", "没有驿站名称"),
        ("name", "name", "长" * 201, "最多 200 个字"),
        ("name", "kind", "castle", "请选一个"),
        ("name", "kind", "", "请选一个"),
        ("name", "honours", ["castle"], "请选一个"),
        ("place", "position_precision_m", "很准", "不是可用的数字，比如 10"),
        ("door", "seats", "-1", "不是可用的数字，比如 12"),
        ("door", "seats", "2.5", "不是可用的数字"),
        ("door", "registration_required", "maybe", "请选一个"),
        ("hours", "opening_hours", "同银行营业时间", "要看别处"),
        ("hours", "opening_hours", "Mo-Fr 25:00-99:00", "看不懂"),
        ("hours", "opening_hours", "Mo-Fr sunrise-sunset", "算不出"),
        ("hours", "staffed_hours", "看情况", "可以这样写"),
        ("status", "status", "gone", "请选一个"),
        ("status", "suspended_until", "2099-01-01", "只有暂停的驿站"),
        ("status", "suspended_until", "下周", "不是可用的日期，比如 2026-12-31"),
        ("truck", "max_height_m", "高", "不是可用的数字，比如 4.5"),
        ("source", "source_date", "13月", "不是可用的日期"),
        ("place", "reason", "因" * 501, "最多 500 个字"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_stored(  # type: ignore[no-untyped-def]
    keeper: Keeper, database: Database, subject, control, typed, words
) -> None:
    [code] = save(database, [full()])
    before = snapshot(database, code)
    answer = keeper.save(code, subject, **{control: typed})
    assert answer.status_code == 400
    assert words in wrong(answer.text)[control]
    assert 'role="alert"' in answer.text
    assert snapshot(database, code) == before


def test_everything_typed_is_still_there_when_one_thing_is_wrong(
    keeper: Keeper, database: Database
) -> None:
    [code] = save(database, [full()])
    answer = keeper.save(code, "door", seats="很多", price="两元", reason="问过了")
    from tests.web.admin.stations.conftest import form_of

    values = form_of(answer.text).values
    assert (values["seats"], values["price"], values["reason"]) == (["很多"], ["两元"], ["问过了"])


def test_a_suspension_has_a_day_of_return_and_loses_it_when_it_ends(
    keeper: Keeper, database: Database
) -> None:
    [code] = save(database, [full()])
    answer = keeper.save(
        code, "status", status="suspended", suspended_until="2099-01-01", status_reason="装修"
    )
    assert answer.status_code == 303
    told = stored(database, code)
    assert (told["suspended_until"], told["status_reason"]) == ("2099-01-01", "装修")
    past = keeper.save(code, "status", suspended_until="2020-01-01")
    assert "已经过了" in wrong(past.text)["suspended_until"]
    keeper.save(code, "status", status="open")
    told = stored(database, code)
    assert (told["status"], told["suspended_until"], told["status_reason"]) == ("open", None, None)


def test_words_on_the_door_leave_with_the_hours_that_they_said(
    keeper: Keeper, database: Database
) -> None:
    [code] = save(database, [full(hours_verified_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))])
    keeper.save(code, "hours", opening_hours="Mo-Fr 09:00-17:00")
    told = stored(database, code)
    assert (told["hours_text"], told["hours_verified_at"]) == (None, None)
    keeper.save(code, "hours", opening_hours="每天8点到20点", hours_checked="yes")
    told = stored(database, code)
    assert (told["opening_hours"], told["hours_text"]) == ("Mo-Su 08:00-20:00", "每天8点到20点")
    assert told["hours_verified_at"] is not None
    keeper.save(code, "hours", opening_hours="Mo-Su 08:00-21:00", hours_text="照门牌")
    assert stored(database, code)["hours_text"] == "照门牌"


def test_an_amenity_has_five_states_and_what_else_is_known(
    keeper: Keeper, database: Database
) -> None:
    [code] = save(database, [full()])
    answer = keeper.save(
        code,
        "amenities",
        a__wifi="partial",
        a__wifi__note="{{7*7}} 只有一楼",
        a__hot_water="",
        a__toilet="no",
        a__microwave="yes",
        a__microwave__n="2台",
        a__microwave__fee="一元",
    )
    assert answer.status_code == 303, answer.text
    assert stored(database, code)["amenities"] == {
        "wifi": {"state": "partial", "note": "{{7*7}} 只有一楼"},
        "toilet": {"state": "no"},
        "microwave": {"state": "yes", "quantity": 2, "fee": "一元"},
    }
    assert '"microwave":"yes"' in value(database, "SELECT properties FROM station_card")
    bad = keeper.save(code, "amenities", a__aed="yes", a__aed__n="很多", a__wifi="sometimes")
    assert bad.status_code == 400
    assert "数量：“很多”不是可用的数字，写一个整数" in bad.text
    assert "请选：有、部分、坏了、没有、不清楚" in bad.text
    assert len(AMENITIES) == bad.text.count('class="switch"')


def test_hostile_words_are_words_on_every_page(
    keeper: Keeper, client: FlaskClient, database: Database
) -> None:
    names = [name for name in HOSTILE_NAMES if len(name) < 200]
    codes = save(database, [station(name, 116.7 + n / 50) for n, name in enumerate(names)])
    for code, name in zip(codes, names, strict=True):
        for address in (
            "/admin/stations?go=1",
            f"/admin/stations/{code}",
            f"/admin/stations/{code}/photos",
            *(f"/admin/stations/{code}/edit/{subject}" for subject in Subject),
        ):
            answer = client.get(address)
            assert answer.status_code == 200, (name, address)
            assert "49" not in answer.text.split("<h1>")[1].split("</h1>")[0]
            assert "<script>alert" not in answer.text
        answer = keeper.save(code, "door", rules=name + "\n二", price=name)
        assert answer.status_code == 303, name
        page = client.get(f"/admin/stations/{code}").text
        assert "<script>alert" not in page


def test_a_form_that_is_not_whole_erases_nothing(keeper: Keeper, database: Database) -> None:
    [code] = save(database, [full()])
    form = keeper.open(code, "door")
    for name in ("price", "rules", "access_method"):
        del form.values[name]
    assert keeper.send(form, seats="9").status_code == 303
    told = stored(database, code)
    assert (told["seats"], told["price"], told["access_method"]) == (9, "免费", "qr_code")
    for broken in (
        {"base": "{"},
        {"base": "[]"},
        {"base": "[" * 15_000},
        {"version": "x"},
        {"version": "9" * 30},
    ):
        assert keeper.send(keeper.open(code, "door"), **broken).status_code == 400


@pytest.mark.parametrize("code", ["none", "%00", "x" * 100, "..%2f..%2fetc"])
def test_no_such_station_and_no_such_subject(
    keeper: Keeper, client: FlaskClient, database: Database, code: str
) -> None:
    assert client.get(f"/admin/stations/{code}").status_code == 404
    assert client.get(f"/admin/stations/{code}/edit/name").status_code == 404
    [there] = save(database, [station("甲")])
    assert client.get(f"/admin/stations/{there}/edit/castle").status_code == 404

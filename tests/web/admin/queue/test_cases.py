"""Pages of cases: who sees which, what is asked for wrongly, what an answer does."""

from __future__ import annotations

import datetime as dt

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from station_map.domain.reports import ReportKind
from station_map.settings import Settings
from station_map.store import report_photos
from station_map.store.database import Database
from tests.store.merging import rows, value
from tests.store.queue_help import locked_by_two, tell
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

FORM = "/admin/account"
WRITES = [
    ("assign", {"to": ""}),
    ("answer", {"answer": "spam", "seen": "1"}),
    ("repair", {"what": "right", "seen": "1"}),
    ("repair", {"what": "close", "seen": "1"}),
    ("reopen", {}),
]


def send(client: FlaskClient, address: str, **fields: object):  # type: ignore[no-untyped-def]
    return people.send(client, address, form=FORM, **fields)


def card(database: Database, code: str) -> str:
    return str(value(database, "SELECT properties FROM station_card WHERE code = %s", code))


# ---- who ---------------------------------------------------------------------------------


def test_each_sees_only_what_it_may_handle(
    boss: FlaskClient, keeper: FlaskClient, editor: FlaskClient, codes: list[str]
) -> None:
    for client, seen, unseen in (
        (keeper, ["甲站"], ["乙站"]),
        (editor, ["乙站"], ["甲站"]),
        (boss, ["甲站", "乙站"], []),
    ):
        text = client.get("/admin/cases").text
        assert all(name in text for name in seen)
        assert not any(name in text for name in unseen)


@pytest.mark.parametrize("who", ["keeper", "editor"])
def test_anothers_case_is_refused_whatever_is_asked(
    request: pytest.FixtureRequest, database: Database, codes: list[str], who: str
) -> None:
    client: FlaskClient = request.getfixturevalue(who)
    other = 2 if who == "keeper" else 1
    for address in ("", "/spots.json", f"/photos/{'0' * 32}"):
        assert client.get(f"/admin/cases/{other}{address}").status_code == 403
    for what, fields in WRITES:
        assert send(client, f"/admin/cases/{other}/{what}", **fields).status_code == 403
    assert value(database, "SELECT count(*) FROM case_event") == 0
    assert value(database, "SELECT count(*) FROM report_case WHERE answer IS NULL") == 2
    assert client.get("/admin/cases?area=340602&state=all").text.count("/admin/cases/2") == (
        0 if who == "keeper" else 1
    )


def test_a_form_without_its_token_is_refused(database: Database, keeper: FlaskClient) -> None:
    for what, fields in WRITES:
        assert keeper.post(f"/admin/cases/1/{what}", data=fields).status_code == 403
    assert value(database, "SELECT count(*) FROM case_event") == 0


def test_a_keeper_takes_a_case_but_gives_it_to_nobody_else(
    database: Database, keeper: FlaskClient, boss: FlaskClient
) -> None:
    mine, other = (
        value(database, "SELECT id FROM account WHERE name = %s", name)
        for name in ("keeper-a", "boss")
    )
    assert "帐号管理" not in keeper.get("/admin/cases/1").text
    assert send(keeper, "/admin/cases/1/assign", to=other).status_code == 400
    assert send(keeper, "/admin/cases/1/assign", to=mine).status_code == 303
    assert "放回去" in keeper.get("/admin/cases/1").text
    assert "/admin/cases/1" in keeper.get("/admin/cases?whose=me").text
    assert send(boss, "/admin/cases/1/assign", to=other).status_code == 303
    assert value(database, "SELECT assigned_to FROM report_case WHERE id = 1") == other
    editor_like = 10**9
    assert send(boss, "/admin/cases/1/assign", to=editor_like).status_code == 400
    assert send(boss, "/admin/cases/1/assign", to="").status_code == 303
    assert value(database, "SELECT assigned_to FROM report_case WHERE id = 1") is None


# ---- answers -----------------------------------------------------------------------------


def test_the_riders_card_follows_an_answer(
    database: Database, client: FlaskClient, keeper: FlaskClient, codes: list[str]
) -> None:
    locked_by_two(database, codes[0])
    address = f"/stations/{codes[0]}"
    assert "有人反映锁门" in client.get(address).text
    page = keeper.get("/admin/cases/1").text
    assert "3 条反映" in page
    assert "敲了没人应" in page
    answer = send(keeper, "/admin/cases/1/repair", what="right", seen="3", note="锁修好了")
    assert answer.status_code == 303
    assert "骑手看到的已经跟着变" in keeper.get(answer.location).text
    assert "有人反映锁门" not in client.get(address).text
    assert value(database, "SELECT revision_id FROM report_case WHERE id = 1") == value(
        database, "SELECT max(id) FROM revision"
    )


def test_a_report_that_came_meanwhile_is_shown_before_answering(
    database: Database, keeper: FlaskClient, codes: list[str]
) -> None:
    tell(database, codes[0], note="刚刚又去，还是锁着")
    answer = send(keeper, "/admin/cases/1/answer", answer="not_so", seen="1")
    assert answer.status_code == 409
    assert "又来了一条反映" in answer.text
    assert "刚刚又去，还是锁着" in answer.text
    assert send(keeper, "/admin/cases/1/answer", answer="not_so", seen="2").status_code == 303
    assert send(keeper, "/admin/cases/1/answer", answer="not_so", seen="2").status_code == 409


def test_a_locked_door_is_suspended_until_a_day(
    database: Database, keeper: FlaskClient, client: FlaskClient, codes: list[str]
) -> None:
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=30)
    for wrong in ("yesterday", "2020-01-01", "9999-12-31"):
        answer = send(keeper, "/admin/cases/1/repair", what="suspend", until=wrong, seen="1")
        assert answer.status_code == 400
        assert "恢复的日子" in answer.text
    answer = send(
        keeper,
        "/admin/cases/1/repair",
        what="suspend",
        until=day.isoformat(),
        note="装修",
        seen="1",
    )
    assert answer.status_code == 303
    assert rows(
        database, "SELECT status, suspended_until FROM station WHERE code = %s", codes[0]
    ) == [("suspended", day)]
    assert "暂停" in client.get(f"/stations/{codes[0]}").text


def test_a_broken_amenity_shows_at_once(
    database: Database, boss: FlaskClient, client: FlaskClient, codes: list[str]
) -> None:
    tell(database, codes[0], ReportKind.BROKEN, amenity="microwave")
    assert send(boss, "/admin/cases/3/repair", what="broken", seen="1").status_code == 400
    nonsense = send(boss, "/admin/cases/3/repair", what="broken", seen="1", amenities="gold")
    assert nonsense.status_code == 400
    done = send(boss, "/admin/cases/3/repair", what="broken", seen="1", amenities="microwave")
    assert done.status_code == 303
    assert '"microwave":"broken"' in card(database, codes[0])


def test_an_answer_links_a_change_since(
    database: Database, boss: FlaskClient, codes: list[str]
) -> None:
    tell(database, codes[0], ReportKind.GONE)
    send(boss, "/admin/cases/3/repair", what="close", seen="1", note="搬走")
    fix = value(database, "SELECT max(id) FROM revision")
    page = boss.get("/admin/cases/1").text
    assert f'<option value="{fix}">' in page
    assert "改了状态、状态原因" in page
    for wrong in ("x", "999999"):
        answer = send(boss, "/admin/cases/1/answer", answer="fixed", seen="1", revision=wrong)
        assert answer.status_code == 400, answer.text
    done = send(boss, "/admin/cases/1/answer", answer="fixed", seen="1", revision=fix)
    assert done.status_code == 303
    assert "改了状态、状态原因" in boss.get("/admin/cases/1").text
    again = send(boss, "/admin/cases/1/reopen", note="又锁了")
    assert again.status_code == 303
    assert value(database, "SELECT answer FROM report_case WHERE id = 1") is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answer": "", "seen": "1"}, "请选一种答复"),
        ({"answer": "whatever", "seen": "1"}, "没有这个选项"),
        ({"answer": "spam", "seen": "1", "note": "长" * 501}, "最多 500 个字"),
        ({"answer": "spam", "seen": "-1"}, "整数"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    database: Database, keeper: FlaskClient, fields: dict[str, str], words: str
) -> None:
    answer = send(keeper, "/admin/cases/1/answer", **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert value(database, "SELECT answer FROM report_case WHERE id = 1") is None


# ---- what is shown -----------------------------------------------------------------------


def test_filters_are_read_and_wrong_ones_told(boss: FlaskClient, codes: list[str]) -> None:
    assert "共 2 件" in boss.get("/admin/cases").text
    assert "共 1 件" in boss.get("/admin/cases?area=340602").text
    assert "没有这样的反映" in boss.get("/admin/cases?kind=gone").text
    wrong = boss.get("/admin/cases?kind=nonsense&age=2")
    assert wrong.status_code == 400
    assert "没有这个选项" in wrong.text
    assert boss.get("/admin/cases?page=2").status_code == 404
    assert boss.get("/admin/cases?page=x").status_code == 200


def test_thirty_a_page(database: Database, boss: FlaskClient) -> None:
    made = save(database, [station(f"站{n}", 116.7 + n / 1000) for n in range(31)])
    for number, code in enumerate(made):
        tell(database, code, who=f"203.0.113.{number}")
    first, second = (boss.get(f"/admin/cases?page={page}&order=oldest").text for page in (1, 2))
    assert first.count("<strong>锁门</strong>") == 30
    assert second.count("<strong>锁门</strong>") == 1
    assert "order=oldest" in first


def test_a_photo_is_shown_to_who_handles_its_case(
    database: Database, boss: FlaskClient, keeper: FlaskClient, codes: list[str], app
) -> None:  # type: ignore[no-untyped-def]
    from station_map.web.runtime import runtime

    with app.app_context():
        settings: Settings = runtime().settings
    name = report_photos.keep(settings.data_dir, b"\xff\xd8 a picture")
    tell(database, codes[1], photo=name)
    address = f"/admin/cases/2/photos/{name}"
    assert address in boss.get("/admin/cases").text
    found = boss.get(address)
    assert (found.data, found.mimetype) == (b"\xff\xd8 a picture", "image/jpeg")
    assert found.headers["Cache-Control"] == "no-store"
    assert boss.get(f"/admin/cases/1/photos/{name}").status_code == 404  # of another case
    assert keeper.get(address).status_code == 403
    for wrong in ("0" * 32, "..%2f..%2fetc", "%00"):
        assert boss.get(f"/admin/cases/2/photos/{wrong}").status_code == 404
    report_photos.discard(settings.data_dir, name)
    assert boss.get(address).status_code == 404


def test_the_map_holds_the_station_and_who_reported(
    database: Database, boss: FlaskClient, codes: list[str]
) -> None:
    assert 'id="spots"' not in boss.get("/admin/cases/1").text
    tell(database, codes[0], position=(116.8, 33.957))
    assert 'data-url="/admin/cases/1/spots.json"' in boss.get("/admin/cases/1").text
    told = boss.get("/admin/cases/1/spots.json?crs=gcj02").get_json()
    station_, report = told["features"]
    assert station_["properties"] == {"name": "甲站", "look": "station"}
    assert report["geometry"]["coordinates"] != [116.8, 33.957]
    told = boss.get("/admin/cases/1/spots.json").get_json()
    assert told["features"][1]["geometry"]["coordinates"] == [116.8, 33.957]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_and_notes_are_text(database: Database, boss: FlaskClient, name: str) -> None:
    (code,) = save(database, [station(name, address=name)])
    tell(database, code, note=name[:500], position=(116.8, 33.957))
    for address in ("/admin/cases", "/admin/cases/1", "/admin/round", f"/admin/round/{code}"):
        text = boss.get(address).text
        assert "<script>alert" not in text
        assert str(escape(name)) in text
    assert boss.get("/admin/cases/1/spots.json").get_json()["features"][0]["properties"][
        "name"
    ] == (name)


@pytest.mark.parametrize("number", ["0", "999", str(2**63), "9" * 40])
def test_what_is_not_there_is_not_found(boss: FlaskClient, number: str) -> None:
    assert boss.get(f"/admin/cases/{number}").status_code == 404
    assert send(boss, f"/admin/cases/{number}/reopen").status_code == 404

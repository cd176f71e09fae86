"""Duplicates as pages: seen side by side, answered within one's rights, taken back."""

from __future__ import annotations

import re
from html import escape, unescape

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.station import AmenityFact
from station_map.store.database import Database
from tests.store.merging import LON, merge, rows, station, value
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

LIST = "/admin/duplicates"
SUIXI = (116.6, 33.75)
DISTRICT = "340603"


@pytest.fixture
def codes(database: Database) -> list[str]:
    """Two of 相山区 and two of 濉溪县, each two alike; their codes in that order."""
    merge(
        database,
        station("淮海路邮政工会驿站", phone="0561-3012345", address="淮海路 1 号"),
        station("怀海路邮政驿站", LON + 0.0002, seats=8, amenities={"wifi": AmenityFact("yes")}),
        station("濉溪银行驿站", *SUIXI, code="S-1"),
        station("濉溪银行站", SUIXI[0] + 0.0001, SUIXI[1], code="S-2"),
    )
    return [code for (code,) in rows(database, "SELECT code FROM station ORDER BY id")]


@pytest.fixture
def editor(database: Database, client: FlaskClient) -> FlaskClient:
    people.account(database, "editor", Role.EDITOR, areas=(DISTRICT,))
    return people.signed_in(client, "editor")


def flat(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def address(*codes: str) -> str:
    return f"{LIST}/{codes[0]}/{codes[1]}"


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def say(client: FlaskClient, codes: list[str], answer: str, /, **fields: object):  # type: ignore[no-untyped-def]
    form = address(*codes)
    told = {
        "answer": answer,
        "seen": hidden(client.get(form).text, "seen"),
        f"reason_{answer}": "去看过",
        "kept": "first",
    }
    return people.send(client, form, form=form, **(told | fields))


def test_the_list_says_why_a_pair_is_there(editor: FlaskClient, codes: list[str]) -> None:
    told = flat(editor.get(LIST).text)
    assert "共 1 对" in told
    assert "淮海路邮政工会驿站 ≈ 和 怀海路邮政驿站 名称同音 相距 18 米" in told
    assert "濉溪" not in told
    spots = editor.get(f"{LIST}.json").json
    assert len(spots["features"]) == 2
    assert {one["properties"]["href"] for one in spots["features"]} == {address(*codes)}
    assert editor.get(f"{LIST}?area=340621").status_code == 400


def test_both_stand_side_by_side_with_what_differs(editor: FlaskClient, codes: list[str]) -> None:
    page = editor.get(address(*codes))
    told = flat(page.text)
    assert "名称同音" in told
    assert "说法不一样的" in told
    assert "座位 甲 不清楚 乙 8" in told
    assert "设施 · 无线网络 甲 不清楚 乙 有" in told
    assert re.search(r'name="take:seats" value="second" checked', page.text)
    assert re.search(r'name="take:phone" value="first" checked', page.text)
    assert editor.get(address(*reversed(codes[:2]))).text.count("甲 " + codes[0])
    spots = editor.get(f"{address(*codes)}/spots.json").json
    assert [one["properties"]["look"] for one in spots["features"]] == ["first", "second"]


def test_merging_by_the_page_and_taking_it_back(
    editor: FlaskClient, codes: list[str], database: Database
) -> None:
    form = address(*codes)
    chosen = {
        unescape(name): side
        for name, side in re.findall(
            r'name="(take:[^"]+)" value="(first|second)" checked', editor.get(form).text
        )
    }
    answer = say(editor, codes, "merge", **chosen)
    assert answer.status_code == 303
    page = editor.get(answer.location)
    assert "合并好了" in flat(page.text)
    assert rows(database, "SELECT code, seats, phone FROM station WHERE code = %s", codes[0]) == [
        (codes[0], 8, "0561-3012345")
    ]
    old = editor.get(f"/admin/stations/{codes[1]}")
    assert (old.status_code, old.location) == (301, f"/admin/stations/{codes[0]}")
    assert old.headers["Cache-Control"] == "no-store"
    history = flat(editor.get(f"/admin/stations/{codes[0]}/history").text)
    assert "合并" in history
    assert "删除" in history  # of the one that went
    number = value(database, "SELECT max(id) FROM change_set")
    assert answer.location.partition("?")[0] in editor.get(f"/admin/history/sets/{number}").text
    assert "合并" in flat(editor.get(f"{LIST}/answers").text)
    where = answer.location.partition("?")[0]
    undone = people.send(
        editor, f"{where}/undo", form=where, plan=hidden(page.text, "plan"), reason="看错了"
    )
    assert undone.status_code == 303
    assert "撤销了：看错了" in flat(editor.get(where).text)
    assert value(database, "SELECT count(*) FROM station") == 4
    assert editor.get(address(*codes)).status_code == 200
    again = people.send(editor, f"{where}/undo", form=LIST, plan="", reason="")
    assert again.status_code == 409


@pytest.mark.parametrize("answer", ["one_door", "different"])
def test_the_other_answers_by_the_page(
    editor: FlaskClient, codes: list[str], database: Database, answer: str
) -> None:
    made = say(editor, codes, answer)
    assert made.status_code == 303
    assert "记下了" in flat(editor.get(made.location).text)
    assert "没有看起来重复的" in flat(editor.get(LIST).text)
    number = value(database, "SELECT id FROM duplicate_answer")
    assert f"{LIST}/answers/{number}" in editor.get(address(*codes)).text
    riders = flat(editor.get(f"/stations/{codes[0]}").text)
    assert ("同一个门里还有： 怀海路邮政驿站" in riders) == (answer == "one_door")
    where = f"{LIST}/answers/{number}"
    assert people.send(editor, f"{where}/undo", form=where, reason="").status_code == 303
    assert "共 1 对" in flat(editor.get(LIST).text)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason_merge": " "}, "请写为什么"),
        ({"reason_merge": "长" * 501}, "500"),
        ({"kept": "third"}, "请选留下哪一个编号"),
        ({"answer": "both"}, "请选一个回答"),
        ({"seen": "x"}, "请刷新再试"),
        ({"seen": "99999999999999999999 1"}, "请刷新再试"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    editor: FlaskClient,
    codes: list[str],
    database: Database,
    fields: dict[str, str],
    words: str,
) -> None:
    answer = say(editor, codes, "merge", **fields)
    assert answer.status_code == 400
    assert words in flat(answer.text)
    assert value(database, "SELECT count(*) FROM station") == 4


def test_what_was_changed_meanwhile_is_looked_at_again(
    editor: FlaskClient, codes: list[str], database: Database
) -> None:
    answer = say(editor, codes, "merge", seen="7 1", **{"take:seats": "first"})
    assert answer.status_code == 409
    assert "请再看一次" in flat(answer.text)
    assert re.search(r'name="take:seats" value="first" checked', answer.text)
    assert value(database, "SELECT count(*) FROM station") == 4


def test_an_editor_of_another_district_may_nothing(
    editor: FlaskClient, other: FlaskClient, codes: list[str], database: Database
) -> None:
    people.account(database, "neighbour", Role.EDITOR, areas=("340621",))
    people.signed_in(other, "neighbour")
    assert other.get(address(*codes)).status_code == 403
    assert other.get(address(codes[0], "S-1")).status_code == 403
    assert editor.get(address(codes[0], "S-1")).status_code == 403
    assert other.get(f"{address(*codes)}/spots.json").status_code == 403
    refused = people.send(
        other, address(*codes), form=LIST, answer="different", seen="1 1", reason_different="x"
    )
    assert refused.status_code == 403
    where = say(editor, codes, "merge").location.partition("?")[0]
    assert other.get(where).status_code == 403
    assert people.send(other, f"{where}/undo", form=LIST, plan="").status_code == 403
    assert "淮海路" not in other.get(f"{LIST}/answers").text
    assert other.get(address("S-1", "S-2")).status_code == 200
    assert value(database, "SELECT count(*) FROM duplicate_answer") == 1


def test_keepers_and_planners_do_not_merge(
    client: FlaskClient, codes: list[str], database: Database
) -> None:
    people.account(database, "keeper", Role.KEEPER, stations=tuple(codes[:2]))
    people.signed_in(client, "keeper")
    assert client.get(LIST).status_code == 403
    assert client.get(address(*codes)).status_code == 403


def test_a_station_with_itself_or_with_none_is_no_pair(
    editor: FlaskClient, codes: list[str]
) -> None:
    assert editor.get(address(codes[0], codes[0])).status_code == 404
    assert editor.get(address(codes[0], "nobody")).status_code == 404
    assert editor.get(f"{LIST}/{codes[0]}/%00").status_code == 404
    assert editor.get(f"{LIST}/answers/{2**70}").status_code == 404


@pytest.mark.parametrize("name", HOSTILE_NAMES[:6])
def test_hostile_names_are_text(client: FlaskClient, database: Database, name: str) -> None:
    people.account(database, "boss")
    people.signed_in(client, "boss")
    merge(
        database,
        station(name, code="H-1", address=name, brand=name),
        station(name + " ", LON + 0.0001, code="H-2", address="x" + name, rules=name),
    )
    pages = [client.get(LIST), client.get(address("H-1", "H-2"))]
    made = say(client, ["H-1", "H-2"], "merge", reason_merge=name)
    assert made.status_code == 303
    pages += [client.get(made.location), client.get(f"{LIST}/answers")]
    for page in pages:
        assert page.status_code == 200
        assert escape(name) in page.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
        assert "<script>alert" not in page.text
        assert "49" not in re.findall(r"<bdi>([^<]*)</bdi>", page.text)

"""Two people change one station: nothing is overwritten unseen, nothing that was written is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from station_map.domain.accounts import Role
from station_map.domain.editing.edit import StationEdit
from station_map.errors import StationChanged
from station_map.store import edits
from station_map.store.database import Database
from station_map.store.edits import snapshot
from station_map.store.writing import writing
from tests.store.merging import value
from tests.web.admin.stations.conftest import Keeper, form_of
from tests.web.stations import having, save, station

Keepers = Callable[..., Keeper]


@pytest.fixture
def code(database: Database) -> str:
    told = {"price": "免费", "rules": "不吸烟", "seats": 5, "amenities": having("wifi")}
    return save(database, [station("甲", **told)])[0]


@pytest.fixture
def second(keeper_of: Keepers) -> Keeper:
    return keeper_of("editor-two", Role.EDITOR, areas=("340600",))


def test_the_second_sees_what_the_first_changed_and_keeps_both(
    keeper: Keeper, second: Keeper, database: Database, code: str
) -> None:
    mine, theirs = keeper.open(code, "door"), second.open(code, "door")
    assert second.send(theirs, price="一元", seats="6", reason="打电话问的").status_code == 303
    answer = keeper.send(mine, rules="{{7*7}} 不喧哗")
    assert answer.status_code == 409
    assert "editor-two" in answer.text
    assert "打电话问的" in answer.text
    for words in ("免费", "一元", "{{7*7}} 不喧哗", "不吸烟"):
        assert f"<bdi>{words}</bdi>" in answer.text
    assert 'name="conflict"' not in answer.text
    assert snapshot(database, code).document["rules"] == "不吸烟"
    page = form_of(answer.text, f"/admin/stations/{code}/edit/door")
    assert keeper.send(page).status_code == 303
    told = snapshot(database, code).document
    assert (told["price"], told["seats"], told["rules"]) == ("一元", 6, "{{7*7}} 不喧哗")


@pytest.mark.parametrize(("choice", "expected"), [("mine", "两元"), ("theirs", "一元")])
def test_where_both_changed_the_same_field_one_is_chosen(
    keeper: Keeper, second: Keeper, database: Database, code: str, choice: str, expected: str
) -> None:
    mine, theirs = keeper.open(code, "door"), second.open(code, "door")
    second.send(theirs, price="一元", rules="不喧哗")
    answer = keeper.send(mine, price="两元", seats="9")
    assert answer.status_code == 409
    assert 'name="conflict" value="price"' in answer.text
    page = form_of(answer.text, f"/admin/stations/{code}/edit/door")
    again = keeper.send(page)  # nothing chosen
    assert again.status_code == 409
    assert "还有没选的" in again.text
    page = form_of(again.text, f"/admin/stations/{code}/edit/door")
    assert keeper.send(page, take__price=choice).status_code == 303
    told = snapshot(database, code).document
    assert (told["price"], told["seats"], told["rules"]) == (expected, 9, "不喧哗")


def test_while_one_chooses_another_may_change_it_again(
    keeper: Keeper, second: Keeper, database: Database, code: str
) -> None:
    mine = keeper.open(code, "door")
    second.save(code, "door", price="一元")
    page = form_of(keeper.send(mine, price="两元").text, f"/admin/stations/{code}/edit/door")
    second.save(code, "door", price="三元")
    answer = keeper.send(page, take__price="mine")
    assert answer.status_code == 409
    assert "三元" in answer.text
    page = form_of(answer.text, f"/admin/stations/{code}/edit/door")
    assert keeper.send(page, take__price="mine").status_code == 303
    assert snapshot(database, code).document["price"] == "两元"


def test_amenities_are_merged_one_by_one(
    keeper: Keeper, second: Keeper, database: Database, code: str
) -> None:
    mine, theirs = keeper.open(code, "amenities"), second.open(code, "amenities")
    second.send(theirs, a__wifi="broken", a__toilet="yes", a__toilet__note="一楼")
    answer = keeper.send(mine, a__wifi="no", a__aed="yes", a__aed__n="1")
    assert answer.status_code == 409
    page = form_of(answer.text, f"/admin/stations/{code}/edit/amenities")
    assert page.values["conflict"] == ["a.wifi"]
    keeper.send(page, take__a__wifi="theirs")
    assert snapshot(database, code).document["amenities"] == {
        "wifi": {"state": "broken"},
        "toilet": {"state": "yes", "note": "一楼"},
        "aed": {"state": "yes", "quantity": 1},
    }


def test_another_subject_that_changed_is_told_too(
    keeper: Keeper, second: Keeper, database: Database, code: str
) -> None:
    mine = keeper.open(code, "door")
    second.save(code, "name", operator="相山区总工会")
    answer = keeper.send(mine, seats="7")
    assert answer.status_code == 409
    assert "相山区总工会" in answer.text
    keeper.send(form_of(answer.text, f"/admin/stations/{code}/edit/door"))
    told = snapshot(database, code).document
    assert (told["operator"], told["seats"]) == ("相山区总工会", 7)


def test_verifying_is_about_what_was_on_the_page(
    keeper: Keeper, second: Keeper, database: Database, code: str
) -> None:
    page = form_of(
        keeper.client.get(f"/admin/stations/{code}").text, f"/admin/stations/{code}/verify"
    )
    second.save(code, "door", seats="7")
    answer = keeper.send(page)
    assert answer.status_code == 409
    assert "没有记核实" in answer.text
    assert snapshot(database, code).document["verified_at"] is None
    page = form_of(answer.text, f"/admin/stations/{code}/verify")
    assert keeper.send(page).location == f"/admin/stations/{code}?done=verified"
    told = snapshot(database, code).document
    assert told["verified_at"] is not None
    assert told["verified_by"] == "admin-one"
    assert "admin-one" not in keeper.client.get(f"/stations/{code}").text


def test_of_two_at_the_very_same_moment_one_is_told(database: Database, code: str) -> None:
    start = Barrier(2)

    def change(price: str) -> str:
        edit = StationEdit(fields={"price": price})
        start.wait()
        try:
            with writing(database, actor=price) as unit:
                edits.edit_station(unit, code, edit, version=1)
        except StationChanged as error:
            return f"version {error.version}"
        return price

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(change, ("一元", "两元")))
    assert "version 2" in outcomes
    [winner] = [one for one in outcomes if one != "version 2"]
    assert snapshot(database, code).document["price"] == winner
    assert value(database, "SELECT count(*) FROM revision WHERE action = 'updated'") == 1

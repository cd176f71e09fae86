"""Scenarios: kept from the page, opened, renamed, thrown away; two beside each other."""

from __future__ import annotations

from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.store import planning_scenarios as store
from station_map.store.database import Database
from station_map.store.planning_scenarios import Scenario
from tests.planning.live_help import LAT, LON, town
from tests.support import people
from tests.web.stations import HOSTILE_NAMES

PAGE = "/admin/planning"
LIST = f"{PAGE}/scenarios"
QUERY = f"radius=400&when=night&add={LON + 0.012:.3f},{LAT + 0.012:.3f}"


@pytest.fixture
def planner(client: FlaskClient, database: Database) -> FlaskClient:
    people.account(database, "wang", Role.PLANNER)
    return people.signed_in(client, "wang")


@pytest.fixture
def codes(database: Database) -> list[str]:
    return town(database)


def keep(client: FlaskClient, name: str, query: str = QUERY):  # type: ignore[no-untyped-def]
    return people.send(client, LIST, form=PAGE, name=name, query=query)


def kept(database: Database) -> list[Scenario]:
    with database.reading() as connection:
        return store.scenarios(connection)


def test_what_was_tried_is_kept_and_opened(
    planner: FlaskClient, database: Database, codes: list[str]
) -> None:
    done = keep(planner, "西区加一个")
    (one,) = kept(database)
    assert (one.name, one.by) == ("西区加一个", "wang")
    where = urlsplit(done.headers["Location"])
    assert (where.path, parse_qs(where.query)["scenario"]) == (PAGE, [str(one.id)])
    page = planner.get(done.headers["Location"]).text
    assert "打开的是“<bdi>西区加一个</bdi>”" in page
    assert "夜里开着" in page
    listed = unescape(planner.get(LIST).text)
    assert "新设 1 个" in listed
    assert "400 米内、夜里开着" in listed
    assert done.headers["Location"] in listed


def test_two_are_compared_by_the_question_of_the_second(
    planner: FlaskClient, database: Database, codes: list[str]
) -> None:
    keep(planner, "关东站", f"radius=900&close={codes[1]}")
    keep(planner, "加一个")
    second, first = kept(database)
    done = planner.get(f"{PAGE}/compare?first={first.id}&second={second.id}")
    assert done.status_code == 303
    asked = parse_qs(urlsplit(done.headers["Location"]).query)
    assert asked["vs"] == [str(first.id)]
    assert asked["radius"] == ["400"]
    assert "close" not in asked
    page = planner.get(done.headers["Location"]).text
    assert "和方案“<bdi>关东站</bdi>”比" in page
    assert "各区县谁多了谁少了" in page
    now = planner.get(f"{PAGE}/compare?second={second.id}").headers["Location"]
    assert "vs" not in parse_qs(urlsplit(now).query)
    for wrong in ("", "second=x", f"second={second.id}&first=99999", "second=99999"):
        answer = planner.get(f"{PAGE}/compare?{wrong}")
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text


def test_renamed_and_thrown_away_once(
    planner: FlaskClient, database: Database, codes: list[str]
) -> None:
    keep(planner, "西区")
    (one,) = kept(database)
    where = f"{LIST}/{one.id}"
    assert (
        people.send(planner, f"{where}/rename", form=LIST, version=1, name="东区").status_code
        == 303
    )
    assert kept(database)[0].name == "东区"
    late = people.send(planner, f"{where}/rename", form=LIST, version=1, name="南区")
    assert late.status_code == 409
    assert "刚被别人改过" in late.text
    empty = people.send(planner, f"{where}/rename", form=LIST, version=2, name=" ")
    assert empty.status_code == 400
    assert people.send(planner, f"{where}/delete", form=LIST, version="x").status_code == 409
    assert people.send(planner, f"{where}/delete", form=LIST, version=2).status_code == 303
    assert kept(database) == []
    assert people.send(planner, f"{where}/delete", form=LIST, version=2).status_code == 404


@pytest.mark.parametrize(
    ("name", "query"),
    [("", QUERY), ("名" * 81, QUERY), ("好", "radius=9"), ("好", "x=" + "y" * 9000)],
)
def test_what_cannot_be_kept(
    planner: FlaskClient, database: Database, codes: list[str], name: str, query: str
) -> None:
    answer = keep(planner, name, query)
    assert answer.status_code == 400
    assert kept(database) == []


def test_nobody_keeps_without_the_token_or_the_right(
    planner: FlaskClient, database: Database, codes: list[str], other: FlaskClient
) -> None:
    assert planner.post(LIST, data={"name": "西区", "query": QUERY}).status_code == 403
    people.account(database, "li", Role.EDITOR, areas=("340603",))
    editor = people.signed_in(other, "li")
    assert (
        people.send(editor, LIST, form="/admin/account", name="西区", query=QUERY).status_code
        == 403
    )
    assert kept(database) == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_stay_text(
    planner: FlaskClient, database: Database, codes: list[str], name: str
) -> None:
    done = keep(planner, name[:80])
    spelled = (
        escape(" ".join(name[:80].split())).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    )
    assert spelled in planner.get(LIST).text
    page = planner.get(f"{done.headers['Location']}&vs={kept(database)[0].id}").text
    assert f"<bdi>{spelled}</bdi>" in page

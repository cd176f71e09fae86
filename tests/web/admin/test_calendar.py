"""The service calendar at /admin: entered and withdrawn by those who may, there alone."""

from __future__ import annotations

import datetime as dt
from html import escape

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.hours import SHANGHAI
from station_map.store.calendar_page import coming
from station_map.store.database import Database
from station_map.store.events import At
from tests.store.merging import value
from tests.store.test_services_on import put
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

CALENDAR = "/admin/calendar"
TODAY = dt.datetime.now(SHANGHAI).date()


@pytest.fixture
def codes(database: Database) -> list[str]:
    return save(database, [station("甲"), station("乙", 116.81, 33.955)])


@pytest.fixture
def keeper(database: Database, client: FlaskClient, codes: list[str]) -> FlaskClient:
    people.account(database, "li", Role.KEEPER, stations=(codes[0],))
    return people.signed_in(client, "li")


def add(client: FlaskClient, **fields: object):  # type: ignore[no-untyped-def]
    plain = {
        "kind": "legal_clinic",
        "title": "法律咨询",
        "first": TODAY.isoformat(),
        "repeat": "daily",
        "source": "区总工会",
    }
    return people.send(client, CALENDAR, form=CALENDAR, **(plain | fields))


def test_a_keeper_puts_something_on_and_takes_it_back(
    keeper: FlaskClient, database: Database, codes: list[str]
) -> None:
    answer = add(keeper, station=codes[0], starts="14:00", ends="16:30", note="带上合同")
    assert (answer.status_code, answer.location) == (303, CALENDAR)
    ((event, _),) = coming(database, TODAY)
    assert (event.title, event.created_by, event.starts_at) == ("法律咨询", "li", dt.time(14))
    assert "法律咨询" in keeper.get(f"/stations/{codes[0]}").text
    people.send(keeper, f"{CALENDAR}/{event.id}/withdraw", form=CALENDAR)
    assert coming(database, TODAY) == []


def test_weekly_and_by_rule(keeper: FlaskClient, database: Database, codes: list[str]) -> None:
    weekly = {"repeat": "weekly", "weekdays": ["FR", "WE"], "station": codes[0]}
    assert add(keeper, **weekly).status_code == 303
    monthly = {"repeat": "rule", "rule": "FREQ=MONTHLY;BYDAY=1WE", "station": codes[0]}
    assert add(keeper, **monthly, last=str(TODAY + dt.timedelta(days=99))).status_code == 303
    assert {one.event.rule for one in coming(database, TODAY)} == {
        "FREQ=WEEKLY;BYDAY=WE,FR",
        "FREQ=MONTHLY;BYDAY=1WE",
    }
    page = keeper.get(CALENDAR).text
    assert "每周三、周五" in page
    assert "每月第一个周三" in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"station": ""}, "station"),
        ({"station": "none"}, "station"),
        ({"station": "\x00"}, "station"),
        ({"area": "340600"}, "station"),
        ({"kind": "party"}, "kind"),
        ({"title": " "}, "title"),
        ({"first": "morgen"}, "first"),
        ({"last": "2020-01-01"}, "last"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "10:00"}, "ends"),
        ({"source": ""}, "source"),
        ({"note": "两\n行"}, "note"),
        ({"repeat": "weekly"}, "weekdays"),
        ({"repeat": "rule", "rule": "FREQ=SECONDLY"}, "rule"),
        ({"repeat": "rule", "rule": ""}, "rule"),
    ],
    ids=lambda one: ascii(one)[-40:],
)
def test_what_is_wrong_is_told_at_its_field(
    keeper: FlaskClient, database: Database, codes: list[str], fields: dict[str, str], field: str
) -> None:
    answer = add(keeper, **({"station": codes[0]} | fields))
    assert answer.status_code == 400
    assert f'id="{field}-wrong"' in answer.text
    assert value(database, "SELECT count(*) FROM service_event") == 0


def test_each_keeps_to_their_own_places(
    client: FlaskClient,
    other: FlaskClient,
    keeper: FlaskClient,
    database: Database,
    codes: list[str],
) -> None:
    assert add(keeper, station=codes[1]).status_code == 403
    assert add(keeper, area="340603").status_code == 403
    theirs = put(database, "乙的", At(station=codes[1]), first=TODAY)
    all_over = put(database, "全区的", At(adcode="340603"), first=TODAY)
    page = keeper.get(CALENDAR).text
    assert "全区的" in page
    assert "乙的" not in page
    for number in (theirs, all_over, 99):
        answer = people.send(keeper, f"{CALENDAR}/{number}/withdraw", form=CALENDAR)
        assert answer.status_code == (404 if number == 99 else 403)
    assert len(coming(database, TODAY)) == 2
    people.account(database, "zhao", Role.EDITOR, areas=("340603",))
    editor = people.signed_in(other, "zhao")
    assert add(editor, station=codes[1]).status_code == 303
    assert add(editor, area="340603").status_code == 303
    assert add(editor, area="340602").status_code == 403
    assert add(editor, area="340600").status_code == 403


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_texts_stay_text(
    keeper: FlaskClient, database: Database, codes: list[str], name: str
) -> None:
    title = "".join(sign for sign in name if sign.isprintable())[:100]
    assert add(keeper, station=codes[0], title=title, source=title, note=title).status_code == 303
    page = keeper.get(CALENDAR).text
    assert escape(title.strip()).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page
    assert "<script>alert" not in page

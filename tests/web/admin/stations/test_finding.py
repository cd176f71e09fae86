"""Finding stations, making new ones, drafts, photos; and who may do which where."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from station_map.domain.accounts import Role
from station_map.domain.editing.subjects import Subject
from station_map.domain.vocabulary import Status
from station_map.store import drafts
from station_map.store.database import Database
from station_map.store.edits import snapshot
from tests.store.merging import value
from tests.support import people
from tests.support.pictures import SECRET_WORDS, encoded, exif, picture
from tests.web.admin.stations.conftest import Keeper, form_of, wrong
from tests.web.stations import HOSTILE_NAMES, save, station

Keepers = Callable[..., Keeper]
LIESHAN = (116.9, 33.75)


@pytest.fixture
def codes(database: Database) -> list[str]:
    return save(
        database,
        [
            station("淮海路邮政工会驿站", address="淮海路 1 号"),
            station("南黎路银行驿站", 116.81, 33.95, status=Status.SUSPENDED),
            station("烈山大道驿站", *LIESHAN),
        ],
    )


def listed(client: FlaskClient, **query: str) -> list[str]:
    page = client.get("/admin/stations", query_string={"go": "1", **query}).text
    return re.findall(r'<a href="(?:/admin)?/stations/([0-9A-Za-z-]+)">', page)


# --- finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [0, 1, 2]),
        ({"q": "淮海路"}, [0]),
        ({"q": "huaihailu"}, [0]),
        ({"q": "hhl"}, [0]),
        ({"q": "CODE1"}, [1]),
        ({"area": "340604"}, [2]),
        ({"area": "340600"}, [0, 1, 2]),
        ({"area": "1 OR 1"}, [0, 1, 2]),
        ({"status": "suspended"}, [1]),
        ({"q": "驿站", "status": "open", "area": "340603"}, [0]),
        ({"q": "没有这个"}, []),
    ],
)
def test_stations_are_found_as_riders_find_them(  # type: ignore[no-untyped-def]
    keeper: Keeper, codes: list[str], query, found
) -> None:
    asked = {name: text.replace("CODE1", codes[1]) for name, text in query.items()}
    assert sorted(listed(keeper.client, **asked)) == sorted(codes[at] for at in found)


@pytest.mark.parametrize("text", [*HOSTILE_NAMES[:8], "\x00", "%", "_", "\\", "长" * 200])
def test_hostile_text_is_text(keeper: Keeper, codes: list[str], text: str) -> None:
    answer = keeper.client.get(
        "/admin/stations", query_string={"q": text[:200], "after": text[:50]}
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_a_page_holds_fifty_and_leads_on(keeper: Keeper, database: Database) -> None:
    made = save(database, [station(f"站{n}", 116.7 + n / 1000) for n in range(60)])
    first = keeper.client.get("/admin/stations?go=1").text
    onward = re.search(r'href="(/admin/stations\?[^"]*after=[^"]*)"', first)
    assert onward is not None
    second = keeper.client.get(onward[1].replace("&amp;", "&")).text
    told = [re.findall(r'href="/admin/stations/([0-9-]+)"', page) for page in (first, second)]
    assert [len(one) for one in told] == [50, 10]
    assert sorted(told[0] + told[1]) == sorted(made)


def test_a_keeper_begins_with_the_own_and_sees_the_others_without_a_way_in(
    keeper_of: Keepers, codes: list[str]
) -> None:
    keeper = keeper_of("keeper", Role.KEEPER, stations=(codes[0],))
    page = keeper.client.get("/admin/stations").text
    assert re.findall(r'href="(/[a-z/]*stations/3[^"]*)"', page) == [f"/admin/stations/{codes[0]}"]
    page = keeper.client.get("/admin/stations?go=1").text
    assert f'href="/admin/stations/{codes[1]}"' not in page
    assert f'href="/stations/{codes[1]}"' in page
    assert "新建驿站" not in page
    editor = keeper_of("editor", Role.EDITOR, areas=("340604",))
    assert listed(editor.client, mine="1") == [codes[2]]


# --- who may where ----------------------------------------------------------------------------


def routes(code: str) -> list[tuple[str, str]]:
    address = f"/admin/stations/{code}"
    return [
        ("GET", address),
        ("POST", f"{address}/verify"),
        *(("GET", f"{address}/edit/{subject}") for subject in Subject),
        *(("POST", f"{address}/edit/{subject}") for subject in Subject),
        ("POST", f"{address}/draft/door"),
        ("POST", f"{address}/draft/door/drop"),
        ("POST", f"{address}/exceptions"),
        ("POST", f"{address}/exceptions/1/remove"),
        ("GET", f"{address}/photos"),
        ("POST", f"{address}/photos"),
        ("POST", f"{address}/photos/1/caption"),
        ("POST", f"{address}/photos/1/remove"),
        ("GET", f"/admin/hours-preview?code={code}"),
        ("GET", f"/admin/position-readings?code={code}&text=1"),
    ]


@pytest.mark.parametrize(
    ("role", "more"),
    [(Role.KEEPER, {"stations": 0}), (Role.EDITOR, {"areas": ("340603",)}), (Role.PLANNER, {})],
)
def test_nobody_reaches_another_ones_station(  # type: ignore[no-untyped-def]
    keeper_of: Keepers, database: Database, codes: list[str], role, more
) -> None:
    if "stations" in more:
        more = {"stations": (codes[0],)}
    someone = keeper_of("someone", role, **more)
    token = people.form_token(someone.client.get("/admin/account").text)
    before = snapshot(database, codes[2])
    for method, address in routes(codes[2]):
        answer = someone.client.open(address, method=method, data={"csrf_token": token})
        assert answer.status_code == 403, (method, address)
    assert snapshot(database, codes[2]) == before


def test_without_a_token_nothing_is_written(
    keeper: Keeper, database: Database, codes: list[str]
) -> None:
    before = snapshot(database, codes[0])
    for method, address in routes(codes[0]):
        if method == "POST":
            assert keeper.client.post(address, data={"version": "1"}).status_code == 403, address
    assert snapshot(database, codes[0]) == before


# --- a new station ----------------------------------------------------------------------------


def new(keeper: Keeper, **fields: str):  # type: ignore[no-untyped-def]
    form = form_of(keeper.client.get("/admin/stations/new").text)
    told = {"name": "新驿站", "position": "116.9, 33.75", "datum": "wgs84"}
    return keeper.send(form, **(told | fields))


def test_a_new_station_gets_the_next_code_of_its_district(
    keeper: Keeper, database: Database, codes: list[str]
) -> None:
    answer = new(keeper, name="{{7*7}}", kind="driver_home", status="planned", address="路边")
    assert answer.location == "/admin/stations/340604-00002?done=created"
    told = snapshot(database, "340604-00002")
    assert (told.version, told.document["kind"], told.document["status"]) == (
        1,
        "driver_home",
        "planned",
    )
    assert told.document["source_datum"] == "wgs84"
    actor = value(
        database, "SELECT actor || origin FROM revision WHERE station_code = '340604-00002'"
    )
    assert actor == "admin-oneform"
    assert keeper.client.get("/stations/340604-00002").status_code == 200


def test_a_new_station_of_a_name_that_is_near_is_not_made(
    keeper: Keeper, database: Database, codes: list[str]
) -> None:
    before = snapshot(database, codes[2])
    answer = new(keeper, name="烈山大道 驿站", position="116.901, 33.751", address="别处")
    assert answer.status_code == 409
    assert codes[2] in answer.text
    assert snapshot(database, codes[2]) == before
    assert value(database, "SELECT count(*) FROM station") == 3


def test_a_new_station_needs_a_name_a_place_and_its_datum(
    keeper: Keeper, database: Database
) -> None:
    answer = new(keeper, name="", position="116.9, 33.75", datum="")
    assert answer.status_code == 400
    assert set(wrong(answer.text)) == {"name", "datum"}
    assert answer.text.count("烈山区") >= 3  # each reading says where it would be
    assert "position" in wrong(new(keeper, position="").text)
    assert value(database, "SELECT count(*) FROM station") == 0


def test_an_editor_makes_stations_in_the_own_areas_only(
    keeper_of: Keepers, database: Database
) -> None:
    editor = keeper_of("editor", Role.EDITOR, areas=("340603",))
    answer = new(editor)
    assert answer.status_code == 400
    assert "不是你管的地区" in wrong(answer.text)["position"]
    assert new(editor, position="116.798, 33.956").status_code == 303
    keeper = keeper_of("keeper", Role.KEEPER, stations=("340603-00001",))
    assert keeper.client.get("/admin/stations/new").status_code == 403


# --- drafts -----------------------------------------------------------------------------------


def draft(keeper: Keeper, code: str, subject: str = "door", **changes: str):  # type: ignore[no-untyped-def]
    form = keeper.open(code, subject)
    form.action = f"/admin/stations/{code}/draft/{subject}"
    return keeper.send(form, **changes)


def test_a_draft_is_there_after_signing_in_elsewhere(
    keeper: Keeper, app, database: Database, codes: list[str]
) -> None:  # type: ignore[no-untyped-def]
    code = codes[0]
    assert draft(keeper, code, price="{{7*7}}", reason="问过").json["kept"] is True
    elsewhere = Keeper(people.signed_in(app.test_client()))
    form = elsewhere.open(code, "door")
    assert (form.values["price"], form.values["reason"]) == (["{{7*7}}"], ["问过"])
    assert "草稿" in elsewhere.client.get(f"/admin/stations/{code}").text
    assert elsewhere.send(form).status_code == 303
    assert snapshot(database, code).document["price"] == "{{7*7}}"
    assert value(database, "SELECT count(*) FROM station_draft") == 0


def test_a_draft_that_is_behind_is_merged_when_it_is_saved(
    keeper: Keeper, keeper_of: Keepers, database: Database, codes: list[str]
) -> None:
    draft(keeper, codes[0], price="两元", seats="4")
    keeper_of("two", Role.ADMIN).save(codes[0], "door", price="一元")
    answer = keeper.save(codes[0], "door")
    assert answer.status_code == 409
    assert 'name="conflict" value="price"' in answer.text


def test_a_draft_is_ones_own_and_can_be_thrown_away(
    keeper: Keeper, keeper_of: Keepers, database: Database, codes: list[str]
) -> None:
    draft(keeper, codes[0], price="两元")
    assert draft(keeper, codes[0], price="").json["kept"] is True
    assert value(database, "SELECT count(*) FROM station_draft") == 0
    draft(keeper, codes[0], price="两元")
    other = keeper_of("two", Role.ADMIN)
    assert other.open(codes[0], "door").values["price"] == [""]
    drop = f"/admin/stations/{codes[0]}/draft/door/drop"
    page = keeper.client.get(f"/admin/stations/{codes[0]}/edit/door").text
    assert keeper.send(form_of(page, drop)).status_code == 303
    assert keeper.open(codes[0], "door").values["price"] == [""]


def test_drafts_are_bounded_and_expire(keeper: Keeper, database: Database) -> None:
    made = save(database, [station(f"站{n}", 116.7 + n / 1000) for n in range(9)])
    for code in made:
        for subject in ("door", "truck", "source", "name", "status", "hours"):
            control = {
                "door": "price",
                "truck": "security_level",
                "source": "source",
                "name": "brand",
                "status": "status_reason",
                "hours": "hours_source",
            }
            draft(keeper, code, subject, **{control[subject]: "x"})
    assert value(database, "SELECT count(*) FROM station_draft") == drafts.MOST
    people.execute(database, "UPDATE station_draft SET saved_at = now() - interval '15 days'")
    assert keeper.open(made[-1], "hours").values["hours_source"] == [""]
    draft(keeper, made[0], price="两元")
    assert value(database, "SELECT count(*) FROM station_draft") == 1
    assert draft(keeper, made[0], base="[").json["kept"] is False


# --- photos -----------------------------------------------------------------------------------


def add(keeper: Keeper, code: str, *files: bytes, caption: str = ""):  # type: ignore[no-untyped-def]
    address = f"/admin/stations/{code}/photos"
    token = form_of(keeper.client.get(address).text, address).values["csrf_token"][0]
    named = [(BytesIO(data), f"../../{n}.jpg") for n, data in enumerate(files)]
    return keeper.client.post(
        address, data={"csrf_token": token, "caption": caption, "photo": named}
    )


def test_a_photo_is_added_said_of_and_taken_away(
    keeper: Keeper, database: Database, codes: list[str]
) -> None:
    code = codes[0]
    answer = add(keeper, code, encoded(picture((900, 600)), exif=exif()), caption="{{7*7}} 北门")
    assert answer.status_code == 303, answer.text
    [number] = [value(database, "SELECT id FROM station_photo")]
    page = keeper.client.get(f"/admin/stations/{code}/photos").text
    assert "{{7*7}} 北门" in page
    shown = keeper.client.get(f"/stations/{code}/photos/{number}.jpg")
    assert shown.status_code == 200
    assert SECRET_WORDS not in shown.data
    address = f"/admin/stations/{code}/photos/{number}"
    assert keeper.send(form_of(page, f"{address}/caption"), caption="西门").status_code == 303
    assert snapshot(database, code).document["photos"][0]["caption"] == "西门"
    page = keeper.client.get(f"/admin/stations/{code}/photos").text
    assert keeper.send(form_of(page, f"{address}/remove")).status_code == 303
    assert keeper.client.get(f"/stations/{code}/photos/{number}.jpg").status_code == 404
    assert value(database, "SELECT count(*) FROM revision WHERE action = 'updated'") == 3
    # ... and of another station's photo nothing can be said.
    assert keeper.send(form_of(page, f"{address}/remove")).status_code == 404


@pytest.mark.parametrize(
    "files", [[], [b"<svg/>"], [b"GIF89a"], [b"\xff\xd8\xff broken"], [b"x"] * 5]
)
def test_what_is_no_photo_is_told(
    keeper: Keeper, database: Database, codes: list[str], files: list[bytes]
) -> None:
    answer = add(keeper, codes[0], *files)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert snapshot(database, codes[0]).version == 1


def test_today_is_a_day_in_china() -> None:
    # The forms' "today" is Shanghai's: a suspension until tomorrow there may be today in UTC.
    from station_map.domain.editing.edit import settled_status

    tomorrow = dt.date(2026, 11, 23)
    told = settled_status("suspended", {"suspended_until": tomorrow}, dt.date(2026, 11, 22))
    assert told == {"suspended_until": tomorrow}

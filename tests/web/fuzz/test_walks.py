"""Walks over every route: others' things, forged forms, onward addresses, logs, telephones."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from station_map.domain.accounts import Role
from station_map.store.database import Database
from station_map.web.access import ACCESS, Access
from tests.store.merging import value
from tests.support import people
from tests.web.fuzz.nasty import judge
from tests.web.fuzz.world import PHONE, World
from tests.web.stations import save, station

EVIL = ("https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "/%0d%0aX:y",
        "javascript:alert(1)", "https:evil.example", "/\t/evil.example", "///evil.example", "/@evil.example:80/..//x")  # fmt: skip
ONWARD = ("next", "back", "to", "url", "return", "return_to", "redirect", "redirect_uri", "continue",
          "post_logout_redirect_uri", "RelayState", "target", "done", "from", "href")  # fmt: skip
SAFE = {"Sec-Fetch-Site": "same-origin"}
WITH_PLACE = re.compile(r"<(?:[^:>]+:)?(code|number|job|name)>")


def admin_rules(world: World) -> Iterator[tuple[Rule, str]]:
    for method in ("GET", "POST"):
        for rule in world.rules(method):
            if rule.endpoint.startswith("admin.") and rule.endpoint != "admin.logout":
                yield rule, method


def ask(client: FlaskClient, method: str, address: str, token: str) -> TestResponse:
    if method == "GET":
        return client.get(address)
    return client.post(address, data={"csrf_token": token}, headers=SAFE)


def test_no_keeper_reaches_what_is_anothers(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Every address that names something, with what is another keeper's or another account's."""
    # The world's addresses are about 甲站, and the administrator's session, token and import.
    client = people.signed_in(world.app.test_client(), "keeper-b")
    number = value(world.database, "SELECT id FROM account WHERE name = 'keeper-b'")
    token = people.form_token(client.get("/admin/account").text)
    before = world.written()
    asked = set()
    for rule, method in admin_rules(world):
        if WITH_PLACE.search(rule.rule) is None or ACCESS[rule.endpoint] is Access.PUBLIC:
            continue
        address = world.address(rule)
        answer = ask(client, method, address, token)
        judge(answer, address)
        assert answer.status_code in {403, 404}, (address, answer.status_code)
        if answer.status_code == 403:  # ... and it is on record who was refused what
            refused = f"refused with 403 at {rule.endpoint}, account {number}"
            assert refused in caplog.records[-1].getMessage()
        asked.add(rule.endpoint)
    assert len(asked) > 40
    assert world.written() == before
    # ... and each of these is there for who may: the refusal is about the person.
    for rule, method in admin_rules(world):
        if method == "GET" and rule.endpoint in asked:
            found = world.boss.get(world.address(rule))
            # There is no report of an import that has not been checked, no answer of a run that waits.
            without = {"admin.import_report", "admin.planning_run_file", "admin.planning_run_map"}
            assert found.status_code in {200, 303} or rule.endpoint in without


def test_no_form_is_taken_without_this_browsers_token(world: World) -> None:
    """Without one, with another browser's, with one cut short; and from another site with a good one."""
    other = people.signed_in(world.app.test_client(), "keeper-b")
    good = people.form_token(world.boss.get("/admin/account").text)
    foreign = people.form_token(other.get("/admin/account").text)
    before = world.written()
    for rule, method in admin_rules(world):
        if method != "POST":
            continue
        address = world.address(rule)
        for token in (None, "", foreign, good[:-1], good + "x"):
            sent = {} if token is None else {"csrf_token": token}
            answer = world.boss.post(address, data=sent, headers=SAFE)
            judge(answer, token)
            assert answer.status_code == 403, (address, token)
        for head in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            answer = world.boss.post(address, data={"csrf_token": good}, headers=head)
            assert answer.status_code == 403, (address, head)
    assert world.written() == before


def test_no_other_site_makes_a_visitor_send_anything(world: World) -> None:
    client = world.app.test_client()
    before = world.written()
    for rule in world.rules("POST"):
        if rule.endpoint.startswith("admin.") or ACCESS[rule.endpoint] is Access.TOKEN:
            continue
        for head in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):  # fmt: skip
            for sent in (
                {"data": {"kind": "open"}},
                {"json": {"kind": "open", "lon": 1, "lat": 2}},
            ):
                answer = client.post(world.address(rule), headers=head, **sent)
                judge(answer, head)
                assert answer.status_code in {403, 404}, (rule.rule, head)
    assert world.written() == before


def test_no_parameter_sends_anybody_elsewhere(world: World) -> None:
    """`judge` looks at each Location; here every name that programmes have for it is tried."""
    stranger = world.app.test_client()
    for number, evil in enumerate(EVIL):
        query = dict.fromkeys(ONWARD, evil)
        for rule in world.rules("GET")[number % 4 :: 4]:
            for client in (world.boss, stranger):
                judge(client.get(world.address(rule), query_string=query), evil)
        signed = people.sign_in(world.app.test_client(), "keeper-a", next=evil, back=evil, to=evil)
        judge(signed, evil)
        assert signed.status_code == 303
        token = people.form_token(stranger.get("/admin/login").text)
        for rule in world.rules("POST")[number % 4 :: 4]:
            if rule.endpoint == "admin.login_send":
                continue
            answer = stranger.post(
                world.address(rule),
                query_string=query,
                data={"csrf_token": token, **query},
                headers=SAFE | {"Referer": evil},
            )
            judge(answer, evil)


def test_no_value_breaks_a_line_of_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    evil = "x\r\nforged line\n\x1b[31m\u2028{0}%s"
    encoded = "x%0d%0aforged%20line%0a%1b%5B31m"
    token = people.form_token(world.boss.get("/admin/account").text)
    for rule in world.rules("GET"):
        names = dict.fromkeys(re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule), encoded)
        for address in {world.address(rule), world.address(rule, **names)}:
            world.boss.get(address, query_string=dict.fromkeys((*ONWARD, "q", "kind"), evil))
    for rule in world.rules("POST"):
        if rule.endpoint == "admin.logout":
            continue
        sent = dict.fromkeys(("name", "password", "kind", "note", "title", "url", "station"), evil)
        head = {"User-Agent": "forged line\t{0}%s", "X-Forwarded-For": "forged line"}
        world.boss.post(world.address(rule), data=sent | {"csrf_token": token}, headers=SAFE | head)
    people.sign_in(world.app.test_client(), evil, evil)
    assert any("signing in failed" in one.getMessage() for one in caplog.records)
    for one in caplog.records:
        assert "forged line" not in one.getMessage(), one
        assert not re.search(r"[\r\n\x1b\u2028]", one.getMessage()), one


# ---- telephones --------------------------------------------------------------------------

MOBILES = (
    "13987654321",
    "139 8765 4321",
    "139-8765-4321",
    "+8613987654321",
    "+86 139-8765-4321",
    "008613987654321",
    "8613987654321",
    "013987654321",
    "１３９８７６５４３２１",
    "139.8765.4321",
    "(139)87654321",
    "139\u00a08765\u00a04321",
    "139 876 54321",
    "0561-3912345 / 13987654321",
    "0561-3912345转13987654321",
    "张13987654321",
    "13987654321、0561-3912345",
)
DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


def holds_the_mobile(text: str) -> bool:
    return "13987654321" in re.sub(r"[^0-9]", "", text.translate(DIGITS)) and (
        re.search(r"1\D{0,3}3\D{0,3}9\D{0,3}8\D{0,3}7\D{0,3}6\D{0,3}5\D{0,3}4\D{0,3}3\D{0,3}2\D{0,3}1",
                  text.translate(DIGITS)) is not None
    )  # fmt: skip


def test_a_keepers_mobile_is_told_to_nobody_however_it_is_written(
    client: FlaskClient, database: Database
) -> None:
    stored = [station(f"站{n}", 116.7 + n / 100, phone=phone) for n, phone in enumerate(MOBILES)]
    for code, phone in zip(save(database, stored), MOBILES, strict=True):
        for address in (f"/api/v1/stations/{code}", f"/stations/{code}"):
            page = client.get(address)
            assert page.status_code == 200
            assert not holds_the_mobile(page.text), (address, phone)


@pytest.mark.parametrize(
    "phone", ["0561-3912345", "(0561) 3912345", "+86 561 3912345", "12345", "400-139-8765", "95588"]
)
def test_the_stations_own_number_is_told(
    client: FlaskClient, database: Database, phone: str
) -> None:
    (code,) = save(database, [station("甲站", phone=phone)])
    assert phone in client.get(f"/api/v1/stations/{code}").text
    assert phone in client.get(f"/stations/{code}").text


@pytest.mark.parametrize("who", ["nobody", "planner", "keeper-b"])
def test_who_may_not_see_it_finds_it_on_no_route_in_no_format(world: World, who: str) -> None:
    client = world.app.test_client()
    if who == "planner":
        people.account(world.database, "planner", Role.PLANNER)
    if who != "nobody":
        people.signed_in(client, who)
    # What is public is the same for whoever asks.
    everywhere = (
        ("",)
        if who != "nobody"
        else ("", "f=json", "f=geojson", "lang=en", "from=door", "go=1", "lon=116.8&lat=33.95")
    )
    pages = 0
    for rule in world.rules("GET"):
        # The operators' pages have one format, and send strangers away.
        for query in everywhere if not rule.endpoint.startswith("admin.") else ("go=1",):
            answer = client.get(f"{world.address(rule)}?{query}")  # all of them about 甲站
            if not answer.mimetype.startswith("image/"):
                assert not holds_the_mobile(answer.text), (answer.request.path, query)
                pages += answer.status_code == 200
    assert pages > 30
    # It is there, for who may.
    assert PHONE in world.boss.get(f"/admin/stations/{world.codes[0]}/edit/name").text

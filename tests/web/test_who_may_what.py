"""Every route, with every role and none: answered or refused as the one table says."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from station_map.domain.accounts import Action, Role
from station_map.domain.accounts.roles import RIGHTS
from station_map.store import accounts, api_tokens
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.access import ACCESS, Access, lets_in
from tests.support import people
from tests.web.stations import save, station

NOBODY = "nobody"
WHO = [NOBODY, *(role.value for role in Role)]
FORM = "/admin/account"  # a page with a form's token, for whoever is signed in

FIELD_WORK = {Role.KEEPER, Role.EDITOR, Role.ADMIN}
# Written out once more, so that a slip in the table of rights is seen: what no role but these has.
ONLY = {
    "admin.users": {Role.ADMIN},
    "admin.user_add": {Role.ADMIN},
    "admin.user": {Role.ADMIN},
    "admin.user_change": {Role.ADMIN},
    "admin.user_link": {Role.ADMIN},
    "admin.user_disable": {Role.ADMIN},
    "admin.user_enable": {Role.ADMIN},
    "admin.user_sessions_end": {Role.ADMIN},
    "admin.events": {Role.ADMIN},
    **{one: {Role.EDITOR, Role.ADMIN} for one in ACCESS if one.startswith("admin.import")},
    **{one: {Role.EDITOR, Role.ADMIN} for one in ACCESS if one.startswith("admin.duplicate")},
    "admin.station_history": set(Role),
    "admin.history_all": set(Role),
    "admin.revision": set(Role),
    "admin.change_set": set(Role),
    "admin.import_run": set(Role),
    "admin.revision_revert": {Role.EDITOR, Role.ADMIN},
    "admin.change_set_revert": {Role.EDITOR, Role.ADMIN},
    "admin.import_revert": {Role.EDITOR, Role.ADMIN},
    "admin.bulk": {Role.EDITOR, Role.ADMIN},
    "admin.bulk_find": {Role.EDITOR, Role.ADMIN},
    "admin.bulk_preview": {Role.EDITOR, Role.ADMIN},
    "admin.bulk_apply": {Role.EDITOR, Role.ADMIN},
    "admin.cases": FIELD_WORK,
    "admin.case": FIELD_WORK,
    "admin.case_photo": FIELD_WORK,
    "admin.case_spots": FIELD_WORK,
    "admin.case_assign": FIELD_WORK,
    "admin.case_answer": FIELD_WORK,
    "admin.case_repair": FIELD_WORK,
    "admin.case_reopen": FIELD_WORK,
    "admin.round_list": FIELD_WORK,
    "admin.round_data": FIELD_WORK,
    "admin.round_shell": FIELD_WORK,
    "admin.round_worker": FIELD_WORK,
    "admin.round_station": FIELD_WORK,
    "admin.round_answer": FIELD_WORK,
    "admin.rules": {Role.ADMIN},
    "admin.rules_set": {Role.ADMIN},
    "admin.wishes": {Role.EDITOR, Role.PLANNER, Role.ADMIN},
    "admin.wish_spots": {Role.EDITOR, Role.PLANNER, Role.ADMIN},
    "admin.wish": {Role.EDITOR, Role.PLANNER, Role.ADMIN},
    "admin.wish_decide": {Role.PLANNER, Role.ADMIN},
    **{one: {Role.PLANNER, Role.ADMIN} for one in ACCESS if one.startswith("admin.planning")},
    **{
        key: {Role.KEEPER, Role.EDITOR, Role.ADMIN}
        for key in (
            "admin.stations",
            "admin.station",
            "admin.station_verify",
            "admin.station_form",
            "admin.station_form_send",
            "admin.draft_keep",
            "admin.draft_drop",
            "admin.exception_add",
            "admin.exception_remove",
            "admin.hours_preview",
            "admin.position_readings",
            "admin.station_photos_page",
            "admin.photo_add",
            "admin.photo_caption",
            "admin.photo_remove",
        )
    },
    "admin.station_new": {Role.EDITOR, Role.ADMIN},
    "admin.station_new_send": {Role.EDITOR, Role.ADMIN},
    "admin.webhook_add": {Role.ADMIN},
    "admin.webhook_change": {Role.ADMIN},
    "admin.driver_homes": {Role.PLANNER, Role.EDITOR, Role.ADMIN},
    "admin.driver_homes_csv": {Role.PLANNER, Role.EDITOR, Role.ADMIN},
    "admin.visits": set(Role),
    "admin.visits_csv": set(Role),
    **{
        one: {Role.PLANNER, Role.ADMIN}
        for one in ACCESS
        if one.startswith(("admin.planning_run", "admin.coverage_run", "admin.siting_run"))
    },
    "admin.calendar": {Role.KEEPER, Role.EDITOR, Role.ADMIN},
    "admin.calendar_add": {Role.KEEPER, Role.EDITOR, Role.ADMIN},
    "admin.calendar_withdraw": {Role.KEEPER, Role.EDITOR, Role.ADMIN},
}
# Routes that ask for a token with a scope and a place: tests of their own.
NARROWER = {
    "api.live_push",
    "api.live_hours",
    *(one for one in ACCESS if one.startswith(("api.coverage_run", "api.siting_run"))),
}
OPEN_UNDER_ADMIN = {
    "admin.login",
    "admin.login_send",
    "admin.oidc_start",
    "admin.oidc_done",
    "admin.welcome",
    "admin.welcome_send",
}


@pytest.fixture
def somebody(request: pytest.FixtureRequest, database: Database, client: FlaskClient) -> str:
    """Who asks: an account of the role, signed in, with a station or an area; or nobody."""
    who: str = request.param
    if who != NOBODY:
        role = Role(who)
        codes = save(database, [station("甲")])
        people.account(
            database,
            who,
            role,
            stations=tuple(codes) if role is Role.KEEPER else (),
            areas=("340600",) if role is Role.EDITOR else (),
        )
        people.signed_in(client, who)
    return who


def paths(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every route with an address that leads to it, and its method."""
    for rule in app.url_map.iter_rules():
        assert rule.methods is not None
        address = re.sub(r"<int:\w+>", "999", rule.rule)
        address = re.sub(r"<[^>]+>", "none", address)
        yield rule, address, "POST" if "POST" in rule.methods else "GET"


def ask(client: FlaskClient, address: str, method: str, who: str):  # type: ignore[no-untyped-def]
    if method == "GET":
        return client.get(address)
    if not address.startswith("/admin"):
        return client.post(address, headers={"Sec-Fetch-Site": "same-origin"})
    form = FORM if who != NOBODY else "/admin/login"
    return people.send(client, address, form=form)


@pytest.mark.parametrize("somebody", WHO, indirect=True)
def test_each_route_answers_whom_the_table_names(
    app: Flask, client: FlaskClient, database: Database, somebody: str
) -> None:
    account = None
    if somebody != NOBODY:
        account = accounts.account_by_name(database, somebody).account
    asked = set()
    # Signing out is asked last: it would make everybody nobody.
    for rule, address, method in sorted(
        paths(app), key=lambda one: one[0].endpoint == "admin.logout"
    ):
        access = ACCESS[rule.endpoint]
        answer = ask(client, address, method, somebody)
        where = f"{somebody} {method} {address}: {answer.status_code}"
        to_login = answer.status_code == 303 and answer.location.startswith("/admin/login")
        if access is Access.TOKEN:
            assert answer.status_code == 401, where  # a session is no token
        elif lets_in(access, account):
            assert answer.status_code not in {401, 403} or rule.endpoint in OPEN_UNDER_ADMIN, where
            assert not to_login or rule.endpoint == "admin.logout", where
        elif account is None:
            assert to_login, where
        else:
            assert answer.status_code == 403, where
        assert answer.status_code < 500, where
        asked.add(rule.endpoint)
    assert asked == ACCESS.keys()


def test_what_is_only_for_some_is_so_in_the_table_too(app: Flask) -> None:
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == set(ACCESS)
    for endpoint, rule in ACCESS.items():
        if isinstance(rule, Action):
            assert set(RIGHTS[rule]) == ONLY[endpoint], endpoint
        elif endpoint.startswith("admin."):
            assert (rule is Access.PUBLIC) == (endpoint in OPEN_UNDER_ADMIN), endpoint
            assert rule is not Access.TOKEN
    assert set(ONLY) == {endpoint for endpoint, rule in ACCESS.items() if isinstance(rule, Action)}


def test_a_route_that_is_in_no_table_lets_nobody_in(
    app: Flask, client: FlaskClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.account(database)
    people.signed_in(client)
    monkeypatch.delitem(ACCESS, "admin.users")
    assert client.get("/admin/users").status_code == 403


@pytest.mark.parametrize("role", Role)
def test_a_token_route_answers_every_role_with_a_token_of_its_own(
    database: Database, client: FlaskClient, role: Role
) -> None:
    number = people.account(database, "somebody", role, password=False)
    with writing(database, actor="test") as unit:
        token = api_tokens.make(unit, number, "t", (), dt.timedelta(days=1), "test")
    for endpoint, rule in ACCESS.items():
        if rule is Access.TOKEN and endpoint not in NARROWER:
            with client.application.test_request_context():
                from flask import url_for

                address = url_for(endpoint)
            answer = client.get(address, headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200
            # ... and a token is no session.
            admin = client.get("/admin", headers={"Authorization": f"Bearer {token}"})
            assert admin.location == "/admin/login"

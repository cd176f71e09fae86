"""Whose token it is: told to the holder, refused in the API's own shape to all others."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.accounts import Action, Place, Role, Scope
from station_map.errors import NotAllowed, NotSignedIn
from station_map.store import api_tokens
from station_map.store.database import Database
from station_map.store.writing import writing
from station_map.web.api.models import Me, ProblemDetails
from station_map.web.problems import respond
from station_map.web.tokens import require_token
from tests.support import people
from tests.web.stations import HOSTILE_NAMES, save, station

ME = "/api/v1/me"


@pytest.fixture
def token(database: Database) -> str:
    codes = save(database, [station("甲")])
    number = people.account(database, "li", Role.KEEPER, title="邮局", stations=tuple(codes))
    with writing(database, actor="li") as unit:
        return api_tokens.make(unit, number, "屏", [Scope.LIVE_WRITE], dt.timedelta(days=7), "li")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_the_holder_is_told_who_it_is(client: FlaskClient, token: str) -> None:
    answer = client.get(ME, headers=bearer(token))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    me = Me.model_validate_json(answer.data)
    assert (me.name, me.title, me.role) == ("li", "邮局", Role.KEEPER)
    assert me.stations == ["340603-00001"]
    assert me.token.scopes == [Scope.LIVE_WRITE]
    assert token not in answer.text
    assert client.get(ME, headers={"Authorization": f"bearer  {token} "}).status_code == 200


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (None, 'Bearer realm="station-map"'),
        ("", 'Bearer realm="station-map"'),
        ("Bearer", 'Bearer realm="station-map"'),
        ("Basic bGk6bGk=", 'Bearer realm="station-map"'),
        ("Bearer sm_none", 'Bearer realm="station-map", error="invalid_token"'),
        ("Bearer x", 'Bearer realm="station-map", error="invalid_token"'),
        ("Bearer {{7*7}}", 'Bearer realm="station-map", error="invalid_token"'),
        ("Bearer sm_" + "x" * 5_000, 'Bearer realm="station-map", error="invalid_token"'),
    ],
    ids=str,
)
def test_others_are_refused_as_the_standard_says(
    client: FlaskClient, token: str, header: str | None, challenge: str
) -> None:
    answer = client.get(ME, headers={} if header is None else {"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == challenge
    assert answer.mimetype == "application/problem+json"
    problem = ProblemDetails.model_validate_json(answer.data)
    assert problem.type.endswith(":not-signed-in")
    assert "/admin/account" in problem.detail or "再建一个" in problem.detail
    if header:
        assert header.partition(" ")[2] not in answer.text or not header.partition(" ")[2]


def test_a_token_in_the_address_is_no_token(client: FlaskClient, token: str) -> None:
    assert client.get(f"{ME}?access_token={token}").status_code == 400


def test_a_route_asks_for_scope_and_place(app: Flask, database: Database, token: str) -> None:
    station_id = next(iter(held(database, token).account.stations))
    here, elsewhere = Place(station_id, "340603"), Place(station_id + 1, "340603")
    with app.test_request_context(headers=bearer(token)):
        assert require_token(Scope.LIVE_WRITE, Action.LIVE_PUSH, here).account.name == "li"
        for scope, action, place in (
            (Scope.LIVE_WRITE, Action.LIVE_PUSH, elsewhere),
            (Scope.LIVE_WRITE, Action.LIVE_PUSH, None),
            (Scope.LIVE_WRITE, Action.STATION_EDIT, here),
            (Scope.STATIONS_WRITE, Action.STATION_EDIT, here),
        ):
            with pytest.raises(NotAllowed):
                require_token(scope, action, place)
    with app.test_request_context(), pytest.raises(NotSignedIn):
        require_token(Scope.LIVE_WRITE, Action.LIVE_PUSH, here)


def held(database: Database, token: str) -> api_tokens.TokenHolder:
    found = api_tokens.holder(database, token)
    assert found is not None
    return found


def test_a_missing_scope_is_named(app: Flask, token: str) -> None:
    with app.test_request_context("/api/v1/x", headers=bearer(token)):
        try:
            require_token(Scope.IMPORTS_WRITE, Action.IMPORT_RUN)
        except NotAllowed as error:
            answer = respond(error)
    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="station-map", error="insufficient_scope", scope="imports:write"'
    )


@pytest.mark.parametrize("name", [name for name in HOSTILE_NAMES if len(name) < 60])
def test_hostile_titles_are_only_text(client: FlaskClient, database: Database, name: str) -> None:
    number = people.account(database, "wang", title=name, password=False)
    with writing(database, actor="wang") as unit:
        made = api_tokens.make(unit, number, "t", (), dt.timedelta(days=7), "wang")
    answer = client.get(ME, headers=bearer(made))
    assert answer.json is not None
    assert answer.json["title"] == name


def test_it_is_described_with_its_security(client: FlaskClient) -> None:
    told = client.get("/api/openapi.json").json
    assert told is not None
    assert told["paths"][ME]["get"]["security"] == [{"token": []}]
    assert told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert told["paths"]["/api/v1/stations"]["get"]["security"] == []

"""Signing in by an identity provider: a real one on loopback, honest and not."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from joserfc import jwt

from station_map.app import create_app
from station_map.domain.accounts import Role
from station_map.errors import InputError
from station_map.settings import Settings, read_settings
from station_map.store import accounts
from station_map.store.account_events import events_of
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.store.merging import rows, value
from tests.support import identity, people
from tests.support.identity import Provider

SUBJECT = "person-1"
EMAIL = "li@example.org"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with identity.running(require_nonce=True) as one:
        one.knows(SUBJECT, email=EMAIL, email_verified=True)
        yield one


@pytest.fixture
def client(
    composed: Callable[[Settings], Flask], tmp_path: Path, provider: Provider
) -> FlaskClient:
    settings = Settings(
        data_dir=tmp_path,
        oidc_issuer=provider.issuer,
        oidc_client_id="station-map",
        oidc_client_secret="not told",
    )
    return composed(settings).test_client()


@pytest.fixture
def number(database: Database) -> int:
    return people.account(database, "li", Role.PLANNER, email=EMAIL, password=False)


def start(client: FlaskClient, onward: str = "") -> str:
    answer = client.get("/admin/oidc" + (f"?next={onward}" if onward else ""))
    assert answer.status_code == 302
    return str(answer.location)


def arrive(client: FlaskClient, provider: Provider, subject: str = SUBJECT):  # type: ignore[no-untyped-def]
    return client.get(provider.consent(start(client), subject))


def test_a_person_with_an_account_gets_in(
    client: FlaskClient, database: Database, provider: Provider, number: int
) -> None:
    assert "用单位统一登录" in client.get("/admin/login").text
    back = provider.consent(start(client, "/admin/account"), SUBJECT)
    answer = client.get(back)
    assert (answer.status_code, answer.location) == (303, "/admin/account")
    assert "这里没有密码" in client.get("/admin/account").text
    assert rows(database, "SELECT signed_in_by FROM account_session") == [("oidc",)]
    assert [event.kind.value for event in events_of(database, number)] == [
        "signed_in",
        "oidc_linked",
        "created",
    ]
    # The next time the address no longer matters.
    provider.knows(SUBJECT, email="new@example.org", email_verified=True)
    assert arrive(client, provider).location == "/admin"


def test_the_code_is_asked_for_with_state_nonce_and_pkce(
    client: FlaskClient, provider: Provider, number: int
) -> None:
    address = start(client)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == "http://localhost/admin/oidc/done"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"].split() == ["openid", "email"]
    assert len(asked["state"]) >= 20
    assert len(asked["nonce"]) >= 20
    assert client.get(provider.consent(address, SUBJECT)).status_code == 303
    (told,) = provider.asked
    digest = hashlib.sha256(told["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    again = {name: values[0] for name, values in parse_qs(urlsplit(start(client)).query).items()}
    assert all(again[name] != asked[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "claims",
    [
        {"email": EMAIL},
        {"email": EMAIL, "email_verified": False},
        {"email": EMAIL, "email_verified": "true"},
        {"email": [EMAIL], "email_verified": True},
        {"email": "other@example.org", "email_verified": True},
        {},
    ],
    ids=str,
)
def test_an_address_that_is_not_proved_opens_nothing(
    client: FlaskClient,
    database: Database,
    provider: Provider,
    number: int,
    claims: dict[str, object],
) -> None:
    provider.knows(SUBJECT, **claims)
    answer = arrive(client, provider)
    assert answer.status_code == 403
    assert "这里没有你的帐号" in answer.text
    assert value(database, "SELECT count(*) FROM account_session") == 0
    assert value(database, "SELECT count(*) FROM account WHERE oidc_subject IS NOT NULL") == 0


def test_no_account_is_made_and_a_disabled_one_stays_shut(
    client: FlaskClient, database: Database, provider: Provider, number: int
) -> None:
    with writing(database, actor="test") as unit:
        accounts.disable(unit, number, "test")
    assert arrive(client, provider).status_code == 403
    assert value(database, "SELECT count(*) FROM account") == 1


def test_an_account_belongs_to_the_first_person_who_proved_its_address(
    client: FlaskClient, database: Database, provider: Provider, number: int
) -> None:
    assert arrive(client, provider).status_code == 303
    provider.knows("person-2", email=EMAIL, email_verified=True)
    other = client.application.test_client()
    assert arrive(other, provider, "person-2").status_code == 403
    assert rows(database, "SELECT oidc_subject FROM account") == [(SUBJECT,)]


def test_what_another_browser_began_is_not_finished_here(
    client: FlaskClient, provider: Provider, number: int
) -> None:
    back = provider.consent(start(client), SUBJECT)
    other = client.application.test_client()
    start(other)
    assert other.get(back).status_code == 401
    assert other.get("/admin").location == "/admin/login"
    assert client.get(back).status_code == 303
    fresh = client.get(back)  # the same answer twice
    assert fresh.status_code == 401


@pytest.mark.parametrize(
    "address",
    [
        "/admin/oidc/done",
        "/admin/oidc/done?code=x",
        "/admin/oidc/done?code=x&state=y",
        "/admin/oidc/done?error=access_denied&error_description=%7B%7B7*7%7D%7D%0d%0aforged",
        "/admin/oidc/done?error=%3Cscript%3Ealert(1)%3C/script%3E",
    ],
)
def test_answers_that_nobody_asked_for_are_refused(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, number: int, address: str
) -> None:
    start(client)
    answer = client.get(address)
    assert answer.status_code == 401
    assert "单位登录没成功" in answer.text
    said = "\n".join(caplog.messages)
    for told in ("forged", "7*7", "<script>alert"):
        assert told not in answer.text
        assert told not in said


def test_who_says_no_is_back_at_the_form(
    client: FlaskClient, provider: Provider, number: int
) -> None:
    back = provider.consent(start(client), SUBJECT, action="deny")
    answer = client.get(back)
    assert answer.status_code == 401
    assert "用帐号和密码" in answer.text


def with_claims(**changed: Any) -> Any:
    """An ID token with other claims, and the signature of the old ones."""

    def forge(answer: dict[str, Any]) -> dict[str, Any]:
        head, body, signature = answer["id_token"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | changed
        told = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
        return answer | {"id_token": f"{head}.{told}.{signature}"}

    return forge


def signed_with(**changed: Any) -> Any:
    """An ID token with other claims that the provider itself has signed."""

    def forge(answer: dict[str, Any]) -> dict[str, Any]:
        key = g.oidc_provider_mock_storage.jwk
        claims = jwt.decode(answer["id_token"], key, algorithms=["RS256"]).claims | changed
        header = {"alg": "RS256", "kid": key.kid}
        return answer | {"id_token": jwt.encode(header, claims, key, algorithms=["RS256"])}

    return forge


def unsigned(answer: dict[str, Any]) -> dict[str, Any]:
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return answer | {"id_token": f"{head}.{answer['id_token'].split('.')[1]}."}


def without(name: str) -> Any:
    return lambda answer: {key: told for key, told in answer.items() if key != name}


FORGERIES: dict[str, tuple[str, Any]] = {
    "another subject": ("/oauth2/token", with_claims(sub="boss")),
    "another nonce": ("/oauth2/token", signed_with(nonce="x")),
    "another audience": ("/oauth2/token", signed_with(aud=["another"])),
    "another audience for us": ("/oauth2/token", signed_with(aud="another", azp="station-map")),
    "another signer's name": ("/oauth2/token", signed_with(iss="http://localhost:1")),
    "too old": ("/oauth2/token", signed_with(exp=1_000_000_000)),
    "no signature": ("/oauth2/token", unsigned),
    "no ID token": ("/oauth2/token", without("id_token")),
    "no keys": ("/jwks", lambda _: {"keys": []}),
    "another issuer": (
        "/.well-known/openid-configuration",
        lambda told: told | {"issuer": "http://localhost:1"},
    ),
    "no description": ("/.well-known/openid-configuration", lambda _: {}),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_answer_opens_nothing(
    client: FlaskClient, database: Database, provider: Provider, number: int, forgery: str
) -> None:
    path, change = FORGERIES[forgery]
    provider.forge[path] = change
    begun = client.get("/admin/oidc")
    if begun.status_code == 302:
        answer = client.get(provider.consent(begun.location, SUBJECT))
        assert answer.status_code == 401
    else:
        assert begun.status_code == 401
    assert value(database, "SELECT count(*) FROM account_session") == 0


def test_a_token_that_the_provider_signs_anew_is_taken(
    client: FlaskClient, provider: Provider, number: int
) -> None:
    """So what the forgeries above are refused for is what they change, and not how."""
    provider.forge["/oauth2/token"] = signed_with()
    assert arrive(client, provider).status_code == 303


def test_a_provider_that_is_away_is_said(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "station_map")
    settings = Settings(
        data_dir=tmp_path,
        oidc_issuer="http://localhost:1",
        oidc_client_id="station-map",
        oidc_client_secret="not told",
    )
    client = create_app(settings, database).test_client()
    answer = client.get("/admin/oidc")
    assert answer.status_code == 401
    assert "用帐号和密码" in answer.text
    assert "not told" not in caplog.text + repr(settings)


def test_without_a_provider_there_is_no_such_page(database: Database, tmp_path: Path) -> None:
    client = create_app(Settings(data_dir=tmp_path), database).test_client()
    for address in ("/admin/oidc", "/admin/oidc/done?code=x"):
        assert client.get(address).status_code == 404
    assert "统一登录" not in client.get("/admin/login").text


@pytest.mark.parametrize(
    "given",
    [
        {"ISSUER": "https://login.example.org"},
        {"CLIENT_SECRET": "x"},
        {"ISSUER": "http://login.example.org", "CLIENT_ID": "a", "CLIENT_SECRET": "b"},
        {"ISSUER": "https://login.example.org?x=1", "CLIENT_ID": "a", "CLIENT_SECRET": "b"},
        {"ISSUER": "file:///etc/passwd", "CLIENT_ID": "a", "CLIENT_SECRET": "b"},
    ],
    ids=str,
)
def test_half_a_setting_or_an_unsafe_one_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    for name, told in given.items():
        monkeypatch.setenv(f"STATION_MAP_OIDC_{name}", told)
    with pytest.raises(InputError, match="STATION_MAP_OIDC"):
        read_settings()

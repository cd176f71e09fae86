"""Mail and webhooks as they arrive: on loopback, at a real mail server and a real receiver."""

from __future__ import annotations

import hmac
import json
import smtplib
import socket
import threading
from typing import Any

import pytest

from station_map.errors import EnvironmentFault, InputError
from station_map.jobs import mail, webhook
from station_map.settings import Settings
from tests.support.live import free_port
from tests.support.receivers import hook, postbox
from tests.web.stations import HOSTILE_NAMES


def server(port: int, **more: Any) -> Settings:
    told = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    told |= {"mail_from": "map@example.org", "public_url": "https://s.example.org"}
    return Settings(**(told | more))


def letter(subject: str = "你好", text: str = "内容", to: str = "li@example.org") -> Any:
    return mail.letter("map@example.org", to, subject, text, {"X-A": "b"})


def test_a_letter_arrives_whole() -> None:
    with postbox() as box:
        mail.send(server(box.port), letter())
    (got,) = box.letters
    assert box.receivers == ["li@example.org"]
    assert got["Subject"] == "你好"
    assert got["From"].addresses[0].addr_spec == "map@example.org"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got.get_content_type() == "text/plain"
    assert got.get_content_charset() == "utf-8"
    assert got.get_content().strip() == "内容"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_text_is_only_text(name: str) -> None:
    with postbox() as box:
        mail.send(server(box.port), letter(text=f"{name}\n.\nRCPT TO:<x@y.cn>\n"))
    (got,) = box.letters
    assert name.splitlines()[0] in got.get_content()
    assert box.receivers == ["li@example.org"]
    assert got["Bcc"] is None


@pytest.mark.parametrize("evil", ["a\nBcc: x@y.cn", "a\r\nBcc: x@y.cn"])
def test_a_header_of_two_lines_is_refused(evil: str) -> None:
    with pytest.raises(ValueError, match="Header"):
        letter(subject=evil)
    with pytest.raises(ValueError):
        letter(to=f"li@example.org{evil}")


def test_a_receiver_refused_for_good_and_for_a_while() -> None:
    with postbox() as box:
        box.refusal = "550 no such user"
        with pytest.raises(mail.Refused, match="550"):
            mail.send(server(box.port), letter())
        box.refusal = "451 try later"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mail.send(server(box.port), letter())
    assert box.letters == []


def test_a_server_without_encryption_is_not_told_anything() -> None:
    with postbox() as box:
        told = server(box.port, smtp_security="starttls")
        with pytest.raises(smtplib.SMTPNotSupportedError):
            mail.send(told, letter())
    assert box.letters == []


def test_no_server_is_told_in_words() -> None:
    with pytest.raises(EnvironmentFault, match="STATION_MAP_SMTP_HOST"):
        mail.send(Settings(), letter())
    with pytest.raises(OSError, match="refused"):
        mail.send(server(free_port()), letter())


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"smtp_host": "mail.example.org"}, "MAIL_FROM"),
        (
            {
                "smtp_host": "mail.example.org",
                "smtp_security": "none",
                "mail_from": "a@example.org",
                "public_url": "https://s.example.org",
            },
            "SMTP_SECURITY",
        ),
        ({"mail_from": "a@b\nBcc: x"}, "mail_from"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(told: dict[str, str], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Settings(**told)  # type: ignore[arg-type]


# -- webhooks ------------------------------------------------------------------------------

TOLD = {"id": 7, "reported": [{"name": "{{7*7}}</script>"}]}


def test_a_webhook_gets_json_that_it_can_check() -> None:
    with hook() as receiver:
        webhook.post(receiver.url, "whs_x", TOLD, "7", allow_private=True)
    (body,), (headers,) = receiver.bodies, receiver.told
    assert json.loads(body) == TOLD
    signed = headers["Station-Map-Timestamp"].encode() + b"." + body
    expected = hmac.new(b"whs_x", signed, "sha256").hexdigest()
    assert headers["Station-Map-Signature"] == f"v1={expected}"
    assert headers["Station-Map-Delivery"] == "7"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 500])
def test_what_is_no_success_is_not_taken_and_nothing_is_followed(status: int) -> None:
    with hook() as elsewhere, hook() as receiver:
        receiver.status, receiver.headers = status, {"Location": elsewhere.url}
        with pytest.raises(webhook.NotTaken, match=str(status)):
            webhook.post(receiver.url, "s", TOLD, "1", allow_private=True)
    assert elsewhere.bodies == []


def test_inside_is_not_spoken_to_unless_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    with hook() as receiver:
        with pytest.raises(InputError):
            webhook.post(receiver.url, "s", TOLD, "1", allow_private=False)
        port = int(receiver.url.rpartition(":")[2].partition("/")[0])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        # A public name that leads inside: what DNS rebinding does.
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        url = f"https://hooks.example.org:{port}/in"
        with pytest.raises(webhook.NotTaken, match="inside"):
            webhook.post(url, "s", TOLD, "1", allow_private=False)
    assert receiver.bodies == []


def test_one_address_inside_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))
        for address in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(webhook.NotTaken, match="inside"):
        webhook.post("https://hooks.example.org/", "s", TOLD, "1", allow_private=False)


def test_who_never_answers_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "WHOLE_TIMEOUT_S", 0.3)
    with hook() as receiver:
        receiver.silent = threading.Event()
        with pytest.raises(webhook.NotTaken):
            webhook.post(receiver.url, "s", TOLD, "1", allow_private=True)
    assert len(receiver.bodies) == 1


def test_nobody_there_and_a_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(webhook.NotTaken, match="ConnectionRefused"):
        webhook.post(f"http://127.0.0.1:{free_port()}/", "s", TOLD, "1", allow_private=True)

    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(webhook.NotTaken, match="nowhere"):
        webhook.post("https://hooks.example.org/", "s", TOLD, "1", allow_private=False)

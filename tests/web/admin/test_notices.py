"""`/admin/notices` and the links in mails: one's own address, proved by its owner."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.app import create_app
from station_map.domain.accounts import Role
from station_map.jobs import notices as doing
from station_map.jobs.tasks import Work
from station_map.settings import Settings
from station_map.store import webhooks as hooks
from station_map.store.database import Database
from tests.store.merging import rows, value
from tests.support import people
from tests.support.receivers import Postbox, postbox
from tests.web.stations import HOSTILE_NAMES, save, station

PAGE = "/admin/notices"


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as open_box:
        yield open_box


@pytest.fixture
def settings(box: Postbox, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_security="none",
        mail_from="map@example.org",
        public_url="http://localhost",
    )


@pytest.fixture
def app(composed: Callable[[Settings], Flask], settings: Settings) -> Flask:
    return composed(settings)


@pytest.fixture
def number(database: Database, client: FlaskClient) -> int:
    (code,) = save(database, [station("甲")])
    number = people.account(database, "li", Role.KEEPER, stations=(code,), email="li@a.cn")
    people.signed_in(client, "li")
    return number


def choose(client: FlaskClient, email: str = "li@b.cn", frequency: str = "daily", **more: str):  # type: ignore[no-untyped-def]
    fields = {"email": email, "frequency": frequency, "agreed": "yes", **more}
    return people.send(client, PAGE, form=PAGE, **fields)


def link(box: Postbox) -> str:
    found = re.search(r"http://localhost(/notices/\S+)", box.letters[-1].get_content())
    assert found
    return found[1]


def test_an_address_is_proved_by_the_link_that_is_sent_there(
    client: FlaskClient, box: Postbox, settings: Settings, database: Database, number: int
) -> None:
    assert 'value="li@a.cn"' in client.get(PAGE).text  # what the account has, as a proposal
    assert choose(client).location == f"{PAGE}?done=sent"
    assert "等你打开确认信" in client.get(f"{PAGE}?done=sent").text
    doing.prove_address(Work(settings, database), number)
    assert box.receivers == ["li@b.cn"]
    address = link(box)
    stranger = client.application.test_client()
    asked = stranger.get(address)
    assert "li@b.cn" in asked.text
    assert asked.headers["Cache-Control"] == "no-store"
    assert value(database, "SELECT verified_at IS NULL FROM notice_wish")  # opening is not enough
    assert "确认好了" in stranger.post(address).text
    assert value(database, "SELECT verified_at IS NOT NULL FROM notice_wish")
    assert stranger.post(address).status_code == 404  # once
    assert "开着，寄到 li@b.cn" in client.get(PAGE).text


def test_the_link_in_each_mail_ends_them_without_a_login(
    client: FlaskClient, settings: Settings, database: Database, number: int
) -> None:
    from station_map.domain.notice_links import Purpose, token
    from station_map.store.secret import secret_of

    choose(client)
    key = secret_of(None, settings.data_dir)
    address = f"/notices/off/{token(key, Purpose.OFF, number, 'li@b.cn')}"
    stranger = client.application.test_client()
    assert "不再收" in stranger.get(address).text
    assert value(database, "SELECT wanted FROM notice_wish")
    # As a mail programme does it (RFC 8058): no cookie, no page of ours before.
    done = stranger.post(address, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert not value(database, "SELECT wanted FROM notice_wish")
    wrong = f"/notices/off/{token(key, Purpose.PROVE, number, 'li@b.cn')}"
    assert stranger.post(wrong).status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "1", "1.", "1." + "0" * 40, "999." + "a" * 40, "💥", "1." + "A" * 40]
)
@pytest.mark.parametrize("what", ["off", "prove"])
def test_what_is_no_link_says_so(client: FlaskClient, number: int, what: str, token: str) -> None:
    for answer in (client.get(f"/notices/{what}/{token}"), client.post(f"/notices/{what}/{token}")):
        assert answer.status_code == 404
        assert "链接不能用了" in answer.text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"email": ""}, "写一个邮箱"),
        ({"email": "li"}, "邮箱不对"),
        ({"email": "li@b.cn\r\nBcc: x@y.cn"}, "邮箱不对"),
        ({"email": "a<b@c.cn"}, "这样的邮箱寄不到"),
        ({"email": "a,b@c.cn"}, "这样的邮箱寄不到"),
        ({"email": "张@b.cn"}, "这样的邮箱寄不到"),
        ({"frequency": "hourly"}, "请选多久收一次"),
        ({"agreed": ""}, "要勾上才能寄"),
        *[({"email": name[:100]}, "邮箱不对") for name in HOSTILE_NAMES],
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    client: FlaskClient, database: Database, number: int, told: dict[str, str], words: str
) -> None:
    answer = choose(client, **told)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text or "is-wrong" in answer.text
    assert "<script>alert" not in answer.text
    assert rows(database, "SELECT 1 FROM notice_wish") == []


def test_links_are_not_sent_by_the_dozen(client: FlaskClient, number: int) -> None:
    assert choose(client, "a@b.cn").status_code == 303
    again = choose(client, "c@b.cn")
    assert again.status_code == 429
    assert int(again.headers["Retry-After"]) > 0
    assert "确认信刚发过" in again.text


def test_off_and_forgotten(client: FlaskClient, database: Database, number: int) -> None:
    choose(client)
    assert people.send(client, f"{PAGE}/off", form=PAGE).location == f"{PAGE}?done=off"
    assert not value(database, "SELECT wanted FROM notice_wish")
    assert "现在</dt><dd>关着" in client.get(PAGE).text
    people.send(client, f"{PAGE}/off", form=PAGE, forget="yes")
    assert rows(database, "SELECT 1 FROM notice_wish") == []


def test_one_changes_only_ones_own(
    client: FlaskClient, other: FlaskClient, database: Database, number: int
) -> None:
    people.account(database, "wang", Role.KEEPER)
    people.signed_in(other, "wang")
    choose(client)
    choose(other, "wang@b.cn")
    people.send(other, f"{PAGE}/off", form=PAGE, forget="yes", account=str(number))
    assert rows(database, "SELECT account_id FROM notice_wish") == [(number,)]
    assert "wang@b.cn" not in client.get(PAGE).text


def test_webhooks_are_an_administrators(
    client: FlaskClient, other: FlaskClient, database: Database, number: int
) -> None:
    people.account(database, "boss")
    people.signed_in(other, "boss")
    assert "webhook" not in client.get(PAGE).text
    url = "https://hooks.example.org/x"
    made = people.send(other, f"{PAGE}/webhooks", form=PAGE, url=url)
    secret = re.search(r"whs_[\w-]{43}", made.text)
    assert secret
    assert secret[0] not in other.get(PAGE).text
    assert secret[0] == value(database, "SELECT secret FROM webhook")
    (one,) = hooks.webhooks(database)
    where = f"{PAGE}/webhooks/{one.id}"
    assert people.send(client, where, form=PAGE, do="remove").status_code == 403
    assert people.send(client, f"{PAGE}/webhooks", form=PAGE, url=url).status_code == 403
    people.send(other, where, form=PAGE, do="off")
    assert not hooks.webhooks(database)[0].wanted
    people.send(other, where, form=PAGE, do="on")
    assert hooks.webhooks(database)[0].wanted
    assert people.send(other, where, form=PAGE, do="remove").location == f"{PAGE}?done=removed"
    assert people.send(other, where, form=PAGE, do="off").status_code == 404
    assert hooks.webhooks(database) == []


@pytest.mark.parametrize("url", ["http://a.example.org/", "https://127.0.0.1/", "", *HOSTILE_NAMES])
def test_a_webhook_that_leads_inside_is_refused_at_its_field(
    client: FlaskClient, database: Database, url: str
) -> None:
    people.account(database)
    people.signed_in(client)
    answer = people.send(client, f"{PAGE}/webhooks", form=PAGE, url=url)
    assert answer.status_code == 400
    assert "公网上的 https 地址" in answer.text
    assert "<script>alert" not in answer.text
    assert hooks.webhooks(database) == []


def test_without_a_mail_server_it_says_so(database: Database, tmp_path: Path) -> None:
    application = create_app(Settings(data_dir=tmp_path), database)
    application.testing = True
    client = application.test_client()
    people.account(database)
    people.signed_in(client)
    assert "还没设好发邮件" in client.get(PAGE).text
    assert choose(client).status_code == 400

"""From a report to the letter and the signed POST, with the real worker."""

from __future__ import annotations

import hmac
import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from station_map.jobs import notices as doing
from station_map.jobs import webhook
from station_map.jobs.tasks import Work
from station_map.settings import Settings
from station_map.store import notice_wishes
from station_map.store import webhooks as hooks
from station_map.store.database import Database
from station_map.store.embedded.locks import wait_until
from station_map.store.jobs import Task, enqueue
from station_map.store.writing import writing
from tests.store.merging import rows, value
from tests.store.test_notices import gather, long_ago, now, report, subscribe
from tests.support import people
from tests.support.live import product_environment
from tests.support.receivers import Hook, Postbox, hook, postbox
from tests.web.stations import HOSTILE_NAMES, save, station

DEADLINE_S = 60.0


def told_to(box: Postbox, folder: Path, database: Database) -> dict[str, str]:
    return {
        "database_url": database.url,
        "data_dir": str(folder),
        "smtp_host": "127.0.0.1",
        "smtp_port": str(box.port),
        "smtp_security": "none",
        "mail_from": "map@example.org",
        "public_url": "https://s.example.org",
        "webhook_allow_private": "true",
    }


@contextmanager
def workers(settings: dict[str, str], count: int) -> Iterator[None]:
    environment = {f"STATION_MAP_{name.upper()}": told for name, told in settings.items()}
    with ExitStack() as held:
        for _ in range(count):
            process = subprocess.Popen(
                [sys.executable, "-m", "station_map", "worker"],
                env=product_environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            held.callback(process.wait)
            held.callback(process.send_signal, signal.SIGTERM)
        yield


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as open_box:
        yield open_box


@pytest.fixture
def receiver() -> Iterator[Hook]:
    with hook() as one:
        yield one


@pytest.fixture
def work(box: Postbox, tmp_path: Path, database: Database) -> Work:
    return Work(Settings(**told_to(box, tmp_path, database)), database)  # type: ignore[arg-type]


def test_two_workers_bring_each_notice_once(
    box: Postbox, receiver: Hook, tmp_path: Path, database: Database
) -> None:
    (code,) = save(database, [station("城东驿站")])
    for n in range(8):
        subscribe(database, people.account(database, f"boss{n}"), email=f"b{n}@a.cn")
    with writing(database, actor="test") as unit:
        secret = hooks.add_webhook(unit, receiver.url, "boss")
    long_ago(database)
    report(database, code)
    with workers(told_to(box, tmp_path, database), 2):
        with writing(database, actor="test") as unit:
            for _ in range(3):  # more often than needed
                enqueue(unit, Task.GATHER_NOTICES)
        settled = "SELECT count(*) FROM notice WHERE outcome = 'sent'"
        assert wait_until(lambda: value(database, settled) == 9, DEADLINE_S)
        left = "SELECT count(*) FROM procrastinate_jobs WHERE task_name <> 'take_up'"
        assert wait_until(lambda: value(database, left) == 0, DEADLINE_S)
    assert sorted(box.receivers) == [f"b{n}@a.cn" for n in range(8)]
    assert len(box.letters) == 8
    (body,), (headers,) = receiver.bodies, receiver.told
    signed = headers["Station-Map-Timestamp"].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, "sha256").hexdigest()
    assert headers["Station-Map-Signature"] == f"v1={expected}"
    assert json.loads(body)["reported"] == [
        {
            "code": code,
            "name": "城东驿站",
            "kinds": {"locked": 1},
            "url": f"https://s.example.org/stations/{code}",
        }
    ]


def test_a_letter_tells_how_to_end_the_letters(
    box: Postbox, work: Work, database: Database
) -> None:
    (code,) = save(database, [station("城东驿站")])
    subscribe(database, people.account(database))
    report(database, code)
    doing.gather(work)
    ((number,),) = rows(database, "SELECT id FROM notice")
    doing.send(work, number)
    doing.send(work, number)  # as after a crash between two steps
    (letter,) = box.letters
    assert letter["Subject"] == "歇脚地图：1 个驿站有新反映"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    off = letter["List-Unsubscribe"].strip("<>")
    assert re.fullmatch(r"https://s\.example\.org/notices/off/\d+\.[0-9a-f]{40}", off)
    assert off in letter.get_content()
    assert letter["Message-ID"] == f"<notice-{number}@example.org>"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_station_sends_an_ordinary_letter(
    box: Postbox, work: Work, database: Database, name: str
) -> None:
    (code,) = save(database, [station(name)])
    subscribe(database, people.account(database))
    report(database, code)
    doing.gather(work)
    doing.send(work, value(database, "SELECT id FROM notice"))
    (letter,) = box.letters
    assert box.receivers == ["li@a.cn"]
    assert letter["Subject"] == "歇脚地图：1 个驿站有新反映"
    assert f"（{code}）：锁门 1 次" in letter.get_content()


def test_nothing_goes_out_when_it_was_switched_off_meanwhile(
    box: Postbox, receiver: Hook, work: Work, database: Database
) -> None:
    (code,) = save(database, [station("甲")])
    number = people.account(database)
    subscribe(database, number)
    with writing(database, actor="test") as unit:
        hooks.add_webhook(unit, receiver.url, "boss")
    long_ago(database)
    report(database, code)
    doing.gather(work)
    with writing(database, actor="test") as unit:
        notice_wishes.switch_off(unit, number)
        hooks.switch_webhook(unit, hooks.webhooks(database)[0].id, wanted=False)
    for (one,) in rows(database, "SELECT id FROM notice"):
        doing.send(work, one)
    assert (box.letters, receiver.bodies) == ([], [])
    assert rows(database, "SELECT DISTINCT outcome FROM notice") == [("off",)]


def test_who_does_not_take_it_is_asked_again_and_who_refuses_is_not(
    box: Postbox, receiver: Hook, work: Work, database: Database
) -> None:
    (code,) = save(database, [station("甲")])
    subscribe(database, people.account(database))
    with writing(database, actor="test") as unit:
        hooks.add_webhook(unit, receiver.url, "boss")
    long_ago(database)
    report(database, code)
    doing.gather(work)
    by_mail = value(database, "SELECT id FROM notice WHERE webhook_id IS NULL")
    by_hook = value(database, "SELECT id FROM notice WHERE account_id IS NULL")
    box.refusal, receiver.status = "550 unknown", 500
    doing.send(work, by_mail)
    with pytest.raises(webhook.NotTaken):
        doing.send(work, by_hook)
    assert dict(rows(database, "SELECT id, outcome FROM notice")) == {
        by_mail: "refused",
        by_hook: None,
    }
    box.refusal, receiver.status = "", 200
    doing.send(work, by_mail)
    doing.send(work, by_hook)
    assert box.letters == []
    assert value(database, "SELECT outcome FROM notice WHERE account_id IS NULL") == "sent"


def test_an_account_that_is_disabled_gets_nothing_any_more(
    box: Postbox, work: Work, database: Database
) -> None:
    (code,) = save(database, [station("甲")])
    subscribe(database, people.account(database))
    report(database, code)
    doing.gather(work)
    people.execute(database, "UPDATE account SET disabled_at = now()")
    doing.send(work, value(database, "SELECT id FROM notice"))
    assert box.letters == []


def test_without_a_mail_server_only_webhooks_are_gathered(
    database: Database, tmp_path: Path
) -> None:
    (code,) = save(database, [station("甲")])
    subscribe(database, people.account(database))
    report(database, code)
    doing.gather(Work(Settings(data_dir=tmp_path), database))
    assert rows(database, "SELECT id FROM notice") == []
    assert gather(database, now()) == 1  # nothing was lost

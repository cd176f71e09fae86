"""What was kept long enough goes, what was not stays, and a trial only counts."""

from __future__ import annotations

import datetime as dt
import os
import re
import uuid
from pathlib import Path

import pytest

from station_map.settings import PREFIX, Settings
from station_map.store import report_photos, retention, station_photo_files
from station_map.store.database import Database
from station_map.store.retention import FILES, ORPHAN_KEPT, enforce, rules
from tests.docs import pages
from tests.store.merging import rows, value
from tests.support import people
from tests.web.stations import save, station

SETTINGS = Settings()
RULES = {rule.name: rule for rule in rules(SETTINGS)}
HOUR = dt.timedelta(hours=1)

# What is stored at a moment, as SQL with one value: that moment.
STORE = {
    "sign_in_attempts": "INSERT INTO sign_in_attempt (at, account, network) VALUES (%s, 'a', 'b')",
    "senders": "INSERT INTO sender (received_at, uuid, sender, network)"
    " VALUES (%s, gen_random_uuid(), 'a', 'b')",
    "sessions": "INSERT INTO account_session"
    " (seen_at, account_id, token_hash, signed_in_by, device, expires_at)"
    " SELECT %s, id, sha256(gen_random_uuid()::text::bytea), 'password', 'x',"
    " now() + interval '1 day' FROM account",
    "tokens": "INSERT INTO api_token (expires_at, account_id, token_hash, label, prefix, scopes)"
    " SELECT %s, id, sha256(gen_random_uuid()::text::bytea), 'x', 'sm_', '{}' FROM account",
    "report_details": "INSERT INTO report (received_at, uuid, station_id, kind, note, lon, lat, seen_at)"
    " SELECT %s, gen_random_uuid(), id, 'locked', '门锁着', 116.798, 33.956, now() FROM station",
    "drafts": "INSERT INTO station_draft (saved_at, account_id, station_id, subject, version, base,"
    " given) SELECT %s, a.id, s.id, CASE WHEN EXISTS (SELECT FROM station_draft) THEN 'hours'"
    " ELSE 'door' END, 1, '{}', '{}' FROM account a, station s",
    "visit_taps": "INSERT INTO visit_tap (hour, station_id, person, network)"
    " SELECT %s, id, 1, 1 FROM station",
    "visits": "INSERT INTO visit_hourly (hour, station_id, visits) SELECT %s, id, 3 FROM station",
    "notices": "INSERT INTO notice (created_at, account_id, news) SELECT %s, id, '{}' FROM account",
    "planning_runs": "INSERT INTO planning_run (ended_at, kind, state, asked, asked_by, origin)"
    " VALUES (%s, 'siting', 'cancelled', '{}', 'li', 'api')",
    "planning_inputs": "INSERT INTO planning_input (kept_at, digest, content, size)"
    " VALUES (%s, md5(random()::text) || md5(random()::text), 'x', 1)",
}
COUNT = {
    "sign_in_attempts": "SELECT count(*) FROM sign_in_attempt",
    "senders": "SELECT count(*) FROM sender",
    "sessions": "SELECT count(*) FROM account_session",
    "tokens": "SELECT count(*) FROM api_token",
    "report_details": "SELECT count(*) FROM report WHERE lon IS NOT NULL",
    "drafts": "SELECT count(*) FROM station_draft",
    "visit_taps": "SELECT count(*) FROM visit_tap",
    "visits": "SELECT count(*) FROM visit_hourly",
    "notices": "SELECT count(*) FROM notice",
    "planning_runs": "SELECT count(*) FROM planning_run",
    "planning_inputs": "SELECT count(*) FROM planning_input",
}


def ago(kept: dt.timedelta) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - kept


def counts(done: list[retention.Gone]) -> dict[str, int]:
    return {one.name: one.count for one in done}


@pytest.fixture(autouse=True)
def _somebody(database: Database) -> None:
    people.account(database, password=False)
    save(database, [station("甲")])


@pytest.mark.parametrize("name", STORE)
def test_what_is_older_goes_and_what_is_younger_stays(
    database: Database, tmp_path: Path, name: str
) -> None:
    kept = RULES[name].kept
    margin = min(HOUR, kept / 4)
    people.execute(database, STORE[name], ago(kept + margin))
    people.execute(database, STORE[name], ago(kept - margin))
    assert counts(enforce(database, SETTINGS, tmp_path, trial=True))[name] == 1
    assert value(database, COUNT[name].encode().decode()) == 2  # type: ignore[arg-type]
    assert counts(enforce(database, SETTINGS, tmp_path))[name] == 1
    assert value(database, COUNT[name].encode().decode()) == 1  # type: ignore[arg-type]
    assert set(counts(enforce(database, SETTINGS, tmp_path)).values()) == {0}


def test_every_rule_about_rows_is_tried() -> None:
    tried_below = {"links", "unproved_addresses", "failed_jobs"}
    assert set(RULES) == set(STORE) | tried_below


def test_words_and_kind_of_a_report_stay(database: Database, tmp_path: Path) -> None:
    people.execute(database, STORE["report_details"], ago(dt.timedelta(days=999)))
    enforce(database, SETTINGS, tmp_path)
    assert rows(database, "SELECT kind, note, photo, lon, lat FROM report") == [
        ("locked", "门锁着", None, None, None)
    ]


def test_links_that_ended_and_addresses_that_nobody_confirmed(
    database: Database, tmp_path: Path
) -> None:
    people.execute(
        database,
        "INSERT INTO account_link (account_id, token_hash, created_by, expires_at)"
        " SELECT id, sha256('x'), 'x', now() - interval '1 s' FROM account",
    )
    people.execute(
        database,
        "INSERT INTO notice_wish (account_id, email, frequency, next_at, link_made_at)"
        " SELECT id, 'a@b.cn', 'daily', now(), now() - interval '31 days' FROM account",
    )
    done = counts(enforce(database, SETTINGS, tmp_path))
    assert (done["links"], done["unproved_addresses"]) == (1, 1)


def test_a_proved_address_stays(database: Database, tmp_path: Path) -> None:
    people.execute(
        database,
        "INSERT INTO notice_wish (account_id, email, frequency, next_at, link_made_at, verified_at)"
        " SELECT id, 'a@b.cn', 'daily', now(), now() - interval '1 year', now() FROM account",
    )
    assert counts(enforce(database, SETTINGS, tmp_path))["unproved_addresses"] == 0


def test_failed_jobs_go_and_waiting_ones_never(database: Database, tmp_path: Path) -> None:
    for status in ("failed", "todo", "doing"):
        people.execute(
            database,
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status)"
            " VALUES ('default', 'x', %s::procrastinate_job_status)",
            status,
        )
    assert counts(enforce(database, SETTINGS, tmp_path))["failed_jobs"] == 1  # it has no event
    people.execute(database, "UPDATE procrastinate_jobs SET status = 'failed'")
    assert counts(enforce(database, SETTINGS, tmp_path))["failed_jobs"] == 0
    people.execute(database, "UPDATE procrastinate_events SET at = now() - interval '31 days'")
    assert counts(enforce(database, SETTINGS, tmp_path))["failed_jobs"] == 2


# -- files ---------------------------------------------------------------------------------


def file(folder: Path, name: str, *, old: bool = True) -> Path:
    path = folder / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    if old:
        at = (ago(ORPHAN_KEPT) - HOUR).timestamp()
        os.utime(path, (at, at))
    return path


def test_files_that_no_row_names_go_once_they_are_old(database: Database, tmp_path: Path) -> None:
    reports, stations = tmp_path / report_photos.FOLDER, tmp_path / station_photo_files.FOLDER
    used, unused, sha = uuid.uuid4().hex, uuid.uuid4().hex, "ab" * 32
    people.execute(
        database,
        "INSERT INTO report (uuid, station_id, kind, photo, seen_at)"
        " SELECT gen_random_uuid(), id, 'locked', %s, now() FROM station",
        used,
    )
    people.execute(
        database,
        "INSERT INTO station_photo (station_id, sha256, width_px, height_px)"
        " SELECT id, %s, 1, 1 FROM station",
        sha,
    )
    stay = [
        file(reports, f"{used}.jpg"),
        file(reports, f"{uuid.uuid4().hex}.jpg", old=False),
        file(stations, f"{sha}.jpg"),
        file(stations, f"{sha}-480.webp"),
        file(tmp_path / "postgres", "ab.jpg"),
    ]
    go = [
        file(reports, f"{unused}.jpg"),
        file(stations, f"{'cd' * 32}.jpg"),
        file(stations, f"{'cd' * 32}-480.webp"),
    ]
    assert counts(enforce(database, SETTINGS, tmp_path, trial=True))["station_photo_files"] == 2
    assert all(path.exists() for path in (*stay, *go))
    done = counts(enforce(database, SETTINGS, tmp_path))
    assert (done["report_photo_files"], done["station_photo_files"]) == (1, 2)
    assert all(path.exists() for path in stay)
    assert not any(path.exists() for path in go)


def test_the_photo_of_an_old_report_goes_with_its_name(database: Database, tmp_path: Path) -> None:
    name = uuid.uuid4().hex
    path = file(tmp_path / report_photos.FOLDER, f"{name}.jpg")
    people.execute(
        database,
        "INSERT INTO report (uuid, station_id, kind, photo, seen_at, received_at)"
        " SELECT gen_random_uuid(), id, 'locked', %s, now(), now() - interval '1 year' FROM station",
        name,
    )
    enforce(database, SETTINGS, tmp_path)
    assert not path.exists()


def test_a_folder_that_seems_to_be_another_databases_is_left(
    database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / station_photo_files.FOLDER
    for n in range(retention.SUSPICIOUS + 1):
        file(folder, f"{n:064x}.jpg")
    (found,) = [one for one in enforce(database, SETTINGS, tmp_path) if one.count]
    assert (found.name, found.count, found.left) == ("station_photo_files", 21, True)
    assert len(list(folder.glob("*/*"))) == 21
    (found,) = [one for one in enforce(database, SETTINGS, tmp_path, all_files=True) if one.count]
    assert not found.left
    assert list(folder.glob("*/*")) == []


# -- the page ------------------------------------------------------------------------------


def test_the_page_of_security_says_the_same() -> None:
    table = pages.sections(pages.DOCS / "security.md", 2)["How long things are kept"]
    told = dict[str, tuple[str, str]]()
    for what, kept, setting in re.findall(
        r"^\| `(\w+)` [^|]*\|([^|]*)\|([^|]*)\|$", table, re.MULTILINE
    ):
        told[what] = (kept.strip(), setting.strip(" `"))
    assert set(told) == set(RULES) | {name for name, _, _ in FILES}
    for name, (kept, setting) in told.items():
        period = RULES[name].kept if name in RULES else ORPHAN_KEPT
        assert kept.startswith(_words(period)), name
        if name in RULES:
            assert setting == (RULES[name].setting and PREFIX + RULES[name].setting.upper()), name


def _words(period: dt.timedelta) -> str:
    if not period:
        return "not at all"
    if period < dt.timedelta(days=1):
        return f"{period // dt.timedelta(minutes=1)} minutes"
    return f"{period.days} day{'s' if period.days > 1 else ''}"

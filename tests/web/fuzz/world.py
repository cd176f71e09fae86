"""One of everything that a route can be about, so that each address leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from werkzeug.routing import Rule

from station_map.domain.accounts import Role
from station_map.domain.accounts.scopes import Scope
from station_map.domain.planning_runs import RunKind
from station_map.domain.reports import ReportKind
from station_map.importers import job as job_process
from station_map.store import report_photos
from station_map.store.database import Database
from station_map.store.duplicates import Seen, say_different
from station_map.store.pictures import PhotoLimits
from station_map.store.planning_scenarios import keep_scenario
from station_map.store.writing import writing
from station_map.web.admin.importing import launch
from tests.store.merging import value
from tests.store.queue_help import tell, wish
from tests.support import people
from tests.support.pictures import encoded, picture
from tests.support.planning import ask
from tests.web.stations import having, save, station

PHONE = "13987654321"
LEDGER = "名称,经度,纬度,坐标系\n导入的站,116.81,33.95,wgs84\n"
LIMITS = PhotoLimits(10_000_000, 50_000_000)

# What stands for the parameters of a route's address. `number` differs by what it counts.
_NUMBERS = {
    "session": "SELECT max(id) FROM account_session",
    "token": "SELECT max(id) FROM api_token",
    "photo": "SELECT min(id) FROM station_photo",
    "exception": "SELECT count(*) FROM station_hours_exception",
    "case": "SELECT min(id) FROM report_case",
    "wish": "SELECT min(id) FROM suggestion",
    "revision": "SELECT min(id) FROM revision",
    "change_set": "SELECT min(id) FROM change_set",
    "duplicate_answer": "SELECT min(id) FROM duplicate_answer",
    "import_re": "SELECT min(id) FROM import_run",
    "import_ru": "SELECT min(id) FROM import_run",
    "webhook": "SELECT min(id) FROM webhook",
    "calendar": "SELECT min(id) FROM service_event",
    "user": "SELECT id FROM account WHERE name = 'keeper-a'",
    "coverage_run": "SELECT min(id) FROM planning_run WHERE kind = 'coverage'",
    "siting_run": "SELECT min(id) FROM planning_run WHERE kind = 'siting'",
    "planning_run": "SELECT min(id) FROM planning_run WHERE kind = 'coverage'",
    "planning_scenario": "SELECT min(id) FROM planning_scenario",
    "page": "SELECT 1",
}


@dataclass
class World:
    """codes: 甲站 of keeper-a, 乙站 of keeper-b. real: parameters of addresses, by endpoint or name."""

    app: Flask
    database: Database
    codes: list[str]
    boss: FlaskClient
    token: str
    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def address(self, rule: Rule, **instead: str) -> str:
        """Where the rule leads, with `instead` in the place of what is real."""

        def given(found: re.Match[str]) -> str:
            name = found["name"]
            if name in instead:
                return instead[name]
            if name == "job" and "planning" in rule.endpoint:
                return self.names["planning_job"]
            return str(self._number(rule.endpoint)) if name == "number" else self.names[name]

        return re.sub(r"<(?:[^:>]+:)?(?P<name>\w+)>", given, rule.rule)

    def _number(self, endpoint: str) -> int:
        view = endpoint.partition(".")[2]
        return next(n for key, n in self.numbers.items() if view.startswith(key))

    def rules(self, method: str) -> list[Rule]:
        """The routes that take a method, in a fixed order; the one that signs out is last."""
        found = [r for r in self.app.url_map.iter_rules() if method in (r.methods or ())]
        return sorted(found, key=lambda r: (r.endpoint == "admin.logout", r.rule, r.endpoint))

    def written(self) -> dict[str, Any]:
        """Count and a sum of everything stored, by table; what refusals leave on purpose is not in it."""
        return written(self.database)


# A refused try to sign in is counted and on record; a refused push counts in its minute.
LEFT_ON_PURPOSE = {"sign_in_attempt", "account_event", "live_pace", "account_session"}


def written(database: Database) -> dict[str, Any]:
    tables = [name for name in _tables(database) if name not in LEFT_ON_PURPOSE]
    each = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*), sum(hashtext(t::text)::bigint) FROM {} t").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for name in tables
    )
    with database.reading() as connection:
        return {name: told for name, *told in connection.execute(each)}


# Those that the migrations and the template fill.
_FILLED = ("alembic_version", "spatial_ref_sys", "area")


def _tables(database: Database) -> list[str]:
    """Those that the product fills."""
    rows = database.rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in rows if name not in _FILLED]


def build(app: Flask, database: Database, folder: Path) -> World:
    """Fill an empty database and sign an administrator in."""
    codes = save(
        database,
        [
            station("甲站", amenities=having("microwave"), phone=PHONE, address="淮海路 1 号"),
            station("乙站", 116.83, 34.0, phone=PHONE),
        ],
    )
    boss = _people(app, database, codes)
    launch_here = launch._spawn
    launch._spawn = job_process.serve
    try:
        names = _things(boss, database, folder, codes)
    finally:
        launch._spawn = launch_here
    made = _send(
        boss,
        "/admin/account",
        "/admin/account/tokens",
        label="屏",
        days="30",
        scopes=Scope.LIVE_WRITE.value,
    )
    for kind in RunKind:
        ask(database, kind, {})
    with writing(database, actor="boss") as unit:
        keep_scenario(unit, "东边两个", {"added": [{"lon": 116.81, "lat": 33.95}]}, "boss")
    (token,) = re.findall(r"sm_[A-Za-z0-9_-]{20,}", made.text)
    names |= {"code": codes[0]}
    numbers = {key: value(database, query) for key, query in _NUMBERS.items()}  # type: ignore[arg-type]
    return World(app, database, codes, boss, token, names, numbers)


def _people(app: Flask, database: Database, codes: list[str]) -> FlaskClient:
    people.account(database, "boss", Role.ADMIN)
    people.account(database, "keeper-a", Role.KEEPER, stations=(codes[0],))
    people.account(database, "keeper-b", Role.KEEPER, stations=(codes[1],))
    return people.signed_in(app.test_client(), "boss")


def _send(client: FlaskClient, page: str, address: str, /, **fields: Any):  # type: ignore[no-untyped-def]
    answer = people.send(client, address, form=page, **fields)
    assert answer.status_code in {200, 303}, answer.text
    return answer


def _things(
    boss: FlaskClient, database: Database, folder: Path, codes: list[str]
) -> dict[str, str]:
    """One of each, by the forms where there are some; the names that addresses hold."""
    seen = report_photos.keep(folder, report_photos.redraw(encoded(picture()), LIMITS))
    for code in codes:
        tell(database, code, ReportKind.LOCKED, note="敲了没人应", photo=seen)
    wish(database, note="这里要一个")
    station_page = f"/admin/stations/{codes[0]}"
    photos = f"{station_page}/photos"
    _send(boss, photos, photos, caption="北门", photo=(BytesIO(encoded(picture())), "a.jpg"))
    _send(
        boss,
        f"{station_page}/edit/hours",
        f"{station_page}/exceptions",
        first_day="2099-10-01",
        last_day="2099-10-07",
        hours="休息",
        override_reason="holiday",
        closed="1",
    )
    _send(
        boss,
        "/admin/calendar",
        "/admin/calendar",
        station=codes[0],
        kind="legal_clinic",
        title="咨询",
        repeat="daily",
        first="2099-01-01",
        last="2099-01-02",
        source="市总",
    )
    (pair,) = database.rows(
        "SELECT a.id, b.id, a.version, b.version FROM station a JOIN station b ON a.id < b.id"
    )
    with writing(database, actor="boss", origin="form") as unit:
        say_different(unit, Seen(*pair), "各有各的门")
    _send(boss, "/admin/notices", "/admin/notices/webhooks", url="https://a.example/b", do="add")
    people.execute(database, "INSERT INTO change_set (actor, kind) VALUES ('boss', 'bulk')")
    people.execute(
        database,
        "INSERT INTO import_run (actor, file_name, sha256) VALUES ('boss', '台账.csv', repeat('0', 64))",
    )
    upload = (BytesIO(LEDGER.encode()), "台账.csv")
    job = _send(boss, "/admin/import", "/admin/import", file=upload).location.rpartition("/")[2]
    layer = {"what": "demand", "file": (BytesIO(LEDGER.encode()), "人.csv")}
    page = "/admin/planning/layers"
    planning_job = _send(boss, page, f"{page}/files", **layer).location.rpartition("/")[2]
    return {
        "job": job,
        "planning_job": planning_job,
        "kind": "areas",
        "reference": "0" * 16,
        "name": seen,
        "form": "jpg",
        "tag": "en",
        "token": "a" * 43,
        "secret": "a" * 43,
        "ending": "csv",
        "subject": "hours",
        "other": codes[1],
        "collection": "stations",
        "z": "10",
        "x": "844",
        "y": "409",
    }


def hostile_segments() -> Iterator[str]:
    """What a part of an address is tried with, percent-encoded where a client would."""
    for raw in (
        "..", "../../../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "a/../../b",
        "\x00", "a\x00.jpg", "\r\nSet-Cookie: x=1", "\u202e", "é", "站", "' OR 1=1--", "{{7*7}}",
        "<script>alert(1)</script>", "%s%n", "0", "-1", "00", "1e9", "NaN",
        "9223372036854775807", "9223372036854775808", "9" * 300, "a" * 900,
    ):  # fmt: skip
        yield quote(raw, safe="")
    yield from ("..%252f..%252fetc%252fpasswd", "%ff%fe", "%c0%ae%c0%ae%c0%af", "%ed%a0%80")

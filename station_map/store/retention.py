"""What is kept how long, and what goes when its time is over: rows, and files nobody names.

A trial does the very same in a transaction that is rolled back, so it counts what would go.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, LiteralString, Protocol

import psycopg

from station_map.domain.accounts.signing_in import ATTEMPT_KEPT
from station_map.domain.reports import SENDER_KEPT
from station_map.domain.visits import HOUR
from station_map.store import drafts, report_photos, station_photo_files
from station_map.store.database import Database
from station_map.store.station_photos import LOCK
from station_map.store.writing import writing

UNPROVED_KEPT: Final = dt.timedelta(days=30)
# Files are written before their rows: what is younger may still get one.
ORPHAN_KEPT: Final = dt.timedelta(days=1)
# So many files that nobody names, and more than are named: then the folder is rather that of another
# database, and a wrong setting would cost every photo.
SUSPICIOUS: Final = 20
# A part of what a run reads is kept before the run says so.
INPUTS_KEPT: Final = dt.timedelta(days=1)
_TIMEOUT: Final = "5min"
_log = logging.getLogger(__name__)
_AT_ONCE: Final = dt.timedelta()


class Periods(Protocol):
    """How long things are kept, where the operator decides. The product's `Settings` are such."""

    @property
    def session_idle_minutes(self) -> int: ...
    @property
    def keep_report_details_days(self) -> int: ...
    @property
    def keep_ended_tokens_days(self) -> int: ...
    @property
    def keep_notices_days(self) -> int: ...
    @property
    def keep_failed_jobs_days(self) -> int: ...
    @property
    def keep_visits_days(self) -> int: ...
    @property
    def keep_runs_days(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One sort of thing. name: as the documentation has it. setting: decides `kept`, if any does.

    statement: does it away, older than %(kept)s.
    """

    name: str
    zh: str
    kept: dt.timedelta
    statement: LiteralString
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """How many of a sort went, or would go. left: they were left, for they seem to be another's."""

    name: str
    zh: str
    kept: dt.timedelta
    count: int
    left: bool = False


def rules(periods: Periods) -> tuple[Rule, ...]:
    """Every rule about rows."""

    def days(setting: str) -> dt.timedelta:
        return dt.timedelta(days=getattr(periods, setting))

    idle = dt.timedelta(minutes=periods.session_idle_minutes)
    return (
        Rule("sign_in_attempts", "没成功的登录", ATTEMPT_KEPT, _ATTEMPTS),
        Rule("senders", "反馈来源的哈希", SENDER_KEPT, _SENDERS),
        Rule("sessions", "结束了的登录", idle, _SESSIONS, "session_idle_minutes"),
        Rule("links", "过期的设密码链接", _AT_ONCE, _LINKS),
        Rule(
            "tokens",
            "过期、作废的令牌",
            days("keep_ended_tokens_days"),
            _TOKENS,
            "keep_ended_tokens_days",
        ),
        Rule(
            "report_details",
            "反馈的照片名和位置",
            days("keep_report_details_days"),
            _REPORTS,
            "keep_report_details_days",
        ),
        Rule("drafts", "没保存的草稿", drafts.LASTS, _DRAFTS),
        Rule("unproved_addresses", "没确认的邮箱", UNPROVED_KEPT, _UNPROVED),
        Rule("notices", "发过的通知", days("keep_notices_days"), _NOTICES, "keep_notices_days"),
        Rule(
            "failed_jobs",
            "没做成的后台活",
            days("keep_failed_jobs_days"),
            _JOBS,
            "keep_failed_jobs_days",
        ),
        Rule("visit_taps", "这一小时到访的记号", HOUR, _TAPS),
        Rule("visits", "到访次数", days("keep_visits_days"), _VISITS, "keep_visits_days"),
        Rule("planning_runs", "规划计算", days("keep_runs_days"), _RUNS, "keep_runs_days"),
        # After the runs, so that what only they read goes with them.
        Rule("planning_inputs", "规划计算读过的数据", INPUTS_KEPT, _INPUTS),
    )


_ATTEMPTS: Final = "DELETE FROM sign_in_attempt WHERE at < now() - %(kept)s"
_SENDERS: Final = "DELETE FROM sender WHERE received_at < now() - %(kept)s"
_SESSIONS: Final = """
DELETE FROM account_session WHERE expires_at <= now() OR seen_at <= now() - %(kept)s
"""
_LINKS: Final = "DELETE FROM account_link WHERE expires_at <= now() - %(kept)s"
_TOKENS: Final = """
DELETE FROM api_token WHERE least(expires_at, revoked_at) <= now() - %(kept)s
"""
_REPORTS: Final = """
UPDATE report SET photo = NULL, lon = NULL, lat = NULL
WHERE received_at < now() - %(kept)s AND (photo IS NOT NULL OR lon IS NOT NULL)
"""
_DRAFTS: Final = "DELETE FROM station_draft WHERE saved_at < now() - %(kept)s"
_UNPROVED: Final = """
DELETE FROM notice_wish WHERE verified_at IS NULL AND link_made_at < now() - %(kept)s
"""
_NOTICES: Final = "DELETE FROM notice WHERE created_at < now() - %(kept)s"
_JOBS: Final = """
DELETE FROM procrastinate_jobs j WHERE status NOT IN ('todo', 'doing') AND NOT EXISTS (
    SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - %(kept)s)
"""

_TAPS: Final = "DELETE FROM visit_tap WHERE hour <= now() - %(kept)s"
_RUNS: Final = "DELETE FROM planning_run WHERE ended_at < now() - %(kept)s"
# Whoever keeps one anew for a run to come says so first, and this looks again after that.
_INPUTS: Final = """
DELETE FROM planning_input i WHERE kept_at < now() - %(kept)s AND NOT EXISTS (
    SELECT FROM planning_run r WHERE i.digest IN (
        r.demand_input, r.stations_input, r.candidates_input))
"""
_VISITS: Final = "DELETE FROM visit_hourly WHERE hour < now() - %(kept)s"

FILES: Final = (
    ("report_photo_files", "没有反馈用到的照片文件", report_photos.FOLDER),
    ("station_photo_files", "没有驿站用到的照片文件", station_photo_files.FOLDER),
)


def enforce(
    database: Database,
    periods: Periods,
    data_dir: Path,
    *,
    trial: bool = False,
    all_files: bool = False,
) -> list[Gone]:
    """Do away with all whose time is over, or with `trial` only count it.

    all_files: files that nobody names too when they are suspiciously many. A trial counts the
    files of rows that it only would change as still in use.
    """
    gone: list[Gone] = []
    with writing(database, actor="retention", origin="system") as unit:
        unit.execute(f"SET LOCAL statement_timeout = '{_TIMEOUT}'")
        with unit.transaction() as step:
            for rule in rules(periods):
                done = unit.execute(rule.statement, {"kept": rule.kept})
                gone.append(Gone(rule.name, rule.zh, rule.kept, done.rowcount))
            if trial:
                raise psycopg.Rollback(step)
    for name, zh, folder in FILES:
        count, left = _files(database, data_dir / folder, trial=trial, all_files=all_files)
        gone.append(Gone(name, zh, ORPHAN_KEPT, count, left))
    return gone


def _files(database: Database, folder: Path, *, trial: bool, all_files: bool) -> tuple[int, bool]:
    """How many files nobody names, and whether they were left for being too many."""
    with writing(database, actor="retention", origin="system") as unit:
        unit.execute(LOCK)  # nobody takes up a file while it goes
        used = _used(unit)
        unused = _unused(folder, used)
        left = not all_files and len(unused) > max(SUSPICIOUS, len(used))
        if left:
            _log.warning("%d files in %s belong to no row; left alone", len(unused), folder.name)
        elif not trial:
            for path in unused:
                path.unlink(missing_ok=True)
    return len(unused), left


_USED: Final = """
SELECT photo FROM report WHERE photo IS NOT NULL UNION SELECT sha256 FROM station_photo
"""


def _used(unit: psycopg.Connection) -> frozenset[str]:
    return frozenset(name for (name,) in unit.execute(_USED))


def _unused(folder: Path, used: frozenset[str]) -> Sequence[Path]:
    """Files of ours, two folders deep, that no row names, and that are no longer new."""
    oldest = dt.datetime.now(dt.UTC).timestamp() - ORPHAN_KEPT.total_seconds()
    return [
        path
        for path in folder.glob("[0-9a-f][0-9a-f]/*.*")
        if path.name.partition(".")[0].partition("-")[0] not in used
        and path.is_file()
        and not path.is_symlink()
        and path.stat().st_mtime < oldest
    ]

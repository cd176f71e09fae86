"""Reports, accounts and cases for the tests of the queue."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from station_map.domain.accounts import Account, Role
from station_map.domain.reports import Report, ReportKind, Suggestion, sender_of
from station_map.store import accounts
from station_map.store.database import Database
from station_map.store.reports import StoredReport, store_report, store_suggestion
from tests.support import people

SECRET = b"sixteen bytes ok"


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def tell(
    database: Database,
    code: str,
    kind: ReportKind = ReportKind.LOCKED,
    who: str = "203.0.113.5",
    ago: dt.timedelta = dt.timedelta(),
    **facts: Any,
) -> StoredReport:
    """A report by the rider at the address `who`."""
    report = Report(
        id=facts.pop("id", None) or uuid4(), code=code, kind=kind, seen_at=now() - ago, **facts
    )
    return store_report(database, report, sender_of(SECRET, who, "a", now()))


def locked_by_two(database: Database, code: str) -> None:
    """Two riders say that the door is locked: the mark stands on the card."""
    tell(database, code, who="203.0.113.5")
    assert tell(database, code, who="203.0.113.6").reported_locked


def wish(database: Database, lon: float = 116.8, lat: float = 33.95, **facts: Any) -> None:
    """A suggestion of a rider."""
    told = Suggestion(id=uuid4(), lon=lon, lat=lat, **facts)
    store_suggestion(database, told, sender_of(SECRET, "203.0.113.9", "a", now()))


def account(database: Database, name: str, role: Role, **scope: tuple[str, ...]) -> Account:
    """An account without a password."""
    number = people.account(database, name, role, password=False, **scope)  # type: ignore[arg-type]
    return accounts.account_by_id(database, number).account

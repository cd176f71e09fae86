"""The rules of the queue as they are set now, and who set which before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from station_map.domain.cases import UNKNOWN_LEVEL, CaseRules
from station_map.store.database import Database

MOST_LISTED: Final = 50

DUE_AFTER: Final[LiteralString] = f"""
make_interval(days => (%(days)s::jsonb ->> coalesce(s.service_level, '{UNKNOWN_LEVEL}'))::int)
"""
"""After how long without a check a station `s` is due; `days` are the rules' `stale_days`."""

_LAST: Final = """
SELECT locked_reports, locked_hours, stale_days FROM case_rule ORDER BY id DESC LIMIT 1
"""
_HISTORY: Final = """
SELECT locked_reports, locked_hours, stale_days, at, actor FROM case_rule
ORDER BY id DESC LIMIT %(limit)s
"""
_SET: Final = """
INSERT INTO case_rule (actor, locked_reports, locked_hours, stale_days)
VALUES (%(actor)s, %(reports)s, %(hours)s, %(days)s)
"""
# Two who set rules at once come one after the other; the last holds.
_ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('case_rule', 0))"


@dataclass(frozen=True, slots=True)
class RulesSet:
    """Rules that somebody set."""

    rules: CaseRules
    at: dt.datetime
    actor: str


def rules_in(connection: psycopg.Connection) -> CaseRules:
    """The rules that hold, read in the caller's unit of work."""
    row = connection.execute(_LAST).fetchone()
    return CaseRules() if row is None else _rules(*row)


def rules_now(database: Database) -> CaseRules:
    """The rules that hold; those of the program until somebody sets others."""
    rows = database.rows(_LAST)
    return _rules(*rows[0]) if rows else CaseRules()


def history(database: Database) -> list[RulesSet]:
    """Who set which rules, the latest first, at most MOST_LISTED."""
    rows = database.rows(_HISTORY, {"limit": MOST_LISTED})
    return [RulesSet(_rules(*row[:3]), *row[3:]) for row in rows]


def set_rules(unit: psycopg.Connection, rules: CaseRules, actor: str) -> bool:
    """Let `rules` hold from now on; whether they differ from those that held."""
    unit.execute(_ONE_AT_A_TIME)
    if rules_in(unit) == rules:
        return False
    told = {
        "actor": actor,
        "reports": rules.locked_reports,
        "hours": rules.locked_hours,
        "days": Jsonb(dict(rules.stale_days)),
    }
    unit.execute(_SET, told)
    return True


def _rules(reports: int, hours: int, days: dict[str, Any]) -> CaseRules:
    defaults = CaseRules().stale_days
    return CaseRules(
        locked_reports=reports,
        locked_window=dt.timedelta(hours=hours),
        # A level that came into being since has the program's days.
        stale_days={level: days.get(level, default) for level, default in defaults.items()},
    )

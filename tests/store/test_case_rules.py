"""The rules of the queue: defaults, settings, and their history that can only be added to."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from station_map.domain.cases import CaseRules
from station_map.domain.reports import LOCKED_REPORTS, LOCKED_WINDOW
from station_map.store import case_rules
from station_map.store.database import Database
from station_map.store.writing import writing
from tests.support.people import execute


def set_rules(database: Database, rules: CaseRules, actor: str = "boss") -> bool:
    with writing(database, actor=actor) as unit:
        return case_rules.set_rules(unit, rules, actor)


def test_until_somebody_sets_others_the_programs_rules_hold(database: Database) -> None:
    rules = case_rules.rules_now(database)
    assert (rules.locked_reports, rules.locked_window) == (LOCKED_REPORTS, LOCKED_WINDOW)
    assert case_rules.history(database) == []


def test_the_last_setting_holds_and_all_are_kept(database: Database) -> None:
    first = CaseRules(locked_reports=3)
    second = CaseRules(
        locked_window=dt.timedelta(hours=48), stale_days={**first.stale_days, "smart": 7}
    )
    assert set_rules(database, first)
    assert not set_rules(database, first)  # nothing new
    assert set_rules(database, second, "other")
    assert case_rules.rules_now(database) == second
    told = [(one.rules, one.actor) for one in case_rules.history(database)]
    assert told == [(second, "other"), (first, "boss")]


@pytest.mark.parametrize("statement", ["UPDATE case_rule SET actor = 'x'", "DELETE FROM case_rule"])
def test_what_was_set_can_not_be_changed(database: Database, statement: str) -> None:
    set_rules(database, CaseRules(locked_reports=3))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(database, statement)

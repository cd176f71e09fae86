"""The page of rules: for administrators, with who set what before."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from station_map.domain.cases import CaseRules
from station_map.store import case_rules
from station_map.store.database import Database
from tests.support import people

DAYS = {f"stale_{level}": str(days) for level, days in CaseRules().stale_days.items()}
GOOD = {"locked_reports": "3", "locked_hours": "48", **DAYS}


def send(client: FlaskClient, **fields: object):  # type: ignore[no-untyped-def]
    return people.send(client, "/admin/rules", form="/admin/account", **fields)


def test_rules_are_shown_set_and_kept(database: Database, boss: FlaskClient) -> None:
    page = boss.get("/admin/rules").text
    assert "没人改过" in page
    assert 'name="locked_hours" type="text" value="24"' in page
    done = send(boss, **{**GOOD, "stale_smart": "7"})
    assert done.status_code == 303
    rules = case_rules.rules_now(database)
    assert (rules.locked_reports, rules.locked_hours, rules.stale_days["smart"]) == (3, 48, 7)
    page = boss.get(done.location).text
    assert "存好了" in page
    assert "3 个人，48 小时以内" in page
    assert "boss" in page


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("locked_reports", "0"),
        ("locked_reports", "11"),
        ("locked_hours", "169"),
        ("locked_hours", "一天"),
        ("stale_mobile", "1001"),
        ("stale_unknown", ""),
        ("stale_smart", "9" * 30),
    ],
)
def test_bounds_are_said_at_the_field(
    database: Database, boss: FlaskClient, field: str, told: str
) -> None:
    answer = send(boss, **{**GOOD, field: told})
    assert answer.status_code == 400
    assert f'id="{field}-wrong"' in answer.text
    assert case_rules.history(database) == []


def test_only_administrators_set_rules(database: Database, keeper: FlaskClient) -> None:
    assert keeper.get("/admin/rules").status_code == 403
    assert send(keeper, **GOOD).status_code == 403
    assert case_rules.history(database) == []

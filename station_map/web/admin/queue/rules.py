"""The rules of the queue: seen and set by administrators, each setting kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Response, request

from station_map.domain.cases import (
    LEVEL_WORDS,
    LONGEST_STALE_DAYS,
    LONGEST_WINDOW_HOURS,
    MOST_REPORTS,
    CaseRules,
)
from station_map.store import case_rules
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.queue.reading import whole_number
from station_map.web.runtime import database


@blueprint.get("/rules")
def rules() -> Response:
    """The rules that hold, and who set which before."""
    return _rules_page(
        _filled(case_rules.rules_now(database())), done=request.args.get("done") == "set"
    )


@blueprint.post("/rules")
def rules_set() -> Response:
    """Let other rules hold from now on."""
    form, me = given(), identity.signed_in().account
    wanted = _wanted(form)
    if wanted is None:
        return _rules_page(form, status=BAD_REQUEST)
    with writing(database(), actor=me.name) as unit:
        case_rules.set_rules(unit, wanted, me.name)
    return go(f"{request.root_path}{PATH}/rules?done=set")


def _wanted(form: Form) -> CaseRules | None:
    reports = form.read(_upto(MOST_REPORTS, 2), "locked_reports", 0)
    hours = form.read(_upto(LONGEST_WINDOW_HOURS, 24), "locked_hours", 0)
    days = {
        level: form.read(_upto(LONGEST_STALE_DAYS, 90), f"stale_{level}", 0)
        for level in LEVEL_WORDS
    }
    if form.trouble:
        return None
    return CaseRules(
        locked_reports=reports, locked_window=dt.timedelta(hours=hours), stale_days=days
    )


def _upto(most: int, example: int) -> Callable[[str], int]:
    return lambda told: whole_number(told, most, example)


def _filled(rules: CaseRules) -> Form:
    days = {f"stale_{level}": str(days) for level, days in rules.stale_days.items()}
    return Form(
        {
            "locked_reports": str(rules.locked_reports),
            "locked_hours": str(rules.locked_hours),
            **days,
        }
    )


def _rules_page(form: Form, *, status: int = 200, done: bool = False) -> Response:
    return page(
        "rules.html",
        status=status,
        form=form,
        done=done,
        levels=LEVEL_WORDS,
        defaults=CaseRules(),
        history=case_rules.history(database()),
        most={
            "reports": MOST_REPORTS,
            "hours": LONGEST_WINDOW_HOURS,
            "days": LONGEST_STALE_DAYS,
        },
    )

"""The list of cases: what waits, the oldest first."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from station_map.domain.accounts import Account
from station_map.domain.cases import KINDS
from station_map.domain.reports import ReportKind
from station_map.store import cases as stored
from station_map.store.cases import CaseFilter
from station_map.web.admin import identity
from station_map.web.admin.forms import BAD_REQUEST, Form
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.queue.reading import (
    PER_PAGE,
    areas_of,
    asked,
    choice,
    page_number,
    query_of,
)
from station_map.web.runtime import database

STATES: Final = (("open", "没处理的"), ("answered", "答复过的"), ("all", "全部"))
WHOSE: Final = (("anybody", "所有人的"), ("me", "我的"), ("nobody", "没人管的"))
ORDERS: Final = (("oldest", "最早的在前"), ("most", "反映最多的在前"), ("newest", "最新的在前"))
AGES: Final = (
    ("0", "不限"),
    ("1", "1 天以上"),
    ("3", "3 天以上"),
    ("7", "7 天以上"),
    ("30", "30 天以上"),
)
KIND_CHOICES: Final = (("", "所有反映"), *((kind.value, kind.zh) for kind in KINDS))
_FIELDS: Final = ("state", "kind", "whose", "age", "order", "area", "page")


@blueprint.get("/cases")
def cases() -> Response:
    """Cases within reach, filtered; thirty a page."""
    me = identity.signed_in().account
    form = asked(*_FIELDS)
    options = _options(me)
    wanted = _filter(form, options)
    number = page_number(form["page"])
    found, every = stored.cases(
        database(), me, wanted, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
    )
    if not found and number > 1:  # beyond the end
        return page("cases.html", status=404, **_context(form, options, [], 0, 1))
    status = BAD_REQUEST if form.trouble else 200
    return page("cases.html", status=status, **_context(form, options, found, every, number))


def _options(me: Account) -> dict[str, tuple[tuple[str, str], ...]]:
    return {
        "state": STATES,
        "kind": KIND_CHOICES,
        "whose": WHOSE,
        "age": AGES,
        "order": ORDERS,
        "area": (("", "所有地区"), *areas_of(me)),
    }


def _filter(form: Form, options: dict[str, tuple[tuple[str, str], ...]]) -> CaseFilter:
    chosen = {name: _chosen(form, name, offered) for name, offered in options.items()}
    return CaseFilter(
        state=chosen["state"],
        kind=ReportKind(chosen["kind"]) if chosen["kind"] else None,
        adcode=chosen["area"] or None,
        whose=chosen["whose"],
        min_days=int(chosen["age"]),
        order=chosen["order"],
    )


def _chosen(form: Form, name: str, offered: tuple[tuple[str, str], ...]) -> str:
    return form.read(lambda told: choice(offered, told, name), name, offered[0][0])


def _context(
    form: Form,
    options: dict[str, tuple[tuple[str, str], ...]],
    found: list[stored.CaseBrief],
    every: int,
    number: int,
) -> dict[str, Any]:
    last = max(1, -(-every // PER_PAGE))
    return {
        "form": form,
        "options": options,
        "cases": found,
        "every": every,
        "number": number,
        "last": last,
        "before": query_of(form.values, page=number - 1) if number > 1 else None,
        "after": query_of(form.values, page=number + 1) if number < last else None,
    }

"""Scenarios: what was tried on the map, kept; opened again; two of them beside each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl

import psycopg
from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from station_map.domain.accounts import Action
from station_map.errors import Conflict, InputError, LimitExceeded, NotFound
from station_map.store import planning_scenarios as store
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.runtime import database

_CONFLICT: Final = 409
_LONGEST: Final = 8000
_FIELDS: Final = 300
_BIGGEST: Final = 2**63 - 1

type _Change = Callable[[psycopg.Connection, int], None]


@blueprint.get("/planning/scenarios")
def planning_scenarios() -> Response:
    """All that were kept, the latest first."""
    require(Action.PLANNING_SEE)
    return _list(Form({}))


@blueprint.get("/planning/compare")
def planning_compare() -> Response:
    """Two scenarios beside each other: the second, compared with the first."""
    from station_map.web.admin.planning import reading, work

    require(Action.PLANNING_SEE)
    form = Form({name: request.args.get(name, "")[:20] for name in ("first", "second")})
    numbers = {name: reading.number_of(form, name) for name in form.values}
    try:
        with database().reading() as connection:
            found = {
                name: store.find_scenario(connection, number) if number else None
                for name, number in numbers.items()
            }
    except NotFound:
        form.trouble.setdefault("second", "没有这个方案，可能已经删了。")
        found = {}
    second, first = found.get("second"), found.get("first")
    if second is None and not form.trouble:
        form.trouble["second"] = "选一个方案。"
    if form.trouble or second is None:
        return _list(form, BAD_REQUEST)
    asked = work.scenario_asked(second)
    more = {"scenario": second.id, "vs": None if first is None else first.id}
    return go(f"{url_for('admin.planning')}?{reading.query_of(asked, **more)}")


@blueprint.post("/planning/scenarios")
def planning_scenario_keep() -> Response:
    """Keep the question of a page, with the stations tried on it, under a name."""
    from station_map.web.admin.planning import reading, work

    require(Action.PLANNING_RUN)
    form = given()
    text = form["query"]
    short = len(text) <= _LONGEST and text.count("&") < _FIELDS
    asked = work.read(MultiDict(parse_qsl(text) if short else []))
    if asked.form.trouble or not short:
        return _list(
            Form(form.values, {"": "这个问题有误，没有存下。请回到规划页再试。"}), BAD_REQUEST
        )
    document = asked.asked.model_dump(mode="json")
    try:
        with writing(database(), actor=identity.signed_in().account.name) as unit:
            number = store.keep_scenario(
                unit, form["name"], document, identity.signed_in().account.name
            )
    except (InputError, LimitExceeded) as error:
        return _list(Form(form.values, {"name": in_chinese(error)}), BAD_REQUEST)
    more = {"scenario": number, "vs": None if asked.against is None else asked.against.id}
    return go(f"{url_for('admin.planning')}?{reading.query_of(asked.asked, **more)}")


@blueprint.post("/planning/scenarios/<int:number>/rename")
def planning_scenario_rename(number: int) -> Response:
    """Another name."""
    require(Action.PLANNING_RUN)
    form = given()
    return _changing(
        number,
        form,
        lambda unit, version: store.rename_scenario(unit, number, version, form["name"]),
    )


@blueprint.post("/planning/scenarios/<int:number>/delete")
def planning_scenario_delete(number: int) -> Response:
    """Thrown away."""
    require(Action.PLANNING_RUN)
    return _changing(
        number, given(), lambda unit, version: store.delete_scenario(unit, number, version)
    )


def _changing(number: int, form: Form, change: _Change) -> Response:
    told = form["version"]
    version = int(told[:9]) if told.isascii() and told.isdecimal() else 0
    try:
        if not 0 < number <= _BIGGEST:
            raise NotFound("scenario", str(number))
        with writing(database(), actor=identity.signed_in().account.name) as unit:
            change(unit, version)
    except InputError as error:
        return _list(Form({}, {f"name-{number}": in_chinese(error)}), BAD_REQUEST)
    except Conflict as error:
        return _list(Form({}, {"": in_chinese(error)}), _CONFLICT)
    return go(url_for("admin.planning_scenarios"))


def _list(form: Form, status: int = 200) -> Response:
    from station_map.web.admin.planning import reading, words, work

    with database().reading() as connection:
        kept = store.scenarios(connection)
    rows = []
    for one in kept:
        asked = work.scenario_asked(one)
        rows.append(
            {
                "one": one,
                "question": words.question_words(asked),
                "changes": words.changes_words(asked),
                "address": f"{url_for('admin.planning')}?{reading.query_of(asked, scenario=one.id)}",
            }
        )
    return page("planning_scenarios.html", status=status, form=form, rows=rows)

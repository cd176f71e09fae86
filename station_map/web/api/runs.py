"""Runs of planning: asked for, followed, cancelled, repeated, by programmes with a token.

Coverage and siting have the same routes. Those that take long are the worker's: 202, Location,
and from then on the address of the run tells how far it is.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from station_map.domain.accounts import Action, Scope
from station_map.domain.planning_runs import RunKind
from station_map.errors import NotFound
from station_map.store import planning_runs as store
from station_map.store.planning_runs import Run
from station_map.store.writing import writing
from station_map.web import splice
from station_map.web.caching import JSON, NO_STORE, answer
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.body import BodyContract, json_object
from station_map.web.contract.parsers import integer, matching
from station_map.web.runtime import database, settings
from station_map.web.tokens import require_token

PATHS: Final = {kind: f"/api/v1/{kind.value}-runs" for kind in RunKind}
DEFAULT_LIMIT: Final = 50
AGAIN_S: Final = "1"
_DONE: Final = 200
_CREATED: Final = 201
_ACCEPTED: Final = 202

LIMIT: Final = Parameter(
    name="limit",
    parse=integer(1, store.MOST_LISTED),
    schema={
        "type": "integer",
        "minimum": 1,
        "maximum": store.MOST_LISTED,
        "default": DEFAULT_LIMIT,
    },
    allowed=f"a whole number, 1 to {store.MOST_LISTED}",
    allowed_zh=f"1 到 {store.MOST_LISTED} 的整数",
    example="20",
    description="How many runs a page holds at most.",
    also_called=("page_size", "size", "count", "per_page"),
)
CURSOR: Final = Parameter(
    name="cursor",
    parse=matching(r"[0-9]{1,18}", "a cursor", "翻页标记"),
    schema={"type": "string", "pattern": "^[0-9]{1,18}$"},
    allowed="the cursor of the link rel=next of the page before",
    allowed_zh="上一页 rel=next 链接里的 cursor",
    example="(from the link rel=next)",
    description="Where the page begins; take it from the link `rel=next`.",
    also_called=("offset", "page", "after", "before"),
)
LIST_CONTRACT: Final = Contract(LIMIT, CURSOR)
CONTRACT: Final = Contract()
NO_FIELDS: Final = BodyContract()


def runs(kind: RunKind) -> Response:
    """Runs of this kind without their answers, the newest first, page by page."""
    require_token(Scope.PLANNING_RUN, Action.PLANNING_SEE)
    values = LIST_CONTRACT.read(request.environ["QUERY_STRING"])
    limit = values.get("limit", DEFAULT_LIMIT)
    before = values.get("cursor")
    with database().reading() as connection:
        found = store.list_runs(
            connection, kind=kind, limit=limit, before=None if before is None else int(before)
        )
    links = [_link("self", splice.href(PATHS[kind], request.environ["QUERY_STRING"]))]
    if len(found) == limit:
        links.append(_link("next", f"{PATHS[kind]}?limit={limit}&cursor={found[-1].id}"))
    items = [_told(run, with_answer=False) for run in found]
    told = {"items": items, "numberReturned": len(items), "links": links}
    return answer(_json(told), JSON, max_age_s=0, shared=False)


def start(kind: RunKind) -> Response:
    """Begin a run: 201 with the answer of a small one, 202 for one that the worker computes."""
    by = require_token(Scope.PLANNING_RUN, Action.PLANNING_RUN).account.name
    if not request.is_json:
        raise UnsupportedMediaType
    CONTRACT.read(request.environ["QUERY_STRING"])
    document = json_object(request.get_data())
    # numpy and the solver load with the first run.
    from station_map.planning.runs import About, asked_of, document_of
    from station_map.planning.runs_now import check_bounds, run_now

    title = store.checked_title(document.pop("title", None))
    asked = asked_of(kind, document)
    chosen = settings()
    check_bounds(asked, seconds=chosen.run_seconds, threads=chosen.run_threads)
    number = run_now(database(), asked, About(title, by, "api"))
    if number is None:
        with writing(database(), actor=by, origin="api") as unit:
            number = store.create_run(
                unit, kind, document_of(asked), title=title, by=by, origin="api"
            )
    return _begun(number)


def run(kind: RunKind, number: int) -> Response:
    """One run: how far it is, and its answer."""
    require_token(Scope.PLANNING_RUN, Action.PLANNING_SEE)
    CONTRACT.read(request.environ["QUERY_STRING"])
    found = _run(kind, number)
    response = answer(_json(_told(found)), JSON, max_age_s=0, shared=False)
    return _again_later(response, found)


def cancel(kind: RunKind, number: int) -> Response:
    """Stop a run: 200 when it has ended, 202 while it stops, which takes a second at most."""
    by = require_token(Scope.PLANNING_RUN, Action.PLANNING_RUN).account.name
    _no_fields()
    _run(kind, number)
    with writing(database(), actor=by, origin="api") as unit:
        store.cancel_run(unit, number)
    found = _run(kind, number)
    return _answered(found, _DONE if found.state.ended else _ACCEPTED)


def repeat(kind: RunKind, number: int) -> Response:
    """Compute a run again from the data it was computed from: 202."""
    by = require_token(Scope.PLANNING_RUN, Action.PLANNING_RUN).account.name
    _no_fields()
    _run(kind, number)
    with writing(database(), actor=by, origin="api") as unit:
        again = store.repeat_run(unit, number, by=by, origin="api")
    return _begun(again)


VIEWS: Final = tuple(
    (f"{kind.value}_run{ending}", PATHS[kind] + rule, partial(view, kind), method)
    for kind in RunKind
    for ending, rule, view, method in (
        ("s", "", runs, "GET"),
        ("_start", "", start, "POST"),
        ("", "/<int:number>", run, "GET"),
        ("_cancel", "/<int:number>/cancel", cancel, "POST"),
        ("_repeat", "/<int:number>/repeat", repeat, "POST"),
    )
)
"""Endpoint, rule, function and method of each route."""


def _no_fields() -> None:
    """A body is not needed; one that says something is refused. Raises RefusedQuery."""
    CONTRACT.read(request.environ["QUERY_STRING"])
    raw = request.get_data()
    if raw:
        NO_FIELDS.read_json(raw)


def _run(kind: RunKind, number: int) -> Run:
    """Raises NotFound for a run of the other kind, too."""
    with database().reading() as connection:
        found = store.read_run(connection, number)
    if found.kind is not kind:
        raise NotFound(f"{kind.value} run", str(number))
    return found


def _begun(number: int) -> Response:
    with database().reading() as connection:
        found = store.read_run(connection, number)
    response = _answered(found, _CREATED if found.state.ended else _ACCEPTED)
    response.headers["Location"] = _address(found)
    return response


def _answered(found: Run, status: int) -> Response:
    response = Response(_json(_told(found)), status=status, mimetype=JSON)
    response.headers["Cache-Control"] = NO_STORE
    return _again_later(response, found)


def _again_later(response: Response, found: Run) -> Response:
    if not found.state.ended:
        response.headers["Retry-After"] = AGAIN_S
    return response


def _address(found: Run) -> str:
    return f"{PATHS[found.kind]}/{found.id}"


def _told(found: Run, *, with_answer: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": found.id,
        "kind": found.kind.value,
        "title": found.title,
        "state": found.state.value,
        "cancelling": found.cancelling,
        "asked": found.asked,
        "progress": found.progress,
        "by": found.by,
        "origin": found.origin,
        "asked_at": _moment(found.asked_at),
        "started_at": _moment(found.started_at),
        "ended_at": _moment(found.ended_at),
        "version": found.version,
        "digests": found.digests,
        "inputs": found.inputs,
        "repeats": found.repeats,
        "same": found.same,
        "error": found.error,
        "links": [_link("self", _address(found))],
    }
    return told | {"answer": found.answer} if with_answer else told


def _moment(at: dt.datetime | None) -> str | None:
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _link(rel: str, href: str) -> dict[str, str]:
    return {"rel": rel, "type": JSON, "href": href}


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

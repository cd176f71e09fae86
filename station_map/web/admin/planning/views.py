"""The planning page, the answer to each move on it, and what its map is drawn from."""

from __future__ import annotations

from typing import Final

from flask import Response, g, request

from station_map.domain.accounts import Action
from station_map.web.admin.forms import BAD_REQUEST
from station_map.web.admin.gate import blueprint, page, require
from station_map.web.admin.maps import admin_map
from station_map.web.caching import JSON, answer

_ZOOM: Final = 10
# Named after their content: what has another content has another address.
_KEPT_S: Final = 7 * 24 * 3600


@blueprint.get("/planning")
def planning() -> Response:
    """The question, a map, the answer: whole without a script, and quick with one."""
    from station_map.web.admin.planning import work

    require(Action.PLANNING_SEE)
    asked = work.read(request.args)
    found = work.answered(asked)
    return page(
        "planning.html",
        status=BAD_REQUEST if asked.form.trouble else 200,
        map=admin_map("planning.js", _ZOOM),
        **work.page_context(asked, found),
    )


@blueprint.get("/planning/answer")
def planning_answer() -> Response:
    """One move of a slider, one station tried: figures and cells."""
    from station_map.web.admin.planning import work

    require(Action.PLANNING_SEE)
    asked = work.read(request.args)
    found = work.answered(asked)
    if found is None:
        return Response(work.refused(asked), BAD_REQUEST, mimetype=JSON)
    return Response(work.move(found), mimetype=JSON)


@blueprint.get("/planning/cells")
def planning_cells() -> Response:
    """Where the cells of demand are; kept by the browser as long as they stay the same."""
    from station_map.web.admin.planning import work

    require(Action.PLANNING_SEE)
    return _kept(*work.ground(work.read(request.args)))


@blueprint.get("/planning/stations")
def planning_stations() -> Response:
    """The stations of the map, in the order of an answer's characters."""
    from station_map.web.admin.planning import work

    require(Action.PLANNING_SEE)
    return _kept(*work.doors(work.read(request.args)))


@blueprint.get("/planning/method")
def planning_method() -> Response:
    """How each figure is computed."""
    require(Action.PLANNING_SEE)
    return page("planning_method.html")


def _kept(body: str, tag: str) -> Response:
    """Kept for long only under the name of what it is."""
    age = _KEPT_S if request.args.get("v") == tag else 0
    g.kept = f"private, max-age={age}"
    return answer(body, JSON, max_age_s=age, shared=False)

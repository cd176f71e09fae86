"""What planners have to compute with: layers of demand, own areas, candidate sites."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from flask import Response, request, url_for

from station_map.domain.accounts import Action, may
from station_map.domain.demand import SYNTHETIC_NAME, DemandKind, layer_name
from station_map.domain.vocabulary import Datum
from station_map.errors import Conflict, NotFound
from station_map.store import import_jobs
from station_map.store.demand_layers import StoredLayer, layers, remove_layer
from station_map.store.demand_live import LIVE
from station_map.store.planning_sets import remove_set, sets
from station_map.store.writing import writing
from station_map.web.admin.forms import Form
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.runtime import database, settings

WHAT_ZH: Final = {"demand": "需求图层", "areas": "自己的片区", "sites": "备选地点"}
_DONE: Final = {
    "kept": "存好了，算的时候可以选它。",
    "removed": "删掉了。算过的结果还在，也还能重算：用的数据每次都另存了一份。",
    "deleted": "文件删掉了，什么也没有存。",
}
ACCEPTED: Final = ".csv,.xlsx,.geojson,.json,.gpkg,.tif,.tiff,.zip"


@dataclass(frozen=True, slots=True)
class ShownLayer:
    """A layer with its figures in words. replaced: how many versions it has replaced."""

    one: StoredLayer
    total: str
    kind: str
    datum: str
    replaced: int
    removable: bool


@blueprint.get("/planning/layers")
def planning_layers() -> Response:
    """All that there is, and the form for a file."""
    return list_page(done=_DONE.get(request.args.get("done", "")))


def list_page(*, form: Form | None = None, status: int = 200, done: str | None = None) -> Response:
    """The page, with a form that was refused."""
    me = require(Action.PLANNING_SEE)
    with database().reading() as connection:
        stored = layers(connection)
        kept = sets(connection)
    return page(
        "planning_layers/list.html",
        status=status,
        form=form or Form({"what": "demand"}),
        done=done,
        layers=_shown(stored),
        live=LIVE,
        areas=[one for one in kept if one.kind == "areas"],
        sites=[one for one in kept if one.kind == "sites"],
        jobs=[
            job
            for job in import_jobs.jobs_of(database(), me.id, import_jobs.PLANNING)
            if job.state != "done"
        ],
        whats=list(WHAT_ZH.items()),
        accepted=ACCEPTED,
        megabytes=settings().import_max_bytes // 1_000_000,
        keep_hours=settings().import_keep_hours,
        may_run=may(me, Action.PLANNING_RUN),
    )


def _shown(stored: list[StoredLayer]) -> list[ShownLayer]:
    older = Counter(one.name for one in stored if not one.current)
    return [
        ShownLayer(
            one,
            figure(one.total),
            DemandKind(one.kind).zh,
            datum_words(one.datum),
            older[one.name],
            # Where there is no other layer the synthetic one would be made anew.
            one.name != SYNTHETIC_NAME,
        )
        for one in stored
        if one.current
    ]


def datum_words(told: str) -> str:
    """Datums as people call them; a layer may be made of parts of several."""
    names = {datum.value: datum.zh for datum in Datum}
    return "、".join(names.get(one, one) for one in told.split(", ") if one) or "不清楚"


def figure(value: float) -> str:
    """A sum as people read it."""
    return f"{value:,.0f}" if value >= 100 or float(value).is_integer() else f"{value:,.2f}"


@blueprint.post("/planning/layers/<name>/remove")
def planning_layer_remove(name: str) -> Response:
    """Remove a layer with its replaced versions. Raises Conflict for the synthetic one."""
    me = require(Action.PLANNING_RUN)
    name = layer_name(name)
    if name == SYNTHETIC_NAME:
        raise Conflict("合成数据不能删；带一个真实的图层进来，它就不用了。 It cannot be removed.")
    with writing(database(), actor=me.name) as unit:
        remove_layer(unit, name)
    return go(url_for("admin.planning_layers", done="removed"))


@blueprint.post("/planning/sets/<kind>/<reference>/remove")
def planning_set_remove(kind: str, reference: str) -> Response:
    """Remove a set of areas or sites with those that it replaced. Raises NotFound."""
    me = require(Action.PLANNING_RUN)
    with writing(database(), actor=me.name) as unit:
        if kind == "areas":
            remove_set(unit, "areas", reference)
        elif kind == "sites":
            remove_set(unit, "sites", reference)
        else:
            raise NotFound("planning set", kind[:20])
    return go(url_for("admin.planning_layers", done="removed"))

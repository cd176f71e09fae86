"""The form for a run of siting: a goal in plain words, what it needs, and the rest behind 更多."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response

from station_map.domain.planning_runs import RunKind
from station_map.domain.siting_goal import BY_DISTANCE, NEEDS
from station_map.store.demand_layers import layers
from station_map.web.admin.forms import Form
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.planning_runs import asking
from station_map.web.admin.planning_runs.asking import Document, number, or_none
from station_map.web.admin.planning_runs.words import GOALS
from station_map.web.runtime import database

_GOALS: Final = tuple((code, told.question) for code, told in GOALS.items())
# Which numbers each goal asks for; the first field's trouble is where the page jumps to.
ASKS: Final = {**NEEDS, "capacitated": (*NEEDS["capacitated"], "capacity")}
_REACHES: Final = (("radius", "多少米以内"), ("minutes", "多少分钟以内"))
_COUNT: Final = number(0, 50_000, "20", whole=True)
_PERCENT: Final = number(0, 100, "90")
_READERS: Final[dict[str, asking.Reader[Any]]] = {
    "count": _COUNT,
    "close": _COUNT,
    "open": _COUNT,
    "share": lambda told: _PERCENT(told) / 100.0,
    "budget": number(0, 1e12, "20"),
    "phases": asking.several(_COUNT, least=1, most=20),
    "capacity": number(0.001, 1e9, "200"),
}
_USUAL: Final[dict[str, str | list[str]]] = {
    "goal": "cover",
    "count": "20",
    "reach": "radius",
    "radius": "1000",
    "minutes": "15",
    "mode": "walk",
    "by": "district",
    "candidates": "cells",
    "cells": "2000",
    "spacing": "0",
    "workers_per_seat": "20",
    "time_limit": "60",
    "gap": "0",
    "threads": "1",
}
LABELS: Final = {
    "title": "名称",
    "goal": "想要什么",
    "count": "开几个",
    "share": "覆盖率（%）",
    "budget": "一共多少钱",
    "close": "关几个",
    "open": "开几个",
    "phases": "每期开几个",
    "capacity": "一个新站能服务多少人",
    "demand": "为谁算",
    "mix": "几份需求配在一起",
    "area": "只算哪里",
    "reach": "怎样算够得着",
    "radius": "多少米以内",
    "minutes": "多少分钟以内",
    "mode": "怎么去",
    "candidates": "可以开在哪里",
    "cells": "看多少个地点",
    "spacing": "新站之间至少隔多少米",
    "floor": "每个地方至少覆盖（%）",
    "by": "按什么分",
    "workers_per_seat": "一个座位够几个人用",
    "time_limit": "最多算多少秒",
    "gap": "差多少就够了（%）",
    "threads": "用几个处理器核",
}
_FOLDED: Final = (
    "mix", "candidates", "cells", "spacing", "floor", "by", "workers_per_seat", "time_limit",
    "gap", "threads",
)  # fmt: skip


def _form(form: Form, status: int) -> Response:
    folded = any(form[name] != _USUAL.get(name, "") for name in _FOLDED)
    return page(
        "planning_runs/new_siting.html",
        status=status,
        form=form,
        labels=LABELS,
        goals=GOALS,
        reaches=_REACHES,
        candidates=_candidates(),
        more_open=folded or any(name in form.trouble for name in _FOLDED),
        **asking.shared_context(database()),
    )


def _candidates() -> list[tuple[str, str]]:
    with database().reading() as connection:
        hosts = [one for one in layers(connection) if one.current and one.kind == "points"]
    return [
        ("cells", "需求最多的地方"),
        *(
            (one.reference, f"自己的地点“{one.name}”（{one.members:,} 个）")
            for one in asking.sets_of(database(), "sites")
        ),
        *((f"hosts:{one.name}", f"“{one.title}”里的地点") for one in hosts),
    ]


def read_siting(form: Form) -> Document | None:
    """The document of what the form asks for; None, with the trouble kept, when it cannot be had."""
    from station_map.planning.asked import SitingAsked

    goal = form.read(asking.one_of(_GOALS), "goal", "cover")
    document = {
        **asking.shared(form),
        "goal": goal,
        **{name: form.read(_READERS[name], name, None) for name in ASKS[goal]},
        **(_reach(form) if goal not in BY_DISTANCE else {}),
        "candidates": form.read(asking.one_of(_candidates()), "candidates", "cells"),
        "cells": form.read(number(1, 50_000, "2000", whole=True), "cells", 2000.0),
        "spacing": form.read(number(0, asking.FARTHEST_M, "300"), "spacing", 0.0),
        "floor": form.read(or_none(lambda told: _PERCENT(told) / 100.0), "floor", None),
        "workers_per_seat": form.read(number(0.1, 100_000, "20"), "workers_per_seat", 20.0),
        "time_limit": form.read(number(1, 86_400, "60"), "time_limit", 60.0),
        "gap": form.read(lambda told: number(0, 99, "0.5")(told) / 100.0, "gap", 0.0),
        "threads": form.read(number(0, 64, "1", whole=True), "threads", 1.0),
    }
    return asking.document_of(form, SitingAsked, document)


def _reach(form: Form) -> Document:
    if form["reach"] == "minutes":
        minutes = form.read(number(1, asking.MOST_MINUTES, "15"), "minutes", None)
        return {"minutes": minutes, "mode": form.read(asking.one_of(asking.MODES), "mode", "walk")}
    return {"radius": form.read(number(10, asking.FARTHEST_M, "1000"), "radius", None)}


def _as_typed(asked: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What somebody would have typed to ask for the same."""
    plain = ("count", "budget", "close", "open", "capacity", "cells", "spacing")
    typed: dict[str, str | list[str]] = {
        name: f"{asked[name]:g}" for name in plain if asked.get(name) is not None
    }
    for name in ("share", "floor", "gap"):
        if asked.get(name) is not None:
            typed[name] = f"{asked[name] * 100:g}"
    for name in ("workers_per_seat", "time_limit", "threads", "radius", "minutes"):
        if asked.get(name) is not None:
            typed[name] = f"{asked[name]:g}"
    return typed | {
        "goal": str(asked.get("goal", "cover")),
        "mix": asked.get("demand") or "",
        "area": asked.get("area") or "",
        "by": str(asked.get("by", "district")),
        "reach": "minutes" if asked.get("minutes") is not None else "radius",
        "mode": str(asked.get("mode", "walk")),
        "candidates": str(asked.get("candidates", "cells")),
        "phases": ", ".join(str(one) for one in asked.get("phases") or ()),
    }


_RUN_FORM: Final = asking.RunForm(RunKind.SITING, _USUAL, (), read_siting, _as_typed, _form)


@blueprint.get("/planning/runs/new/siting")
def siting_run_new() -> Response:
    """The form, empty, or as an earlier run (`from`) was asked for."""
    return _RUN_FORM.new()


@blueprint.post("/planning/runs/new/siting")
def siting_run_start() -> Response:
    """Put it into the queue."""
    return _RUN_FORM.send()

"""What both forms share: numbers as people type them, layers to choose from, and the start."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request, url_for
from pydantic import BaseModel

from station_map.domain.accounts import Action
from station_map.domain.demand import REPORTS, WISHES
from station_map.domain.demand_mix import parse_mix
from station_map.domain.planning_runs import TITLE_LONGEST, RunKind
from station_map.domain.travel import TravelMode
from station_map.errors import InputError, TooOften
from station_map.store import accounts
from station_map.store.database import Database
from station_map.store.demand_layers import StoredLayer, first_layer, layers
from station_map.store.demand_live import LIVE
from station_map.store.planning_runs import create_run
from station_map.store.planning_sets import PlanningSet, SetKind, sets
from station_map.store.writing import writing
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import go, require
from station_map.web.admin.planning_runs.finding import run_of
from station_map.web.admin.planning_runs.words import BY
from station_map.web.runtime import database

TOO_MANY: Final = 429
MOST_THRESHOLDS: Final = 12
FARTHEST_M: Final = 50_000
MOST_MINUTES: Final = 600
MODES: Final = tuple((mode.value, mode.zh) for mode in (TravelMode.WALK, TravelMode.EBIKE))
_NUMBER: Final = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?", re.ASCII)
_APART: Final = re.compile(r"[,，、;；\s]+")

type Document = dict[str, Any]
type Values = dict[str, str | list[str]]
type Reader[T] = Callable[[str], T]


def number(least: float, most: float, example: str, *, whole: bool = False) -> Reader[float]:
    """Reads a number from least to most. Raises InputError."""
    kind = "整数" if whole else "数"

    def read(told: str) -> float:
        text = told.strip().rstrip("%％")
        value = float(text) if _NUMBER.fullmatch(text) else float("nan")
        if not least <= value <= most or (whole and value != int(value)):
            raise InputError(
                f"要写 {least:g} 到 {most:g} 的{kind}，比如 {example}。"
                f" A number from {least:g} to {most:g}."
            )
        return value

    return read


def several(reader: Reader[float], *, least: int, most: int) -> Reader[list[float]]:
    """Reads numbers apart by commas or spaces. Raises InputError."""

    def read(told: str) -> list[float]:
        parts = [part for part in _APART.split(told.strip()) if part]
        if not least <= len(parts) <= most:
            raise InputError(
                f"要写 {least} 到 {most} 个数，用逗号隔开。 From {least} to {most} numbers."
            )
        return [reader(part) for part in parts]

    return read


def or_none[T](reader: Reader[T]) -> Reader[T | None]:
    """The same, and None for an empty field."""
    return lambda told: reader(told) if told.strip() else None


def one_of(options: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Reader[str]:
    """Reads one of the options' codes. Raises InputError."""
    codes = {code for code, _ in options}

    def read(told: str) -> str:
        if told not in codes:
            raise InputError("请从列出来的里面选。 Choose one of those that are listed.")
        return told

    return read


def layer_options(db: Database) -> list[tuple[str, str]]:
    """Layers of demand that can be asked for, each with what it is; "" is the usual one."""
    with db.reading() as connection:
        stored = [one for one in layers(connection) if one.current]
        first = first_layer(connection)
    told = {one.name: _layer_words(one) for one in stored}
    usual = told.pop(first, "") if first else "按人口普查合成的居民（不是数出来的）"
    live = [(name, LIVE[name].title) for name in (WISHES, REPORTS)]
    return [("", usual), *told.items(), *live]


def _layer_words(one: StoredLayer) -> str:
    made = "，合成数据，不是数出来的" if one.synthetic else ""
    return f"{one.title}（{one.unit}，{one.as_of or '日期不清楚'}{made}）"


def area_options(db: Database) -> list[tuple[str, str]]:
    """Areas whose demand can be asked for."""
    return [("", "全部"), *accounts.areas_to_choose(db)]


def by_options(db: Database) -> list[tuple[str, str]]:
    """How demand can be grouped; planners' own areas among them."""
    own = [(one.reference, f"自己的片区“{one.name}”") for one in sets_of(db, "areas")]
    return [*BY.items(), *own]


def sets_of(db: Database, kind: SetKind) -> list[PlanningSet]:
    """The sets of a kind that can be asked for."""
    with db.reading() as connection:
        return [one for one in sets(connection) if one.kind == kind]


def shared(form: Form) -> Document:
    """What both kinds of run ask for: whose demand, where, by which groups."""
    mix = form.read(or_none(_mix), "mix", None)
    layer = form.read(one_of(layer_options(database())), "demand", "")
    return {
        "demand": mix or layer or None,
        "area": form.read(one_of(area_options(database())), "area", "") or None,
        "by": form.read(one_of(by_options(database())), "by", "district"),
    }


def _mix(told: str) -> str:
    try:
        return str(parse_mix(told.strip()))
    except InputError as error:
        # It speaks of a field that this form has, too: another one.
        raise InputError(str(error)) from error


def title_of(form: Form) -> str | None:
    """What the run is to be called. Notes what is wrong with it."""
    told = " ".join(form["title"].split())
    if len(told) > TITLE_LONGEST or not told.isprintable():
        form.trouble["title"] = f"最多 {TITLE_LONGEST} 个字，写在一行里。"
    return told or None


def start(kind: RunKind, document: Document, title: str | None, by: str) -> int:
    """Put a checked document into the queue; the run's number. Raises TooOften."""
    with writing(database(), actor=by) as unit:
        return create_run(unit, kind, document, title=title, by=by, origin="page")


@dataclass(frozen=True, slots=True)
class RunForm:
    """The form for one kind of run, and what sending it does.

    usual: what it is filled with at first. several: its fields of many values. read: the checked
    document, or None with the trouble kept. typed: what somebody would have typed to ask for a
    document. show: its page, with a status.
    """

    kind: RunKind
    usual: Values
    several: tuple[str, ...]
    read: Callable[[Form], Document | None]
    typed: Callable[[Mapping[str, Any]], Values]
    show: Callable[[Form, int], Response]

    def new(self) -> Response:
        """The form, empty, or as an earlier run (`from`) was asked for."""
        require(Action.PLANNING_RUN)
        values = dict(self.usual)
        if told := request.args.get("from", ""):
            before = run_of(told, self.kind)
            values |= self.typed(before.asked) | {"title": before.title or ""}
        return self.show(Form(values), 200)

    def send(self) -> Response:
        """Put what is asked for into the queue."""
        me = require(Action.PLANNING_RUN)
        form = given(*self.several)
        title, document = title_of(form), self.read(form)
        if form.trouble or document is None:
            return self.show(form, BAD_REQUEST)
        try:
            number = start(self.kind, document, title, me.name)
        except TooOften as error:
            form.trouble[""] = in_chinese(error)
            return self.show(form, TOO_MANY)
        return go(url_for("admin.planning_run", number=number))


def document_of[T: BaseModel](form: Form, model: type[T], told: Document) -> Document | None:
    """The checked document, unless something of the form is wrong; then None, its trouble kept."""
    from station_map.planning.asked import checked

    if form.trouble:
        return None
    try:
        return checked(model, told).model_dump(mode="json")
    except InputError as error:
        form.note(error)
        return None


def shared_context(db: Database) -> Document:
    """What both forms' pages offer to choose from."""
    return {
        "layers": layer_options(db),
        "areas": area_options(db),
        "by_options": by_options(db),
        "modes": MODES,
        "title_longest": TITLE_LONGEST,
    }

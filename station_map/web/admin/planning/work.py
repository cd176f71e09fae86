"""What the planning page shows: a question read, answered and put into words.

Imported inside the views: numbers at this size need libraries that no other page waits for.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from flask import current_app, render_template, request
from werkzeug.datastructures import MultiDict

from station_map.errors import InputError, NotFound
from station_map.planning.asked import checked
from station_map.planning.live import City, LivePlanning, area_choices, layer_choices
from station_map.planning.live_answer import LiveAnswer, answer
from station_map.planning.live_asked import LiveAsked
from station_map.planning.live_cells import demand_breaks
from station_map.store.planning_scenarios import Scenario, find_scenario
from station_map.web.admin.forms import Form
from station_map.web.admin.planning import charts, reading, words
from station_map.web.runtime import database

_KEY: Final = "station_map_planning"
_TAG_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Read:
    """What was asked, by whom it is compared, and what is wrong with it (in the form)."""

    form: Form
    asked: LiveAsked
    against: Scenario | None
    opened: Scenario | None

    @property
    def before(self) -> LiveAsked | None:
        """The scenario that it is compared with; None for the stations as they stand."""
        return None if self.against is None else scenario_asked(self.against)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and the city that it is of."""

    read: Read
    city: City
    answer: LiveAnswer

    def context(self) -> dict[str, Any]:
        """What `_planning_answer.html` needs."""
        found, points = self.answer, self.city.given.points
        missing = set(found.asked.without) - set(self.city.given.found.codes)
        return {
            "answer": found,
            "asked": found.asked,
            "whole": found.whole,
            "unit": points.unit,
            "source": points.source,
            "synthetic": points.synthetic,
            "demo": int(self.city.given.found.demo.sum()),
            "against": self.read.against,
            "missing": sorted(missing),
            "curve": charts.curve(found.hours, found.whole.demand, found.asked.hour),
            "bars": charts.bars(found.districts),
            "week": charts.week(found.hours, found.whole.demand),
            "width": charts.WIDTH,
            "height": charts.HEIGHT,
            "bar": charts.BAR,
            "words": words,
            "chosen": _chosen(self.city, found.asked),
        }


def _chosen(city: City, asked: LiveAsked) -> dict[str, Any]:
    """The changes of the scenario in words: values as the form holds them, and what to call them."""
    found = city.given.found
    names = dict(zip(found.codes, found.names, strict=True))
    return {
        "add": [reading.place_words(one.lon, one.lat) for one in asked.added],
        "close": [(code, names.get(code, "")) for code in asked.without],
    }


def live() -> LivePlanning:
    """What this process keeps."""
    made: LivePlanning = current_app.extensions.setdefault(_KEY, LivePlanning())
    return made


def read(args: MultiDict[str, str]) -> Read:
    """The question of an address."""
    form = reading.form_of(args)
    asked = reading.asked_of(form)
    return Read(form, asked, _scenario(form, "vs"), _scenario(form, "scenario"))


def _scenario(form: Form, name: str) -> Scenario | None:
    number = reading.number_of(form, name)
    if number is None:
        return None
    try:
        with database().reading() as connection:
            return find_scenario(connection, number)
    except NotFound:
        form.trouble.setdefault(name, "没有这个方案，可能已经删了。")
        return None


def scenario_asked(scenario: Scenario) -> LiveAsked:
    """The question a scenario was kept with."""
    return checked(LiveAsked, scenario.asked)


def answered(asked: Read) -> Answered | None:
    """The answer; None when something is wrong, which the form then tells."""
    if asked.form.trouble:
        return None
    try:
        city = live().city(database(), asked.asked, time.monotonic())
        found = answer(database(), city, asked.asked, asked.before)
    except InputError as error:
        asked.form.note(error, "demand")
        return None
    except NotFound as error:
        words_of = {"area": "没有这个地区。"}
        asked.form.trouble["demand"] = words_of.get(error.what, "没有这个需求图层。")
        return None
    return Answered(asked, city, found)


def move(found: Answered) -> str:
    """The answer to a move, as JSON: the drawn part of the page, and what its map shows."""
    told = found.answer
    more = {
        "vs": None if found.read.against is None else found.read.against.id,
        "scenario": None if found.read.opened is None else found.read.opened.id,
    }
    document = {
        "html": render_template("admin/_planning_answer.html", **found.context()),
        "said": words.said(told),
        "effect": words.effect(told, found.city.given.points.unit),
        "query": reading.query_of(told.asked, **more),
        "add": [reading.place_words(one.lon, one.lat) for one in told.asked.added],
        "cells": told.cells,
        "change": told.change,
        "gap_of": told.gap_of,
        "stations": told.stations,
        "gaps": [[gap.lon, gap.lat] for gap in told.gaps],
        "ground": ground_tag(found.city),
        "doors": doors_tag(found.city),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def ground_tag(city: City) -> str:
    """By what a browser sees that it holds these cells already."""
    return city.demand_digest[:_TAG_DIGITS]


def doors_tag(city: City) -> str:
    """The same of the stations."""
    return city.stations_digest[:_TAG_DIGITS]


def ground(found: Read) -> tuple[str, str]:
    """The cells as JSON, and their tag. Raises InputError, NotFound."""
    city = live().city(database(), found.asked, time.monotonic())
    with city.lock:
        return city.ground(), ground_tag(city)


def doors(found: Read) -> tuple[str, str]:
    """The stations as JSON, a row each in the order of an answer's characters, and their tag."""
    city = live().city(database(), found.asked, time.monotonic())
    stations = city.given.found
    places = np.round(stations.lonlat, 6).tolist()
    columns = (stations.codes, stations.names, places, stations.status)
    told = {"rows": list(zip(*columns, strict=True))}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")), doors_tag(city)


def page_context(asked: Read, found: Answered | None) -> dict[str, Any]:
    """What the page needs around the answer."""
    layers = layer_choices(database())
    mix = asked.form["demand"]
    known = {one.name for one in layers}
    return {
        "form": asked.form,
        "layers": [(one.name, one.title) for one in layers],
        "own_mix": mix if mix and mix not in known else "",
        "areas": area_choices(database()),
        "choices": {
            "when": reading.WHENS,
            "by": reading.WAYS,
            "need": reading.NEEDS,
            "kind": reading.KINDS,
            "audience": reading.AUDIENCES,
        },
        "opened": asked.opened,
        "query": "" if found is None else request.query_string.decode("ascii", "ignore"),
        "legend": None if found is None else _legend(found.city),
        **({} if found is None else found.context()),
        "found": found,
    }


def _legend(city: City) -> dict[str, list[str]]:
    breaks = demand_breaks(city.demand.weight)
    return {
        "distance": words.distance_legend(),
        "demand": words.demand_legend(breaks, city.given.points.unit),
    }


def refused(asked: Read) -> str:
    """What is wrong, by field, as JSON."""
    return json.dumps({"trouble": asked.form.trouble}, ensure_ascii=False)

"""What the map of a run shows: gaps, new sites, sites given up; as GeoJSON by its address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import Response

from station_map.domain.accounts import Action
from station_map.domain.planning_runs import RunKind
from station_map.domain.vocabulary import Datum
from station_map.errors import NotFound
from station_map.geo.datum import from_wgs84
from station_map.store.planning_runs import Run
from station_map.web.admin.gate import blueprint, require
from station_map.web.admin.planning_runs.coverage_answer import unit_words
from station_map.web.admin.planning_runs.finding import run_of
from station_map.web.admin.planning_runs.numbers import amount
from station_map.web.admin.planning_runs.siting_tables import site_name
from station_map.web.admin.queue.spots import asked_datum, collection, point

_DIGITS: Final = 6

type Feature = dict[str, Any]


@blueprint.get("/planning/runs/<int:number>/map.json")
def planning_run_map(number: int) -> Response:
    """In the datum that the map asks for (`crs`)."""
    require(Action.PLANNING_SEE)
    return collection([*features(run_of(number), asked_datum())])


def features(run: Run, datum: Datum) -> Iterator[Feature]:
    """Each with an id that a row of a table names. Raises NotFound before there is an answer."""
    if run.answer is None:
        raise NotFound("planning run", str(run.id))
    if run.kind is RunKind.COVERAGE:
        yield from _gaps(run.answer, datum)
        yield from _added(run.asked, datum)
    else:
        yield from _sites(run.answer, datum)


def _gaps(answer: Mapping[str, Any], datum: Datum) -> Iterator[Feature]:
    places = answer.get("places") or []
    for number, gap in enumerate(answer["gaps"]["worst"]):
        place = places[number] if number < len(places) else ""
        people = amount(gap["demand"], unit_words(answer.get("unit")))
        yield {
            "type": "Feature",
            "id": f"gap-{number + 1}",
            "geometry": in_datum(gap["shape"], datum),
            "properties": {
                "look": "gap",
                "mark": str(number + 1),
                "name": place or "区县以外",
                "words": people,
            },
        }


def _added(asked: Mapping[str, Any], datum: Datum) -> Iterator[Feature]:
    for number, one in enumerate(asked.get("added", ()), 1):
        yield _point(
            f"added-{number}", one, datum, look="site", mark=str(number), name="新站", words=""
        )


def _sites(answer: Mapping[str, Any], datum: Datum) -> Iterator[Feature]:
    for rank, one in enumerate(answer["sites"], 1):
        phase = "" if one["phase"] is None else f"第 {one['phase']} 期"
        yield _point(
            f"site-{rank}",
            one,
            datum,
            look="site",
            mark=str(rank),
            name=site_name(one),
            words=phase,
        )
    for number, one in enumerate(answer["closed"], 1):
        name = one["name"] or one["code"]
        yield _point(f"closed-{number}", one, datum, look="closed", mark="关", name=name, words="")


def _point(key: str, place: Mapping[str, Any], datum: Datum, **properties: str) -> Feature:
    return {**point(place["lon"], place["lat"], datum, **properties), "id": key}


def in_datum(geometry: Mapping[str, Any], datum: Datum) -> Feature:
    """A GeoJSON geometry in WGS-84, told in another datum."""
    return {"type": geometry["type"], "coordinates": _moved(geometry["coordinates"], datum)}


def _moved(coordinates: Any, datum: Datum) -> Any:
    if coordinates and isinstance(coordinates[0], int | float):
        lon, lat = from_wgs84(coordinates[0], coordinates[1], datum)
        return [round(lon, _DIGITS), round(lat, _DIGITS)]
    return [_moved(one, datum) for one in coordinates]

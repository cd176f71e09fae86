"""The form for a run of coverage: simple questions first, all of CoverageAsked behind 更多."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from flask import Response

from station_map.domain.hours import SHANGHAI
from station_map.domain.planning_runs import RunKind
from station_map.domain.vocabulary import AMENITIES, AMENITY_BY_CODE, Audience, Kind
from station_map.errors import InputError
from station_map.geo.box import SERVICE_BOX
from station_map.web.admin.forms import Form
from station_map.web.admin.gate import blueprint, page
from station_map.web.admin.planning_runs import asking
from station_map.web.admin.planning_runs.asking import Document
from station_map.web.admin.planning_runs.words import HOURS
from station_map.web.runtime import database

_SEVERAL: Final = ("amenities", "kinds", "audiences")
# What riders ask for most stands before the fold.
_FIRST: Final = (
    "microwave",
    "phone_charging",
    "toilet",
    "drinking_water",
    "nap_bed",
    "battery_swap",
)
_MOST_CODES: Final = 1000
_MOST_ADDED: Final = 500
_METRES: Final = asking.number(10, asking.FARTHEST_M, "500")
_MINUTES: Final = asking.number(1, asking.MOST_MINUTES, "15")
WHEN: Final = (("", "不管什么时候"), *HOURS.items(), ("at", "某一天的某个钟头"))
_USUAL: Final[dict[str, str | list[str]]] = {
    "radii": "300, 500, 1000",
    "minutes": "5, 10, 15",
    "mode": "walk",
    "by": "district",
    "workers_per_seat": "20",
}


def _form(form: Form, status: int) -> Response:
    return page(
        "planning_runs/new_coverage.html",
        status=status,
        form=form,
        labels=LABELS,
        when=WHEN,
        amenities_first=[(code, AMENITY_BY_CODE[code].zh) for code in _FIRST],
        amenities_more=[(one.code, one.zh) for one in AMENITIES if one.code not in _FIRST],
        kinds=[(one.value, one.zh) for one in Kind],
        audiences=[(one.value, one.zh) for one in Audience],
        more_open=_more(form),
        **asking.shared_context(database()),
    )


LABELS: Final = {
    "title": "名称",
    "demand": "为谁算",
    "mix": "几份需求配在一起",
    "area": "只算哪里",
    "radii": "多少米以内",
    "minutes": "多少分钟以内",
    "mode": "怎么去",
    "when": "什么时候开着",
    "at": "哪一天的哪个钟头",
    "amenities": "要有什么",
    "kinds": "哪些驿站",
    "audiences": "为哪些人开的",
    "by": "按什么分",
    "workers_per_seat": "一个座位够几个人用",
    "without": "关掉这些驿站",
    "with_planned": "筹建的",
    "added": "新开这些地方",
}
_FOLDED: Final = ("mix", "kinds", "audiences", "by", "workers_per_seat", "minutes", "mode")


def _more(form: Form) -> bool:
    changed = any(form[name] != _USUAL.get(name, "") for name in _FOLDED if name not in _SEVERAL)
    chosen = any(form.chosen(name) for name in ("kinds", "audiences"))
    return changed or chosen or any(name in form.trouble for name in _FOLDED)


def read_coverage(form: Form) -> Document | None:
    """The document of what the form asks for; None, with the trouble kept, when it cannot be had."""
    from station_map.planning.asked import CoverageAsked

    when = form.read(asking.one_of(WHEN), "when", "")
    none: list[Any] = []
    document = {
        **asking.shared(form),
        "radii": form.read(
            asking.several(_METRES, least=1, most=asking.MOST_THRESHOLDS), "radii", none
        ),
        "minutes": form.read(
            asking.several(_MINUTES, least=0, most=asking.MOST_THRESHOLDS), "minutes", none
        ),
        "mode": form.read(asking.one_of(asking.MODES), "mode", "walk"),
        "at": form.read(_moment, "at", None) if when == "at" else None,
        "hours": when if when in HOURS else None,
        "amenities": _known(form, "amenities", AMENITY_BY_CODE),
        "kinds": _known(form, "kinds", {one.value: one for one in Kind}),
        "audiences": _known(form, "audiences", {one.value: one for one in Audience}),
        "workers_per_seat": form.read(asking.number(0.1, 100_000, "20"), "workers_per_seat", 20.0),
        "without": form.read(_codes, "without", none),
        "with_planned": form["with_planned"] == "1",
        "added": form.read(_places, "added", none),
    }
    return asking.document_of(form, CoverageAsked, document)


def _known(form: Form, name: str, vocabulary: Mapping[str, object]) -> list[str]:
    told = form.chosen(name)
    found = [code for code in dict.fromkeys(told) if code in vocabulary]
    if len(found) != len(set(told) - {""}):
        form.trouble[name] = "请从列出来的里面选。"
    return found


def _moment(told: str) -> str:
    """The clock on the wall in China."""
    try:
        found = dt.datetime.fromisoformat(told.strip())
    except ValueError:
        found = dt.datetime.min  # noqa: DTZ901 - a year that nobody means
    if not 2000 <= found.year <= 2200:
        raise InputError(
            "写成 2026-11-24T22:00，或者在日历里选。 Such as 2026-11-24T22:00.",
        )
    return found.replace(tzinfo=SHANGHAI).isoformat()


def _codes(told: str) -> list[str]:
    """Codes of stations, apart by lines, commas or spaces."""
    codes = list(dict.fromkeys(told.replace("，", " ").replace(",", " ").split()))
    if len(codes) > _MOST_CODES or any(len(code) > 64 for code in codes):
        raise InputError(f"一行写一个驿站编号，最多 {_MOST_CODES} 个。 One code a line.")
    return codes


def _places(told: str) -> list[dict[str, float | None]]:
    """A place a line: longitude, latitude, and seats if they are known."""
    lines = [line for line in told.splitlines() if line.strip()]
    if len(lines) > _MOST_ADDED:
        raise InputError(f"最多 {_MOST_ADDED} 个地方。 At most {_MOST_ADDED} places.")
    return [_place(number, line) for number, line in enumerate(lines, 1)]


def _place(number: int, line: str) -> dict[str, float | None]:
    parts = line.replace("，", ",").replace(",", " ").split()
    try:
        numbers = [float(part) for part in parts]
        lon, lat, *seats = numbers
    except ValueError:
        lon, lat, seats = 0.0, 0.0, []
    good = SERVICE_BOX.contains(lon, lat) and len(seats) < 2
    if not good or any(not 0 <= one <= 10_000 for one in seats):
        raise InputError(
            f"第 {number} 行看不懂：一行一个地方，经度、纬度（WGS-84），座位可写可不写，"
            "比如 116.798, 33.956, 12。 Longitude, latitude and perhaps seats."
        )
    return {"lon": lon, "lat": lat, "seats": seats[0] if seats else None}


def _as_typed(asked: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What somebody would have typed to ask for the same."""
    at = asked.get("at")
    return {
        "demand": "",
        "mix": asked.get("demand") or "",
        "area": asked.get("area") or "",
        "by": str(asked.get("by", "district")),
        "radii": ", ".join(f"{one:g}" for one in asked.get("radii", ())),
        "minutes": ", ".join(f"{one:g}" for one in asked.get("minutes", ())),
        "mode": str(asked.get("mode", "walk")),
        "when": "at" if at else asked.get("hours") or "",
        "at": str(at)[:16] if at else "",
        "amenities": list(asked.get("amenities", ())),
        "kinds": list(asked.get("kinds", ())),
        "audiences": list(asked.get("audiences", ())),
        "workers_per_seat": f"{asked.get('workers_per_seat', 20):g}",
        "without": "\n".join(asked.get("without", ())),
        "with_planned": "1" if asked.get("with_planned") else "",
        "added": "\n".join(_line(one) for one in asked.get("added", ())),
    }


def _line(place: Mapping[str, Any]) -> str:
    seats = "" if place.get("seats") is None else f", {place['seats']:g}"
    return f"{place['lon']:.6f}, {place['lat']:.6f}{seats}"


_RUN_FORM: Final = asking.RunForm(
    RunKind.COVERAGE, _USUAL, _SEVERAL, read_coverage, _as_typed, _form
)


@blueprint.get("/planning/runs/new/coverage")
def coverage_run_new() -> Response:
    """The form, empty, or as an earlier run (`from`) was asked for."""
    return _RUN_FORM.new()


@blueprint.post("/planning/runs/new/coverage")
def coverage_run_start() -> Response:
    """Put it into the queue."""
    return _RUN_FORM.send()

"""Every station in one compact table: for a map, and for a phone that may lose its signal.

Repeated words are numbers here: an enum's value is its place in `vocabulary`, an amenity
is its id (see /api/v1/amenities), hours are a place in `hours.timetables`. 713 stations
weigh about 35 KB compressed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from flask import Response, request

from station_map.domain.hours import local_day
from station_map.domain.vocabulary import (
    AMENITY_BY_CODE,
    AccessMethod,
    Audience,
    Datum,
    EventKind,
    Honour,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.search.filters import StationFilter
from station_map.search.listing import LIMIT_MAX, ListQuery, list_stations
from station_map.store.database import Database
from station_map.store.freshness import latest_revision
from station_map.store.services_on import kinds_on
from station_map.store.stations import Row, audiences
from station_map.web import splice
from station_map.web.api.filters import OPEN, filter_of
from station_map.web.api.slim_hours import SharedHours, today
from station_map.web.caching import JSON, answer
from station_map.web.contract import Contract, TooMuchAsked
from station_map.web.contract.moments import NOW
from station_map.web.contract.parsers import Box
from station_map.web.contract.positions import BBOX, CRS, box_of, datum_of
from station_map.web.runtime import database, remembered, settings

PATH: Final = "/api/v1/stations/slim"
MAX_AGE_S: Final = 60
_MANY: Final = 20_000
_DIGITS: Final = 6  # of a degree: 0.1 m

FIELDS: Final = (
    "code",
    "name",
    "lon",
    "lat",
    "kind",
    "service_level",
    "status",
    "access_method",
    "registration_required",
    "opening_hours",
    "amenities",
    "amenities_partial",
    "amenities_broken",
    "amenities_absent",
    "adcode",
    "address",
    "hours_text",
    "timetable",
    "suspended_until",
    "verified_on",
    "reported_locked",
    "demo",
    "seats",
    "honours",
    "audience",
    "services",
)
VOCABULARY: Final[dict[str, tuple[str, ...]]] = {
    "kind": tuple(Kind),
    "service_level": tuple(ServiceLevel),
    "status": tuple(Status),
    "access_method": tuple(AccessMethod),
    "honour": tuple(Honour),
    "audience": tuple(Audience),
    "service": tuple(EventKind),
}
_OF_THE_CARD: Final = ("kind", "service_level", "status", "access_method")
_PLACE: Final[dict[str, dict[str | None, int]]] = {
    field: {code: number for number, code in enumerate(codes)}
    for field, codes in VOCABULARY.items()
}
_HEAD: Final = json.dumps(
    {"fields": FIELDS, "vocabulary": VOCABULARY}, ensure_ascii=False, separators=(",", ":")
)[1:-1]

CONTRACT: Final = Contract(CRS, BBOX, OPEN)


def slim() -> Response:
    """All stations (of the rectangle, if one is given; open, if asked for) as rows of `fields`."""
    values = CONTRACT.read(request.environ["QUERY_STRING"])
    bbox, datum, where = box_of(CONTRACT, values), datum_of(values), filter_of(values)

    def make() -> str:
        rows = all_rows(database(), bbox, where, settings().slim_max_stations)
        beside = Beside(
            audiences(database(), [row.code for row in rows]),
            kinds_on(database(), today()),
        )
        return render(rows, datum, beside)

    # There are too many rectangles and times to keep them.
    if bbox is not None or values.get("open", NOW) != NOW:
        return answer(make(), JSON, max_age_s=MAX_AGE_S)
    minute = where.open_at and where.open_at.minute
    stamp = (latest_revision(database()), minute, today())
    text = remembered().get(("slim", datum, minute is None), stamp, make)
    return answer(text, JSON, max_age_s=MAX_AGE_S)


def all_rows(
    database: Database, bbox: Box | None, where: StationFilter, most: int = _MANY
) -> list[Row]:
    """Every such station of the rectangle; raises TooMuchAsked beyond `most`."""
    rows: list[Row] = []
    cursor: str | None = None
    while True:
        query = ListQuery(where, bbox, None, None, limit=LIMIT_MAX, cursor=cursor)
        page = list_stations(database, query)
        if page.number_matched > most:
            raise _too_many(page.number_matched, most)
        rows.extend(page.rows)
        cursor = page.next_cursor
        if cursor is None:
            return rows


def _too_many(matched: int, most: int) -> TooMuchAsked:
    return TooMuchAsked(
        f"{matched} stations are more than the {most} that this answer holds;"
        " ask for a smaller bbox",
        parameter="bbox",
        allowed=f"a rectangle with at most {most} stations",
        example=f"bbox={BBOX.example}",
    )


class Beside(NamedTuple):
    """What cards do not tell, by code: whom stations serve; kinds of services held today."""

    audiences: Mapping[str, str]
    services: Mapping[str, list[str]]


def render(rows: list[Row], datum: Datum, beside: Beside) -> str:
    """The table's text. datum: of its coordinates."""
    places = splice.positions([row.lon for row in rows], [row.lat for row in rows], datum)
    demo = "true" if splice.any_demo(row.card for row in rows) else "false"
    hours = SharedHours(today())
    table = [_slim_row(row, place, hours, beside) for row, place in zip(rows, places, strict=True)]
    body = json.dumps(table, ensure_ascii=False, separators=(",", ":"))
    return f'{{"crs":"{datum.value}","demo":{demo},{_HEAD},"hours":{hours.told()},"rows":{body}}}'


def _slim_row(
    row: Row, place: tuple[float, float], hours: SharedHours, beside: Beside
) -> list[Any]:
    card = json.loads(row.card)
    lon, lat = place
    known: dict[str, str] = card.get("amenities") or {}
    until, verified = row.suspended_until, card.get("verified_at")
    return [
        row.code,
        card["name"],
        round(lon, _DIGITS),
        round(lat, _DIGITS),
        *(_PLACE[field].get(card.get(field)) for field in _OF_THE_CARD),
        card.get("registration_required"),
        card.get("opening_hours"),
        *(_ids(known, state) for state in ("yes", "partial", "broken", "no")),
        card.get("adcode"),
        card.get("address"),
        card.get("hours_text"),
        hours.number(row),
        None if until is None else until.isoformat(),
        None if verified is None else local_day(dt.datetime.fromisoformat(verified)).isoformat(),
        card.get("reported_locked") is True,
        card.get("demo") is True,
        card.get("seats"),
        [_PLACE["honour"][honour] for honour in card.get("honours") or ()],
        _PLACE["audience"].get(beside.audiences.get(row.code)),
        [_PLACE["service"][kind] for kind in beside.services.get(row.code, ())],
    ]


def _ids(amenities: dict[str, str], state: str) -> list[int]:
    return sorted(AMENITY_BY_CODE[code].id for code, said in amenities.items() if said == state)

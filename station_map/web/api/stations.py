"""Lists of stations, page by page, and one station."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote_plus

from flask import Response, request

from station_map.domain.vocabulary import Datum
from station_map.search.listing import (
    LIMIT_DEFAULT,
    LIMIT_MAX,
    ListQuery,
    Page,
    get_station,
    list_stations,
)
from station_map.store.doors import beside
from station_map.store.former import codes_of
from station_map.store.station_photos import photos_of
from station_map.store.stations import Row
from station_map.web import splice
from station_map.web.api.demo import demo_member
from station_map.web.api.filters import FILTERS, OPEN, OPEN_UNKNOWN, TEXT, filter_of
from station_map.web.caching import GEOJSON, JSON, answer
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.moments import local_time
from station_map.web.contract.parsers import integer, matching, one_of
from station_map.web.contract.positions import BBOX, CRS, box_of, datum_of
from station_map.web.live import member as live_member
from station_map.web.photos import members as photo_members
from station_map.web.runtime import database, live_now
from station_map.web.states import state_of, this_minute

PATH: Final = "/api/v1/stations"
DEFAULT_LIMIT: Final = LIMIT_DEFAULT
MAX_LIMIT: Final = LIMIT_MAX
MAX_AGE_S: Final = 60

AREA: Final = Parameter(
    name="area",
    parse=matching(r"\d{6}", "an adcode of six digits", "六位行政区划代码"),
    schema={"type": "string", "pattern": "^[0-9]{6}$"},
    allowed="an adcode of six digits",
    allowed_zh="六位行政区划代码",
    example="340603",
    description="Only stations in this district, or in any district of this city.",
    also_called=("adcode", "district", "city", "region"),
)
LIMIT: Final = Parameter(
    name="limit",
    parse=integer(1, MAX_LIMIT),
    schema={"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
    allowed=f"a whole number, 1 to {MAX_LIMIT}",
    allowed_zh=f"1 到 {MAX_LIMIT} 的整数",
    example="100",
    description="How many stations a page holds at most.",
    also_called=("k", "page_size", "size", "count", "per_page"),
)
CURSOR: Final = Parameter(
    name="cursor",
    parse=matching(r"[0-9A-Za-z_=.-]{1,512}", "a cursor", "翻页标记"),
    schema={"type": "string", "pattern": "^[0-9A-Za-z_=.-]{1,512}$"},
    allowed="the cursor of the link rel=next of the page before",
    allowed_zh="上一页 rel=next 链接里的 cursor",
    example="(from the link rel=next)",
    description="Where the page begins; take it from the link `rel=next`.",
    also_called=("offset", "page", "after", "start"),
)
FORMAT: Final = Parameter(
    name="f",
    parse=one_of({"geojson": "geojson", "json": "json"}),
    schema={"type": "string", "enum": ["geojson", "json"], "default": "geojson"},
    allowed="geojson or json",
    allowed_zh="geojson 或 json",
    example="json",
    description="`geojson`: a FeatureCollection. `json`: plain objects with `lon` and `lat`.",
    also_called=("format", "output"),
)
CONTRACT: Final = Contract(
    BBOX, AREA, TEXT, OPEN, OPEN_UNKNOWN, *FILTERS, CRS, FORMAT, LIMIT, CURSOR
)
ONE_CONTRACT: Final = Contract(CRS)


def stations() -> Response:
    """One page of stations, by code or the best match of `q` first, of every status unless asked otherwise."""
    asked = request.environ["QUERY_STRING"]
    values = CONTRACT.read(asked)
    query = query_of(values)
    page = list_stations(database(), query)
    at = query.where.open_at
    told = _Telling(datum_of(values), asked, None if at is None else at.minute)
    if values.get("f") == "json":
        return answer(render_json(page, told), JSON, max_age_s=MAX_AGE_S)
    return answer(render_geojson(page, told), GEOJSON, max_age_s=MAX_AGE_S)


class _Telling(NamedTuple):
    """How a page is told.

    datum: of the coordinates. asked: the raw query string. minute: the one that `open` named, if
    it did, in minutes since 1970 UTC.
    """

    datum: Datum
    asked: str
    minute: int | None = None


def query_of(values: dict[str, Any]) -> ListQuery:
    """The search that the read parameters ask for."""
    return ListQuery(
        where=filter_of(values),
        bbox=box_of(CONTRACT, values),
        area=values.get("area"),
        text=values.get("q"),
        limit=values.get("limit", DEFAULT_LIMIT),
        cursor=values.get("cursor"),
    )


def render_geojson(page: Page, told: _Telling) -> str:
    """A page as a FeatureCollection."""
    features = [
        splice.feature(row.code, place, splice.with_members(row.card, members))
        for row, place, members in _told(page, told)
    ]
    return splice.collection(features, _members(page, told, GEOJSON))


def render_json(page: Page, told: _Telling) -> str:
    """A page as plain objects: the properties with `lon` and `lat` added."""
    items = [
        splice.with_members(row.card, f'{members},"lon":{lon},"lat":{lat}')
        for row, (lon, lat), members in _told(page, told)
    ]
    return f'{{{_members(page, told, JSON)},"items":[{",".join(items)}]}}'


def _told(page: Page, told: _Telling) -> Iterator[tuple[Row, tuple[float, float], str]]:
    """Each row with its place and the members that its card does not hold."""
    minute, live = this_minute() if told.minute is None else told.minute, live_now()
    for number, (row, place) in enumerate(
        zip(page.rows, _places(page.rows, told.datum), strict=True)
    ):
        unknown = ',"open_unknown":true' if number >= page.unknown_from else ""
        said = live.get(row.code)
        lately = "" if said is None else f",{live_member(said)}"
        yield row, place, state_of(row, minute).member + unknown + lately


def _places(rows: Sequence[Row], datum: Datum) -> list[tuple[float, float]]:
    return splice.positions([row.lon for row in rows], [row.lat for row in rows], datum)


def _members(page: Page, told: _Telling, mimetype: str) -> str:
    entries = [("self", mimetype, splice.href(PATH, told.asked))]
    if page.next_cursor is not None:
        entries.append(("next", mimetype, splice.href(PATH, _next(told, page.next_cursor))))
    unknown = page.number_unknown
    return (
        f'"numberMatched":{page.number_matched},"numberReturned":{len(page.rows)},'
        + ("" if unknown is None else f'"numberOpenUnknown":{unknown},')
        + ("" if page.text_match is None else f'"textMatch":"{page.text_match.value}",')
        + f'"crs":"{told.datum.value}",{demo_member(row.card for row in page.rows)},'
        + splice.links(*entries)
    )


def _next(told: _Telling, cursor: str) -> str:
    """The query that was asked, with `cursor` in place of its own.

    "Now" becomes the moment of this page: on all pages the same stations are open.
    """
    pairs = [pair for pair in told.asked.split("&") if pair]
    named = [(unquote_plus(pair.partition("=")[0]), pair) for pair in pairs]
    kept = [
        f"{name}={local_time(told.minute)}" if name == OPEN.name and told.minute else pair
        for name, pair in named
        if name != CURSOR.name
    ]
    return "&".join([*kept, f"{CURSOR.name}={quote(cursor)}"])


def station(code: str) -> Response:
    """One station with every stored field that is public."""
    values = ONE_CONTRACT.read(request.environ["QUERY_STRING"])
    row = get_station(database(), code)
    (place,) = _places([row], datum_of(values))
    told = json.dumps(photo_members(code, photos_of(database(), code)), ensure_ascii=False)
    said = live_now().get(row.code)
    lately = "" if said is None else f",{live_member(said)}"
    former = json.dumps(codes_of(database(), row.code))
    door = json.dumps([one.code for one in beside(database(), row.code)])
    members = (
        f'{state_of(row).member},"photos":{told},"former_codes":{former},"same_door":{door}{lately}'
    )
    properties = splice.with_members(row.card, members)
    return answer(splice.feature(row.code, place, properties), GEOJSON, max_age_s=MAX_AGE_S)

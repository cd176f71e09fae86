"""Lists of stations, page by page, and one station."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
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
from station_map.store.stations import Row
from station_map.web import splice
from station_map.web.api.demo import demo_member
from station_map.web.api.filters import FILTERS, filter_of
from station_map.web.caching import GEOJSON, JSON, answer
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.parsers import integer, matching, one_of, words
from station_map.web.contract.positions import BBOX, CRS, box_of, datum_of
from station_map.web.runtime import database
from station_map.web.states import state_of, this_minute

PATH: Final = "/api/v1/stations"
DEFAULT_LIMIT: Final = LIMIT_DEFAULT
MAX_LIMIT: Final = LIMIT_MAX
MAX_TEXT: Final = 64
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
TEXT: Final = Parameter(
    name="q",
    parse=words(MAX_TEXT),
    schema={"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
    allowed=f"text of 1 to {MAX_TEXT} characters",
    allowed_zh=f"1 到 {MAX_TEXT} 个字",
    example="淮海路",
    description="Only stations whose name, address or code holds this text.",
    also_called=("query", "text", "search", "keyword", "name"),
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
    schema={"type": "string"},
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
CONTRACT: Final = Contract(BBOX, AREA, TEXT, *FILTERS, CRS, FORMAT, LIMIT, CURSOR)
ONE_CONTRACT: Final = Contract(CRS)


def stations() -> Response:
    """One page of stations in a fixed order, of every status unless asked otherwise."""
    asked = request.environ["QUERY_STRING"]
    values = CONTRACT.read(asked)
    page = list_stations(database(), query_of(values))
    datum = datum_of(values)
    if values.get("f") == "json":
        return answer(render_json(page, datum, asked), JSON, max_age_s=MAX_AGE_S)
    return answer(render_geojson(page, datum, asked), GEOJSON, max_age_s=MAX_AGE_S)


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


def render_geojson(page: Page, datum: Datum, asked: str) -> str:
    """A page as a FeatureCollection. asked: the raw query string."""
    minute = this_minute()
    features = [
        splice.feature(row.code, place, splice.with_members(row.card, state_of(row, minute).member))
        for row, place in zip(page.rows, _places(page.rows, datum), strict=True)
    ]
    return splice.collection(features, _members(page, datum, asked, GEOJSON))


def render_json(page: Page, datum: Datum, asked: str) -> str:
    """A page as plain objects: the properties with `lon` and `lat` added."""
    minute = this_minute()
    items = [
        splice.with_members(row.card, f'{state_of(row, minute).member},"lon":{lon},"lat":{lat}')
        for row, (lon, lat) in zip(page.rows, _places(page.rows, datum), strict=True)
    ]
    return f'{{{_members(page, datum, asked, JSON)},"items":[{",".join(items)}]}}'


def _places(rows: Sequence[Row], datum: Datum) -> list[tuple[float, float]]:
    return splice.positions([row.lon for row in rows], [row.lat for row in rows], datum)


def _members(page: Page, datum: Datum, asked: str, mimetype: str) -> str:
    entries = [("self", mimetype, splice.href(PATH, asked))]
    if page.next_cursor is not None:
        entries.append(("next", mimetype, splice.href(PATH, _next(asked, page.next_cursor))))
    return (
        f'"numberMatched":{page.number_matched},"numberReturned":{len(page.rows)},'
        f'"crs":"{datum.value}",{demo_member(row.card for row in page.rows)},{splice.links(*entries)}'
    )


def _next(asked: str, cursor: str) -> str:
    """The query that was asked, with `cursor` in place of its own."""
    pairs = [pair for pair in asked.split("&") if pair]
    kept = [pair for pair in pairs if unquote_plus(pair.partition("=")[0]) != CURSOR.name]
    return "&".join([*kept, f"{CURSOR.name}={quote(cursor)}"])


def station(code: str) -> Response:
    """One station with every stored field that is public."""
    values = ONE_CONTRACT.read(request.environ["QUERY_STRING"])
    row = get_station(database(), code)
    (place,) = _places([row], datum_of(values))
    properties = splice.with_members(row.card, state_of(row).member)
    return answer(splice.feature(row.code, place, properties), GEOJSON, max_age_s=MAX_AGE_S)

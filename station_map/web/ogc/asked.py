"""What a request for items may say, and the conditions that it means."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final, NamedTuple

from station_map.geo.axes import Axes, Box, boxes
from station_map.search import cql
from station_map.search.listing import LIMIT_DEFAULT, LIMIT_MAX
from station_map.search.paging import decode
from station_map.store import features_cql
from station_map.store.features_queryables import Queryable, Type
from station_map.store.features_times import ends_of
from station_map.store.features_where import Where
from station_map.web.api.stations import CURSOR
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.parameters import Refused, shown
from station_map.web.contract.parsers import integer, one_of, to_number
from station_map.web.ogc.collected import COLLECTIONS, Collection, value_schema
from station_map.web.ogc.crs import AXES, BBOX_CRS, CRS, CRS84, FILTER_CRS
from station_map.web.ogc.forms import parameter

_LONGEST: Final = 200
_MOST: Final = 2**31 - 1

Interval = tuple[dt.datetime | None, dt.datetime | None]


def _limit(text: str) -> int:
    """More than the greatest is the greatest: so the standard has it."""
    return min(integer(1, 999_999_999)(text), LIMIT_MAX)


def _numbers(text: str) -> tuple[float, ...]:
    sides = text.split(",")
    if len(sides) not in {4, 6}:
        raise Refused(f"{shown(text)!r} is not four or six numbers", "不是四个或六个数字")
    return tuple(to_number(side.strip()) for side in sides)


def _interval(text: str) -> Interval:
    """Beginning and end, both included; None: open."""
    first, slash, last = text.partition("/")
    try:
        if not slash:
            return ends_of(text)
        start = None if first in {"", ".."} else ends_of(first)[0]
        end = None if last in {"", ".."} else ends_of(last)[1]
    except (ValueError, OverflowError):
        raise Refused(
            f"{shown(text)!r} is no RFC 3339 time or interval", f"“{shown(text)}”不是时间或时间段"
        ) from None
    if start is None and end is None:
        raise Refused("both ends are open", "两头都没有时间")
    if start is not None and end is not None and start > end:
        raise Refused("the beginning is after the end", "开始晚于结束")
    return start, end


BBOX: Final = Parameter(
    name="bbox",
    parse=_numbers,
    schema={
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
    allowed="west,south,east,north; six numbers with heights; in the order of bbox-crs",
    allowed_zh="西,南,东,北；带高程为六个数；顺序按 bbox-crs",
    example="116.6,33.7,117.1,34.1",
    description=(
        "Only features that touch this rectangle, its edges included. A west greater than the east"
        " crosses the 180th meridian. Heights leave nothing out. 矩形范围。"
    ),
)
DATETIME: Final = Parameter(
    name="datetime",
    parse=_interval,
    schema={"type": "string"},
    allowed="an RFC 3339 time or date, or two with / between them; .. for an open end",
    allowed_zh="RFC 3339 时间或日期，或用 / 隔开的两个；开放端写 ..",
    example="2026-11-01T00:00:00Z/..",
    description=(
        "Only stations whose record last changed then (`updated_at`); areas have no time and all"
        " match. 按更新时间筛选。"
    ),
)
LIMIT: Final = Parameter(
    name="limit",
    parse=_limit,
    schema={"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT},
    allowed=f"a whole number from 1 on; more than {LIMIT_MAX} counts as {LIMIT_MAX}",
    allowed_zh=f"从 1 起的整数，超过 {LIMIT_MAX} 按 {LIMIT_MAX} 算",
    example="100",
    description="How many features a page holds at most. 每页最多多少个。",
)
FILTER: Final = Parameter(
    name="filter",
    parse=lambda text: text,
    schema={"type": "string", "maxLength": cql.LONGEST},
    allowed="CQL2 text on the names of /queryables",
    allowed_zh="CQL2 文本，属性名见 /queryables",
    example=cql.EXAMPLE,
    description="Only features that meet this condition. 筛选条件（CQL2）。",
)
FILTER_LANG: Final = Parameter(
    name="filter-lang",
    parse=one_of({"cql2-text": "cql2-text"}),
    schema={"type": "string", "enum": ["cql2-text"], "default": "cql2-text"},
    allowed="cql2-text",
    allowed_zh="cql2-text",
    example="cql2-text",
    description="Language of `filter`. filter 的语言。",
)
F: Final = parameter("json", "geojson", "html")


class _Property(NamedTuple):
    """Parses a value of one queryable."""

    queryable: Queryable

    def parse(self, text: str) -> str | int | bool:
        one = self.queryable
        if one.type is Type.NUMBER:
            return integer(0, 999_999_999)(text)
        if one.type is Type.BOOLEAN:
            return one_of({"true": "true", "false": "false"})(text) == "true"
        if one.codes:
            return one_of({code: code for code in one.codes})(text)
        if not text or len(text) > _LONGEST or "\0" in text:
            raise Refused(f"is not 1 to {_LONGEST} characters", f"不是 1 到 {_LONGEST} 个字")
        return text


_EXAMPLES: Final[dict[Type, str]] = {Type.NUMBER: "10", Type.BOOLEAN: "true"}


def _property(one: Queryable, example: str) -> Parameter:
    told = ", ".join(one.codes) or f"a value of {one.name}"
    return Parameter(
        name=one.name,
        parse=_Property(one).parse,
        schema=value_schema(one),
        allowed=told,
        allowed_zh=told,
        example=_EXAMPLES.get(one.type) or (one.codes[0] if one.codes else example),
        description=f"Only features with this value. {one.title}",
    )


def _filterable(collection: Collection) -> list[Queryable]:
    """What is equal or not: no geometry, array or time, and no amenity by its state."""
    plain = {Type.TEXT, Type.NUMBER, Type.BOOLEAN}
    return [
        one
        for one in collection.queryables.values()
        if one.type in plain and not one.name.startswith("amenities.")
    ]


def _contract(collection: Collection) -> Contract:
    return Contract(
        LIMIT,
        BBOX,
        BBOX_CRS,
        DATETIME,
        CRS,
        replace(FILTER, example=collection.filter),
        FILTER_LANG,
        FILTER_CRS,
        F,
        CURSOR,
        *(_property(one, collection.example) for one in _filterable(collection)),
    )


CONTRACTS: Final[dict[str, Contract]] = {
    name: _contract(collection) for name, collection in COLLECTIONS.items()
}
ITEM: Final = Contract(CRS, F)


class Asked(NamedTuple):
    """Which items. where: of all pages together; after: the key before the first of this one."""

    where: Where
    after: str | None
    limit: int
    crs: str
    axes: Axes


def asked_of(collection: Collection, values: dict[str, Any]) -> Asked:
    """What the read parameters mean. Raises InputError."""
    contract = CONTRACTS[collection.id]
    where = Where(of_stations=collection.of_stations)
    if (sides := values.get("bbox")) is not None:
        where.inside(_boxes(contract, sides, AXES[values.get("bbox-crs", CRS84)]))
    if collection.of_stations and "datetime" in values:
        where.changed_between(*values["datetime"])
    for one in _filterable(collection):
        if one.name in values:
            told = {"op": "=", "args": [{"property": one.name}, values[one.name]]}
            features_cql.meets(where, told)
    if "filter" in values:
        expression = cql.parse(values["filter"])
        features_cql.meets(where, expression, AXES[values.get("filter-crs", CRS84)])
    crs = values.get("crs", CRS84)
    return Asked(where, _after(values), values.get("limit", LIMIT_DEFAULT), crs, AXES[crs])


def _after(values: dict[str, Any]) -> str | None:
    cursor = values.get("cursor")
    return None if cursor is None else decode(cursor, groups=1, text=False).code


def _boxes(contract: Contract, sides: tuple[float, ...], axes: Axes) -> list[Box]:
    try:
        return boxes(axes, sides)
    except ValueError as error:
        given = ",".join(f"{side:.12g}" for side in sides)
        contract.refuse("bbox", f"{error}, in the order of bbox-crs", "范围不对", given)

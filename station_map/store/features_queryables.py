"""What features can be asked by: the closed table from public names to columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, LiteralString

from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_STATES,
    AccessMethod,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)
from station_map.store.facets import FACETS
from station_map.store.schema.areas import AREA_LEVELS


class Type(StrEnum):
    """What a queryable, or a part of a filter, is."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    ARRAY = "array"
    GEOMETRY = "geometry"


@dataclass(frozen=True, slots=True)
class Queryable:
    """A name that a filter may hold.

    sql: its value. own: whether that is asked of `station` (`s`), not of its card (`c`). codes:
    all values there are; empty: any. facets: numbers by code, of an array.
    """

    name: str
    type: Type
    sql: LiteralString
    title: str
    own: bool = False
    codes: tuple[str, ...] = ()
    facets: dict[str, int] = field(default_factory=dict)


def _codes(vocabulary: type[Labelled]) -> tuple[str, ...]:
    return tuple(member.value for member in vocabulary)


def _array(name: str, dimension: str, title: str) -> Queryable:
    numbers = {facet.code: facet.id for facet in FACETS if facet.dimension == dimension}
    return Queryable(name, Type.ARRAY, "c.facet_ids", title, codes=tuple(numbers), facets=numbers)


_STATE: Final[LiteralString] = (
    "(SELECT sa.state FROM station_amenity sa"
    " WHERE sa.station_id = c.station_id AND sa.amenity_id = "
)
_NUMBERS: Final[dict[int, LiteralString]] = {
    1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6", 7: "7", 8: "8", 9: "9", 0: "0",
}  # fmt: skip


def _number(value: int) -> LiteralString:
    """The digits of a number of ours, as a part of a statement."""
    digits: LiteralString = _NUMBERS[value % 10]
    return digits if value < 10 else _number(value // 10) + digits


def _table(*queryables: Queryable) -> dict[str, Queryable]:
    return {one.name: one for one in queryables}


STATIONS: Final[dict[str, Queryable]] = _table(
    Queryable("geometry", Type.GEOMETRY, "c.position::geometry", "Position 位置"),
    Queryable("code", Type.TEXT, "c.code", "Code 编号"),
    Queryable("name", Type.TEXT, "s.name", "Name 名称", own=True),
    Queryable("kind", Type.TEXT, "s.kind", "Kind 类别", own=True, codes=_codes(Kind)),
    Queryable(
        "service_level", Type.TEXT, "s.service_level", "Service level 服务级别", own=True,
        codes=_codes(ServiceLevel),
    ),
    Queryable("status", Type.TEXT, "c.status", "Status 状态", codes=_codes(Status)),
    Queryable(
        "district", Type.TEXT,
        "coalesce((SELECT jsonb_object_agg(a.adcode, a.name) FROM area a) ->> c.adcode,"
        " s.stated_district)",
        "District 区县", own=True,
    ),
    Queryable("adcode", Type.TEXT, "c.adcode", "Adcode of the district 行政区划代码"),
    Queryable("address", Type.TEXT, "s.address", "Address 地址", own=True),
    Queryable(
        "opening_hours", Type.TEXT, "c.opening_hours", "Opening hours (OpenStreetMap) 开放时间"
    ),
    Queryable("hours_text", Type.TEXT, "s.hours_text", "Opening hours as told 开放说明", own=True),
    Queryable(
        "access_method", Type.TEXT, "s.access_method", "How the door opens 进门方式", own=True,
        codes=_codes(AccessMethod),
    ),
    Queryable(
        "registration_required", Type.BOOLEAN, "s.registration_required",
        "Whether one must register 是否登记", own=True,
    ),
    Queryable("seats", Type.NUMBER, "s.seats", "Seats 座位数", own=True),
    Queryable(
        "verified_at", Type.TIME, "s.verified_at",
        "When somebody last checked 核实时间", own=True,
    ),
    Queryable(
        "updated_at", Type.TIME, "s.updated_at",
        "When the record last changed 更新时间", own=True,
    ),
    Queryable("demo", Type.BOOLEAN, "c.demo", "Demo data 演示数据"),
    _array("honours", "honour", "Titles 荣誉"),
    _array("amenities_yes", "amenity", "Amenities that it has 具备的服务"),
    *(
        Queryable(
            f"amenities.{one.code}", Type.TEXT, _STATE + _number(one.id) + ")",
            f"{one.en} {one.zh}", codes=tuple(AMENITY_STATES),
        )
        for one in AMENITIES
    ),
)  # fmt: skip

AREAS: Final[dict[str, Queryable]] = _table(
    Queryable("geometry", Type.GEOMETRY, "a.geom", "Outline 范围"),
    Queryable("adcode", Type.TEXT, "a.adcode", "Adcode 行政区划代码"),
    Queryable("name", Type.TEXT, "a.name", "Name 名称"),
    Queryable("level", Type.TEXT, "a.level", "Level 级别", codes=AREA_LEVELS),
    Queryable("parent_adcode", Type.TEXT, "a.parent_adcode", "Adcode of the area above 上级代码"),
)

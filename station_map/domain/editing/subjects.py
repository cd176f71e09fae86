"""The fields of a station by subject: what one form holds, and what people call each field."""

from __future__ import annotations

from typing import Final

from station_map.domain.fields import label_of
from station_map.domain.vocabulary import Labelled


class Subject(Labelled):
    """What one form is about, in the order in which people see them."""

    NAME = "name", "名称和类型", "name and kind"
    PLACE = "place", "位置", "place"
    DOOR = "door", "怎么进、给谁用", "how to get in"
    HOURS = "hours", "开放时间", "opening hours"
    AMENITIES = "amenities", "有什么", "amenities"
    STATUS = "status", "状态", "status"
    TRUCK = "truck", "货车停车", "truck parking"
    SOURCE = "source", "来源和备注", "provenance"


_POSITION: Final = "坐标"  # longitude and latitude in one


def _labelled(*names: str) -> dict[str, str]:
    return {name: _POSITION if name == "position" else label_of(name) for name in names}


FIELDS: Final[dict[Subject, dict[str, str]]] = {
    Subject.NAME: _labelled(
        "name",
        "aliases",
        "kind",
        "service_level",
        "honours",
        "brand",
        "host_type",
        "builder_type",
        "operator",
        "phone",
    ),
    Subject.PLACE: _labelled(
        "position",
        "position_precision_m",
        "position_source",
        "address",
        "landmark",
        "floor",
        "entrance_note",
        "road_ref",
        "road_direction",
        "road_stake",
    ),
    Subject.DOOR: _labelled(
        "access_method", "registration_required", "audience", "price", "rules", "seats", "area_m2"
    ),
    Subject.HOURS: _labelled(
        "opening_hours", "hours_text", "staffed_hours", "hours_source", "hours_verified_at"
    ),
    Subject.AMENITIES: _labelled("amenities"),
    Subject.STATUS: _labelled("status", "suspended_until", "status_reason"),
    Subject.TRUCK: _labelled(
        "bays_total", "bays_free", "max_height_m", "max_length_m", "parking_paid", "security_level"
    ),
    Subject.SOURCE: _labelled("source", "source_id", "source_date", "last_inspected_on", "note"),
}
"""Subject -> {field: its name in Chinese}."""

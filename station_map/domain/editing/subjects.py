"""The fields of a station by subject: what one form holds, and what people call each field."""

from __future__ import annotations

from typing import Final

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


FIELDS: Final[dict[Subject, dict[str, str]]] = {
    Subject.NAME: {
        "name": "站名",
        "aliases": "别名",
        "kind": "类型",
        "service_level": "服务等级",
        "honours": "荣誉",
        "brand": "品牌",
        "host_type": "依托场所",
        "builder_type": "建设方式",
        "operator": "管理单位",
        "phone": "电话",
    },
    Subject.PLACE: {
        "position": "坐标",
        "position_precision_m": "坐标误差",
        "position_source": "坐标从哪来",
        "address": "地址",
        "landmark": "旁边的标志",
        "floor": "楼层",
        "entrance_note": "门在哪里",
        "road_ref": "公路编号",
        "road_direction": "行车方向",
        "road_stake": "桩号",
    },
    Subject.DOOR: {
        "access_method": "怎么进",
        "registration_required": "要不要登记",
        "audience": "给谁用",
        "price": "收费",
        "rules": "规定",
        "seats": "座位",
        "area_m2": "面积",
    },
    Subject.HOURS: {
        "opening_hours": "开放时间",
        "hours_text": "门上的原话",
        "staffed_hours": "有人值守的时间",
        "hours_source": "时间从哪来",
        "hours_verified_at": "时间核对于",
    },
    Subject.AMENITIES: {"amenities": "设施和服务"},
    Subject.STATUS: {
        "status": "状态",
        "suspended_until": "暂停到哪天",
        "status_reason": "原因",
    },
    Subject.TRUCK: {
        "bays_total": "货车位",
        "bays_free": "空着的货车位",
        "max_height_m": "限高",
        "max_length_m": "限长",
        "parking_paid": "停车收不收费",
        "security_level": "看管",
    },
    Subject.SOURCE: {
        "source": "信息来源",
        "source_id": "来源里的编号",
        "source_date": "来源日期",
        "last_inspected_on": "上次检查",
        "note": "备注",
    },
}
"""Subject -> {field: its name in Chinese}."""

OTHERS: Final[dict[str, str]] = {
    "lon": "经度",
    "lat": "纬度",
    "source_lon": "原来写的经度",
    "source_lat": "原来写的纬度",
    "source_datum": "原来的坐标系",
    "adcode": "区县",
    "stated_district": "台账写的区县",
    "hours_exceptions": "特别日子",
    "hours_override": "统一调整的时间",
    "photos": "照片",
    "verified_at": "核实于",
    "verified_by": "谁核实的",
    "reported_locked_at": "有人反映锁门",
    "bays_at": "空位的时间",
    "demo": "示例数据",
    "code": "编号",
}
"""What a station's document tells besides."""

LABELS: Final[dict[str, str]] = OTHERS | {
    name: label for fields in FIELDS.values() for name, label in fields.items()
}
"""Every field that a station's document and its revisions may name, in Chinese."""

"""What the fields of a station's document are called, and which words their codes stand for.

The document is what `station_document` in the database tells: everything that a person can
change. Its order here is the order in which people see changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    Labelled,
    ServiceLevel,
    Status,
)

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "code": "编号",
        "name": "站名",
        "aliases": "别名",
        "kind": "类型",
        "service_level": "服务等级",
        "status": "状态",
        "suspended_until": "暂停到哪天",
        "status_reason": "状态的原因",
        "lon": "经度",
        "lat": "纬度",
        "adcode": "区县",
        "address": "地址",
        "landmark": "旁边的标志",
        "floor": "楼层",
        "entrance_note": "门在哪里",
        "opening_hours": "开放时间",
        "hours_text": "门上的原话",
        "staffed_hours": "有人值守的时间",
        "hours_exceptions": "特别日子",
        "hours_override": "统一调整的时间",
        "hours_source": "时间从哪来",
        "hours_verified_at": "时间核对于",
        "access_method": "怎么进",
        "registration_required": "要不要登记",
        "audience": "给谁用",
        "price": "收费",
        "rules": "规定",
        "phone": "电话",
        "amenities": "设施和服务",
        "seats": "座位",
        "area_m2": "面积（平方米）",
        "bays_total": "货车位",
        "bays_free": "空着的货车位",
        "bays_at": "空位的时间",
        "max_height_m": "限高（米）",
        "max_length_m": "限长（米）",
        "parking_paid": "停车收不收费",
        "security_level": "看管",
        "brand": "品牌",
        "host_type": "依托场所",
        "builder_type": "建设方式",
        "operator": "管理单位",
        "honours": "荣誉",
        "photos": "照片",
        "verified_at": "核实于",
        "verified_by": "谁核实的",
        "last_inspected_on": "上次检查",
        "reported_locked_at": "有人反映锁门",
        "road_ref": "公路编号",
        "road_direction": "行车方向",
        "road_stake": "桩号",
        "source_lon": "原来写的经度",
        "source_lat": "原来写的纬度",
        "source_datum": "原来的坐标系",
        "position_source": "坐标从哪来",
        "position_precision_m": "坐标误差（米）",
        "stated_district": "台账写的区县",
        "source": "信息来源",
        "source_id": "来源里的编号",
        "source_date": "来源日期",
        "note": "备注",
        "demo": "示例数据",
    }
)
"""Chinese labels by field."""

VOCABULARIES: Final[Mapping[str, type[Labelled]]] = MappingProxyType(
    {
        "kind": Kind,
        "service_level": ServiceLevel,
        "status": Status,
        "access_method": AccessMethod,
        "audience": Audience,
        "host_type": HostType,
        "builder_type": BuilderType,
        "source_datum": Datum,
        "honours": Honour,
    }
)
"""The closed vocabulary of a field, where it has one."""

CONTACTS: Final = frozenset({"phone"})
"""Fields that only those may read who may see keepers' telephones."""


def label_of(field: str) -> str:
    """The Chinese label of a field; of one that is not known, its name."""
    return LABELS.get(field, field)

"""What a column can be read as, in words: for people who choose it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from station_map.domain.vocabulary import AMENITIES
from station_map.errors import InputError
from station_map.importers.tables.keys import key_of
from station_map.importers.tables.match import AMENITY_PREFIX
from station_map.importers.tables.synonyms import FIELD_NAMES, IGNORED, PERSONAL

NOT_USED: Final = IGNORED
# Several columns may be read as these; of all others there is one.
SHARED_TARGETS: Final = frozenset(("note", "hours_text"))

FIELD_LABELS: Final[Mapping[str, str]] = {
    "name": "名称",
    "position": "坐标（经纬度在一格）",
    "lon": "经度",
    "lat": "纬度",
    "code": "驿站编号",
    "aliases": "别名",
    "district": "县区",
    "address": "地址",
    "landmark": "附近标志",
    "floor": "楼层",
    "entrance_note": "入口说明",
    "kind": "类型",
    "brand": "品牌",
    "service_level": "服务等级",
    "host_type": "依托场所",
    "builder_type": "建设方式",
    "operator": "运营单位",
    "phone": "电话",
    "hours_text": "开放时间",
    "opening_hours": "开放时间（OSM 写法）",
    "hours_from": "开门时间",
    "hours_to": "关门时间",
    "always_open": "是否 24 小时",
    "staffed_hours": "有人值守时间",
    "hours_source": "时间来源",
    "access_method": "进门方式",
    "registration_required": "是否要登记",
    "audience": "服务对象",
    "price": "收费",
    "rules": "使用须知",
    "services": "服务设施（一格里写多项）",
    "seats": "座位数",
    "area_m2": "面积（平方米）",
    "status": "状态",
    "suspended_until": "暂停到哪天",
    "status_reason": "停用原因",
    "honours": "荣誉",
    "verified_at": "核实日期",
    "last_inspected_on": "检查日期",
    "bays_total": "货车泊位数",
    "bays_free": "空余泊位",
    "max_height_m": "限高（米）",
    "max_length_m": "限长（米）",
    "parking_paid": "停车是否收费",
    "security_level": "安全等级",
    "road_ref": "道路编号",
    "road_direction": "行驶方向",
    "road_stake": "桩号",
    "datum": "坐标系（逐行）",
    "position_source": "定位来源",
    "position_precision_m": "定位精度（米）",
    "source": "数据来源",
    "source_id": "来源编号",
    "source_date": "数据日期",
    "demo": "是否示例数据",
    "note": "备注",
}
"""Each field that a column may be read as, by its name; `geometry` is no column's choice."""

AMENITY_LABELS: Final[Mapping[str, str]] = {
    AMENITY_PREFIX + amenity.code: amenity.zh for amenity in AMENITIES
}
_SPECIAL: Final = {NOT_USED: "不用", PERSONAL: "个人姓名（不导入）"}
_LABELS: Final = {**FIELD_LABELS, **AMENITY_LABELS, **_SPECIAL, "geometry": "几何"}
_BY_LABEL: Final = {key_of(label): target for target, label in _LABELS.items()}


def label_of(target: str) -> str:
    """A target in Chinese: "amenity:wifi" gives "无线网络"."""
    return _LABELS.get(target, target)


def target_named(words: str) -> str:
    """The target of this code, Chinese label or amenity's code. Raises InputError."""
    for candidate in (words, AMENITY_PREFIX + words):
        if candidate in FIELD_LABELS or candidate in AMENITY_LABELS or candidate in _SPECIAL:
            return candidate
    key = key_of(words)
    if key in {"", "-"}:
        return NOT_USED
    found = _BY_LABEL.get(key)
    if found is None or found not in {*FIELD_LABELS, *AMENITY_LABELS, *_SPECIAL}:
        raise InputError(
            f"没有“{words[:40]}”这个字段。 There is no field {words[:40]!r}.",
            parameter="--column",
            allowed="name, lon, lat, position, address, hours_text, an amenity's code, …; - for none",
            example='--column "点位=position"',
        )
    return found


def unknown_fields() -> set[str]:
    """Fields that ledgers have names for and that cannot be chosen: for a test."""
    return set(FIELD_NAMES) - set(FIELD_LABELS) - set(_SPECIAL)

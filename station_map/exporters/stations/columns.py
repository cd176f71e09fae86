"""Fields of an exported station: their names, Chinese headings and values.

The headings are those that the importer knows (importers/tables/synonyms.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from station_map.domain.vocabulary import AMENITIES, Datum
from station_map.geo.datum import from_wgs84
from station_map.store.station_exports import Exported

_DIGITS: Final = 9  # of a degree: what conversion of the datum there and back keeps
# Name -> heading, in the order in which people read them; position stands after the address.
FIELDS: Final[dict[str, str]] = {
    "code": "驿站编号",
    "name": "名称",
    "aliases": "别名",
    "kind": "类型",
    "status": "状态",
    "suspended_until": "暂停至",
    "status_reason": "停用原因",
    "district": "县区",
    "adcode": "行政区划代码",
    "address": "地址",
    "lon": "经度",
    "lat": "纬度",
    "datum": "坐标系",
    "position_source": "定位来源",
    "position_precision_m": "定位精度",
    "landmark": "地标",
    "floor": "楼层",
    "entrance_note": "入口说明",
    "road_ref": "道路编号",
    "road_direction": "行驶方向",
    "road_stake": "桩号",
    "hours_text": "开放时间",
    "opening_hours": "开放时间osm",
    "staffed_hours": "值守时间",
    "hours_source": "时间来源",
    "access_method": "进入方式",
    "registration_required": "是否需要登记",
    "audience": "服务对象",
    "price": "收费",
    "rules": "使用须知",
    "seats": "座位数",
    "area_m2": "面积",
    "brand": "品牌",
    "service_level": "服务等级",
    "honours": "荣誉",
    "host_type": "依托单位类型",
    "builder_type": "建设类型",
    "operator": "运营单位",
    "phone": "电话",
    "verified_at": "核实日期",
    "last_inspected_on": "检查日期",
    "bays_total": "货车泊位数",
    "bays_free": "空余泊位",
    "max_height_m": "限高",
    "max_length_m": "限长",
    "parking_paid": "停车收费",
    "security_level": "安全等级",
    "source": "来源",
    "source_id": "来源编号",
    "source_date": "来源日期",
    "note": "备注",
    "demo": "演示数据",
}
AMENITY_HEADINGS: Final[dict[str, str]] = {one.code: one.zh for one in AMENITIES}


def records(stations: Sequence[Exported], datum: Datum) -> Iterator[dict[str, Any]]:
    """Each station's FIELDS, and `amenities` as code to state; lon, lat in `datum`, degrees.

    What is unknown is None, or not among the amenities. Lists are lists.
    """
    for station, (lon, lat) in zip(stations, _places(stations, datum), strict=True):
        facts = {name: station.facts.get(name) for name in FIELDS}
        facts |= {"code": station.code, "lon": lon, "lat": lat, "datum": datum.value}
        facts["amenities"] = {
            code: fact["state"] for code, fact in station.facts["amenities"].items()
        }
        yield facts


def cells(record: dict[str, Any]) -> list[Any]:
    """A record as one row: the FIELDS, then a state for each amenity, None where unknown."""
    amenities = record["amenities"]
    return [*(plain(record[name]) for name in FIELDS), *map(amenities.get, AMENITY_HEADINGS)]


def plain(value: Any) -> Any:
    """A value that fits one cell: lists joined by ";", yes and no as words, None as it is."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ";".join(map(str, value)) or None
    return value


def _places(stations: Sequence[Exported], datum: Datum) -> list[tuple[float, float]]:
    if datum is Datum.WGS84 or not stations:
        return [(one.lon, one.lat) for one in stations]
    import numpy as np

    lons, lats = np.array([(one.lon, one.lat) for one in stations]).T
    east, north = from_wgs84(lons, lats, datum)
    return [
        (round(x, _DIGITS), round(y, _DIGITS))
        for x, y in zip(east.tolist(), north.tolist(), strict=True)
    ]

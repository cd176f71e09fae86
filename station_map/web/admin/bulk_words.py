"""A bulk change in words: which stations were meant, and what they became."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from station_map.domain.vocabulary import AMENITY_BY_CODE, HostType, Kind, Status
from station_map.web.admin.differences import UNKNOWN, hours_in_words, value_in_words

_STATES: Final = {
    "yes": "有",
    "no": "没有",
    "partial": "部分",
    "broken": "坏了",
    "unknown": UNKNOWN,
}


def change_in_words(told: Mapping[str, Any]) -> str:
    """What was asked for, as `BulkChange.told` keeps it."""
    match told.get("change"):
        case "hours":
            hours = told.get("opening_hours")
            return f"开放时间：{UNKNOWN if hours is None else hours_in_words(str(hours))}"
        case "dated":
            entry = {name: told.get(name) for name in ("first_day", "last_day", "opening_hours")}
            return value_in_words("hours_exceptions", [{**entry, "reason": told.get("reason")}])
        case "status":
            parts = [f"状态：{value_in_words('status', told.get('status'))}"]
            if told.get("suspended_until"):
                parts.append(f"到 {told['suspended_until']}")
            if told.get("status_reason"):
                parts.append(str(told["status_reason"]))
            return "，".join(parts)
        case "amenity":
            code = str(told.get("code"))
            name = AMENITY_BY_CODE[code].zh if code in AMENITY_BY_CODE else code
            return f"{name}：{_STATES.get(str(told.get('state')), UNKNOWN)}"
        case _:
            return UNKNOWN


def selection_in_words(told: Mapping[str, Any], areas: Mapping[str, str] | None = None) -> str:
    """Which stations were meant, as `Selection.told` keeps it. areas: names by adcode."""
    parts: list[str] = []
    if told.get("area"):
        parts.append(f"地区 {(areas or {}).get(str(told['area']), told['area'])}")
    for name, words, vocabulary in (
        ("kind", "类型", Kind),
        ("host_type", "设在", HostType),
        ("status", "状态", Status),
    ):
        if told.get(name):
            parts.append(f"{words} {'、'.join(vocabulary(one).zh for one in told[name])}")
    if told.get("amenity"):
        parts.append(f"有{AMENITY_BY_CODE[str(told['amenity'])].zh}")
    parts += [f"{words}“{told[name]}”" for name, words in _QUOTED.items() if told.get(name)]
    if told.get("not_verified_days"):
        parts.append(f"{told['not_verified_days']} 天没有核实")
    if told.get("polygon"):
        corners = len(json.loads(str(told["polygon"]))["coordinates"][0]) - 1
        parts.append(f"在画的范围里（{corners} 个角）")
    return "；".join(parts) or "全部"


_QUOTED: Final = {"brand": "品牌", "text": "文字"}

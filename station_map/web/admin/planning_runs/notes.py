"""What is not known, made up or a demo, and what data a run was computed from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station_map.store.planning_runs import Run
from station_map.web.admin.gate import china_time


def about_of(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an answer says of its data: beside the figures of siting, in a part of coverage's."""
    found: Mapping[str, Any] = answer.get("about") or answer
    return found


def unknown_notes(answer: Mapping[str, Any]) -> list[str]:
    """Sentences that stand above all figures."""
    about, notes = about_of(answer), []
    if about.get("synthetic"):
        notes.append("需求是合成的，不是数出来的：只能看方法和大概，不能当成真的人数。")
    if about.get("demo_stations"):
        notes.append(f"驿站里有 {about['demo_stations']:,} 个是示例数据，不是真的。")
    if counted := answer.get("counted"):
        sure, possible, _ = counted
        if possible > sure:
            notes.append(
                f"{sure:,} 个驿站肯定符合条件，另外 {possible - sure:,} 个不清楚；"
                "所以有的数是一段：从已经知道的，到不清楚的都算上。"
            )
    if unknown := answer.get("unknown_cells"):
        notes.append(f"有 {unknown:,} 处的需求不清楚，没有算进去。")
    if about.get("goal") == "capacitated" and about.get("unknown_seats"):
        notes.append(f"有 {about['unknown_seats']:,} 个驿站的座位不清楚，当没有座位算。")
    notes.append("距离是直线，不是走的路：实际要走得更远，所以覆盖率是上限。")
    return notes


def data_facts(run: Run) -> list[tuple[str, str]]:
    """What it was computed from, so that it can be repeated: name and value."""
    about = about_of(run.answer or {})
    unknown = about.get("unknown_seats")
    facts = [
        ("需求", str(about.get("demand", ""))),
        ("需求指纹", str(about.get("demand_digest", ""))),
        ("驿站", f"{about.get('stations', 0):,} 个"),
        ("座位不清楚", f"{unknown:,} 个驿站" if unknown else ""),
        ("驿站指纹", str(about.get("stations_digest", ""))),
        ("算好", china_time(run.ended_at) if run.ended_at else ""),
        ("程序版本", run.version or ""),
        (
            "能照原样重算",
            {"kept": "能，数据留着", "too_large": "数据太大，没有留"}.get(run.inputs or "", ""),
        ),
    ]
    return [(name, value) for name, value in facts if value]

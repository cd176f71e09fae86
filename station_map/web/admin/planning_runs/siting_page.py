"""What the page of a siting run shows, from its answer; and the coverage that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from station_map.store.planning_runs import Run
from station_map.web.admin.planning_runs.notes import data_facts, unknown_notes
from station_map.web.admin.planning_runs.siting_tables import before_and_after, proof, sections

_RADII: Final = (300, 500, 1000)


def context(run: Run, answer: Mapping[str, Any]) -> dict[str, Any]:
    """For the template: how good, sites, before and after, notes, data."""
    reason = answer["reason"]
    return {
        "proof": proof(answer),
        "reason": None if reason is None else reason["zh"],
        "before_after": before_and_after(answer),
        "sections": sections(answer),
        "notes": unknown_notes(answer),
        "facts": data_facts(run),
        "opens": len(answer["sites"]),
    }


def as_coverage(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """What to ask for to see the coverage with the sites opened: of the same demand and reach."""
    metres = answer["metres"]
    radii = _RADII if metres is None else (*(r for r in _RADII if r < metres), metres)
    return {
        "demand": answer["demand"],
        "area": asked.get("area"),
        "by": asked.get("by", "district"),
        "radii": list(radii),
        "workers_per_seat": asked.get("workers_per_seat", 20.0),
        "without": [one["code"] for one in answer["closed"] if one["code"]],
        "added": [{"lon": one["lon"], "lat": one["lat"]} for one in answer["sites"]],
    }

"""What the page of a coverage run shows, from its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from station_map.domain.hours.wording import WEEKDAYS_ZH
from station_map.store.planning_runs import Run
from station_map.web.admin.planning_runs.coverage_answer import CoverageView
from station_map.web.admin.planning_runs.coverage_ranks import comparison
from station_map.web.admin.planning_runs.coverage_tables import sections
from station_map.web.admin.planning_runs.notes import data_facts, unknown_notes
from station_map.web.admin.planning_runs.numbers import amount, percent, percent_band


def context(run: Run, answer: Mapping[str, Any]) -> dict[str, Any]:
    """For the template: the large figure, sections, notes, data."""
    view = CoverageView(answer)
    compared = comparison(view)
    low, high = view.shares(answer["shares"][view.main]["demand"])[-1]
    return {
        "within": view.within[view.main],
        "figure": percent_band(low, high),
        "banded": percent(low) != percent(high),
        "total": amount(view.demand[-1], view.unit),
        "after": _after(view),
        "sections": [
            *([compared] if compared else []),
            *sections(view, answer.get("places") or []),
        ],
        "notes": unknown_notes(answer),
        "facts": data_facts(run),
        "weekdays": WEEKDAYS_ZH,
    }


def _after(view: CoverageView) -> str | None:
    """The share in the other scenario; None when there is none."""
    found = view.told["comparison"]
    return None if found is None else percent(view.part(found["after"], found["after"])[-1][0])

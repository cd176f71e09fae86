"""What a planner asks is JSON of the types that its description names, and nothing near them."""

from __future__ import annotations

from typing import Any

import pytest

from station_map.errors import InputError
from station_map.planning.asked import CoverageAsked, SitingAsked, checked


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (CoverageAsked, {"at": 0}),
        (CoverageAsked, {"at": "1764000000"}),
        (CoverageAsked, {"with_planned": 0}),
        (CoverageAsked, {"with_planned": "yes"}),
        (CoverageAsked, {"radii": [True]}),
        (CoverageAsked, {"radii": ["500"]}),
        (CoverageAsked, {"workers_per_seat": "20"}),
        (CoverageAsked, {"added": [{"lon": True, "lat": 33.9}]}),
        (CoverageAsked, {"added": [{"lon": 116.8, "lat": 33.9, "seats": "9"}]}),
        (SitingAsked, {"count": False}),
        (SitingAsked, {"count": "3"}),
        (SitingAsked, {"count": 3, "threads": True}),
        (SitingAsked, {"goal": "budget", "budget": "7"}),
    ],
)
def test_what_pydantic_would_bend_is_refused(model: Any, given: dict[str, Any]) -> None:
    with pytest.raises(InputError) as refused:
        checked(model, given)
    assert refused.value.parameter is not None
    assert refused.value.parameter.split(".")[0] in given


def test_what_fits_is_taken() -> None:
    asked = checked(
        CoverageAsked,
        {"at": "2026-11-23T08:30", "radii": [500, 1000.0], "with_planned": True,
         "added": [{"lon": 116, "lat": 33.9, "seats": 9.0}]},
    )  # fmt: skip
    assert asked.at is not None
    assert asked.at.isoformat() == "2026-11-23T08:30:00+08:00"
    assert asked.added[0].seats == 9
    assert checked(SitingAsked, {"count": 3.0}).count == 3


def test_the_description_keeps_its_bounds() -> None:
    """A check before pydantic's own must not take the bounds out of OpenAPI."""
    told = CoverageAsked.model_json_schema()
    assert told["$defs"]["Metres"]["exclusiveMinimum"] == 0
    assert told["$defs"]["Added"]["properties"]["lon"]["maximum"] == 138
    assert SitingAsked.model_json_schema()["properties"]["threads"]["maximum"] == 64

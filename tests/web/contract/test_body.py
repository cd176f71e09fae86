"""Numbers and texts of a JSON body: what is near a type is not of it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from station_map.web.api.live import BODY as LIVE
from station_map.web.contract import RefusedQuery
from station_map.web.contract.body import BodyContract
from station_map.web.reporting import NOTE, SUGGESTION

AT = {"observed_at": "2026-11-22T08:30:00Z"}


def read(contract: BodyContract, given: dict[str, Any]) -> dict[str, Any]:
    return contract.read_json(json.dumps(given).encode())


def test_a_whole_number_may_have_a_point() -> None:
    assert read(LIVE, {**AT, "bays_free": 404.0})["bays_free"] == 404
    assert read(SUGGESTION, {"lon": 116.0, "lat": 33.95})["lon"] == 116
    with pytest.raises(RefusedQuery, match="whole number"):
        read(LIVE, {**AT, "bays_free": 404.5})


@pytest.mark.parametrize("note", [0, 1.5, True, {}, [1]])
def test_a_number_is_no_text(note: Any) -> None:
    with pytest.raises(RefusedQuery, match="wrong type"):
        read(BodyContract(NOTE), {"note": note})


def test_null_is_not_given() -> None:
    told = read(SUGGESTION, {"lon": 116.8, "lat": 33.95, "note": None, "amenities": None})
    assert set(told) == {"lon", "lat"}


@pytest.mark.parametrize("number", [1e300, -1e300, 10**400])
def test_a_number_beyond_all_bounds_is_refused(number: float) -> None:
    with pytest.raises(RefusedQuery):
        read(SUGGESTION, {"lon": number, "lat": 33.95})

"""What is on its way out says so in every answer and in OpenAPI."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from station_map.web import conditions
from station_map.web.api import operations
from station_map.web.api.openapi import document
from station_map.web.retiring import Retiring

GOING = Retiring(dt.date(2026, 1, 1), dt.date(2027, 12, 31), "/api/v1/areas")


@pytest.fixture
def going(monkeypatch: pytest.MonkeyPatch) -> None:
    """The vocabulary is on its way out."""
    changed = tuple(
        replace(one, retiring=GOING) if one.endpoint == "api.amenities" else one
        for one in operations.OPERATIONS
    )
    monkeypatch.setattr(operations, "OPERATIONS", changed)
    monkeypatch.setattr(conditions, "_CONDITIONS", {})


def test_each_answer_says_since_when_and_until_when(client: FlaskClient, going: None) -> None:
    for path in ("/api/v1/amenities", "/api/v1/amenities?bad=1"):
        told = client.get(path).headers
        assert told["Deprecation"] == "@1767225600"  # RFC 9745: a date of RFC 9651
        assert told["Sunset"] == "Sat, 01 Jan 2028 00:00:00 GMT"  # RFC 8594
        assert '</api/docs#retiring>; rel="deprecation"' in told["Link"]
        assert '</api/v1/areas>; rel="successor-version"' in told["Link"]
    assert "Deprecation" not in client.get("/api/v1/areas").headers


def test_openapi_says_so_too(going: None) -> None:
    told = document()["paths"]["/api/v1/amenities"]["get"]
    assert told["deprecated"] is True
    assert told["x-sunset"] == "2027-12-31"
    assert {"Deprecation", "Sunset"} <= set(told["responses"]["200"]["headers"])
    assert "deprecated" not in document()["paths"]["/api/v1/areas"]["get"]


def test_nothing_goes_sooner_than_a_year_after_it_was_told() -> None:
    with pytest.raises(ValueError, match="less than a year"):
        Retiring(dt.date(2026, 1, 1), dt.date(2026, 12, 31), "/api/v1/areas")

"""Joined text is the JSON it means to be, whatever the names in it."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84
from station_map.web import splice


@given(st.text(max_size=60), st.floats(-180, 180), st.floats(-90, 90))
def test_a_feature_is_json_with_its_own_properties(name: str, lon: float, lat: float) -> None:
    (place,) = splice.positions([lon], [lat], Datum.WGS84)
    card = json.dumps({"name": name}, ensure_ascii=False)
    text = splice.feature("340603-00001", place, splice.with_members(card, '"distance_m":1.5'))
    feature = json.loads(text)
    assert feature["properties"] == {"name": name, "distance_m": 1.5}
    assert feature["geometry"]["coordinates"] == pytest.approx([lon, lat], abs=1e-7)
    whole = json.loads(splice.collection([text, text], '"numberReturned":2'))
    assert whole["features"] == [feature, feature]
    assert whole["numberReturned"] == 2


def test_an_empty_collection_is_json() -> None:
    assert json.loads(splice.collection([], '"numberReturned":0'))["features"] == []


@pytest.mark.parametrize("datum", list(Datum))
def test_positions_are_in_the_datum_asked_for(datum: Datum) -> None:
    found = splice.positions([116.8, 2.35], [33.95, 48.85], datum)
    for (lon, lat), given_ in zip(found, [(116.8, 33.95), (2.35, 48.85)], strict=True):
        expected = [float(value) for value in from_wgs84(*given_, datum)]
        assert [lon, lat] == pytest.approx(expected, abs=1e-7)
    assert splice.positions([], [], datum) == []


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=4))
def test_a_link_asks_the_same_again(query: dict[str, str]) -> None:
    href = splice.href("/api/v1/stations", urlencode(query))
    _, _, asked = href.partition("?")
    assert dict(parse_qsl(asked, keep_blank_values=True)) == query


@given(st.text(max_size=80))
def test_no_query_breaks_out_of_a_link(query: str) -> None:
    raw = query.encode("utf-8", "replace").decode("latin-1")
    text = "{" + splice.links(("self", "application/json", splice.href("/x", raw))) + "}"
    (link,) = json.loads(text)["links"]
    assert link["rel"] == "self"
    assert link["href"].isascii()
    assert not set(link["href"]) & set("<>\"'{} \\")


@pytest.mark.parametrize(
    ("card", "demo"),
    [
        ({"name": "a", "demo": True}, True),
        ({"name": "a", "demo": False}, False),
        ({"name": '"demo":true', "demo": False}, False),
        ({"name": '\\"demo": true', "demo": False}, False),
    ],
)
def test_demo_is_seen_in_the_property_only(card: dict[str, object], demo: bool) -> None:
    assert splice.any_demo([json.dumps(card)]) is demo
    assert splice.any_demo([json.dumps(card, separators=(",", ":"))]) is demo
    assert splice.any_demo([]) is False

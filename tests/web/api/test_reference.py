"""Vocabularies and outlines."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from shapely import MultiPolygon, Point
from shapely.geometry import shape

from station_map.domain.vocabulary import AMENITIES, PRESETS, Datum, Kind
from station_map.geo.datum import from_wgs84
from station_map.web.api.models_kept import Areas, Vocabulary


def test_every_code_is_told_with_its_labels(client: FlaskClient) -> None:
    got = client.get("/api/v1/amenities")
    told = Vocabulary.model_validate_json(got.data)
    assert [(a.id, a.code, a.zh, a.en) for a in told.amenities] == [
        (a.id, a.code, a.zh, a.en) for a in AMENITIES
    ]
    assert [p.code for p in told.presets] == [p.code for p in PRESETS]
    assert told.presets[4].any_of == ["toilet", "toilet_nearby"]
    assert [(c.code, c.zh) for c in told.vocabularies["kind"]] == [(k.value, k.zh) for k in Kind]
    assert "微波炉" in got.text or "热饭" in got.text


def test_vocabularies_take_no_parameter(client: FlaskClient) -> None:
    assert client.get("/api/v1/amenities?lang=zh").status_code == 400


@pytest.mark.parametrize("datum", list(Datum))
def test_outlines_hold_their_own_point(client: FlaskClient, datum: Datum) -> None:
    got = client.get(f"/api/v1/areas?crs={datum.value}")
    assert got.mimetype == "application/geo+json"
    areas = Areas.model_validate_json(got.data)
    assert {"340602", "340603", "340604", "340621"} <= {f.id for f in areas.features}
    assert areas.crs is datum
    for feature in areas.features:
        outline = shape(feature.geometry.model_dump())
        assert isinstance(outline, MultiPolygon)
        assert outline.is_valid
        assert outline.contains(Point(feature.properties.lon, feature.properties.lat))


def test_outlines_are_shifted_as_stations_are(client: FlaskClient) -> None:
    plain = Areas.model_validate_json(client.get("/api/v1/areas").data).features
    moved = Areas.model_validate_json(client.get("/api/v1/areas?crs=gcj02").data).features
    for before, after in zip(plain, moved, strict=True):
        corner = before.geometry.coordinates[0][0][0]
        shown = [float(v) for v in from_wgs84(corner[0], corner[1], Datum.GCJ02)]
        assert after.geometry.coordinates[0][0][0] == pytest.approx(shown, abs=2e-6)


def test_both_may_be_kept_for_an_hour(client: FlaskClient) -> None:
    for path in ("/api/v1/amenities", "/api/v1/areas"):
        got = client.get(path)
        assert got.headers["Cache-Control"] == "public, max-age=3600"
        again = client.get(path, headers={"If-None-Match": got.headers["ETag"]})
        assert again.status_code == 304

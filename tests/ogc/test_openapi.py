"""OpenAPI 3.0 and 3.1: whole, of today, and true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.web.ogc.asked import CONTRACTS
from tests.docs import pages

FORMS = {
    "json": ("3.0.3", "application/vnd.oai.openapi+json;version=3.0"),
    "oas30": ("3.0.3", "application/vnd.oai.openapi+json;version=3.0"),
    "oas31": ("3.1.0", "application/openapi+json;version=3.1"),
}
REFERENCE = Path(__file__).resolve().parents[2] / "docs/reference/ogc.md"


def walk(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict):
        yield told
        for one in told.values():
            yield from walk(one)
    elif isinstance(told, list):
        for one in told:
            yield from walk(one)


@pytest.mark.parametrize("form", FORMS)
def test_each_version_says_what_it_is(client: FlaskClient, form: str) -> None:
    version, mimetype = FORMS[form]
    answer = client.get(f"/ogc/api?f={form}")
    told = answer.get_json(force=True)
    assert told["openapi"] == version
    assert answer.content_type == mimetype
    assert told["servers"] == [{"url": "http://localhost/ogc"}]
    for one in walk(told):
        if isinstance(reference := one.get("$ref"), str):
            place = told
            for name in reference.removeprefix("#/").split("/"):
                place = place[name]
        assert not (version.startswith("3.1") and "nullable" in one)
        assert not (version.startswith("3.0") and isinstance(one.get("type"), list))
    names = [way["get"]["operationId"] for way in told["paths"].values()]
    assert len(names) == len(set(names))


def test_what_is_accepted_chooses_the_version(client: FlaskClient) -> None:
    for asked, version in (
        ("application/vnd.oai.openapi+json;version=3.0", "3.0.3"),
        ("application/openapi+json;version=3.1", "3.1.0"),
        ("application/vnd.oai.openapi+json;version=3.0, application/json", "3.0.3"),
        ("application/json", "3.0.3"),
        ("*/*", "3.0.3"),
    ):
        told = client.get("/ogc/api", headers={"Accept": asked}).get_json(force=True)
        assert told["openapi"] == version, asked


def test_every_route_is_in_it_and_answers(client: FlaskClient, app: Flask, codes) -> None:
    told = client.get("/ogc/api").get_json(force=True)
    ids = {"stations": codes[0], "areas": "340603"}
    wanted = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("ogc."):
            for name in ids:
                path = rule.rule.removeprefix("/ogc").replace("<collection>", name)
                wanted.add(path.replace("<code>", "{featureId}"))
    assert set(told["paths"]) == wanted
    for path, way in told["paths"].items():
        name = "areas" if "/areas" in path else "stations"
        answer = client.get("/ogc" + path.replace("{featureId}", ids[name]))
        assert answer.status_code == 200
        assert answer.mimetype in {
            kind.partition(";")[0] for kind in way["get"]["responses"]["200"]["content"]
        }


def test_examples_of_parameters_work(client: FlaskClient, codes: list[str]) -> None:
    for name, contract in CONTRACTS.items():
        for one in contract.parameters:
            if one.name == "cursor":  # made anew by each page
                continue
            answer = client.get(
                f"/ogc/collections/{name}/items", query_string={one.name: one.example}
            )
            assert answer.status_code == 200, (one.name, answer.text)


def test_every_parameter_and_queryable_is_documented() -> None:
    told = pages.codes(REFERENCE.read_text(encoding="utf-8"))
    for contract in CONTRACTS.values():
        assert {one.name for one in contract.parameters} <= told


def test_the_reference_names_every_class_and_system() -> None:
    from station_map.web.ogc.crs import AXES
    from station_map.web.ogc.landing import CONFORMS_TO

    text = REFERENCE.read_text(encoding="utf-8")
    for uri in AXES:
        assert uri in text
    for uri in CONFORMS_TO:
        assert f"`{uri.rpartition('/')[2]}`" in text, uri

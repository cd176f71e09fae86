"""The description says what is served, and the page for people names all of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from station_map.domain.accounts import Scope
from station_map.web.access import ACCESS, Access
from station_map.web.api import examples, models
from station_map.web.api.failures import HEADERS, failure
from station_map.web.api.operations import OPERATIONS
from tests.support import described

DOCS = Path(__file__).resolve().parents[3] / "docs" / "reference" / "api.md"


@pytest.fixture
def told(client: FlaskClient) -> dict[str, Any]:
    got = client.get("/api/openapi.json")
    assert got.mimetype == "application/json"
    description: dict[str, Any] = json.loads(got.data)
    return description


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [ref for value in node.values() for ref in references(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in references(value)]
    return []


def test_every_api_route_is_described_and_the_other_way_round(
    app: Flask, told: dict[str, Any]
) -> None:
    served = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule not in described.PAGES
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    told_of = {(one.path, one.method): one.endpoint for one in OPERATIONS}
    assert served == told_of
    assert {(path, way) for path, ways in told["paths"].items() for way in ways} == set(served)


def test_every_reference_leads_somewhere(told: dict[str, Any]) -> None:
    found = references(told)
    assert found
    for reference in found:
        head, components, kind, name = reference.split("/")
        assert (head, components) == ("#", "components")
        assert name in told["components"][kind]


def test_every_parameter_is_described(told: dict[str, Any]) -> None:
    for operation in OPERATIONS:
        described = told["paths"][operation.path][operation.method]["parameters"]
        in_query = {p["name"]: p for p in described if p["in"] == "query"}
        assert set(in_query) == {parameter.name for parameter in operation.contract.parameters}
        for parameter in operation.contract.parameters:
            assert in_query[parameter.name]["required"] is parameter.required
            assert in_query[parameter.name]["schema"] == json.loads(json.dumps(parameter.schema))


def test_every_example_is_accepted_by_its_own_parser() -> None:
    for operation in OPERATIONS:
        for parameter in operation.contract.parameters:
            if parameter.name != "cursor":  # only a page before can give one
                parameter.parse(parameter.example)
        for field in operation.body.parameters if operation.body else ():
            field.parse(field.example)


def test_every_failure_is_a_problem(told: dict[str, Any]) -> None:
    for path in told["paths"].values():
        for ways in path.values():
            for status, answer in ways["responses"].items():
                if int(status) >= 400:
                    assert answer == {"$ref": f"#/components/responses/{status}"}
    for answer in told["components"]["responses"].values():
        assert list(answer["content"]) == ["application/problem+json"]


def test_every_field_of_a_body_is_described(told: dict[str, Any]) -> None:
    bodies = [one for one in OPERATIONS if one.body is not None and one.asks is None]
    assert bodies
    for operation in bodies:
        assert operation.body is not None
        described = told["paths"][operation.path]["post"]["requestBody"]
        schema = described["content"]["application/json"]["schema"]
        assert set(schema["properties"]) == {field.name for field in operation.body.parameters}
        assert schema["additionalProperties"] is False
        for field in operation.body.parameters:
            assert (field.name in schema["required"]) is field.required


def test_every_document_that_is_asked_is_described(told: dict[str, Any]) -> None:
    page = DOCS.read_text("utf-8")
    asked = [operation for operation in OPERATIONS if operation.asks is not None]
    assert asked
    for operation in asked:
        assert operation.asks is not None
        body = told["paths"][operation.path]["post"]["requestBody"]["content"]["application/json"]
        name = body["schema"]["$ref"].rpartition("/")[2]
        schema = told["components"]["schemas"][name]
        assert set(schema["properties"]) == set(operation.asks.model_fields)
        assert schema["additionalProperties"] is False
        for field in operation.asks.model_fields:
            assert f"`{field}`" in page


def test_names_are_unique_and_the_version_is_the_packages(told: dict[str, Any]) -> None:
    names = [one["operationId"] for path in told["paths"].values() for one in path.values()]
    assert len(names) == len(set(names))
    assert told["openapi"].startswith("3.1")
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", told["info"]["version"])


def test_the_page_for_people_names_every_route_parameter_and_code() -> None:
    page = DOCS.read_text("utf-8")
    for operation in OPERATIONS:
        assert f"`{operation.path}`" in page
        fields = operation.body.parameters if operation.body else ()
        for parameter in (*operation.contract.parameters, *fields):
            assert f"`{parameter.name}`" in page
            if parameter.name not in {"amenity", "amenities"}:  # served at /api/v1/amenities
                schema = parameter.schema.get("items", parameter.schema)
                for code in schema.get("enum", ()):
                    assert f"`{code}`" in page


def test_every_example_of_an_answer_is_one() -> None:
    shown = {model for one in OPERATIONS for _, model in one.answers if model is not None}
    assert {model.__name__ for model in shown} == set(examples.ANSWERS)
    for model in shown:
        model.model_validate(examples.ANSWERS[model.__name__])


def test_every_example_of_a_failure_is_one() -> None:
    statuses = {status for one in OPERATIONS for status in one.problems}
    for status in statuses:
        (content,) = failure(status)["content"].values()
        assert models.ProblemDetails.model_validate(content["example"]).status == status


def test_every_example_of_a_body_is_taken() -> None:
    for operation in OPERATIONS:
        if operation.asks is not None:
            operation.asks.model_validate(examples.ASKED[operation.asks.__name__])
        elif operation.body is not None and operation.body.parameters:
            raw = json.dumps(examples.BODIES[operation.endpoint]).encode()
            assert operation.body.read_json(raw)


def test_every_header_has_an_example_that_fits() -> None:
    for header in HEADERS.values():
        assert re.search(header["schema"].get("pattern", ""), header["example"])


def test_what_a_token_must_be_for_is_told(told: dict[str, Any]) -> None:
    scheme = told["components"]["securitySchemes"]["token"]
    assert scheme["scheme"] == "bearer"
    assert set(scheme["x-scopes"]) == {scope.value for scope in Scope}
    for operation in OPERATIONS:
        asked = told["paths"][operation.path][operation.method]["security"]
        needs = [] if operation.scope is None else [operation.scope.value]
        assert asked == ([{"token": needs}] if operation.token else [])
    needed = {one.scope for one in OPERATIONS if one.token}
    assert needed == {None, Scope.LIVE_WRITE, Scope.PLANNING_RUN}


def test_what_is_public_asks_for_no_token_and_the_other_way_round() -> None:
    for operation in OPERATIONS:
        assert operation.token is (ACCESS[operation.endpoint] is Access.TOKEN)

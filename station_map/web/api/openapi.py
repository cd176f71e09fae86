"""The OpenAPI 3.1 description, made from the parameters and models that are in use.

SpecTree was tried: it added 25 microseconds to a request of three parameters (the whole
contract costs less), let unknown parameters pass and tells errors in its own shape. What
would remain of its work is this page.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flask import Response, request
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from station_map import __version__
from station_map.web.caching import JSON, answer
from station_map.web.contract import Contract, Parameter

if TYPE_CHECKING:
    from station_map.web.api.operations import Operation
    from station_map.web.contract.body import BodyContract

MAX_AGE_S: Final = 3_600
CONTRACT: Final = Contract()

_REF: Final = "#/components/schemas/{model}"
_SCHEME: Final = "token"
_PROBLEM: Final = "application/problem+json"
_ALWAYS: Final = (503,)
_FAILURES: Final = {
    400: "A parameter or field is unknown, repeated, malformed or missing; `errors` names it.",
    401: "No token, or one that does not hold; see `WWW-Authenticate`.",
    403: "Sent by a page of another site, or not allowed to this token.",
    404: "No such thing.",
    413: "More than one answer, or one request, may hold.",
    415: "The body is not `application/json`.",
    429: "Too often; see `Retry-After`.",
    503: "Not available now; see `Retry-After`.",
}


def openapi() -> Response:
    """The description of this API."""
    CONTRACT.read(request.environ["QUERY_STRING"])
    return answer(_text(), JSON, max_age_s=MAX_AGE_S)


@cache
def _text() -> str:
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":"))


def document() -> dict[str, Any]:
    """The description as an object."""
    from station_map.web.api.models import ProblemDetails
    from station_map.web.api.operations import OPERATIONS

    models = {model for operation in OPERATIONS for _, model in operation.answers if model}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "station-map",
            "version": __version__,
            "description": (
                "Union rest stations: the nearest, lists, one. 工会驿站查询接口。"
                "Coordinates are longitude, latitude; distances are metres."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": "v1"}],
        "paths": {
            operation.path: {operation.method: _operation(operation)} for operation in OPERATIONS
        },
        "components": {
            "schemas": _schemas({*models, ProblemDetails}),
            "securitySchemes": {
                _SCHEME: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`Authorization: Bearer sm_…`, made at /admin/account.",
                }
            },
        },
    }


def _schemas(models: set[type[BaseModel]]) -> dict[str, Any]:
    ordered = sorted(models, key=lambda model: model.__name__)
    _, told = models_json_schema([(model, "serialization") for model in ordered], ref_template=_REF)
    schemas: dict[str, Any] = told["$defs"]
    return schemas


def _operation(operation: Operation) -> dict[str, Any]:
    told = {
        "operationId": operation.endpoint.partition(".")[2],
        "summary": operation.summary,
        "tags": ["v1"],
        "security": [{_SCHEME: []}] if operation.token else [],
        "parameters": [
            *(_path_parameter(*given) for given in operation.path_parameters),
            *(_parameter(parameter) for parameter in operation.contract.parameters),
        ],
        "responses": {
            **_answers(operation),
            **{str(status): _failure(status) for status in (*operation.problems, *_ALWAYS)},
        },
    }
    return told if operation.body is None else told | {"requestBody": _body(operation.body)}


_MOVED: Final = {
    "description": "The station was merged into another: Location leads there; `code` is its code.",
    "headers": {"Location": {"schema": {"type": "string"}}},
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "properties": {
                    "status": {"type": "integer"},
                    "code": {"type": "string"},
                    "href": {"type": "string"},
                },
            }
        }
    },
}


def _answers(operation: Operation) -> dict[str, Any]:
    told = _answer(operation)
    if operation.body is None:
        unchanged = {"description": "What the caller holds (If-None-Match) is still right."}
        by_code = any(name == "code" for name, _, _ in operation.path_parameters)
        moved = {"301": _MOVED} if by_code else {}
        return {"200": told, **moved, "304": unchanged}
    return {"201": told, "200": told | {"description": "Stored before."}}


def _body(contract: BodyContract) -> dict[str, Any]:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in contract.parameters if field.required],
        "properties": {
            field.name: {
                **field.schema,
                "description": f"{field.description}\n\n{field.allowed_zh}",
            }
            for field in contract.parameters
        },
    }
    return {"required": True, "content": {JSON: {"schema": schema}}}


def _answer(operation: Operation) -> dict[str, Any]:
    return {
        "description": operation.summary,
        "content": {
            mimetype: {"schema": _reference(model.__name__) if model else {"type": "object"}}
            for mimetype, model in operation.answers
        },
    }


def _failure(status: int) -> dict[str, Any]:
    content = {_PROBLEM: {"schema": _reference("ProblemDetails")}}
    return {"description": _FAILURES[status], "content": content}


def _reference(model: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=model)}


def _path_parameter(name: str, pattern: str, example: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "schema": schema, "example": example}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    told = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.description}\n\n{parameter.allowed_zh}",
        "schema": dict(parameter.schema),
    }
    if parameter.schema.get("type") == "array":
        told |= {"style": "form", "explode": False}
    return told

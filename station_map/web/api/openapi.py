"""The OpenAPI 3.1 description, made from the parameters and models that are in use.

SpecTree was tried: it added 25 microseconds to a request of three parameters (the whole
contract costs less), let unknown parameters pass and tells errors in its own shape. What
would remain of its work is this page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from flask import Response, request
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

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
_PAGED: Final = frozenset({"cursor"})  # only a page before can give one


def openapi() -> Response:
    """The description of this API."""
    CONTRACT.read(request.environ["QUERY_STRING"])
    return answer(_text(), JSON, max_age_s=MAX_AGE_S)


@cache
def _text() -> str:
    return json.dumps(document(), ensure_ascii=False, separators=(",", ":"))


def document() -> dict[str, Any]:
    """The description as an object."""
    from station_map.web.api.failures import FAILURES, HEADERS, failure
    from station_map.web.api.models import ProblemDetails
    from station_map.web.api.operations import OPERATIONS, Tag

    models = {model for operation in OPERATIONS for _, model in operation.answers if model}
    asked = {operation.asks for operation in OPERATIONS if operation.asks}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "station-map",
            "version": __version__,
            "summary": "工会驿站开放接口 Union rest stations",
            "description": (
                "Union rest stations: the nearest, lists, one, files, changes. 工会驿站查询接口。"
                "Coordinates are longitude, latitude; distances are metres."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "externalDocs": {"url": "/api/docs", "description": "For people 给人看的说明"},
        "tags": [{"name": tag.value, "description": f"{tag.zh} {tag.en}"} for tag in Tag],
        "paths": _paths(OPERATIONS),
        "components": {
            "schemas": _schemas({*models, ProblemDetails}, asked),
            "headers": HEADERS,
            "responses": {str(status): failure(status) for status in FAILURES},
            "securitySchemes": {_SCHEME: _scheme()},
        },
    }


def _scheme() -> dict[str, Any]:
    """Bearer tokens. Their scopes are the roles that an operation's `security` names."""
    from station_map.domain.accounts import Scope

    listed = "\n".join(f"- `{scope.value}`: {scope.en} {scope.zh}" for scope in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "description": "`Authorization: Bearer sm_…`, made at /admin/account. It may do what its"
        f" scopes name and its account may do there:\n\n{listed}",
        "x-scopes": {scope.value: f"{scope.en} {scope.zh}" for scope in Scope},
    }


def _paths(operations: Iterable[Operation]) -> dict[str, dict[str, Any]]:
    told: dict[str, dict[str, Any]] = {}
    for operation in operations:
        told.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return told


def _schemas(models: set[type[BaseModel]], asked: set[type[BaseModel]]) -> dict[str, Any]:
    """Of what is answered, and of what is asked."""
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "serialization") for model in models),
        *((model, "validation") for model in asked),
    ]
    modes.sort(key=lambda one: one[0].__name__)
    _, told = models_json_schema(modes, ref_template=_REF)
    schemas: dict[str, Any] = told["$defs"]
    return schemas


def _operation(operation: Operation) -> dict[str, Any]:
    from station_map.web.api.failures import ALWAYS

    failures = sorted({*operation.problems, *ALWAYS})
    told: dict[str, Any] = {
        "operationId": operation.endpoint.partition(".")[2],
        "summary": operation.summary,
        "tags": [operation.tag.value],
        "security": _security(operation),
        "parameters": [
            *(_path_parameter(*given) for given in operation.path_parameters),
            *(_parameter(parameter) for parameter in operation.contract.parameters),
        ],
        "responses": {
            **_answers(operation),
            **{str(status): {"$ref": f"#/components/responses/{status}"} for status in failures},
        },
    }
    if operation.retiring is not None:
        told |= {"deprecated": True, "x-sunset": operation.retiring.until.isoformat()}
    if operation.asks is not None:
        return told | {"requestBody": _asked(operation.asks)}
    if operation.body is None:
        return told
    return told | {"requestBody": _body(operation.body, operation.endpoint)}


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if not operation.token:
        return []
    return [{_SCHEME: [] if operation.scope is None else [operation.scope.value]}]


_MOVED: Final = {
    "description": "The station was merged into another: Location leads there; `code` is its code.",
    "content": {
        JSON: {
            "schema": {
                "type": "object",
                "required": ["status", "code", "href"],
                "properties": {
                    "status": {"const": 301},
                    "code": {"type": "string"},
                    "href": {"type": "string"},
                },
            },
            "example": {
                "status": 301,
                "code": "340603-00001",
                "href": "/api/v1/stations/340603-00001",
            },
        }
    },
}


def _answers(operation: Operation) -> dict[str, Any]:
    from station_map.web.api.failures import headers

    caching = () if operation.endpoint in _NOT_KEPT else ("ETag",)
    told = _answer(operation) | {
        "headers": headers("Cache-Control", *caching, *_further(operation))
    }
    if operation.body is None:
        unchanged = {
            "description": "What the caller holds (If-None-Match) is still right.",
            "headers": headers("Cache-Control", "ETag"),
        }
        moved = {"301": _MOVED | {"headers": headers("Location")}}
        return {
            "200": told,
            **(moved if "{code}" in operation.path else {}),
            **({"304": unchanged} if caching else {}),
        }
    return {
        str(status): told | {"description": said or operation.summary}
        for status, said in operation.statuses
    }


# What is told for one moment, to one caller.
_NOT_KEPT: Final = frozenset(
    {"api.report", "api.suggest", "api.live_push", "api.live_hours", "api.me"}
    | {
        f"api.{kind}_run_{verb}"
        for kind in ("coverage", "siting")
        for verb in ("start", "cancel", "repeat")
    }
)


def _further(operation: Operation) -> tuple[str, ...]:
    """Headers that only this operation's answers have."""
    told = ["Deprecation", "Sunset"] if operation.retiring is not None else []
    if operation.endpoint == "api.export":
        told.append("Content-Disposition")
    if operation.token and "_run" in operation.endpoint:
        told += ["Location", "Retry-After"]
    return tuple(told)


def _asked(model: type[BaseModel]) -> dict[str, Any]:
    from station_map.web.api.examples import ASKED

    told = {"schema": _reference(model.__name__), "example": ASKED[model.__name__]}
    return {"required": True, "content": {JSON: told}}


def _body(contract: BodyContract, endpoint: str) -> dict[str, Any]:
    from station_map.web.api.examples import BODIES

    schema = {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in contract.parameters if field.required],
        "properties": {
            field.name: {
                **_or_nothing(field),
                "description": f"{field.description}\n\n{field.allowed_zh}",
                "examples": [_typed(field)],
            }
            for field in contract.parameters
        },
    }
    needed = any(field.required for field in contract.parameters)
    told = {"schema": schema, "example": BODIES.get(endpoint, {})}
    return {"required": needed, "content": {JSON: told}}


def _or_nothing(field: Parameter) -> dict[str, Any]:
    """The field's schema; null says as much as leaving it out."""
    if field.required:
        return dict(field.schema)
    return {"anyOf": [dict(field.schema), {"type": "null"}]}


def _answer(operation: Operation) -> dict[str, Any]:
    return {
        "description": operation.summary,
        "content": {mimetype: _content(model, mimetype) for mimetype, model in operation.answers},
    }


def _content(model: type[BaseModel] | None, mimetype: str) -> dict[str, Any]:
    from station_map.web.api.examples import ANSWERS

    if model is None:  # a file; what is in it is another format's matter
        return {"schema": {"type": "object"}} if mimetype.endswith("json") else {}
    return {"schema": _reference(model.__name__), "example": ANSWERS[model.__name__]}


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
    if parameter.name not in _PAGED:
        told["example"] = _typed(parameter)
    if parameter.schema.get("type") == "array":
        told |= {"style": "form", "explode": False}
    return told


def _typed(parameter: Parameter) -> Any:
    """The example as the schema's type."""
    given, schema = parameter.example, parameter.schema
    match schema.get("type"):
        case "array":
            numbers = schema["items"]["type"] == "number"
            return [float(one) if numbers else one for one in given.split(",")]
        case "integer" | "number" | "boolean":
            return json.loads(given)
        case _:
            return given

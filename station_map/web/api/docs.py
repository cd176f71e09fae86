"""`/api/docs`: the OpenAPI description as a page for people, drawn here, without a script.

What other projects draw it with was tried (docs/adr/0049-api-product.md): most need styles that
our policy forbids, all need a script to show a word, and none speaks Chinese.
"""

from __future__ import annotations

import json
import re
import shlex
from typing import Any, Final
from urllib.parse import quote

from flask import Response, render_template, request

from station_map.web.api.openapi import document
from station_map.web.caching import answer
from station_map.web.contract import Contract
from station_map.web.limits import WINDOW_S
from station_map.web.origin import origin
from station_map.web.runtime import settings

PATH: Final = "/api/docs"
MAX_AGE_S: Final = 300
CONTRACT: Final = Contract()
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_SAFE: Final = ",:"
_METHODS: Final = ("get", "post")


def docs() -> Response:
    """The page."""
    CONTRACT.read(request.environ["QUERY_STRING"])
    told, base = document(), origin()
    groups = _groups(told, base)
    page = render_template(
        "api/docs.html",
        base=base,
        version=told["info"]["version"],
        groups=groups,
        scopes=told["components"]["securitySchemes"]["token"]["x-scopes"],
        retiring=[one for group in groups for one in group["routes"] if one["until"]],
        failures=told["components"]["responses"],
        limits=_limits(),
        window_s=WINDOW_S,
    )
    return answer(page, "text/html; charset=utf-8", max_age_s=MAX_AGE_S)


def _limits() -> list[tuple[str, str, int]]:
    """Name, what it counts, and how many a minute; 0 is no limit."""
    chosen = settings()
    return [
        ("api", "/api/v1/…、/ogc/…，每个地址", chosen.limit_api),
        ("tiles", "/tiles/…，每个地址", chosen.limit_tiles),
        ("files", "/api/v1/exports/…，每个地址", chosen.limit_files),
        ("tokens", "带令牌的请求，每个令牌", chosen.limit_tokens),
    ]


def _groups(told: dict[str, Any], base: str) -> list[dict[str, Any]]:
    """The chapters, each with its routes."""
    routes = [
        _route(path, method, ways[method], told, base)
        for path, ways in told["paths"].items()
        for method in _METHODS
        if method in ways
    ]
    return [
        {
            "id": tag["name"],
            "title": _in_two(tag["description"])[0],
            "routes": [one for one in routes if one["tag"] == tag["name"]],
        }
        for tag in told["tags"]
    ]


def _route(
    path: str, method: str, one: dict[str, Any], told: dict[str, Any], base: str
) -> dict[str, Any]:
    chinese, english = _in_two(one["summary"])
    (security,) = one["security"] or [None]
    good = {status: body for status, body in one["responses"].items() if "$ref" not in body}
    return {
        "id": one["operationId"],
        "tag": one["tags"][0],
        "method": method.upper(),
        "path": path,
        "title": chinese,
        "english": english,
        "needs_token": security is not None,
        "scope": next(iter((security or {}).get("token", [])), None),
        "until": one.get("x-sunset"),
        "parameters": [_parameter(given) for given in one["parameters"]],
        "fields": _fields(one, told),
        "answers": [_answer(status, body) for status, body in good.items()],
        "failures": [status for status in one["responses"] if status not in good],
        "curl": _curl(path, one, base),
    }


def _in_two(text: str) -> tuple[str, str]:
    """The Chinese and the English half of "Words 字" or "字 Words"."""
    found = _CHINESE.search(text)
    if found is None:
        return text, ""
    if found.start() == 0:
        chinese, _, english = text.partition(" ")
        return chinese, english
    return text[found.start() :].strip(), text[: found.start()].strip()


def _chinese_first(text: str) -> list[str]:
    """Paragraphs: what is allowed, in Chinese, then what is said in English."""
    english, _, chinese = text.partition("\n\n")
    return [one for one in (chinese, english) if one]


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": given["name"],
        "where": "路径" if given["in"] == "path" else "查询",
        "required": given["required"],
        "said": _chinese_first(given.get("description", "")),
        **_kind(given["schema"]),
        "example": _shown(given.get("example")),
    }


def _kind(schema: dict[str, Any]) -> dict[str, Any]:
    """Type, codes and default of a schema, in words."""
    schema = {**next(iter(schema.get("anyOf", [])), {}), **schema}  # the other one is null
    items = schema.get("items", {})
    codes = schema.get("enum") or items.get("enum") or []
    kind = schema.get("type", "object")
    if kind == "array":
        kind = f"array of {items.get('type', 'object')}"
    return {"kind": kind, "codes": codes, "default": _shown(schema.get("default"))}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(one, str | int | float) for one in value):
        return ",".join(str(one) for one in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fields(one: dict[str, Any], told: dict[str, Any]) -> list[dict[str, Any]]:
    """What the body holds."""
    if "requestBody" not in one:
        return []
    schema = one["requestBody"]["content"]["application/json"]["schema"]
    if "$ref" in schema:
        schema = told["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "required": name in required,
            "said": _chinese_first(field.get("description", "")),
            **_kind(field),
            "example": _shown(next(iter(field.get("examples", [])), None)),
        }
        for name, field in schema["properties"].items()
    ]


def _answer(status: str, body: dict[str, Any]) -> dict[str, Any]:
    content = body.get("content", {})
    examples = [
        (mimetype, json.dumps(told["example"], ensure_ascii=False, indent=2))
        for mimetype, told in content.items()
        if "example" in told
    ]
    return {
        "status": status,
        "said": body["description"],
        "types": list(content),
        "examples": examples,
    }


def _curl(path: str, one: dict[str, Any], base: str) -> str:
    """A request that can be pasted into a terminal."""
    given = one["parameters"]
    for parameter in given:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    asked = [
        f"{p['name']}={quote(_shown(p['example']), safe=_SAFE)}"
        for p in given
        if p["in"] == "query" and p["required"]
    ]
    address = base + path + ("?" + "&".join(asked) if asked else "")
    words = ["curl"]
    if one["security"]:
        words += ["-H", "'Authorization: Bearer sm_…'"]
    if "requestBody" in one:
        example = one["requestBody"]["content"]["application/json"]["example"]
        sent = json.dumps(example, ensure_ascii=False)
        words += ["-H", "'Content-Type: application/json'", "-d", shlex.quote(sent)]
    return " ".join([*words, shlex.quote(address)])

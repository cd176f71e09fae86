"""The API definition: OpenAPI 3.0, which clients know, and 3.1, made of the same table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request

from station_map import __version__
from station_map.web.contract import Contract, Parameter
from station_map.web.ogc.asked import CONTRACTS, ITEM
from station_map.web.ogc.collected import COLLECTIONS, Collection
from station_map.web.ogc.forms import data, form, page, parameter
from station_map.web.ogc.landing import CONTRACT, DESCRIPTION, TITLE
from station_map.web.ogc.links import GEOJSON, HTML, JSON, OAS30, OAS31, SCHEMA, dumps
from station_map.web.origin import origin
from station_map.web.problems import PROBLEM_JSON

API: Final = Contract(parameter("json", "oas30", "oas31", "html"))
_FORMS: Final = {
    "application/vnd.oai.openapi+json": "oas30",
    "application/openapi+json": "oas31",
    OAS30: "oas30",
    OAS31: "oas31",
    JSON: "oas30",
    HTML: "html",
}
_VERSIONS: Final = {"oas30": "3.0.3", "oas31": "3.1.0"}
_ANY_NUMBER: Final = {"type": "integer", "minimum": 0}
_LINKS: Final = {"type": "array", "items": {"$ref": "#/components/schemas/Link"}}


def api() -> Response:
    """The definition in one of its versions, or as a page."""
    asked = form(API.read(request.environ["QUERY_STRING"]), _FORMS)
    if asked == "html":
        return page("api.html", document=document("oas30"), title=TITLE)
    version = "oas31" if asked == "oas31" else "oas30"
    return data(dumps(document(version)), OAS31 if version == "oas31" else OAS30)


def document(version: str) -> dict[str, Any]:
    """The definition as an object. version: oas30 or oas31."""
    licence = {"name": "MIT"} | ({"identifier": "MIT"} if version == "oas31" else {})
    return {
        "openapi": _VERSIONS[version],
        "info": {
            "title": TITLE,
            "version": __version__,
            "description": DESCRIPTION,
            "license": licence,
        },
        "servers": [{"url": f"{origin()}/ogc"}],
        "tags": [{"name": "ogc", "description": "OGC API Features"}],
        "paths": _paths(),
        "components": {"schemas": _schemas(version), "responses": _failures()},
    }


def _paths() -> dict[str, Any]:
    told = {
        "/": _get("landing", "Where everything is", CONTRACT, {JSON: "Landing", HTML: None}),
        "/conformance": _get(
            "conformance", "Classes that are met", CONTRACT, {JSON: "Conformance", HTML: None}
        ),
        "/api": _get("api", "This definition", API, {OAS30: None, OAS31: None, HTML: None}),
        "/collections": _get(
            "collections", "All collections", CONTRACT, {JSON: "Collections", HTML: None}
        ),
    }
    for collection in COLLECTIONS.values():
        told |= _of(collection)
    return told


def _of(collection: Collection) -> dict[str, Any]:
    path, name = f"/collections/{collection.id}", collection.id
    item = _get(f"{name}_item", "One feature", ITEM, {GEOJSON: "Feature", HTML: None}, missing=True)
    item["get"]["parameters"].insert(
        0,
        {
            "name": "featureId",
            "in": "path",
            "required": True,
            "description": "The id of a feature",
            "schema": {"type": "string", "pattern": collection.keys},
        },
    )
    return {
        path: _get(name, collection.title, CONTRACT, {JSON: "Collection", HTML: None}),
        f"{path}/queryables": _get(
            f"{name}_queryables", "What a filter may name", CONTRACT, {SCHEMA: None, HTML: None}
        ),
        f"{path}/items": _get(
            f"{name}_items",
            f"Features: {collection.title}",
            CONTRACTS[name],
            {GEOJSON: "Features", HTML: None},
        ),
        f"{path}/items/{{featureId}}": item,
    }


def _get(
    name: str,
    summary: str,
    contract: Contract,
    answers: Mapping[str, str | None],
    *,
    missing: bool = False,
) -> dict[str, Any]:
    failures = ["400", "406", "503", *(["404"] if missing else [])]
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["ogc"],
            "parameters": [_parameter(one) for one in contract.parameters],
            "responses": {
                "200": {"description": summary, "content": dict(map(_content, answers.items()))},
                "304": {"description": "What the caller holds (If-None-Match) is still right."},
                **{one: {"$ref": f"#/components/responses/{one}"} for one in sorted(failures)},
            },
        }
    }


def _content(answer: tuple[str, str | None]) -> tuple[str, dict[str, Any]]:
    mimetype, schema = answer
    if schema is None:
        return mimetype, {"schema": {"type": "string" if mimetype == HTML else "object"}}
    return mimetype, {"schema": {"$ref": f"#/components/schemas/{schema}"}}


def _parameter(one: Parameter) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": one.description,
        "schema": dict(one.schema),
        "style": "form",
        "explode": False,
    }
    return told


def _failures() -> dict[str, Any]:
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = {
        "400": "A parameter is unknown, repeated or malformed; `errors` names it.",
        "404": "No such thing.",
        "406": "None of the forms that are offered is accepted.",
        "503": "Not available now; see `Retry-After`.",
    }
    return {
        status: {"description": text, "content": {PROBLEM_JSON: problem}}
        for status, text in told.items()
    }


def _schemas(version: str) -> dict[str, Any]:
    text = {"type": "string"}
    null = {"type": ["object", "null"]} if version == "oas31" else _nullable({"type": "object"})
    feature = {
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": text,
            "geometry": null,
            "properties": null,
            "links": _LINKS,
        },
    }
    return {
        "Link": _object({"rel": text, "type": text, "href": text, "title": text}, "rel", "href"),
        "Landing": _object({"title": text, "description": text, "links": _LINKS}, "links"),
        "Conformance": _object(
            {"conformsTo": {"type": "array", "items": text}, "links": _LINKS}, "conformsTo"
        ),
        "Collection": _object(
            {
                "id": text,
                "title": text,
                "description": text,
                "itemType": text,
                "extent": {"type": "object"},
                "crs": {"type": "array", "items": text},
                "storageCrs": text,
                "links": _LINKS,
            },
            "id",
            "links",
        ),
        "Collections": _object(
            {
                "links": _LINKS,
                "crs": {"type": "array", "items": text},
                "collections": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Collection"},
                },
            },
            "links",
            "collections",
        ),
        "Feature": feature,
        "Features": _object(
            {
                "type": {"type": "string", "enum": ["FeatureCollection"]},
                "numberMatched": _ANY_NUMBER,
                "numberReturned": _ANY_NUMBER,
                "timeStamp": {"type": "string", "format": "date-time"},
                "links": _LINKS,
                "features": {"type": "array", "items": {"$ref": "#/components/schemas/Feature"}},
            },
            "type",
            "features",
        ),
        "Problem": _object(
            {
                "type": text,
                "title": text,
                "title_zh": text,
                "status": {"type": "integer"},
                "detail": text,
                "instance": text,
                "request_id": text,
                "errors": {"type": "array", "items": {"type": "object"}},
            },
            "type",
            "title",
            "status",
        ),
    }


def _object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": dict(properties)}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"nullable": True}

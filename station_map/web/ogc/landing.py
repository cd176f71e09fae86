"""The first pages: what is here, by which rules, and which collections there are."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from station_map.web.contract import Contract
from station_map.web.ogc.collected import COLLECTIONS, described, named, schema_of
from station_map.web.ogc.crs import AXES
from station_map.web.ogc.forms import F, data, form, page
from station_map.web.ogc.links import HTML, JSON, OAS30, OAS31, SCHEMA, both, dumps, link, to

TITLE: Final = "Union rest stations 工会驿站"
DESCRIPTION: Final = (
    "Stations and administrative areas for geographic information systems, by OGC API Features."
    " 供 GIS 软件读取的驿站与行政区划。"
)
CONTRACT: Final = Contract(F)
FORMS: Final = {JSON: "json", HTML: "html"}
_SCHEMA_FORMS: Final = {SCHEMA: "json", JSON: "json", HTML: "html"}

_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features-"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf/"
CONFORMS_TO: Final = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    *(f"{_FEATURES}1/1.0/conf/{one}" for one in ("core", "geojson", "html", "oas30")),
    f"{_FEATURES}2/1.0/conf/crs",
    *(
        f"{_FEATURES}3/1.0/conf/{one}"
        for one in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_CQL2}{one}"
        for one in (
            "cql2-text",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "temporal-functions",
            "array-functions",
            "property-property",
        )
    ),
)


def landing() -> Response:
    """Where everything else is."""
    asked = form(CONTRACT.read(request.environ["QUERY_STRING"]), FORMS)
    links = [
        *both("", asked),
        link("service-desc", OAS30, to("api", "f=json"), "OpenAPI 3.0"),
        link("service-desc", OAS31, to("api", "f=oas31"), "OpenAPI 3.1"),
        link("service-doc", HTML, to("api", "f=html"), "Description 接口说明"),
        link("conformance", JSON, to("conformance"), "Conformance 遵循的规范"),
        link("data", JSON, to("collections"), "Collections 数据集"),
    ]
    if asked == "html":
        return page("landing.html", title=TITLE, description=DESCRIPTION, links=links)
    return data(dumps({"title": TITLE, "description": DESCRIPTION, "links": links}), JSON)


def conformance() -> Response:
    """The classes of requirements that this service meets."""
    asked = form(CONTRACT.read(request.environ["QUERY_STRING"]), FORMS)
    if asked == "html":
        return page("conformance.html", classes=CONFORMS_TO)
    links = both("conformance", asked)
    return data(dumps({"links": links, "conformsTo": list(CONFORMS_TO)}), JSON)


def collections() -> Response:
    """Both collections."""
    asked = form(CONTRACT.read(request.environ["QUERY_STRING"]), FORMS)
    listed = [described(one, alone=False) for one in COLLECTIONS.values()]
    if asked == "html":
        return page("collections.html", collections=listed)
    told = {
        "links": both("collections", asked),
        "crs": list(AXES),
        "collections": listed,
    }
    return data(dumps(told), JSON)


def collection(collection: str) -> Response:
    """One collection. Raises NotFound."""
    known = named(collection)
    asked = form(CONTRACT.read(request.environ["QUERY_STRING"]), FORMS)
    told = described(known, asked)
    if asked == "html":
        return page("collection.html", collection=told)
    return data(dumps(told), JSON)


def queryables(collection: str) -> Response:
    """What a filter may name. Raises NotFound."""
    known = named(collection)
    asked = form(CONTRACT.read(request.environ["QUERY_STRING"]), _SCHEMA_FORMS)
    told = schema_of(known)
    if asked == "html":
        return page("queryables.html", collection=known, schema=told)
    return data(dumps(told), SCHEMA)

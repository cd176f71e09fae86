"""Addresses and links; absolute, because clients keep them apart from where they found them."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import quote, unquote_plus

from station_map.web.caching import GEOJSON, JSON
from station_map.web.origin import origin
from station_map.web.splice import href

HTML: Final = "text/html"
SCHEMA: Final = "application/schema+json"
OAS30: Final = "application/vnd.oai.openapi+json;version=3.0"
OAS31: Final = "application/openapi+json;version=3.1"
ROOT: Final = "/ogc/"

type Link = dict[str, str]


def to(path: str = "", query: str = "") -> str:
    """The address of `path` below the root. query: percent-encoded, as WSGI gives it."""
    return origin() + href(ROOT + path, query)


def link(rel: str, mimetype: str, address: str, title: str = "") -> Link:
    """One link."""
    told = {"rel": rel, "type": mimetype, "href": address}
    return told | {"title": title} if title else told


def both(path: str, asked: str, mimetype: str = JSON) -> list[Link]:
    """`self` and `alternate`: the answer as data and as a page. asked: the one that is sent."""
    forms = ((mimetype, "json"), (HTML, "html"))
    return [
        link(
            "self" if (form == "html") == (asked == "html") else "alternate",
            kind,
            to(path, f"f={form}"),
        )
        for kind, form in forms
    ]


def with_parameter(query: str, name: str, value: str) -> str:
    """The raw query with another value of one parameter."""
    kept = [
        pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != name
    ]
    return "&".join([*kept, f"{name}={quote(value)}"])


def dumps(told: Any) -> str:
    """JSON text, compact."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


__all__ = ["GEOJSON", "HTML", "JSON", "OAS30", "OAS31", "SCHEMA", "both", "dumps", "link", "to"]

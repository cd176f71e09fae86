"""Who may call each route. A route that is not in this table fails a test."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Access(StrEnum):
    """Whom a route answers."""

    PUBLIC = "public"


ACCESS: Final[dict[str, Access]] = {
    "health.alive": Access.PUBLIC,
    "health.ready": Access.PUBLIC,
    "api.nearest": Access.PUBLIC,
    "api.stations": Access.PUBLIC,
    "api.slim": Access.PUBLIC,
    "api.station": Access.PUBLIC,
    "api.amenities": Access.PUBLIC,
    "api.areas": Access.PUBLIC,
    "api.openapi": Access.PUBLIC,
    "api.report": Access.PUBLIC,
    "api.suggest": Access.PUBLIC,
    "pages.service_worker": Access.PUBLIC,
    "pages.web_manifest": Access.PUBLIC,
    "pages.offline_shell": Access.PUBLIC,
    "pages.home": Access.PUBLIC,
    "pages.results_part": Access.PUBLIC,
    "pages.card_part": Access.PUBLIC,
    "pages.station": Access.PUBLIC,
    "pages.photo_file": Access.PUBLIC,
    "pages.report": Access.PUBLIC,
    "pages.report_send": Access.PUBLIC,
    "pages.suggest": Access.PUBLIC,
    "pages.suggest_send": Access.PUBLIC,
    "sitemap.robots": Access.PUBLIC,
    "sitemap.index": Access.PUBLIC,
    "sitemap.page": Access.PUBLIC,
}
"""Access by endpoint ("blueprint.function")."""

WRITING: Final = frozenset({"api.report", "api.suggest", "pages.report_send", "pages.suggest_send"})
"""Endpoints that store what the caller sends; all others only read."""

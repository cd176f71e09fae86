"""Whose token it is that a programme shows."""

from __future__ import annotations

import datetime as dt
from typing import Final

from flask import Response, jsonify, request

from station_map.web.caching import NO_STORE
from station_map.web.contract import Contract
from station_map.web.tokens import token_holder

PATH: Final = "/api/v1/me"
CONTRACT: Final = Contract()


def me() -> Response:
    """The account behind the token, what it may do and where, and how long the token holds."""
    CONTRACT.read(request.environ["QUERY_STRING"])
    held = token_holder()
    told = {
        "name": held.account.name,
        "title": held.account.title,
        "role": held.account.role.value,
        "stations": list(held.stored.station_codes),
        "areas": sorted(held.account.areas),
        "token": {
            "label": held.label,
            "prefix": held.prefix,
            "scopes": [scope.value for scope in held.scopes],
            "expires_at": held.expires_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }
    response = jsonify(told)
    response.headers["Cache-Control"] = NO_STORE
    return response

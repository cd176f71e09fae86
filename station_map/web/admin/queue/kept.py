"""What a phone keeps of a round for the road without signal.

The worker keeps a page without anybody's data and the files that it loads; the list of stations
goes into the browser's own database, under the account that asked for it. Nothing of it outlives
a session by more than the session's own length, and signing out deletes it
(`frontend/src/admin/round/`, docs/adr, "Rounds without signal").
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from typing import Final

from flask import Response, jsonify, request

from station_map.resources import static_dir
from station_map.store.rounds import round_of
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.gate import blueprint, form_token, page
from station_map.web.admin.queue.reading import now
from station_map.web.admin.queue.rounds import told_of
from station_map.web.assets import assets
from station_map.web.caching import NO_STORE
from station_map.web.runtime import database, settings

FILES: Final = ("app.css", "admin.css", "queue.css", "round.js", "favicon.svg")
"""What the kept page loads, by the names of the build."""

_SHELL: Final = f"{PATH}/round.html"
_JAVASCRIPT: Final = "text/javascript"
# A worker is governed by the policy of its own script: it fetches from here and nowhere else.
_POLICY: Final = "default-src 'none'; connect-src 'self'; script-src 'self'"


@blueprint.get("/round.json")
def round_data() -> Response:
    """The round of who is signed in, for the phone to keep, and a token for sending answers."""
    me = identity.signed_in().account
    found = round_of(database(), me, now())
    told = {
        "account": me.id,
        "who": me.title or me.name,
        "hours": settings().session_hours,
        "token": form_token(),
        "done": found.done,
        "due": found.due,
        "stations": [told_of(station) for station in found.stations],
    }
    response: Response = jsonify(told)
    return response


@blueprint.get("/round.html")
def round_shell() -> Response:
    """The page that the worker keeps: no name, no station, no token."""
    return page("round_kept.html")


@blueprint.get("/round.js")
def round_worker() -> Response:
    """The worker for /admin/round and what is below it."""
    built = assets()
    known = {
        "shell": f"{request.root_path}{_SHELL}",
        "files": [built.url(name) for name in FILES],
        "build": _build(tuple(built.url(name) for name in FILES)),
    }
    text = f"self.ROUND={json.dumps(known)};\n{_script(built.files['round-worker.js'])}"
    response = Response(text, mimetype=_JAVASCRIPT)
    response.headers["Cache-Control"] = NO_STORE
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@lru_cache(maxsize=4)
def _build(files: tuple[str, ...]) -> str:
    """Another one when the kept page or its files are."""
    template = page("round_kept.html").get_data(as_text=True)
    # The nonce is new in every answer; the page has no inline script and so none.
    return sha256("".join((*files, template)).encode()).hexdigest()[:16]


@lru_cache(maxsize=4)
def _script(name: str) -> str:
    return (static_dir() / name).read_text("utf-8")

"""One station with all that is known of it by subject, and "I was there, all is right"."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from station_map.domain.accounts import Account, Action, may
from station_map.domain.editing.subjects import Subject
from station_map.errors import StationChanged
from station_map.store import drafts, edits
from station_map.store.edits import Snapshot
from station_map.store.station_photos import photos_of
from station_map.store.writing import writing
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.stations import words
from station_map.web.admin.stations.shared import (
    address_of,
    place_of,
    sent_version,
    station_for,
)
from station_map.web.runtime import database

_CONFLICT: Final = 409
_DONE: Final = {
    "saved": "存好了，骑手马上看得到。",
    "same": "没有改动，什么也没存。",
    "verified": "记下了：你去过，都对。",
    "created": "新驿站建好了。接着把知道的都填上。",
}


@blueprint.get("/stations/<code>")
def station(code: str) -> Response:
    """What is known, with a way to change each subject."""
    account, found = station_for(Action.STATION_EDIT, code)
    return _page(account, found, done=_DONE.get(request.args.get("done", ""), ""))


@blueprint.post("/stations/<code>/verify")
def station_verify(code: str) -> Response:
    """Verified by who is signed in, as it stood on the page; 409 when that changed."""
    account, found = station_for(Action.STATION_VERIFY, code)
    version = sent_version()
    try:
        with writing(database(), actor=account.name) as unit:
            edits.verify_station(unit, found.code, version=version, actor=account.name)
    except StationChanged:
        now = edits.snapshot(database(), found.code)
        return _page(account, now, status=_CONFLICT, changed=now.version - version)
    return go(f"{address_of(found.code)}?done=verified")


def _page(
    account: Account, found: Snapshot, *, status: int = 200, done: str = "", changed: int = 0
) -> Response:
    overview = words.overview(found.document)
    return page(
        "station.html",
        status=status,
        station=found,
        name=found.document["name"],
        document=found.document,
        verified_at=words.value_words("verified_at", found.document["verified_at"]),
        sections=[
            (subject, overview[subject], words.unknown_count(subject, found.document))
            for subject in Subject
        ],
        drafts=drafts.drafts_of(database(), account.id, found.code),
        photos=len(photos_of(database(), found.code)),
        may_verify=may(account, Action.STATION_VERIFY, place_of(found)),
        done=done,
        told=words.told_in_words(edits.told_since(database(), found.code, changed)),
        changed=changed,
    )

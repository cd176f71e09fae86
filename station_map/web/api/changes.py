"""What changed since a place in the feed, for mirrors and mini-programs that keep a copy."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from flask import Response, request

from station_map.domain.vocabulary import Datum
from station_map.store.change_feed import Cursor, Feed, FeedChange, end_of_feed, read_feed
from station_map.web import splice
from station_map.web.api.stations import LIMIT
from station_map.web.caching import JSON, answer
from station_map.web.contract import Contract, Parameter, Refused
from station_map.web.contract.parameters import shown
from station_map.web.contract.positions import CRS, datum_of
from station_map.web.runtime import database

PATH: Final = "/api/v1/changes"
MAX_AGE_S: Final = 10
NOW: Final = "now"
_BIGGEST: Final = 2**63 - 1
_NUMBER: Final = r"[0-9]{1,19}"
_SNAPSHOT: Final = rf"{_NUMBER}\.{_NUMBER}\.(?:{_NUMBER}(?:_{_NUMBER})*)?"
_PATTERN: Final = rf"({_NUMBER})-({_SNAPSHOT}|)(?:-({_SNAPSHOT})-({_NUMBER}))?"
_WRITTEN: Final = re.compile(_PATTERN)


def read_cursor(text: str) -> Cursor | str:
    """A cursor as `written` writes it: epoch-seen[-batch-revision], snapshots with . and _."""
    if text == NOW:
        return NOW
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise _no_cursor(text)
    epoch, seen, batch, revision = found.groups()
    number = int(revision or 0)
    if int(epoch) > _BIGGEST or number > _BIGGEST:
        raise _no_cursor(text)
    return Cursor(int(epoch), _snapshot(text, seen), _snapshot(text, batch), number)


def _snapshot(text: str, part: str | None) -> str | None:
    """A snapshot as PostgreSQL reads it: xmin:xmax:those between that were still writing."""
    if not part:
        return None
    first, last, between = part.split(".")
    writing = [int(number) for number in between.split("_") if number]
    ordered = [int(first), *writing, int(last)]
    strictly = all(one < other for one, other in pairwise(writing))
    inside = not writing or writing[-1] < int(last)
    if (
        sorted(ordered) != ordered
        or not strictly
        or not inside
        or not 0 < ordered[0] <= ordered[-1] <= _BIGGEST
    ):
        raise _no_cursor(text)
    return part.replace(".", ":").replace("_", ",")


def _no_cursor(text: str) -> Refused:
    return Refused(f"{shown(text)} is no cursor", f"{shown(text)} 不是翻页标记")


def written(cursor: Cursor) -> str:
    """A cursor as text that is safe in an address."""
    parts = [str(cursor.epoch), _safe(cursor.seen)]
    if cursor.batch is not None:
        parts += [_safe(cursor.batch), str(cursor.revision)]
    return "-".join(parts)


def _safe(snapshot: str | None) -> str:
    return (snapshot or "").replace(":", ".").replace(",", "_")


SINCE: Final = Parameter(
    name="since",
    parse=read_cursor,
    schema={"type": "string", "pattern": "^(now|[0-9._-]{1,3000})$"},
    allowed="the cursor of a page, or now",
    allowed_zh="上一页的 cursor，或者 now",
    example="now",
    description="Changes after this place; `now`: none, but the place; left out: all there ever were.",
    also_called=("cursor", "after", "from"),
)
CONTRACT: Final = Contract(SINCE, LIMIT, CRS)


def changes() -> Response:
    """One page of changes."""
    values = CONTRACT.read(request.environ["QUERY_STRING"])
    since, limit = values.get("since"), values.get("limit", LIMIT.schema["default"])
    feed = (
        Feed((), end_of_feed(database()), more=False)
        if since == NOW
        else read_feed(database(), since, limit)
    )
    return answer(_page(feed, datum_of(values), limit), JSON, max_age_s=MAX_AGE_S)


def _page(feed: Feed, datum: Datum, limit: int) -> str:
    cursor = written(feed.cursor)
    query = f"since={cursor}&limit={limit}&crs={datum.value}"
    told = ",".join(_change(change, datum) for change in feed.changes)
    return (
        f'{{"numberReturned":{len(feed.changes)},"more":{str(feed.more).lower()},"cursor":"{cursor}",'
        f'"crs":"{datum.value}",{splice.links(("next", JSON, splice.href(PATH, query)))},'
        f'"changes":[{told}]}}'
    )


def _change(change: FeedChange, datum: Datum) -> str:
    at = change.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    successor = "null" if change.successor is None else f'"{change.successor}"'
    return (
        f'{{"id":{change.id},"at":"{at}","action":"{change.action}","code":"{change.code}",'
        f'"successor":{successor},"station":{_station(change, datum)}}}'
    )


def _station(change: FeedChange, datum: Datum) -> str:
    if change.card is None or change.lon is None or change.lat is None:
        return "null"
    [place] = splice.positions([change.lon], [change.lat], datum)
    return splice.feature(change.code, place, change.card)

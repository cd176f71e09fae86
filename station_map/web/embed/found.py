"""The stations of an embed: as cards, as places on its map, and one of them open."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from station_map.domain.vocabulary import Datum
from station_map.errors import NotFound
from station_map.geo.distance import distance_m
from station_map.search.listing import LIMIT_MAX, get_station, list_stations
from station_map.search.nearest import NearestQuery, nearest
from station_map.store.database import Database
from station_map.store.stations import Row
from station_map.web import splice
from station_map.web.embed.asked import Asked
from station_map.web.language import t, tn
from station_map.web.pages import order
from station_map.web.pages.cards import AmenityMark, Card, Found, amenity_marks, make_card
from station_map.web.pages.cards import asked_amenities as amenities_of
from station_map.web.runtime import live_now

PLACES: Final = LIMIT_MAX
_HAIR: Final = 1e-6  # degrees: a tenth of a metre around a station


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one title; "" when there is nothing to say."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """The list. matched: how many stations there are; 0 with a position, where nobody counts."""

    heading: str
    groups: tuple[Group, ...]
    matched: int
    more: bool

    @property
    def empty(self) -> bool:
        """Whether not one station is listed."""
        return not any(group.cards for group in self.groups)


@dataclass(frozen=True, slots=True)
class Opened:
    """One station in place. amenities: all that is known to be there, what was asked for first."""

    card: Card
    address: str
    landmark: str
    amenities: tuple[AmenityMark, ...]


def listed(database: Database, asked: Asked, area_name: str | None) -> Listed:
    """The list: by code and best match, or the nearest first where the visitor is known."""
    if asked.position is None:
        return _by_code(database, asked, area_name)
    if asked.options.bbox is not None:
        return _within_box(database, asked, asked.position)
    return _nearest(database, asked, asked.position)


def _by_code(database: Database, asked: Asked, area_name: str | None) -> Listed:
    page = list_stations(database, asked.listing(asked.count))
    cards = [_card(row, asked) for row in page.rows]
    known, unknown = cards[: page.unknown_from], cards[page.unknown_from :]
    place = area_name or t("全部地区")
    if page.number_matched:
        heading = tn("%(place)s，%(num)s 个驿站", page.number_matched, place=place)
    else:
        heading = t("%(place)s没有找到符合的驿站", place=place)
    return Listed(
        heading,
        (Group("", tuple(known)), *_unknown(unknown)),
        page.number_matched,
        page.number_matched > len(page.rows) and asked.more().count > asked.count,
    )


def _within_box(database: Database, asked: Asked, here: tuple[float, float]) -> Listed:
    rows = list_stations(database, asked.listing(PLACES)).rows
    rows.sort(key=lambda row: (distance_m(*here, row.lon, row.lat), row.code))
    cards = [_card(row, asked) for row in rows[: asked.count]]
    return _around(cards, asked, more=len(rows) > asked.count)


def _nearest(database: Database, asked: Asked, here: tuple[float, float]) -> Listed:
    query = asked.listing(asked.count)
    near = NearestQuery(
        *here, k=asked.count, where=query.where, text=query.text, area=asked.options.area
    )
    hits = nearest(database, near)
    return _around([_card(hit, asked) for hit in hits], asked, more=len(hits) == asked.count)


def _around(cards: list[Card], asked: Asked, *, more: bool) -> Listed:
    groups = tuple(Group(title, tuple(found)) for title, found in order.by_opening(cards))
    heading = tn("离你最近的 %(num)s 个驿站", len(cards)) if cards else t("没有找到驿站")
    return Listed(heading, groups, 0, more and asked.more().count > asked.count)


def _unknown(cards: list[Card]) -> tuple[Group, ...]:
    title = tn("开放时间未知的 %(num)s 个", len(cards))
    return (Group(title, tuple(cards)),) if cards else ()


def _card(found: Found, asked: Asked) -> Card:
    # What devices said is about now.
    said = live_now().get(_code(found), ()) if asked.options.at is None else ()
    return make_card(
        found, presets=asked.presets, position=asked.position, minute=asked.minute, said=said
    )


def _code(found: Any) -> str:
    code: str = found.code
    return code


def opened(database: Database, asked: Asked) -> Opened | None:
    """The station that the options name; None when there is none, or beyond a locked filter."""
    code = asked.options.station
    if code is None:
        return None
    try:
        row = get_station(database, code)
    except NotFound:
        return None
    if not _allowed(database, asked, row):
        return None
    facts = json.loads(row.card)
    return Opened(
        card=_card(row, asked),
        address=facts.get("address") or "",
        landmark=facts.get("landmark") or "",
        amenities=amenity_marks(facts.get("amenities") or {}, amenities_of(asked.presets)),
    )


def _allowed(database: Database, asked: Asked, row: Row) -> bool:
    """Whether the locked filters hold for it: the list itself is asked, right where it stands."""
    bounds = asked.bounds()
    box = bounds.options.bbox
    if box is not None and not (box[0] <= row.lon <= box[2] and box[1] <= row.lat <= box[3]):
        return False
    here = (row.lon - _HAIR, row.lat - _HAIR, row.lon + _HAIR, row.lat + _HAIR)
    found = list_stations(database, replace(bounds.listing(PLACES), bbox=here))
    return any(one.code == row.code for one in found.rows)


def places(database: Database, asked: Asked, datum: Datum) -> str:
    """JSON of the places on the map, at most PLACES: code, name, lon, lat in `datum`, look."""
    page = list_stations(database, asked.listing(PLACES))
    where = splice.positions([r.lon for r in page.rows], [r.lat for r in page.rows], datum)
    told = [
        [row.code, json.loads(row.card)["name"], lon, lat, _look(row)]
        for row, (lon, lat) in zip(page.rows, where, strict=True)
    ]
    members = {"matched": page.number_matched, "stations": told}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def _look(row: Row) -> str:
    """As the pins of the rider's map are drawn."""
    if row.status == "suspended":
        return "suspended"
    if row.opening_hours == "24/7":
        return "always"
    return "hours" if row.opening_hours else "unknown"

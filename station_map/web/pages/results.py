"""The answer to a rider's question: cards in order, grouped by what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from station_map.domain.vocabulary import Status
from station_map.geo.distance import distances_m
from station_map.search.filters import StationFilter, with_presets
from station_map.search.listing import ListQuery, list_stations
from station_map.search.nearest import NearestQuery, nearest
from station_map.search.opening import OpenAt
from station_map.search.text import Match
from station_map.store.database import Database
from station_map.store.nearest import Hit
from station_map.store.stations import Row
from station_map.web.pages import wording
from station_map.web.pages.cards import Card, make_card
from station_map.web.pages.query import RiderQuery
from station_map.web.states import this_minute

OPEN_NOW_ZH: Final = "现在开"
# A list that is to be ordered by distance is read whole, or not ordered at all.
_SORTABLE: Final = 1_000
_IN_USE: Final = (Status.OPEN, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one title; the first group has none."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class WayOut:
    """When nothing was found: a filter to drop, what that gives, and the address that does.

    preset: the filter's name as people read it.
    """

    preset: str
    offer: str
    address: str


@dataclass(frozen=True, slots=True)
class Results:
    """What the list shows. more: address of the longer list, None at its end."""

    heading: str
    groups: tuple[Group, ...]
    more: str | None
    ways_out: tuple[WayOut, ...]

    @property
    def empty(self) -> bool:
        """Whether not one station is listed."""
        return not any(group.cards for group in self.groups)


def find(database: Database, query: RiderQuery, district_name: str | None) -> Results:
    """Stations for `query`: the nearest, or those of a district or with some words.

    district_name: of `query.district`, for the heading. Raises what the search raises.
    """
    if query.position is not None and not query.text and not query.district:
        return _nearest(database, query, query.position)
    return _listed(database, query, district_name)


def _filter(query: RiderQuery, statuses: tuple[Status, ...]) -> StationFilter:
    """Those of unknown hours are asked for too: they come after the others, as a group."""
    at = OpenAt(this_minute(), unknown=True) if query.open_now else None
    return with_presets(StationFilter(statuses=statuses, open_at=at), query.presets)


def _nearest(database: Database, query: RiderQuery, position: tuple[float, float]) -> Results:
    lon, lat = position
    where = replace(_filter(query, (Status.OPEN,)), amenity_unknown=True)
    hits = nearest(database, NearestQuery(lon, lat, k=query.count, where=where))
    cards = [(hit, _card(hit, query)) for hit in hits]
    known = tuple(card for hit, card in cards if not hit.unknown and not hit.hours_unknown)
    unknown = tuple(card for hit, card in cards if hit.unknown and not hit.hours_unknown)
    hours_unknown = tuple(card for hit, card in cards if hit.hours_unknown)
    longer = query.more() if len(hits) == query.count else None
    return Results(
        heading=_nearest_heading(known, unknown + hours_unknown),
        groups=_groups(known, unknown, hours_unknown),
        more=longer.address() if longer else None,
        ways_out=() if known else _ways_out(database, query),
    )


def _nearest_heading(known: tuple[Card, ...], unknown: tuple[Card, ...]) -> str:
    if known:
        return f"离你最近的 {len(known)} 个驿站"
    return "没有找到确定符合的驿站" if unknown else "没有找到驿站"


def _groups(
    known: tuple[Card, ...], unknown: tuple[Card, ...], hours_unknown: tuple[Card, ...]
) -> tuple[Group, ...]:
    """What is certain first; a group without cards is none."""
    groups = [Group("", known)]
    if unknown:
        groups.append(Group(f"不清楚有没有的 {len(unknown)} 个", unknown))
    if hours_unknown:
        groups.append(Group(f"开放时间未知的 {len(hours_unknown)} 个", hours_unknown))
    return tuple(groups)


def _card(found: Hit | Row, query: RiderQuery) -> Card:
    return make_card(found, presets=query.presets, position=query.position)


def _listed(database: Database, query: RiderQuery, district_name: str | None) -> Results:
    limit = query.count if query.position is None else _SORTABLE
    page = list_stations(database, _list_query(query, limit))
    whole = page.number_matched <= _SORTABLE
    known = _by_distance(page.rows[: page.unknown_from], query, whole=whole)
    unknown = _by_distance(page.rows[page.unknown_from :], query, whole=whole)
    certain = page.number_matched - (page.number_unknown or 0)
    longer = query.more() if page.number_matched > query.count else None
    shown = [_card(row, query) for row in [*known, *unknown][: query.count]]
    return Results(
        heading=_list_heading(query, district_name, certain, page.text_match),
        groups=_groups(tuple(shown[: len(known)]), (), tuple(shown[len(known) :])),
        more=longer.address() if longer else None,
        ways_out=() if certain else _ways_out(database, query),
    )


def _list_query(query: RiderQuery, limit: int) -> ListQuery:
    return ListQuery(
        where=_filter(query, _IN_USE),
        bbox=None,
        area=query.district,
        text=query.text,
        limit=limit,
    )


def _by_distance(rows: list[Row], query: RiderQuery, *, whole: bool) -> list[Row]:
    if query.position is None or not whole or not rows:
        return rows
    away = distances_m(*query.position, [row.lon for row in rows], [row.lat for row in rows])
    return [rows[place] for place in away.argsort(kind="stable")]


def _list_heading(
    query: RiderQuery, district_name: str | None, matched: int, match: Match | None
) -> str:
    place = district_name or "全部地区"
    about = f"“{query.text}”" if query.text else ""
    if not matched:
        return f"{place}没有找到{about or '符合的驿站'}"
    if match not in {None, Match.EXACT}:
        return f"{place}没有{about}，相近的有 {matched} 个"
    return f"{place}{about}，{matched} 个驿站"


def _ways_out(database: Database, query: RiderQuery) -> tuple[WayOut, ...]:
    """For each filter, what dropping it would give; the most helpful first."""
    without = [(preset.zh, query.without(preset)) for preset in query.presets]
    if query.open_now:
        without.append((OPEN_NOW_ZH, query.at_any_time()))
    offers = [
        (rank, WayOut(name, offer, less.address()))
        for name, less in without
        for rank, offer in [_offer(database, less)]
        if offer
    ]
    return tuple(way for _, way in sorted(offers, key=lambda pair: pair[0]))


def _offer(database: Database, query: RiderQuery) -> tuple[float, str]:
    """How good an answer to `query` is (less is better) and its best in words, or ""."""
    if query.position is not None and not query.text and not query.district:
        lon, lat = query.position
        where = _filter(query, (Status.OPEN,))
        hits = nearest(database, NearestQuery(lon, lat, k=1, where=where))
        if not hits or hits[0].hours_unknown:
            return 0.0, ""
        card = _card(hits[0], query)
        return hits[0].distance_m, f"最近的是{card.name}，{wording.distance_zh(hits[0].distance_m)}"
    page = list_stations(database, _list_query(query, 1))
    matched = page.number_matched - (page.number_unknown or 0)
    return -float(matched), f"有 {matched} 个" if matched else ""

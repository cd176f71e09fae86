"""The answer to a rider's question: cards in order, grouped by what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from station_map.domain.vocabulary import Status
from station_map.search.filters import StationFilter, with_presets
from station_map.search.listing import ListQuery, list_stations
from station_map.search.nearest import NearestQuery, nearest
from station_map.search.opening import OpenAt
from station_map.search.text import Match
from station_map.store.database import Database
from station_map.store.nearest import Hit
from station_map.store.stations import Row
from station_map.web.language import label, mark, t, tn
from station_map.web.pages import order, wording
from station_map.web.pages.cards import Card, make_card
from station_map.web.pages.picks import droppable, filter_values
from station_map.web.pages.query import RiderQuery
from station_map.web.runtime import live_now
from station_map.web.states import this_minute

OPEN_NOW: Final = mark("现在开")
_IN_USE: Final = (Status.OPEN, Status.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one title; "" when there is nothing to say."""

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
    if query.position is not None:
        return _nearest(database, query, district_name)
    return _listed(database, query, district_name)


def _filter(query: RiderQuery, statuses: tuple[Status, ...]) -> StationFilter:
    """Those of unknown hours are asked for too: they come after the others, as a group."""
    at = OpenAt(this_minute(), unknown=True) if query.open_now else None
    where = StationFilter(statuses=statuses, open_at=at, **filter_values(query.picks))
    return with_presets(where, query.asked)


def _near_query(query: RiderQuery, k: int) -> NearestQuery:
    """Whoever names a station or a district wants to hear that it is suspended."""
    if query.position is None:
        raise ValueError("no position")
    named = query.text or query.district
    where = _filter(query, _IN_USE if named else (Status.OPEN,))
    return NearestQuery(*query.position, k=k, where=where, text=query.text, area=query.district)


def _nearest(database: Database, query: RiderQuery, district_name: str | None) -> Results:
    asked = _near_query(query, query.count)
    asked = replace(asked, where=replace(asked.where, amenity_unknown=True))
    hits = nearest(database, asked)
    cards = [(hit, _card(hit, query)) for hit in hits]
    known = [(hit, card) for hit, card in cards if not hit.unknown and not hit.hours_unknown]
    unknown = [card for hit, card in cards if hit.unknown and not hit.hours_unknown]
    hours_unknown = [card for hit, card in cards if hit.hours_unknown]
    further = _further_open(database, query, [card for _, card in known])
    longer = query.more() if len(hits) == query.count else None
    doubtful = _doubtful(order.open_first(unknown), order.by_reach(hours_unknown))
    return Results(
        heading=_near_heading(query, district_name, known, len(hits) - len(known), len(further)),
        groups=(*_certain(query, known, further), *doubtful),
        more=longer.address() if longer else None,
        ways_out=() if known else _ways_out(database, query),
    )


def _further_open(database: Database, query: RiderQuery, listed: list[Card]) -> list[Card]:
    """Open ones beyond those listed, when too few of them are open."""
    enough = sum(order.opening(card) == "open" for card in listed) >= order.OPEN_AT_LEAST
    if query.open_now or query.text or not listed or enough:
        return []
    asked = _near_query(replace(query, open_now=True), order.OPEN_AT_LEAST)
    at = OpenAt(this_minute())
    hits = nearest(database, replace(asked, where=replace(asked.where, open_at=at)))
    codes = {card.code for card in listed}
    cards = [_card(hit, query) for hit in hits if hit.code not in codes]
    return [card for card in cards if order.opening(card) == "open"]


def _certain(
    query: RiderQuery, known: list[tuple[Hit, Card]], further: list[Card]
) -> tuple[Group, ...]:
    """Words decide before anything else; else what is open stands before what is not."""
    if query.text:
        exact = [card for hit, card in known if hit.text_match == Match.EXACT]
        alike = [card for hit, card in known if hit.text_match != Match.EXACT]
        title = tn("读起来一样的 %(num)s 个", len(alike)) if exact else ""
        return tuple(
            Group(told, tuple(cards)) for told, cards in (("", exact), (title, alike)) if cards
        )
    cards = [card for _, card in known]
    if query.open_now:
        return (Group("", tuple(order.by_reach(cards))),)
    groups = order.by_opening([*cards, *further])
    return tuple(Group(title, tuple(found)) for title, found in groups)


def _doubtful(unknown: list[Card], hours_unknown: list[Card]) -> tuple[Group, ...]:
    """Below what is certain; a group without cards is none."""
    groups = []
    if unknown:
        groups.append(Group(tn("不清楚有没有的 %(num)s 个", len(unknown)), tuple(unknown)))
    if hours_unknown:
        title = tn("开放时间未知的 %(num)s 个", len(hours_unknown))
        groups.append(Group(title, tuple(hours_unknown)))
    return tuple(groups)


def _near_heading(
    query: RiderQuery,
    district_name: str | None,
    known: list[tuple[Hit, Card]],
    doubtful: int,
    further: int,
) -> str:
    where = _about(district_name, query.text)
    if not known and doubtful:
        fits = t("没有找到确定符合的驿站")
        return t("%(where)s没有找到确定符合的驿站", where=where) if where else fits
    if not known:
        return _nothing_found(district_name, query.text)
    if query.text and known[0][0].text_match != Match.EXACT:
        return _alike(district_name, query.text, len(known))
    what = tn("离你最近的 %(num)s 个驿站", len(known))
    more = tn("，还有远一点开着的 %(num)s 个", further) if further else ""
    return (t("%(where)s，%(what)s", where=where, what=what) if where else what) + more


def _about(place: str | None, text: str | None) -> str:
    if not text:
        return place or ""
    if not place:
        return t("“%(text)s”", text=text)
    return t("%(place)s“%(text)s”", place=place, text=text)


def _nothing_found(place: str | None, text: str | None) -> str:
    if text and place:
        return t("%(place)s没有找到“%(text)s”", place=place, text=text)
    if text:
        return t("没有找到“%(text)s”", text=text)
    return t("%(place)s没有找到驿站", place=place) if place else t("没有找到驿站")


def _alike(place: str | None, text: str, num: int) -> str:
    if place:
        return tn(
            "%(place)s没有“%(text)s”，相近的里离你最近的 %(num)s 个", num, place=place, text=text
        )
    return tn("没有“%(text)s”，相近的里离你最近的 %(num)s 个", num, text=text)


def _card(found: Hit | Row, query: RiderQuery) -> Card:
    said = live_now().get(found.code, ())
    return make_card(found, presets=query.asked, position=query.position, said=said)


def _listed(database: Database, query: RiderQuery, district_name: str | None) -> Results:
    page = list_stations(database, _list_query(query, query.count))
    certain = page.number_matched - (page.number_unknown or 0)
    longer = query.more() if page.number_matched > query.count else None
    shown = [_card(row, query) for row in page.rows]
    known, unknown = shown[: page.unknown_from], shown[page.unknown_from :]
    return Results(
        heading=_list_heading(query, district_name, certain, page.text_match),
        groups=(Group("", tuple(known)), *_doubtful([], unknown)),
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


def _list_heading(
    query: RiderQuery, district_name: str | None, matched: int, match: Match | None
) -> str:
    place = district_name or t("全部地区")
    if not query.text:
        if matched:
            return tn("%(place)s，%(num)s 个驿站", matched, place=place)
        return t("%(place)s没有找到符合的驿站", place=place)
    if not matched:
        return _nothing_found(place, query.text)
    if match not in {None, Match.EXACT}:
        return tn(
            "%(place)s没有“%(text)s”，相近的有 %(num)s 个", matched, place=place, text=query.text
        )
    return tn("%(place)s“%(text)s”，%(num)s 个驿站", matched, place=place, text=query.text)


def _ways_out(database: Database, query: RiderQuery) -> tuple[WayOut, ...]:
    """For each filter, what dropping it would give; the most helpful first."""
    without = [(label(preset), query.without(preset)) for preset in query.presets]
    without += [(name, query.without_picks(picks)) for name, picks in droppable(query.picks)]
    if query.open_now:
        without.append((t(OPEN_NOW), query.at_any_time()))
    offers = [
        (rank, WayOut(name, offer, less.address()))
        for name, less in without
        for rank, offer in [_offer(database, less)]
        if offer
    ]
    return tuple(way for _, way in sorted(offers, key=lambda pair: pair[0]))


def _offer(database: Database, query: RiderQuery) -> tuple[float, str]:
    """How good an answer to `query` is (less is better) and its best in words, or ""."""
    if query.position is not None:
        hits = nearest(database, _near_query(query, 1))
        if not hits or hits[0].hours_unknown:
            return 0.0, ""
        card = _card(hits[0], query)
        away = wording.distance(hits[0].distance_m)
        return hits[0].distance_m, t("最近的是%(name)s，%(away)s", name=card.name, away=away)
    page = list_stations(database, _list_query(query, 1))
    matched = page.number_matched - (page.number_unknown or 0)
    return -float(matched), tn("有 %(num)s 个", matched) if matched else ""

"""What a run was asked for, told back in a few words each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from station_map.domain.hours import SHANGHAI
from station_map.domain.planning_runs import RunKind
from station_map.domain.siting_goal import BY_DISTANCE
from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import AMENITY_BY_CODE, Audience, Kind
from station_map.store import accounts
from station_map.store.database import Database
from station_map.store.planning_sets import sets_by_reference
from station_map.web.admin.planning_runs.words import BY, GOALS, HOURS


def names_for(db: Database, documents: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names of the areas, by adcode, and of the sets, by reference, that these ask for."""
    told = list(documents)
    found = accounts.known_areas(db, [one["area"] for one in told if one.get("area")])
    references = [
        str(one[key]) for one in told for key in ("by", "candidates") if ":" in str(one.get(key))
    ]
    references = [one for one in references if one.startswith(("areas:", "set:"))]
    if references:
        with db.reading() as connection:
            kept = sets_by_reference(connection, references)
        found |= {reference: f"“{one.name}”" for reference, one in kept.items()}
    return found


def asked_words(kind: RunKind, asked: Mapping[str, Any], areas: Mapping[str, str]) -> list[str]:
    """What was asked for, and what holds where it says nothing. areas: `names_for`."""
    # Loads numpy with what it belongs to.
    from station_map.planning.asked import CoverageAsked, SitingAsked, filled

    coverage = kind is RunKind.COVERAGE
    whole = filled(CoverageAsked if coverage else SitingAsked, asked)
    told = _coverage(whole) if coverage else _siting(whole)
    return [*told, *_shared(whole, areas)]


def _shared(asked: Mapping[str, Any], areas: Mapping[str, str]) -> Iterator[str]:
    if asked.get("area"):
        yield f"只算{areas.get(asked['area'], asked['area'])}"
    if asked.get("demand"):
        yield f"需求 {asked['demand']}"
    by = str(asked.get("by", "district"))
    if by.startswith("areas"):
        yield f"按{areas.get(by, '自己的片区')}分"
    elif by != "district":
        yield f"按{BY.get(by, by)}分"
    if (told := str(asked.get("candidates", ""))).startswith("set:"):
        yield f"备选地点 {areas.get(told, '（那一份已经删了）')}"


def _coverage(asked: Mapping[str, Any]) -> Iterator[str]:
    yield "、".join(f"{one:,g}" for one in asked["radii"]) + " 米"
    if asked["minutes"]:
        minutes = "、".join(f"{one:g}" for one in asked["minutes"])
        yield f"{TravelMode(asked['mode']).zh} {minutes} 分钟"
    if asked.get("at"):
        at = dt.datetime.fromisoformat(asked["at"]).astimezone(SHANGHAI)
        yield f"{at:%Y-%m-%d} {at.hour} 点整点开着"
    if asked.get("hours"):
        yield f"{HOURS.get(asked['hours'], asked['hours'])}一直开着"
    yield from (f"有{AMENITY_BY_CODE[code].zh}" for code in asked["amenities"])
    yield from (f"只算{Kind(one).zh}" for one in asked["kinds"])
    yield from (f"为{Audience(one).zh}开的" for one in asked["audiences"])
    if asked["without"]:
        yield f"关掉 {len(asked['without'])} 个"
    if asked["with_planned"]:
        yield "筹建的也开了"
    if asked["added"]:
        yield f"新开 {len(asked['added'])} 个"


def _siting(asked: Mapping[str, Any]) -> Iterator[str]:
    goal = asked["goal"]
    yield GOALS[goal].question if goal in GOALS else goal
    counts = (("count", "开 {:g} 个"), ("close", "关 {:g} 个"), ("open", "开 {:g} 个"))
    yield from (words.format(asked[name]) for name, words in counts if asked.get(name) is not None)
    if asked.get("share") is not None:
        yield f"要覆盖 {asked['share'] * 100:g}%"
    if asked.get("budget") is not None:
        yield f"一共 {asked['budget']:g} 份钱"
    if asked.get("phases"):
        yield "每期开 " + "、".join(str(one) for one in asked["phases"]) + " 个"
    if goal not in BY_DISTANCE:
        yield _reach(asked)
    if asked.get("spacing"):
        yield f"新站至少隔 {asked['spacing']:g} 米"
    if asked.get("floor") is not None:
        yield f"每个地方至少 {asked['floor'] * 100:g}%"


def _reach(asked: Mapping[str, Any]) -> str:
    if asked.get("minutes") is not None:
        return f"{TravelMode(asked['mode']).zh} {asked['minutes']:g} 分钟以内"
    return f"{asked.get('radius') or 1000:,g} 米以内"

"""Finding a station: as riders search, by code, district, status, and one's own."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request

from station_map.domain.accounts import Account, Action, Place, may, may_somewhere
from station_map.domain.accounts.roles import Reach, reach
from station_map.domain.vocabulary import Status
from station_map.search.listing import CODE_FORM
from station_map.search.text import text_condition
from station_map.store import station_search
from station_map.store.areas import cities_and_districts
from station_map.web.admin import identity
from station_map.web.admin.gate import blueprint, page
from station_map.web.runtime import database

TEXT_LONGEST: Final = 64


@blueprint.get("/stations")
def stations() -> Response:
    """A page of stations, those that the account may change with a way there."""
    account = identity.signed_in().account
    districts = cities_and_districts(database())
    asked = {name: request.args.get(name, "")[:TEXT_LONGEST].strip() for name in _ASKED}
    # Whoever has only a few begins with those.
    if not request.args and reach(account, Action.STATION_EDIT) is not Reach.ALL:
        asked["mine"] = "1"
    names, parameters = _conditions(account, asked, {code for code, _ in districts})
    found = station_search.find(database(), names, parameters)
    return page(
        "stations.html",
        asked=asked,
        found=found,
        rows=[
            (one, may(account, Action.STATION_EDIT, Place(one.id, one.adcode)))
            for one in found.rows
        ],
        districts=districts,
        statuses=[(status.value, status.zh) for status in Status],
        status_words={status.value: status.zh for status in Status},
        limited=reach(account, Action.STATION_EDIT) is not Reach.ALL,
        may_create=may_somewhere(account, Action.STATION_CREATE),
        following=_following(asked, found.after),
    )


_ASKED: Final = ("q", "area", "status", "mine", "after")


def _conditions(
    account: Account, asked: dict[str, str], districts: set[str]
) -> tuple[list[str], dict[str, object]]:
    """Names and parameters of `station_search.CONDITIONS`; what nobody offered is not heeded."""
    names: list[str] = []
    parameters: dict[str, object] = {}
    if asked["q"] and asked["q"].isprintable():
        condition = text_condition(database(), asked["q"])
        names += condition.names
        parameters |= condition.parameters
    if asked["area"] in districts:
        names.append("area")
        parameters["area"] = asked["area"]
    if asked["status"] in set(Status):
        names.append("status")
        parameters["status"] = asked["status"]
    if asked["mine"]:
        names += _own(account, parameters)
    if CODE_FORM.fullmatch(asked["after"]):
        names.append("after")
        parameters["after"] = asked["after"]
    return names, parameters


def _own(account: Account, parameters: dict[str, object]) -> list[str]:
    far = reach(account, Action.STATION_EDIT)
    if far is Reach.STATIONS:
        parameters["ids"] = sorted(account.stations)
        return ["ids"]
    if far is Reach.AREAS:
        parameters["areas"] = sorted(account.areas)
        return ["areas"]
    return []


def _following(asked: dict[str, Any], after: str | None) -> dict[str, str] | None:
    """The query of the next page."""
    if after is None:
        return None
    return {name: value for name, value in (asked | {"after": after}).items() if value}

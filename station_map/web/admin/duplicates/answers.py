"""What was said of stations that looked like one, and taking it back."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from flask import Response, request

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.reasons import checked_reason
from station_map.errors import Conflict, NotAllowed
from station_map.store import change_sets, doors
from station_map.store import duplicate_pairs as pairs
from station_map.store import duplicates as stored
from station_map.store import merge as merging
from station_map.store.change_sets import Allowed
from station_map.store.duplicate_pairs import Side
from station_map.store.duplicates import Answer
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page
from station_map.web.admin.plans import plan_rows
from station_map.web.runtime import database

_CONFLICT: Final = 409
_BIGGEST: Final = 2**63 - 1
WORDS: Final = {
    "merge": "合并",
    "one_door": "两块牌子，一个门",
    "different": "不是同一个",
}


class Said(NamedTuple):
    """An answer in words. sides: the stations that it is about, as far as they are there."""

    answer: Answer
    words: str
    sides: list[Side]


@blueprint.get("/duplicates/answers")
def duplicate_answers() -> Response:
    """The latest answers about stations of one's area."""
    me = identity.signed_in().account
    found = stored.latest_answers(database())
    now = stored.standing_for(
        database(), [n for one in found for n in (one.first_id, one.second_id)]
    )
    known = pairs.sides(database(), list(now.values()))
    said = [_said(one, now, known) for one in found]
    return page("duplicate_answers.html", said=[one for one in said if _is_mine(me, one)])


@blueprint.get("/duplicates/answers/<int:number>")
def duplicate_answer(number: int) -> Response:
    """One answer, and what taking it back would do."""
    said, me = _seen(number)
    return _page(said, me, Form())


@blueprint.post("/duplicates/answers/<int:number>/undo")
def duplicate_answer_undo(number: int) -> Response:
    """Take an answer back."""
    said, me = _seen(number)
    form = given()
    reason = form.read(checked_reason, "reason", None)
    if form.trouble:
        return _page(said, me, form, status=BAD_REQUEST)
    try:
        with writing(database(), actor=me.name) as unit:
            if said.answer.answer == "merge":
                merging.unmerge(
                    unit, said.answer.id, _allowed(me), reason=reason, expected=form["plan"]
                )
            else:
                doors.unlink(unit, said.answer.id, reason)
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return _page(_seen(number)[0], me, form, status=_CONFLICT)
    return go(f"{request.root_path}{PATH}/duplicates/answers/{number}?done=undone")


def _said(one: Answer, now: dict[int, int], known: dict[int, Side]) -> Said:
    ids = dict.fromkeys((now[one.first_id], now[one.second_id]))
    return Said(one, WORDS[one.answer], [known[station] for station in ids if station in known])


def _is_mine(me: Account, said: Said) -> bool:
    places = [side.place for side in said.sides]
    if not places:
        return may(me, Action.STATION_MERGE)
    return all(may(me, Action.STATION_MERGE, place) for place in places)


def _seen(number: int) -> tuple[Said, Account]:
    me = identity.signed_in().account
    one = stored.answer(database(), min(number, _BIGGEST))
    now = stored.standing_for(database(), [one.first_id, one.second_id])
    said = _said(one, now, pairs.sides(database(), list(now.values())))
    if not _is_mine(me, said):
        raise NotAllowed("这里没有你能看的驿站。 None of its stations is yours to see.")
    return said, me


def _allowed(me: Account) -> Allowed:
    return lambda station, adcode: may(me, Action.STATION_MERGE, Place(station, adcode))


def _page(said: Said, me: Account, form: Form, *, status: int = 200) -> Response:
    return page(
        "duplicate_answer.html",
        status=status,
        said=said,
        form=form,
        done=request.args.get("done", ""),
        **_way_back(said.answer, me),
    )


def _way_back(answer: Answer, me: Account) -> dict[str, Any]:
    """What taking a merge back would do, and what hinders it."""
    if answer.answer != "merge" or answer.undone_at is not None:
        return {"rows": [], "digest": "", "hindrance": None}
    with database().reading() as connection:
        hindrance = merging.hindrance(connection, answer)
        planned = [] if hindrance else merging.way_back(connection, answer, _allowed(me))
    return {
        "rows": plan_rows(planned),
        "digest": change_sets.digest(planned),
        "hindrance": None if hindrance is None else hindrance.partition("。 ")[0] + "。",
    }

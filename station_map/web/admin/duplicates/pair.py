"""Two stations side by side, and the three answers: one, one door, two."""

from __future__ import annotations

import re
from typing import Final

from flask import Response, request, url_for

from station_map.domain.accounts import Account, Action, Place
from station_map.domain.duplicates import better
from station_map.domain.reasons import checked_reason
from station_map.errors import Conflict, InputError, NotFound
from station_map.store import doors, edits, former
from station_map.store import duplicate_pairs as pairs
from station_map.store import duplicates as stored
from station_map.store import merge as merging
from station_map.store.duplicates import Seen
from station_map.store.edits import Snapshot
from station_map.store.writing import writing
from station_map.web.admin.cookies import PATH
from station_map.web.admin.duplicates.telling import (
    FIRST,
    SECOND,
    beside,
    kept_both,
    options,
    same,
)
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.queue.spots import asked_datum, collection, point, spots_frame
from station_map.web.runtime import database

_CONFLICT: Final = 409
_CODE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,63}", re.ASCII)
_TAKE: Final = "take:"
_ANSWERS: Final = ("merge", "one_door", "different")
_MOST_VERSIONS: Final = 2**31 - 1


@blueprint.get("/duplicates/<code>/<other>")
def duplicate_pair(code: str, other: str) -> Response:
    """Two stations side by side."""
    first, second, _ = _two(code, other)
    return _page(first, second, Form(_defaults(first, second)))


@blueprint.get("/duplicates/<code>/<other>/spots.json")
def duplicate_pair_spots(code: str, other: str) -> Response:
    """Where the two are, for the map."""
    first, second, _ = _two(code, other)
    datum = asked_datum()
    return collection(
        [
            point(
                one.document["lon"],
                one.document["lat"],
                datum,
                name=f"{letter}：{one.document['name']}",
                look=look,
            )
            for one, letter, look in ((first, "甲", FIRST), (second, "乙", SECOND))
        ]
    )


@blueprint.post("/duplicates/<code>/<other>")
def duplicate_answer_send(code: str, other: str) -> Response:
    """Say what the two are."""
    first, second, me = _two(code, other)
    form = given()
    answer = form["answer"] if form["answer"] in _ANSWERS else ""
    if not answer:
        form.trouble[""] = "请选一个回答：合并、一个门、不是同一个。"
    reason = form.read(_reason, f"reason_{answer}", "")
    seen = form.read(lambda told: _seen(told, first, second), "seen", None)
    kept = form["kept"] if answer == "merge" else FIRST
    if kept not in {FIRST, SECOND}:
        form.trouble["kept"] = "请选留下哪一个编号。"
    if form.trouble or seen is None:
        return _page(first, second, _filled(form, first, second), status=BAD_REQUEST)
    try:
        return go(_answered(me, answer, seen, form, reason, kept))
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        if len(pairs.sides(database(), seen[:2])) < len((first, second)):
            return go(f"{request.root_path}{PATH}/duplicates")
        first, second, _ = _two(code, other)
        return _page(first, second, _filled(form, first, second), status=_CONFLICT)


def _answered(me: Account, answer: str, seen: Seen, form: Form, reason: str, kept: str) -> str:
    """Write the answer down; where to go then."""
    to = f"{request.root_path}{PATH}/duplicates"
    with writing(database(), actor=me.name) as unit:
        if answer == "different":
            stored.say_different(unit, seen, reason)
        elif answer == "one_door":
            doors.link(unit, seen, reason)
        else:
            taken = frozenset(
                name.removeprefix(_TAKE)
                for name in form.values
                if name.startswith(_TAKE) and form[name] in {FIRST, SECOND} - {kept}
            )
            stays = seen.first if kept == FIRST else seen.second
            made = merging.merge(unit, merging.Wanted(seen, stays, taken, reason))
            return f"{to}/answers/{made.answer}?done=1"
    return f"{to}?done={answer}"


def _two(code: str, other: str) -> tuple[Snapshot, Snapshot, Account]:
    """Both, that with the lower id first, and who may answer about both. Raises NotFound."""
    found = sorted((_station(code), _station(other)), key=lambda one: one.id)
    if found[0].id == found[1].id:
        raise NotFound("pair", f"{code} {other}"[:130])
    for one in found:
        me = require(Action.STATION_MERGE, Place(one.id, one.adcode))
    return found[0], found[1], me


def _station(code: str) -> Snapshot:
    if _CODE.fullmatch(code) is None:  # PostgreSQL would refuse a NUL with an error
        raise NotFound("station", code[:64])
    return edits.snapshot(database(), former.current(database(), code) or code)


def _reason(told: str) -> str:
    reason = checked_reason(told)
    if reason is None:
        raise InputError(
            "请写为什么，比如“去看过，是同一个门”。 Say why, such as: I went there, it is one door."
        )
    return reason


def _seen(told: str, first: Snapshot, second: Snapshot) -> Seen:
    """The versions that the form was made of: "ID:VERSION ID:VERSION"."""
    found = re.fullmatch(r"(\d{1,10}) (\d{1,10})", told, re.ASCII)
    if found is None or max(map(int, found.groups())) > _MOST_VERSIONS:
        raise InputError("这一页不完整，请刷新再试。 The form is not whole; reload the page.")
    return Seen(first.id, second.id, int(found[1]), int(found[2]))


def _defaults(first: Snapshot, second: Snapshot) -> dict[str, str | list[str]]:
    told: dict[str, str | list[str]] = {
        "kept": FIRST if better(first.document, second.document) else SECOND
    }
    return told | {_TAKE + one.key: one.default for one in options(first, second)}


def _filled(form: Form, first: Snapshot, second: Snapshot) -> Form:
    return Form({**_defaults(first, second), **form.values}, form.trouble)


def _page(first: Snapshot, second: Snapshot, form: Form, *, status: int = 200) -> Response:
    answer = stored.standing_answer(database(), first.id, second.id)
    return page(
        "duplicate_pair.html",
        status=status,
        form=form,
        first=beside(first, "甲"),
        second=beside(second, "乙"),
        likeness=pairs.likeness_of(database(), first.id, second.id),
        options=options(first, second),
        both=kept_both(first, second),
        same=same(first, second),
        seen=f"{first.version} {second.version}",
        answer=answer,
        frame=spots_frame(),
        spots=url_for("admin.duplicate_pair_spots", code=first.code, other=second.code),
    )

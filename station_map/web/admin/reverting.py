"""Taking changes back: one revision, a change set, an import. First a look at what it would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

from flask import Response, request

from station_map.domain.accounts import Account, Action, Place, may, may_somewhere
from station_map.domain.bulk_change import AT_MOST
from station_map.domain.reasons import checked_reason
from station_map.errors import Conflict, NotAllowed
from station_map.store import change_sets, history
from station_map.store.change_sets import Request, Undoing, What
from station_map.store.history import Revision, Wanted
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.cookies import PATH
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.history import SET_WORDS, in_words, moves_map
from station_map.web.admin.plans import SHOWN, allowed, plan_of, set_facts
from station_map.web.runtime import database

_CONFLICT: Final = 409
_BIGGEST: Final = 2**63 - 1
_DONE: Final = {
    "bulk": "改好了。下面可以一下撤销。",
    "revert": "撤销好了。撤销也是一次改动，还可以再撤销。",
}
_UNDONE_WORDS: Final = {"revision": "这次改动", "change_set": "这一批", "import_run": "这次导入"}


class Again(Protocol):
    """Shows the page of the change with that number once more, with what is wrong."""

    def __call__(self, number: int, *, form: Form | None, status: int) -> Response: ...


# ---- one revision -----------------------------------------------------------------------


@blueprint.get("/history/revisions/<int:number>")
def revision(number: int) -> Response:
    """One change, and what taking it back would do."""
    return _revision_page(number)


@blueprint.post("/history/revisions/<int:number>/revert")
def revision_revert(number: int) -> Response:
    """Take one change back."""
    found = _revision(number)
    me = require(Action.STATION_REVERT, Place(found.station_id, found.adcode))
    return _taken_back(me, Undoing("revision", number), given("anyway"), _revision_page)


def _revision(number: int) -> Revision:
    found = history.revision(database(), min(number, _BIGGEST))
    require(Action.STATION_HISTORY, Place(found.station_id, found.adcode))
    return found


def _revision_page(number: int, *, form: Form | None = None, status: int = 200) -> Response:
    found = _revision(number)
    me = identity.signed_in().account
    form = form or Form({"anyway": []})
    may_revert = may(me, Action.STATION_REVERT, Place(found.station_id, found.adcode))
    here = None
    if found.stands:
        place = history.station_place(database(), found.code)
        here = (place.lon, place.lat)
    [entry] = entries = in_words([found], me, here, on_map=True)
    chosen = frozenset(form.chosen("anyway"))
    undoing = Undoing("revision", number)
    return page(
        "history_revision.html",
        status=status,
        entry=entry,
        form=form,
        plan=plan_of(me, undoing, chosen) if may_revert else None,
        asked=plan_of(me, undoing, frozenset()).rows if may_revert else [],
        later=in_words(history.later(database(), found), me, here),
        undone=history.undone(database(), "revision", number),
        **moves_map(entries),
    )


# ---- a change set, an import ------------------------------------------------------------


@blueprint.get("/history/sets/<int:number>")
def change_set(number: int) -> Response:
    """What somebody did in one action, and what taking it back would do."""
    return _set_page(number)


@blueprint.post("/history/sets/<int:number>/revert")
def change_set_revert(number: int) -> Response:
    """Take a change set back: the one undo of a bulk change, and of a revert."""
    return _revert_all("change_set", number)


@blueprint.get("/history/imports/<int:number>")
def import_run(number: int) -> Response:
    """What a file changed, and what taking it back would do."""
    return _run_page(number)


@blueprint.post("/history/imports/<int:number>/revert")
def import_revert(number: int) -> Response:
    """Take an import back, within one's area."""
    return _revert_all("import_run", number)


def _revert_all(what: What, number: int) -> Response:
    me = identity.signed_in().account
    _readable(what, number, me)
    again = _set_page if what == "change_set" else _run_page
    return _taken_back(me, Undoing(what, number), given(), again)


def _taken_back(me: Account, undoing: Undoing, form: Form, again: Again) -> Response:
    """To the change set that took it back; the page `again` where that could not be."""
    wanted = _request(me, undoing, form)
    if form.trouble:
        return again(undoing.number, form=form, status=BAD_REQUEST)
    try:
        _refuse_what_a_page_may_not_undo(undoing)
        made = _undo(me, wanted, form["plan"])
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return again(undoing.number, form=form, status=_CONFLICT)
    return go(f"{request.root_path}{PATH}/history/sets/{made}?done=revert")


def _refuse_what_a_page_may_not_undo(undoing: Undoing) -> None:
    what, number = undoing
    if what == "change_set" and history.change_set(database(), number).kind == "merge":
        raise Conflict("合并要在合并的页面撤销。 A merge is undone on its own page.")
    with database().reading() as connection:
        total = len(change_sets.stations_of(connection, undoing))
    if total > AT_MOST:
        raise Conflict(f"有 {total} 个驿站，页面上一次最多 {AT_MOST} 个。 Too many.")


def _set_page(number: int, *, form: Form | None = None, status: int = 200) -> Response:
    number = min(number, _BIGGEST)
    me = identity.signed_in().account
    found = history.change_set(database(), number)
    revisions = _readable("change_set", number, me)
    return page(
        "history_set.html",
        status=status,
        one=found,
        title=f"{SET_WORDS.get(found.kind, found.kind)} {found.id}",
        facts=set_facts(found),
        done=_DONE.get(request.args.get("done", "")),
        command=f"station-map history revert --set {found.id}",
        send_to=f"{request.root_path}{PATH}/history/sets/{number}/revert",
        merge=found.kind == "merge",
        **_common("change_set", number, me, revisions, form),
    )


def _run_page(number: int, *, form: Form | None = None, status: int = 200) -> Response:
    number = min(number, _BIGGEST)
    me = identity.signed_in().account
    found = history.import_run(database(), number)
    revisions = _readable("import_run", number, me)
    return page(
        "history_set.html",
        status=status,
        one=found,
        title=f"导入 {found.id}",
        facts=[("文件", found.file_name)],
        done=None,
        command=f"station-map history revert --import {found.id}",
        send_to=f"{request.root_path}{PATH}/history/imports/{number}/revert",
        merge=False,
        **_common("import_run", number, me, revisions, form),
    )


def _common(
    what: What, number: int, me: Account, revisions: Sequence[Revision], form: Form | None
) -> dict[str, Any]:
    asks = may_somewhere(me, Action.STATION_REVERT)
    return {
        "form": form or Form(),
        "entries": in_words(revisions[:SHOWN], me, None),
        "list_query": "set" if what == "change_set" else "run",
        "plan": plan_of(me, Undoing(what, number), frozenset()) if asks else None,
        "undone": history.undone(database(), what, number),
        "undone_words": _UNDONE_WORDS[what],
    }


def _readable(what: What, number: int, me: Account) -> list[Revision]:
    """The first revisions of it that one may see. Raises NotAllowed when there are none."""
    number = min(number, _BIGGEST)
    if what == "change_set":
        history.change_set(database(), number)
        wanted = Wanted(change_set=number)
    else:
        history.import_run(database(), number)
        wanted = Wanted(import_run=number)
    found = history.latest(database(), me, wanted).revisions
    if not found and not may(me, Action.STATION_HISTORY):
        raise NotAllowed("这里没有你能看的驿站。 None of its stations is yours to see.")
    return found


# ---- doing it ---------------------------------------------------------------------------


def _request(me: Account, undoing: Undoing, form: Form) -> Request:
    reason = form.read(checked_reason, "reason", None)
    return Request(undoing, allowed(me), frozenset(form.chosen("anyway")), reason)


def _undo(me: Account, wanted: Request, agreed: str) -> int:
    with writing(database(), actor=me.name) as unit:
        return change_sets.undo(unit, wanted, expected=agreed).change_set

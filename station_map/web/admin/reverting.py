"""Taking changes back: one revision, a change set, an import. First a look at what it would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

from flask import Response, request

from station_map.domain.accounts import Account, Action, Place, may, may_somewhere
from station_map.domain.bulk_change import AT_MOST, checked_reason
from station_map.domain.fields import label_of
from station_map.domain.revisions import Obstacle, Why
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.errors import Conflict, NotAllowed
from station_map.store import accounts, change_sets, history
from station_map.store.change_sets import WRITES, Outcome, Planned, Request, Undoing, What
from station_map.store.history import ChangeSet, Revision, Wanted
from station_map.store.resurrection import REASONS
from station_map.store.writing import writing
from station_map.web.admin import identity
from station_map.web.admin.bulk_words import change_in_words, selection_in_words
from station_map.web.admin.cookies import PATH
from station_map.web.admin.differences import Line, Words, move_of
from station_map.web.admin.forms import BAD_REQUEST, Form, given, in_chinese
from station_map.web.admin.gate import blueprint, go, page, require
from station_map.web.admin.history import SET_WORDS, in_words, moves_map
from station_map.web.runtime import database

_CONFLICT: Final = 409
_SHOWN: Final = 100
_NOWHERE: Final = (float("nan"), float("nan"))
_BIGGEST: Final = 2**63 - 1
OUTCOME_WORDS: Final = {
    Outcome.BACK: "改回去",
    Outcome.PARTLY: "只改回一部分",
    Outcome.DELETED: "删除（是这次新建的，没人动过）",
    Outcome.RESTORED: "恢复（是这次删除的）",
    Outcome.LEFT: "不动",
    Outcome.SAME: "不用改，已经是原来的样子",
    Outcome.OUTSIDE: "不动，不在你的范围里",
}
WHY_WORDS: Final = {
    Why.CHANGED: "后来又改过",
    Why.GONE: "后来改成了别的，或者已经没有了",
    Why.IMPOSSIBLE: "现在不是“暂停”，不能有恢复的日期",
    Why.FIXED: "不能在这里改回去",
}
_FIXED_WORDS: Final = {
    "hours_override": "一批驿站某几天的时间要一起撤回：station-map hours overrides withdraw",
    "photos": "照片请在驿站的照片里加或删",
}
_DONE: Final = {
    "bulk": "改好了。下面可以一下撤销。",
    "revert": "撤销好了。撤销也是一次改动，还可以再撤销。",
}
_UNDONE_WORDS: Final = {"revision": "这次改动", "change_set": "这一批", "import_run": "这次导入"}


class Obstructed(NamedTuple):
    """Something that is left, in words. key: by which it may be overruled, or ""."""

    label: str
    why: str
    now: str
    key: str


class Row(NamedTuple):
    """A station in a preview."""

    code: str
    name: str
    words: str
    lines: list[Line]
    obstacles: list[Obstructed]
    why: str
    stands: bool


class Plan(NamedTuple):
    """What taking back would do. too_many: more than a page may do; then nothing else is told."""

    total: int
    too_many: bool
    counts: list[tuple[str, int]]
    rows: list[Row]
    writes: int
    digest: str


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
    form = given("anyway")
    wanted = _request(me, Undoing("revision", number), form)
    if form.trouble:
        return _revision_page(number, form=form, status=BAD_REQUEST)
    try:
        made = _undo(me, wanted, form["plan"])
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return _revision_page(number, form=form, status=_CONFLICT)
    return go(f"{request.root_path}{PATH}/history/sets/{made}?done=revert")


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
        plan=_plan(me, undoing, chosen) if may_revert else None,
        asked=_plan(me, undoing, frozenset()).rows if may_revert else [],
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
    me, form = identity.signed_in().account, given()
    _readable(what, number, me)
    again = _set_page if what == "change_set" else _run_page
    undoing = Undoing(what, number)
    wanted = _request(me, undoing, form)
    if form.trouble:
        return again(number, form=form, status=BAD_REQUEST)
    try:
        _refuse_what_a_page_may_not_undo(undoing)
        made = _undo(me, wanted, form["plan"])
    except Conflict as error:
        form.trouble[""] = in_chinese(error)
        return again(number, form=form, status=_CONFLICT)
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
        facts=_set_facts(found),
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
        "entries": in_words(revisions[:_SHOWN], me, None),
        "list_query": "set" if what == "change_set" else "run",
        "plan": _plan(me, Undoing(what, number), frozenset()) if asks else None,
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


def _set_facts(found: ChangeSet) -> list[tuple[str, str]]:
    told = found.told
    facts: list[tuple[str, str]] = []
    undoes = told.get("undoes")
    if isinstance(undoes, dict):
        what = {"revision": "改动", "change_set": "批次", "import_run": "导入"}
        facts.append(("撤销了", f"{what.get(str(undoes.get('what')), '')} {undoes.get('number')}"))
    if "change" in told:
        facts.append(("改成", change_in_words(told)))
        selection = told.get("selection") or {}
        areas = accounts.known_areas(database(), filter(None, [selection.get("area")]))
        facts.append(("选了", selection_in_words(selection, areas)))
    for name, words in _COUNT_WORDS.items():
        count = (told.get("counts") or {}).get(name)
        if count:
            facts.append((words, f"{count} 个驿站"))
    return facts


_COUNT_WORDS: Final = {
    "changed": "改了",
    "same": "本来就这样",
    "newer": "预览后有人改过，没动",
    "outside": "不在范围里，没动",
    "gone": "已经没有了",
    "back": "改回去",
    "partly": "改回一部分",
    "deleted": "删除",
    "restored": "恢复",
    "left": "没动",
}


# ---- doing it ---------------------------------------------------------------------------


def _request(me: Account, undoing: Undoing, form: Form) -> Request:
    reason = form.read(checked_reason, "reason", None)
    return Request(undoing, _allowed(me), frozenset(form.chosen("anyway")), reason)


def _allowed(me: Account) -> change_sets.Allowed:
    return lambda station, adcode: may(me, Action.STATION_REVERT, Place(station, adcode))


def _undo(me: Account, wanted: Request, agreed: str) -> int:
    with writing(database(), actor=me.name) as unit:
        return change_sets.undo(unit, wanted, expected=agreed).change_set


def _plan(me: Account, undoing: Undoing, anyway: frozenset[str]) -> Plan:
    with database().reading() as connection:
        total = len(change_sets.stations_of(connection, undoing))
        if total > AT_MOST:
            return Plan(total, too_many=True, counts=[], rows=[], writes=0, digest="")
        wanted = Request(undoing, _allowed(me), anyway)
        planned = list(change_sets.preview(connection, wanted))
    counts = Counter(one.outcome for one in planned)
    ordered = sorted(planned, key=lambda one: (one.outcome is Outcome.OUTSIDE, one.code))
    shown = [one for one in islice(ordered, _SHOWN) if one.outcome is not Outcome.OUTSIDE]
    return Plan(
        total,
        too_many=False,
        counts=[(words, counts[one]) for one, words in OUTCOME_WORDS.items() if counts[one]],
        rows=[_row(one) for one in shown],
        writes=sum(counts[one] for one in WRITES),
        digest=change_sets.digest(planned),
    )


def _row(one: Planned) -> Row:
    words = Words(contacts=True)  # who may take back may see them
    changes = {name: [one.now.get(name), value] for name, value in one.fields.items()}
    move = move_of(changes, *_NOWHERE) if {"lon", "lat"} <= changes.keys() else None
    lines = words.lines(changes, move) if one.outcome in {Outcome.BACK, Outcome.PARTLY} else []
    return Row(
        code=one.code,
        name=one.name,
        words=OUTCOME_WORDS[one.outcome],
        lines=lines,
        obstacles=[_obstructed(words, each) for each in one.obstacles],
        why="、".join(REASONS[why] for why in one.why),
        stands=one.outcome is not Outcome.RESTORED and "gone" not in one.why,
    )


def _obstructed(words: Words, one: Obstacle) -> Obstructed:
    if one.amenity is not None:
        known = AMENITY_BY_CODE.get(one.amenity)
        label = f"设施 · {known.zh if known else one.amenity}"
        fact = {} if one.now[0] is None else {one.amenity: one.now[0]}
        now = words.value("amenities", fact or None)
    else:
        label = "、".join(label_of(name) for name in one.fields)
        now = "、".join(
            words.value(name, value) for name, value in zip(one.fields, one.now, strict=True)
        )
    why = _FIXED_WORDS.get(one.key, WHY_WORDS[one.why])
    return Obstructed(label, why, now, one.key if one.can_be_forced else "")

"""What taking something back would do, in words: for the page before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from station_map.domain.accounts import Account, Action, Place, may
from station_map.domain.bulk_change import AT_MOST
from station_map.domain.fields import label_of
from station_map.domain.revisions import Obstacle, Why
from station_map.domain.vocabulary import AMENITY_BY_CODE
from station_map.store import accounts, change_sets
from station_map.store.change_sets import WRITES, Outcome, Planned, Request, Undoing
from station_map.store.history import ChangeSet
from station_map.store.resurrection import REASONS
from station_map.web.admin.bulk_words import change_in_words, selection_in_words
from station_map.web.admin.differences import Line, Words, move_of
from station_map.web.runtime import database

SHOWN: Final = 100
_NOWHERE: Final = (float("nan"), float("nan"))
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
    "hours_override": "一批驿站的特别日子要一起撤回：station-map hours overrides withdraw",
    "photos": "照片请在驿站的照片里加或删",
}


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


def allowed(me: Account) -> change_sets.Allowed:
    """Where somebody may take changes back."""
    return lambda station, adcode: may(me, Action.STATION_REVERT, Place(station, adcode))


def plan_of(me: Account, undoing: Undoing, anyway: frozenset[str]) -> Plan:
    """What `me` would do by taking something back. Nothing is told of what a page may not do."""
    with database().reading() as connection:
        total = len(change_sets.stations_of(connection, undoing))
        if total > AT_MOST:
            return Plan(total, too_many=True, counts=[], rows=[], writes=0, digest="")
        wanted = Request(undoing, allowed(me), anyway)
        planned = list(change_sets.preview(connection, wanted))
    counts = Counter(one.outcome for one in planned)
    ordered = sorted(planned, key=lambda one: (one.outcome is Outcome.OUTSIDE, one.code))
    shown = [one for one in islice(ordered, SHOWN) if one.outcome is not Outcome.OUTSIDE]
    return Plan(
        total,
        too_many=False,
        counts=[(words, counts[one]) for one, words in OUTCOME_WORDS.items() if counts[one]],
        rows=[_row(one) for one in shown],
        writes=sum(counts[one] for one in WRITES),
        digest=change_sets.digest(planned),
    )


def plan_rows(planned: Sequence[Planned]) -> list[Row]:
    """Some stations of a plan in words."""
    return [_row(one) for one in planned]


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


# ---- what a change set was ------------------------------------------------------------


def set_facts(found: ChangeSet) -> list[tuple[str, str]]:
    """What a change set was about and came to: labels and words."""
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

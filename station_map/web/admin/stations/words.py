"""Stored values in words, for overviews and for comparing what two people wrote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from station_map.domain.editing.subjects import FIELDS, Subject
from station_map.domain.hours import SHANGHAI
from station_map.domain.vocabulary import AMENITIES, AMENITY_BY_CODE, Datum
from station_map.store.edits import Told
from station_map.web.admin.differences import Line, told_together
from station_map.web.admin.stations.controls import AMENITY_UNITS, BY_NAME, UNKNOWN, position_text

STATES: Final = (
    ("yes", "有"),
    ("partial", "部分"),
    ("broken", "坏了"),
    ("no", "没有"),
    ("", UNKNOWN),
)
"""The five states of an amenity, as a form offers them."""
_STATE_WORDS: Final = dict(STATES)
_DATUMS: Final = {datum.value: datum.zh for datum in Datum} | {"": ""}


def value_words(name: str, value: Any) -> str:
    """A stored value of a field, as a document or a revision tells it."""
    if value is None or value in ("", [], {}):
        return UNKNOWN
    control = BY_NAME.get(name)
    options = dict(control.options) if control else {}
    if isinstance(value, bool):
        return options.get("yes" if value else "no", "是" if value else "否")
    if isinstance(value, list):
        return "、".join(options.get(str(one), _one(one)) for one in value)
    if name == "amenities" and isinstance(value, Mapping):
        return "、".join(amenity_words(code, fact) for code, fact in value.items())
    if isinstance(value, str) and name.endswith("_at"):
        return _moment(value)
    return options.get(str(value), _one(value))


def _one(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values() if part is not None)
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _moment(text: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def amenity_words(code: str, fact: Mapping[str, Any]) -> str:
    """An amenity with what is known of it: "热饭 有（2，自带餐具）"."""
    known = AMENITY_BY_CODE.get(code)
    parts = [str(fact[name]) for name in ("quantity", "note", "fee") if fact.get(name) is not None]
    beside = f"（{'，'.join(parts)}）" if parts else ""
    state = _STATE_WORDS.get(str(fact.get("state", "")), "")
    return f"{known.zh if known else code} {state}{beside}"


def unit_words(unit: str, values: Mapping[str, str]) -> str:
    """What the controls of a unit say, by its first one."""
    if unit == "position":
        return " ".join(filter(None, (values.get(unit), _DATUMS.get(values.get("datum", "")))))
    if unit.startswith("a."):
        state, *beside = (values.get(name, "") for name in AMENITY_UNITS[unit.removeprefix("a.")])
        said = "，".join(filter(None, beside))
        return _STATE_WORDS.get(state, state) + (f"（{said}）" if said else "")
    text = values.get(unit, "")
    options = dict(BY_NAME[unit].options)
    words = "、".join(options.get(line, line) for line in text.split("\n") if line)
    return words or UNKNOWN


def told_in_words(revisions: Sequence[Told]) -> list[tuple[Told, list[Line]]]:
    """Each revision with what it changed."""
    lines = told_together([one.changes for one in revisions], contacts=True)  # the form shows them
    return list(zip(revisions, lines, strict=True))


def overview(document: Mapping[str, Any]) -> dict[Subject, list[tuple[str, str]]]:
    """What is known of a station by subject: (field, value) in words; unknown is left out."""
    told: dict[Subject, list[tuple[str, str]]] = {}
    for subject, fields in FIELDS.items():
        rows = []
        for name, label in fields.items():
            if name == "position":
                rows.append((label, position_text(document["lon"], document["lat"])))
            elif name == "amenities":
                rows += _by_state(document["amenities"])
            elif document.get(name) not in (None, "", []):
                rows.append((label, value_words(name, document[name])))
        told[subject] = rows
    return told


def _by_state(facts: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    rows = []
    for state, words in STATES[:-1]:
        names = [a.zh for a in AMENITIES if facts.get(a.code, {}).get("state") == state]
        if names:
            rows.append((words, "、".join(names)))
    return rows


def unknown_count(subject: Subject, document: Mapping[str, Any]) -> int:
    """How many fields of a subject nobody has filled in."""
    if subject is Subject.AMENITIES:
        return len(AMENITIES) - len(document["amenities"])
    empty: tuple[Any, ...] = (None, "", [])
    return sum(document.get(name) in empty for name in FIELDS[subject] if name != "position")

"""A list of services in one cell: what it names is there; what it does not name is unknown."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from station_map.domain.station import AmenityFact
from station_map.importers.tables.match import amenity_named
from station_map.importers.values.marks import FEE, YES, fact_of
from station_map.importers.values.numbers import count_in
from station_map.importers.values.remarks import UNKNOWN, Parsed, Remark, shown
from station_map.importers.values.texts import is_blank_word

_SEPARATORS: Final = re.compile(r"[,;、|/\n\r\t+&·。]|和|及|与|\s{2,}")
_SPACES: Final = re.compile(r"\s+")
_MARKED: Final = re.compile(
    r"(?P<name>.*?)\s*[(:]?\s*"
    r"(?P<mark>损坏|故障|维修中|已?坏了?|待修|报修|停用|部分|\d{1,4}[个台张把位套间部]?)\)?"
)
_BRACKETED: Final = re.compile(r"(?P<name>[^()]+)\((?P<mark>[^()]+)\)")
_DENIED: Final = re.compile(r"(?:无|没有|暂无|不提供)(?P<name>.+)")


def services_of(cell: Any) -> Parsed:
    """{amenity code: AmenityFact} for the services that a cell names."""
    if is_blank_word(cell) or not isinstance(cell, str):
        return UNKNOWN
    text = unicodedata.normalize("NFKC", cell)
    facts: dict[str, AmenityFact] = {}
    unknown: list[str] = []
    for part in _parts(text):
        named = _fact(part)
        if named is None:
            unknown.append(part)
        else:
            facts.setdefault(*named)
    return Parsed(facts, _remark(unknown) if unknown else None)


def _parts(text: str) -> list[str]:
    parts = [_bare(part) for part in _SEPARATORS.split(text)]
    parts = [part for part in parts if part]
    if len(parts) == 1 and amenity_named(parts[0]) is None:
        # "饮水 空调 手机充电": single spaces separate only when nothing else does.
        parts = [part for part in _SPACES.split(parts[0]) if part]
    return parts


def _bare(part: str) -> str:
    bare = part.strip(" .“”\"'")
    return bare[1:-1].strip() if bare.startswith("(") and bare.endswith(")") else bare


def _fact(part: str) -> tuple[str, AmenityFact] | None:
    # Marks first: 微波炉(损坏) without its brackets would be a yes.
    marked = _MARKED.fullmatch(part)
    if marked and (code := amenity_named(marked["name"])):
        return code, _marked(marked["mark"])
    if bracketed := _in_brackets(part):
        return bracketed
    if code := amenity_named(part):
        return code, YES
    denied = _DENIED.fullmatch(part)
    if denied and (code := amenity_named(denied["name"])):
        return code, AmenityFact("no")
    return None


def _in_brackets(part: str) -> tuple[str, AmenityFact] | None:
    """空调(待维修), 淋浴(收费), 热水(无): what stands in brackets may be all that matters."""
    match = _BRACKETED.fullmatch(part)
    code = amenity_named(match["name"]) if match else None
    if match is None or code is None:
        return None
    fact = fact_of(match["mark"]).value
    if fact is None:
        fee = match["mark"] if FEE.search(match["mark"]) else None
        return (code, AmenityFact("yes", fee=fee)) if fee else None
    return code, fact


def _marked(mark: str) -> AmenityFact:
    count = count_in(mark)
    if count is not None:
        return AmenityFact("yes", quantity=count) if count else AmenityFact("no")
    return AmenityFact("partial" if mark == "部分" else "broken", note=mark)


def _remark(unknown: list[str]) -> Remark:
    names = shown("、".join(unknown))
    return Remark("warning", f"不认识的服务：{names}", f"services that are not known: {names}")

"""The answer of a run as the JSON document that is kept, and back; and whether two are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from station_map.coverage.document import document as coverage_document
from station_map.planning.coverage import CoverageAnswer
from station_map.planning.siting import Made
from station_map.planning.siting_document import document as siting_document
from station_map.siting.result import BoundBy, Reason, Result, Share, Stopped

MOST_NAMES: Final = 20_000
# What may differ between two runs that give the same numbers.
_NO_NUMBERS: Final = frozenset({"seconds", "version", "places", "method", "heuristic"})


@dataclass(frozen=True, eq=False)
class SitingAnswer:
    """A plan: the problem it is of, and the result."""

    made: Made
    result: Result


def of_coverage(answer: CoverageAnswer, places: list[str]) -> dict[str, Any]:
    """`coverage/document.py`'s with about, names (of the stations, by code) and places (of gaps)."""
    names = answer.names if len(answer.names) <= MOST_NAMES else {}
    told = {"about": answer.about, "names": names, "places": places}
    made: dict[str, Any] = _storable({**coverage_document(answer.result), **told})
    return made


def of_siting(answer: SitingAnswer) -> dict[str, Any]:
    """`planning/siting_document.py`'s with `numbers`, by which the result is made again."""
    result = answer.result
    numbers = {"goal": result.goal, "chosen": result.chosen, "closed": result.closed}
    made: dict[str, Any] = _storable({**siting_document(answer.made, result), "numbers": numbers})
    return made


def result_of(told: Mapping[str, Any]) -> Result:
    """The result of a document that `of_siting` made."""
    sites, reason = told["sites"], told["reason"]
    return Result(
        goal=told["numbers"]["goal"],
        maximise=told["maximise"],
        stopped=Stopped(told["stopped"]),
        objective=told["objective"],
        bound=told["bound"],
        gap=told["gap"],
        bound_by=None if told["bound_by"] is None else BoundBy(told["bound_by"]),
        chosen=tuple(told["numbers"]["chosen"]),
        gains=tuple(site["adds"] for site in sites),
        closed=tuple(told["numbers"]["closed"]),
        phases=tuple(site["phase"] - 1 for site in sites if site["phase"] is not None),
        shares=tuple(
            Share(one["group"], one["demand"], one["before"], one["after"])
            for one in told["shares"]
        ),
        reason=None if reason is None else Reason(**reason),
        heuristic=told["heuristic"],
        seconds=told["seconds"],
    )


def same_numbers(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two documents give the same answer, whenever and by whichever version."""
    return _numbers(first) == _numbers(second)


def _numbers(told: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in told.items() if name not in _NO_NUMBERS}
    if isinstance(kept.get("about"), Mapping):
        kept["about"] = _numbers(kept["about"])
    return kept


def _storable(value: Any) -> Any:
    """As PostgreSQL's jsonb takes it: lists for tuples, and no text that it refuses."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
    if isinstance(value, Mapping):
        return {_storable(str(key)): _storable(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(held) for held in value]
    return value

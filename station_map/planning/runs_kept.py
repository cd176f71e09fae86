"""What a run read, kept in the store by its digests, and read again from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from station_map.domain.planning_runs import INPUT_LARGEST, Inputs
from station_map.errors import Conflict
from station_map.planning import runs_inputs
from station_map.planning.coverage import CoverageRead
from station_map.planning.runs_watch import ACTOR
from station_map.planning.siting import SitingRead
from station_map.store import planning_run_work as work
from station_map.store.database import Database
from station_map.store.writing import writing

type AnyRead = CoverageRead | SitingRead


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run read. digests: by part, as of what is kept, or would be."""

    digests: Mapping[str, str]
    inputs: Inputs


def keep(database: Database, given: AnyRead) -> Kept:
    """Keep what was read, each part once however many runs read it, unless one is too large."""
    parts = runs_inputs.parts_of(given)
    digests = {name: part.digest() for name, part in parts.items()}
    if any(part.size > runs_inputs.LARGEST_PLAIN for part in parts.values()):
        return Kept(digests, "too_large")
    for name, part in parts.items():
        with writing(database, actor=ACTOR, origin="system") as unit:
            if work.has_input(unit, digests[name]):
                continue
        content = part.packed()
        if len(content) > INPUT_LARGEST:
            return Kept(digests, "too_large")
        with writing(database, actor=ACTOR, origin="system") as unit:
            work.allow_much(unit)
            work.keep_input(unit, digests[name], content)
    return Kept(digests, "kept")


def read_kept(database: Database, digests: Mapping[str, str]) -> AnyRead:
    """What was kept. Raises Conflict when it is gone or damaged."""
    parts = {}
    for name, digest in digests.items():
        with database.long_reading() as connection:
            content = work.read_input(connection, digest)
        if content is None:
            raise Conflict("留存的数据已经没有了。 The data that was kept is gone.")
        parts[name] = runs_inputs.unpacked(content, digest)
    return runs_inputs.read_of(parts)

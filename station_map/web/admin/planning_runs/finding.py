"""Runs as the pages look them up."""

from __future__ import annotations

from station_map.domain.planning_runs import RunKind
from station_map.errors import NotFound
from station_map.store.planning_runs import Run, read_run
from station_map.web.runtime import database


def run_of(told: str | int, kind: RunKind | None = None) -> Run:
    """A run by its number as it stands in an address. Raises NotFound, for another kind as well."""
    text = str(told)
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise NotFound("planning run", text[:20])
    with database().reading() as connection:
        run = read_run(connection, int(text))
    if kind is not None and run.kind is not kind:
        raise NotFound("planning run", text)
    return run

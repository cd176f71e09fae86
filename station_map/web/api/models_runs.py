"""The shape of runs of planning: what is asked, and what is told of them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from station_map.domain.planning_runs import TITLE_LONGEST, RunKind, RunState
from station_map.planning.asked import CoverageAsked, SitingAsked
from station_map.web.api.models import Link, Strict


class CoverageRunAsked(CoverageAsked):
    """What a run of coverage is begun with."""

    title: str | None = Field(None, max_length=TITLE_LONGEST)


class SitingRunAsked(SitingAsked):
    """What a run of siting is begun with."""

    title: str | None = Field(None, max_length=TITLE_LONGEST)


class RunProgress(Strict):
    """How far a run is. share: 0 to 1, null where nobody can tell."""

    step: str
    share: float | None
    objective: float | None
    bound: float | None
    gap: float | None


class RunListed(Strict):
    """A run without its answer. Times are UTC."""

    id: int
    kind: RunKind
    title: str | None
    state: RunState
    cancelling: bool = Field(description="It was told to stop, and has not yet.")
    asked: dict[str, Any]
    progress: RunProgress | None
    by: str
    origin: Literal["cli", "api", "page"]
    asked_at: str
    started_at: str | None
    ended_at: str | None
    version: str | None = Field(description="Of the code.")
    digests: dict[str, str] = Field(description="SHA-256 of what was read, by part.")
    inputs: Literal["kept", "too_large"] | None
    repeats: int | None = Field(description="The run that it repeats.")
    same: bool | None = Field(description="Whether its numbers are those of that run.")
    error: str | None
    links: list[Link]


class RunTold(RunListed):
    """A run. answer: of one that was cancelled the best so far, or null."""

    answer: dict[str, Any] | None


class RunPage(Strict):
    """Runs, the newest first."""

    items: list[RunListed]
    numberReturned: int  # noqa: N815 - as OGC API writes it
    links: list[Link]

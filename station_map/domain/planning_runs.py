"""Runs of planning: what kinds there are, where one stands in its life, and what is told of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal

from station_map.domain.vocabulary import Labelled

Origin = Literal["cli", "api", "page"]
Inputs = Literal["kept", "too_large"]

TITLE_LONGEST: Final = 200
ERROR_LONGEST: Final = 2_000
PARTS: Final = ("demand", "stations", "candidates")
"""What a run reads; candidates for siting only."""

INPUT_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one part, compressed, that are kept."""


class RunKind(StrEnum):
    """What is computed."""

    COVERAGE = "coverage"
    SITING = "siting"


class RunState(Labelled):
    """Where a run stands. From the first two it goes on; the others are its end."""

    QUEUED = "queued", "排队", "waiting"
    RUNNING = "running", "在算", "running"
    DONE = "done", "算好了", "done"
    FAILED = "failed", "没算成", "failed"
    CANCELLED = "cancelled", "已取消", "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self not in {RunState.QUEUED, RunState.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run.

    progress: {step, share 0 to 1 or None, objective, bound, gap}, None before there is any. by: an
    account's name, or cli:user. version: of the code. digests: of what was read, by part. answer:
    the JSON document; of a cancelled run of siting the best so far. error: why it failed, in
    words. repeats: the run that it repeats; same: whether the numbers are the same as there.
    inputs: "kept" when it can be repeated from the same data, "too_large" when that was too much
    to keep, None before it was read. cancelling: it was told to stop and has not yet. turn: how
    often a worker took it up.
    """

    id: int
    kind: RunKind
    title: str | None
    state: RunState
    asked: dict[str, Any]
    progress: dict[str, Any] | None
    by: str
    origin: Origin
    asked_at: dt.datetime
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    version: str | None
    digests: dict[str, Any]
    answer: dict[str, Any] | None
    error: str | None
    repeats: int | None
    same: bool | None
    inputs: Inputs | None
    cancelling: bool
    turn: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", RunKind(self.kind))
        object.__setattr__(self, "state", RunState(self.state))

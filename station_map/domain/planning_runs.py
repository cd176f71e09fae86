"""Runs of planning: what kinds there are, and where one stands in its life."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

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

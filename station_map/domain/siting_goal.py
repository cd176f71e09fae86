"""What a planner can want of new stations, and which numbers each of these goals cannot do without."""

from __future__ import annotations

from typing import Final, Literal, get_args

SitingGoal = Literal[
    "cover",
    "share",
    "budget",
    "p-median",
    "p-center",
    "backup",
    "capacitated",
    "relocate",
    "phases",
]
GOALS: Final[tuple[SitingGoal, ...]] = get_args(SitingGoal)

NEEDS: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(GOALS, ("count",)),
    "share": ("share",),
    "budget": ("budget",),
    "relocate": ("close", "open"),
    "phases": ("phases",),
}

BY_DISTANCE: Final[frozenset[str]] = frozenset({"p-median", "p-center"})
"""The goals that know no radius: every metre to the nearest station counts."""

"""What may be asked for. Each goal is a frozen dataclass; the models are in models/.

Numbers of sites count those to be opened, the required ones included; existing ones are open
besides. How each is written as a formula: docs/reference/siting-method.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MaximalCovering:
    """Cover as much demand as `open` more sites can."""

    open: int


@dataclass(frozen=True, slots=True)
class MinimumSites:
    """The fewest (with costs: the cheapest) sites that cover `share` of all demand (0 to 1)."""

    share: float


@dataclass(frozen=True, slots=True)
class Budget:
    """Cover as much demand as sites of together at most `amount` can."""

    amount: float


@dataclass(frozen=True, slots=True)
class Backup:
    """Cover twice: `open` sites; `first` (0.5 to 1) is what the first cover counts of both."""

    open: int
    first: float = 0.75


@dataclass(frozen=True, slots=True)
class Capacitated:
    """Serve as much demand as `open` more sites and the existing have room for."""

    open: int


@dataclass(frozen=True, slots=True)
class Relocation:
    """Close exactly `close` existing sites and open at most `open` others."""

    close: int
    open: int


@dataclass(frozen=True, slots=True)
class Phases:
    """Open `opens[t]` sites in phase t, each staying; the sum of the phases' covers counts."""

    opens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PMedian:
    """The least sum of weight × distance to the nearest site, with `open` more sites."""

    open: int


@dataclass(frozen=True, slots=True)
class PCenter:
    """The least distance of who is farthest, with `open` more sites."""

    open: int


Goal = (
    MaximalCovering | MinimumSites | Budget | Backup | Capacitated
    | Relocation | Phases | PMedian | PCenter
)  # fmt: skip
BY_DISTANCE = (PMedian, PCenter)

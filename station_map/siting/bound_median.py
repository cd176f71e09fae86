"""Bounds of the p-median by Lagrangian relaxation (Cornuejols, Fisher and Nemhauser).

That each demand goes to one site is left out and paid for: with prices u_i

    L(u) = Σ u_i + Σ_i min(0, far_i - u_i) + the p least of ρ_j, where ρ_j = Σ_i min(0, c_ij - u_i)

is a lower bound, whatever u. The sites of the p least are a plan too, often a good one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.median_case import MedianCase

_SHRINK_AFTER: Final = 10
_LEAST_STEP: Final = 2e-4
_DRAG: Final = 0.5
# How much of what each site's share of the choices was is forgotten in a step.
_FADE: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A bound, its prices (m,), what each site saves (f,) (≤ 0), and the best sites."""

    bound: float
    prices: Floats
    worth: Floats
    picked: Ints


def relaxed(case: MedianCase, prices: Floats) -> Priced:
    """L of these prices."""
    worth = np.minimum(case.cost - prices, 0.0).sum(axis=1)
    most = min(case.most, case.ways)
    picked = np.argpartition(worth, most - 1)[:most] if most > 0 else np.zeros(0, dtype=np.int64)
    rest = np.minimum(case.far - prices, 0.0).sum()
    return Priced(float(prices.sum() + rest + worth[picked].sum()), prices, worth, picked)


def descended(
    case: MedianCase,
    at_hand: float,
    start: Floats,
    *,
    rounds: int,
    shares: Floats | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Priced:
    """The best bound of some steps up the subgradient from `start`; at_hand is aimed at, and enough.

    shares: (f,) takes how often each site was chosen of late, 0 to 1.
    """
    best = relaxed(case, start)
    now, step, since, drag = best, 1.0, 0, np.zeros(len(start))
    for _ in range(rounds):
        served = (case.cost[now.picked] < now.prices).sum(axis=0) + (case.far < now.prices)
        drag = (1.0 - served) + _DRAG * drag
        length = float(drag @ drag)
        if length <= 0 or step < _LEAST_STEP or should_stop():
            break
        ahead = max(at_hand - now.bound, 1e-9 * abs(at_hand))
        now = relaxed(case, np.maximum(now.prices + step * ahead / length * drag, 0.0))
        since += 1
        if shares is not None:
            shares *= 1 - _FADE
            shares[now.picked] += _FADE
        if now.bound > best.bound:
            best, since = now, 0
            if best.bound >= at_hand:
                break
        elif since >= _SHRINK_AFTER:
            now, step, since, drag = best, step / 2, 0, drag * 0
    return best


def first_prices(case: MedianCase, chosen: Ints) -> Floats:
    """Between the nearest and second nearest of a good choice."""
    rows = np.sort(np.vstack([case.cost[chosen], case.far]), axis=0)
    second = rows[1] if len(rows) > 1 else rows[0]
    prices: Floats = 0.5 * (rows[0] + np.minimum(second, 2 * rows[0] + 1e-9))
    return prices


def decided(case: MedianCase, priced: Priced, at_hand: float) -> tuple[Bools, Bools]:
    """(f,) twice: sites open, and closed, in every plan below `at_hand`."""
    opens = np.zeros(case.ways, dtype=np.bool_)
    closes = np.zeros(case.ways, dtype=np.bool_)
    if not 0 < case.most < case.ways:
        return opens, closes
    inside = np.zeros(case.ways, dtype=np.bool_)
    inside[priced.picked] = True
    ordered = np.sort(priced.worth)
    last_in, first_out = ordered[case.most - 1], ordered[case.most]
    slack = 1e-9 * max(abs(priced.bound), 1.0)
    closes[:] = ~inside & (priced.bound - last_in + priced.worth >= at_hand + slack)
    opens[:] = inside & (priced.bound - priced.worth + first_out >= at_hand + slack)
    return opens, closes

"""Bounds of covering by Lagrangian relaxation, and what they decide.

The rows y_g + u_g ≤ Σ_j x_j are left out and paid for: with prices λ_g between 0 and gain_g

    L(λ) = base + Σ_g max(0, gain_g - λ_g, gain_g + second_g - 2 λ_g) + best Σ_j r_j x_j

where r_j = Σ λ_g over what j covers, and the best choice keeps numbers and budget only, so it is
a sort. Every L(λ) is an upper bound, whatever λ, spacing and floors may be. The prices follow the
subgradient with Polyak's step towards the best answer known (Held, Wolfe and Crowder).

What a bound decides: when opening j, or closing it, would push L to no more than the answer
already at hand, j is closed, or open, in every better answer (`decided`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.reduce import NEW, STANDING, CoverCase, narrowed, undominated

_SHRINK_AFTER = 12
_LEAST_STEP = 2e-4
_DRAG = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A bound, the prices it came from, and the choice (f,) of the relaxation."""

    bound: float
    prices: Floats
    worth: Floats
    picked: Floats


def relaxed(case: CoverCase, prices: Floats) -> Priced:
    """L of these prices."""
    worth = case.by_site @ prices
    picked, won = best_choice(case, worth)
    left = _left(case, prices)[0]
    return Priced(case.base + float(left.sum()) + won, prices, worth, picked)


def _left(case: CoverCase, prices: Floats) -> tuple[Floats, Floats]:
    """What each group keeps beyond its price, and how many covers it takes for it."""
    once = case.gain - prices
    twice = np.where(case.second > 0, once + case.second - prices, -1.0)
    taken = np.where((twice > once) & (twice > 0), 2.0, (once > 0).astype(np.float64))
    return np.maximum(np.maximum(once, twice), 0.0), taken


def best_choice(case: CoverCase, worth: Floats) -> tuple[Floats, float]:
    """(f,) the relaxation's best choice, whole or (by budget) in part, and its worth."""
    picked = np.zeros(case.ways)
    for kind in (NEW, STANDING):
        mine = np.flatnonzero(case.kind == kind)
        picked[_top(worth, mine, case.most[kind])] = 1.0
    if np.isfinite(case.budget) and float(case.cost @ picked) > case.budget:
        picked = _by_budget(case, worth)
    return picked, float(worth @ picked)


def _top(worth: Floats, mine: Ints, most: int) -> Ints:
    if most >= len(mine):
        return mine
    if most <= 0:
        return mine[:0]
    return mine[np.argpartition(-worth[mine], most - 1)[:most]]


def _by_budget(case: CoverCase, worth: Floats) -> Floats:
    """The fractional knapsack: the best by cost, the last in part. Numbers are left out."""
    order = np.argsort(-worth / np.maximum(case.cost, 1e-300), kind="stable")
    before = np.cumsum(case.cost[order]) - case.cost[order]
    part = (case.budget - before) / np.maximum(case.cost[order], 1e-300)
    picked = np.zeros(case.ways)
    picked[order] = np.clip(part, 0.0, 1.0)
    return picked


def descended(
    case: CoverCase,
    at_hand: float,
    *,
    rounds: int = 400,
    start: Floats | None = None,
    is_enough: Callable[[Priced], bool] = lambda _priced: False,
    should_stop: Callable[[], bool] = lambda: False,
) -> Priced:
    """The best bound of `rounds` steps. at_hand: the best answer known, aimed at.

    start: (g,) prices to begin with. is_enough: asked after each better bound.
    should_stop: asked at each step.
    """
    top = case.gain
    prices = np.clip(_first_prices(case) if start is None else start, 0.0, top)
    best = relaxed(case, prices)
    now, step, since, drag = best, 1.0, 0, np.zeros(len(prices))
    for _ in range(rounds):
        excess = case.covers @ now.picked - _left(case, now.prices)[1]
        # At an end of a price's range only the way inwards is open.
        excess[(now.prices <= 0) & (excess > 0)] = 0.0
        excess[(now.prices >= top) & (excess < 0)] = 0.0
        drag = excess + _DRAG * drag
        length = float(drag @ drag)
        if length <= 0 or step < _LEAST_STEP or best.bound <= at_hand or should_stop():
            break
        moved = now.prices - step * max(now.bound - at_hand, 0.0) / length * drag
        now = relaxed(case, np.clip(moved, 0.0, top))
        since += 1
        if now.bound < best.bound:
            best, since = now, 0
            if is_enough(best):
                break
        elif since >= _SHRINK_AFTER:
            now, step, since, drag = best, step / 2, 0, drag * 0
    return best


def _first_prices(case: CoverCase) -> Floats:
    """The gain shared by who could win it."""
    reached = np.maximum(np.diff(case.covers.indptr), 1)
    shared: Floats = case.gain / np.sqrt(reached)
    return shared


def left_over(case: CoverCase, priced: Priced, at_hand: float) -> CoverCase | None:
    """What is left to decide for an answer above `at_hand`; None when there is no such answer.

    The relaxation knows no spacing: two sites that each must be open and may not be together say
    that nothing better exists.
    """
    opens, closes = decided(case, priced, at_hand)
    pairs = case.conflicts
    if len(pairs) and bool(opens[pairs].all(axis=1).any()):
        return None
    return undominated(narrowed(case, np.flatnonzero(opens), np.flatnonzero(closes)))


def decided(case: CoverCase, priced: Priced, at_hand: float) -> tuple[Bools, Bools]:
    """(f,) twice: which sites are open, and which closed, in every answer above `at_hand`."""
    opens = np.zeros(case.ways, dtype=np.bool_)
    closes = np.zeros(case.ways, dtype=np.bool_)
    if np.isfinite(case.budget):
        return opens, closes
    # Rounding of the bound's sums must not decide anything.
    slack = 1e-9 * max(abs(priced.bound), 1.0)
    for kind in (NEW, STANDING):
        mine = np.flatnonzero(case.kind == kind)
        most = case.most[kind]
        worth = priced.worth[mine]
        if not 0 < most < len(mine):
            continue
        ordered = np.sort(worth)[::-1]
        last_in, first_out = ordered[most - 1], ordered[most]
        inside = priced.picked[mine] > 0.5
        by_opening = priced.bound - last_in + worth
        by_closing = priced.bound - worth + first_out
        closes[mine] = ~inside & (by_opening <= at_hand - slack)
        opens[mine] = inside & (by_closing <= at_hand - slack)
    return opens, closes

"""Greedy choice and swaps for covering.

Greedy is Church and ReVelle's addition, the gains kept up to date instead of computed anew;
a swap is Teitz and Bart's: each open site is closed and the best other put in its place, until
a whole round changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.heuristic.state import Choice
from station_map.siting.reduce import STANDING, CoverCase

Stop = Callable[[], bool]
_ROUNDS = 30


def never() -> bool:
    """Nobody asks to stop."""
    return False


def most_covering(case: CoverCase, should_stop: Stop = never) -> Ints | None:
    """A good choice (numbers within the case), or None when greedy meets no floor in time."""
    ratios = (False, True) if np.isfinite(case.budget) else (False,)
    found = [_one(case, by_cost, should_stop) for by_cost in ratios]
    good = [choice for choice in found if choice.is_allowed()]
    return max(good, key=lambda choice: choice.value).chosen if good else None


def _one(case: CoverCase, by_cost: bool, should_stop: Stop) -> Choice:
    choice = Choice(case)
    _stand(choice)
    to_floors(choice)
    fill(choice, by_cost=by_cost)
    if choice.is_allowed():
        swap(choice, should_stop)
        fill(choice, by_cost=by_cost)
    return choice


def improved(case: CoverCase, sites: Ints, should_stop: Stop = never) -> Ints | None:
    """A choice near the given sites (numbers within the case, the most useful first), or None.

    What of them may not be opened together is passed over; then gaps are filled and swapped.
    """
    choice = Choice(case)
    for site in sites.tolist():
        if choice.may_open()[site]:
            choice.add(site)
    fill(choice)
    if not choice.is_allowed():
        return None
    swap(choice, should_stop)
    return choice.chosen


def _stand(choice: Choice) -> None:
    """Of the sites that stand and may be closed, give up those that lose least."""
    standing = np.flatnonzero(choice.case.kind == STANDING)
    for site in standing.tolist():
        choice.add(site)
    for _ in range(len(standing) - choice.case.most[STANDING]):
        open_ones = standing[choice.is_open[standing]]
        losses = [choice.loss(site) for site in open_ones.tolist()]
        choice.remove(int(open_ones[int(np.argmin(losses))]))


def to_floors(choice: Choice) -> None:
    """Open what brings districts below their floor nearest to it, until none is below."""
    case = choice.case
    while not choice.floors_met():
        allowed = choice.may_open()
        wanted = case.by_site @ _missing(choice)
        best = _best(wanted, allowed)
        if best is None:
            return
        choice.add(best)


def _missing(choice: Choice) -> Floats:
    case = choice.case
    open_groups = (choice.counts == 0) & (case.district >= 0)
    got = np.bincount(
        case.district[(choice.counts > 0) & (case.district >= 0)],
        weights=case.people[(choice.counts > 0) & (case.district >= 0)],
        minlength=len(case.floors),
    )
    short = np.append(got < case.floors, False)
    return np.where(open_groups & short[case.district], case.people, 0.0)


def fill(choice: Choice, *, by_cost: bool = False, target: float = np.inf) -> None:
    """Open what adds most (or most by its cost) while something adds anything."""
    case = choice.case
    base = case.base + _won(choice)
    worth = np.maximum(case.cost, 1e-300) if by_cost else None
    while base < target:
        scores = choice.adds if worth is None else choice.adds / worth
        best = _best(np.where(choice.adds > _tiny(case), scores, 0.0), choice.may_open())
        if best is None:
            return
        base += float(choice.adds[best])
        choice.add(best)


def _won(choice: Choice) -> float:
    case = choice.case
    return float(case.gain[choice.counts >= 1].sum() + case.second[choice.counts >= 2].sum())


def _tiny(case: CoverCase) -> float:
    return 1e-12 * float(case.gain.sum())


def _best(scores: Floats, allowed: Bools) -> int | None:
    if not len(scores):
        return None
    masked = np.where(allowed, scores, -1.0)
    best = int(np.argmax(masked))
    return best if masked[best] > 0 else None


def swap(choice: Choice, should_stop: Stop = never) -> None:
    """Exchange one open site for another while that gains anything."""
    tiny = _tiny(choice.case)
    for _ in range(_ROUNDS):
        gained = False
        for site in choice.chosen.tolist():
            gained |= _exchange(choice, site, tiny)
            if should_stop():
                return
        if not gained:
            return


def _exchange(choice: Choice, site: int, tiny: float) -> bool:
    case = choice.case
    lost = choice.loss(site)
    choice.remove(site)
    allowed = choice.may_open() & (case.kind == case.kind[site])
    allowed[site] = False
    best = _best(choice.adds, allowed)
    if best is not None and choice.adds[best] > lost + tiny:
        choice.add(best)
        if not case.has_floors or choice.floors_met():
            return True
        choice.remove(best)
    choice.add(site)
    return False


def fewest(case: CoverCase, target: float, should_stop: Stop = never) -> Ints | None:
    """Few (or cheap) sites that win `target` in all; None when greedy finds no way."""
    choice = Choice(case)
    to_floors(choice)
    fill(choice, by_cost=True, target=target)
    if choice.value < target or not choice.floors_met():
        return None
    before = np.inf
    while choice.spent < before and not should_stop():
        before = choice.spent
        prune(choice, target)
        swap(choice, should_stop)
    prune(choice, target)
    return choice.chosen


def prune(choice: Choice, target: float) -> None:
    """Close sites that are not needed, the dearest and least useful first."""
    order = sorted(choice.chosen.tolist(), key=lambda s: (-choice.case.cost[s], choice.loss(s)))
    value = choice.value
    for site in order:
        lost = choice.loss(site)
        if value - lost < target:
            continue
        choice.remove(site)
        if choice.floors_met():
            value -= lost
        else:
            choice.add(site)

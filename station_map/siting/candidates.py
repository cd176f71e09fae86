"""Sites: where stations stand, must, may or must not stand.

    Sites(lonlat, status, cost, capacity)     made of arrays
    candidates_at(lonlat)                     every place a candidate
    from_demand(lonlat, weight, most)         the heaviest cells, spread out
    joined(a, b)                              one list of two
    excluding(sites, areas)                   candidates in forbidden areas become excluded
    too_close(lonlat, spacing_m)              pairs that may not both be new

Longitude, latitude in WGS-84 degrees; metres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError
from station_map.siting.arrays import Bools, Floats, Ints
from station_map.siting.checks import amounts, positions
from station_map.siting.reach import pairs_within


class SiteStatus(Labelled):
    """What may be decided about a site."""

    REQUIRED = "required", "必须建", "must be opened"
    CANDIDATE = "candidate", "备选", "may be opened"
    EXCLUDED = "excluded", "排除", "must not be opened"
    EXISTING = "existing", "已有", "is open"


STATUSES = tuple(SiteStatus)
_CODES = {status: number for number, status in enumerate(STATUSES)}


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """n sites.

    lonlat: (n, 2) degrees, WGS-84, or None where reach is given otherwise.
    status: n statuses (SiteStatus or its code). cost: (n,), one by default, in any unit.
    capacity: (n,) in the unit of the demand; unlimited by default.
    Raises InputError, naming the parameter, for what cannot be meant.
    """

    status: Sequence[SiteStatus | str]
    lonlat: Floats | None = None
    cost: Floats | None = None
    capacity: Floats | None = None

    def __post_init__(self) -> None:
        try:
            known = tuple(SiteStatus(one) for one in self.status)
        except ValueError as fault:
            raise InputError(
                f"候选点状态看不懂：{fault}。 A site's status is unknown: {fault}.",
                parameter="status",
                allowed="、".join(STATUSES),
                example="candidate",
            ) from fault
        object.__setattr__(self, "status", known)
        for name in ("cost", "capacity"):
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(self, name, amounts(given, len(known), name))
        if self.lonlat is not None:
            object.__setattr__(self, "lonlat", positions(self.lonlat, len(known)))

    def __len__(self) -> int:
        return len(self.status)

    def having(self, *statuses: SiteStatus) -> Ints:
        """Numbers of the sites of these statuses, ascending."""
        wanted = set(statuses)
        return np.array([i for i, one in enumerate(self.status) if one in wanted], dtype=np.int64)

    @property
    def costs(self) -> Floats:
        """(n,): what each site costs."""
        return np.ones(len(self)) if self.cost is None else self.cost

    @property
    def capacities(self) -> Floats:
        """(n,): how much each can serve; infinite where nothing was given."""
        return np.full(len(self), np.inf) if self.capacity is None else self.capacity


def candidates_at(lonlat: ArrayLike, *, cost: Floats | None = None) -> Sites:
    """Every place, (n, 2) degrees, as a candidate: a file's rows, or the hosts of a layer."""
    found = positions(lonlat)
    return Sites((SiteStatus.CANDIDATE,) * len(found), found, cost)


def from_demand(lonlat: ArrayLike, weight: ArrayLike, most: int, *, apart_m: float = 0) -> Sites:
    """The heaviest `most` demand cells as candidates, each `apart_m` from the others."""
    places = positions(lonlat)
    weights = amounts(weight, len(places), "weight")
    heaviest = np.argsort(-weights, kind="stable")
    heaviest = heaviest[weights[heaviest] > 0]
    if apart_m > 0:
        heaviest = _spread(places, heaviest, apart_m, most)
    return candidates_at(places[heaviest[:most]])


def _spread(places: Floats, order: Ints, apart_m: float, most: int) -> Ints:
    near: dict[int, list[int]] = {}
    for a, b in too_close(places[order], apart_m).tolist():
        near.setdefault(b, []).append(a)
    kept: dict[int, None] = {}
    for number in range(len(order)):
        if len(kept) < most and not any(other in kept for other in near.get(number, ())):
            kept[number] = None
    return order[np.array(list(kept), dtype=np.int64)]


def joined(first: Sites, second: Sites) -> Sites:
    """One list: the first's sites, then the second's. Both must have positions."""
    if first.lonlat is None or second.lonlat is None:
        raise InputError(
            "要合并的地点没有坐标。 Sites to be joined need positions.", parameter="lonlat"
        )
    return Sites(
        (*first.status, *second.status),
        np.vstack([first.lonlat, second.lonlat]),
        np.concatenate([first.costs, second.costs]),
        np.concatenate([first.capacities, second.capacities]),
    )


def excluding(sites: Sites, areas: Sequence[Any]) -> Sites:
    """Candidates inside any of these areas (shapely, WGS-84), its edge too, become excluded.

    Required and existing sites stay what they are. Raises InputError without positions.
    """
    import shapely

    if sites.lonlat is None:
        raise InputError("地点没有坐标。 The sites have no positions.", parameter="lonlat")
    tree = shapely.STRtree(list(areas))
    inside: Bools = np.zeros(len(sites), dtype=np.bool_)
    inside[tree.query(shapely.points(sites.lonlat), predicate="intersects")[0]] = True
    status = tuple(
        SiteStatus.EXCLUDED if hit and one is SiteStatus.CANDIDATE else SiteStatus(one)
        for hit, one in zip(inside.tolist(), sites.status, strict=True)
    )
    return replace(sites, status=status)


def too_close(lonlat: ArrayLike, spacing_m: float) -> Ints:
    """Pairs (k, 2) of places nearer to each other than `spacing_m`, the lower number first."""
    if not (np.isfinite(spacing_m) and spacing_m >= 0):
        raise InputError(
            "最小间距必须是不小于 0 的米数。 The spacing is a number of metres, at least 0.",
            parameter="spacing_m",
            allowed="≥ 0",
            example="500",
        )
    places = positions(lonlat)
    first, second = pairs_within(places, places, spacing_m, open_end=True)
    once = first < second
    pairs = np.column_stack([first[once], second[once]])
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]

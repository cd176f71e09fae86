"""5. Coverage by what a station offers: 1., asked for each amenity by itself.

    low_a  = Σ w_i [some station within r is known to offer a]
    high_a = Σ w_i [some station within r offers a, or may]

A station that says nothing of an amenity may offer it or not: that is the width of the band. So is
one that offers it in part; one whose is broken does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from station_map.coverage.bits import Answers
from station_map.coverage.inputs import Demand
from station_map.coverage.measures.bands import Band


def by_amenity(
    demand: Demand, codes: Sequence[str], sure: Answers, possible: Answers
) -> Mapping[str, Band]:
    """sure, possible: one question an amenity, in the order of `codes`."""
    size = demand.groups.size
    low = sure.weights(demand.weight, demand.groups.slot, size)
    high = possible.weights(demand.weight, demand.groups.slot, size)
    return {code: Band(low[:, n], high[:, n]) for n, code in enumerate(codes)}

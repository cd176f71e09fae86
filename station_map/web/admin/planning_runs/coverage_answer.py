"""The document of a coverage run, read: groups by name, bands by group and of the whole.

The document is `coverage/document.py`'s with what the run keeps beside it. Numbers that are not
defined are None in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from station_map.domain.travel import TravelMode
from station_map.web.admin.planning_runs.numbers import ratio

_CODED: Final = re.compile(r"\d{6} (?=\S)")
WHOLE: Final = "全部"
OUTSIDE: Final = "outside"  # of coverage/groups.py, which would load numpy into every server

type Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class CoverageView:
    """told: the JSON document. Lists of shares end with that of the whole."""

    told: Mapping[str, Any]

    @property
    def unit(self) -> str:
        """What demand counts; people where the document says no more than that."""
        return unit_words(self.told.get("unit"))

    @cached_property
    def shown(self) -> list[int]:
        """Places of the groups in which there is demand."""
        return [place for place, held in enumerate(self.told["demand"]) if held > 0]

    @cached_property
    def names(self) -> list[str]:
        """Of the groups shown, then the whole."""
        return [*(group_name(self.told["groups"][place]) for place in self.shown), WHOLE]

    @cached_property
    def demand(self) -> list[float]:
        """Of the groups shown, then the whole."""
        return self.sums(self.told["demand"])

    @cached_property
    def main(self) -> int:
        """Place of the main radius among the shares: the largest that is in metres."""
        thresholds = self.told["parameters"]["thresholds"]
        main = self.told["parameters"]["main"]
        return next(
            (place for place, one in enumerate(thresholds) if one["metres"] == main["metres"]), 0
        )

    @cached_property
    def within(self) -> list[str]:
        """Each threshold in words."""
        return [threshold_words(one) for one in self.told["parameters"]["thresholds"]]

    def sums(self, values: Sequence[float]) -> list[float]:
        """Values by group: of those shown, then of all."""
        return [*(values[place] for place in self.shown), float(sum(values))]

    def with_whole(self, values: Sequence[float | None]) -> list[float | None]:
        """Values by group and of the whole, which is the last: of those shown, and it."""
        return [*(values[place] for place in self.shown), values[-1]]

    def shares(self, band: Mapping[str, Any], of: Sequence[float] | None = None) -> list[Ends]:
        """A band by group as shares of the demand, or of something else by group."""
        held = self.demand if of is None else self.sums(of)
        ends = [
            [ratio(part, all_) for part, all_ in zip(self.sums(band[end]), held, strict=True)]
            for end in ("low", "high")
        ]
        return list(zip(*ends, strict=True))

    def part(self, low: Sequence[float], high: Sequence[float]) -> list[Ends]:
        """The same of two lists by group."""
        return self.shares({"low": low, "high": high})

    @cached_property
    def stations(self) -> dict[str, str]:
        """Names of stations by code; "" where there is none."""
        return dict(self.told.get("names") or {})


def unit_words(unit: object) -> str:
    """A layer's unit in Chinese where we know it."""
    told = str(unit or "")
    return {"people": "人", "persons": "人", "points": ""}.get(told, told)


def group_name(label: str) -> str:
    """As people call it: "340603 相山区" is "相山区"."""
    return "各组以外" if label == OUTSIDE else _CODED.sub("", label, count=1)


def threshold_words(threshold: Mapping[str, Any]) -> str:
    """As people say it: "500 米", "步行 15 分钟"."""
    if threshold["metres"] is not None:
        return f"{threshold['metres']:,g} 米"
    return f"{TravelMode(threshold['mode']).zh} {threshold['minutes']:g} 分钟"

"""The minimum that a 司机之家 must offer, and what a station is known to lack of it.

The figures are those of the Ministry of Transport's circular as the press told it in July
2025: 20 truck bays, 2 showers, 2 washing machines, open day and night, and five services free
of charge (parking, hot water, meal heating, shower, laundry). What is not known is neither
met nor missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from station_map.domain.opening_hours import is_always_open
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import Labelled

BAYS: Final = 20
SHOWERS: Final = 2
WASHING_MACHINES: Final = 2
FREE_SERVICES: Final = ("truck_parking", "hot_water", "microwave", "shower", "laundry")

_FREE: Final = frozenset({"免费", "不收费", "无偿", "0", "0元", "free"})


class Verdict(Labelled):
    """Whether a requirement is met."""

    MET = "met", "达到", "met"
    MISSING = "missing", "缺", "missing"
    UNKNOWN = "unknown", "不清楚", "unknown"


class Requirement(Labelled):
    """What the circular asks for; of the free services one each."""

    BAYS = "bays", "货车停车位 20 个以上", "20 truck bays or more"
    SHOWERS = "showers", "淋浴 2 间以上", "2 showers or more"
    WASHING_MACHINES = "washing_machines", "洗衣机 2 台以上", "2 washing machines or more"
    ALWAYS_OPEN = "always_open", "24 小时开放", "open 24 hours"
    FREE_PARKING = "free_truck_parking", "免费停车", "free parking"
    FREE_HOT_WATER = "free_hot_water", "免费热水", "free hot water"
    FREE_MEAL_HEATING = "free_microwave", "免费热饭", "free meal heating"
    FREE_SHOWER = "free_shower", "免费淋浴", "free shower"
    FREE_LAUNDRY = "free_laundry", "免费洗衣", "free laundry"


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement with its verdict and the reason, a short phrase in Chinese and English."""

    requirement: Requirement
    verdict: Verdict
    reason: str
    reason_en: str


class _Judged(NamedTuple):
    verdict: Verdict
    reason: str
    reason_en: str


_NOTHING_KNOWN: Final = _Judged(Verdict.UNKNOWN, "有没有不清楚", "not known")
_TROUBLES: Final = {
    "no": _Judged(Verdict.MISSING, "没有", "none"),
    "broken": _Judged(Verdict.MISSING, "坏了", "broken"),
    "partial": _Judged(Verdict.UNKNOWN, "只有一部分", "in part only"),
}


@dataclass(frozen=True, slots=True)
class DriverHome:
    """What is known of a station, as far as the minimum asks; None is unknown."""

    bays_total: int | None = None
    parking_paid: bool | None = None
    opening_hours: str | None = None
    amenities: Mapping[str, AmenityFact] = field(default_factory=lambda: MappingProxyType({}))


def check_minimum(home: DriverHome) -> tuple[Finding, ...]:
    """A finding for every requirement, in the order of `Requirement`."""
    return (
        _bays(home),
        _count(Requirement.SHOWERS, home.amenities.get("shower"), SHOWERS, "间"),
        _count(Requirement.WASHING_MACHINES, home.amenities.get("laundry"), WASHING_MACHINES, "台"),
        _always_open(home.opening_hours),
        *(_free(code, home) for code in FREE_SERVICES),
    )


def _bays(home: DriverHome) -> Finding:
    fact = home.amenities.get("truck_parking")
    if home.bays_total is not None:
        verdict = Verdict.MET if home.bays_total >= BAYS else Verdict.MISSING
        return Finding(Requirement.BAYS, verdict, f"{home.bays_total} 个", f"{home.bays_total}")
    return _count(Requirement.BAYS, fact, BAYS, "个")


def _count(requirement: Requirement, fact: AmenityFact | None, least: int, unit: str) -> Finding:
    """Enough of something; broken and absent ones do not count, however many they are."""
    trouble = _trouble(fact)
    if trouble is not None or fact is None:
        return Finding(requirement, *(trouble or _NOTHING_KNOWN))
    if fact.quantity is None:
        return Finding(requirement, Verdict.UNKNOWN, f"有，几{unit}不清楚", "yes; how many unknown")
    verdict = Verdict.MET if fact.quantity >= least else Verdict.MISSING
    return Finding(requirement, verdict, f"{fact.quantity} {unit}", f"{fact.quantity}")


def _trouble(fact: AmenityFact | None) -> _Judged | None:
    return _NOTHING_KNOWN if fact is None else _TROUBLES.get(fact.state)


def _always_open(opening_hours: str | None) -> Finding:
    requirement = Requirement.ALWAYS_OPEN
    if opening_hours is None:
        return Finding(requirement, Verdict.UNKNOWN, "开放时间不清楚", "hours not known")
    if is_always_open(opening_hours):
        return Finding(requirement, Verdict.MET, "24 小时开放", "open 24 hours")
    return Finding(requirement, Verdict.MISSING, "不是 24 小时开放", "not open 24 hours")


def _free(code: str, home: DriverHome) -> Finding:
    requirement = Requirement(f"free_{code}")
    fact = home.amenities.get(code)
    trouble = _trouble(fact)
    if trouble is not None or fact is None:
        return Finding(requirement, *(trouble or _NOTHING_KNOWN))
    free = _is_free(fact.fee)
    if code == "truck_parking" and home.parking_paid is not None:
        free = not home.parking_paid
    if free is None:
        return Finding(requirement, Verdict.UNKNOWN, "有，收不收费不清楚", "yes; price unknown")
    if free:
        return Finding(requirement, Verdict.MET, "免费", "free")
    fee, fee_en = (f"：{fact.fee}", f": {fact.fee}") if fact.fee else ("", "")
    return Finding(requirement, Verdict.MISSING, f"要收费{fee}", f"costs money{fee_en}")


def _is_free(fee: str | None) -> bool | None:
    """What a fee in words means: nothing written is not known, neither free nor paid."""
    if fee is None or not fee.strip():
        return None
    return fee.strip().lower() in _FREE


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What the findings come to."""

    findings: tuple[Finding, ...]

    def having(self, verdict: Verdict) -> tuple[Finding, ...]:
        """Those with this verdict, in the order of `Requirement`."""
        return tuple(one for one in self.findings if one.verdict is verdict)

    @property
    def verdict(self) -> Verdict:
        """MISSING when anything is known to be missing; else UNKNOWN when anything is unknown."""
        for verdict in (Verdict.MISSING, Verdict.UNKNOWN):
            if self.having(verdict):
                return verdict
        return Verdict.MET

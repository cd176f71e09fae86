"""The 司机之家 minimum: met, missing or unknown, each for its own reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.driver_home import (
    DriverHome,
    Finding,
    Requirement,
    Verdict,
    check_minimum,
)
from station_map.domain.station import AmenityFact
from station_map.domain.vocabulary import AMENITY_STATES

SERVICES = ("truck_parking", "hot_water", "microwave", "shower", "laundry")
FREE = {code: AmenityFact("yes", 2, fee="免费") for code in SERVICES}


def found(home: DriverHome) -> dict[Requirement, Finding]:
    return {finding.requirement: finding for finding in check_minimum(home)}


def test_all_that_is_asked_for() -> None:
    home = DriverHome(20, parking_paid=False, opening_hours="24/7", amenities=FREE)
    assert {one.verdict for one in check_minimum(home)} == {Verdict.MET}


def test_of_which_nothing_is_known_nothing_is_said_to_be_missing() -> None:
    told = check_minimum(DriverHome())
    assert [one.requirement for one in told] == list(Requirement)
    assert {one.verdict for one in told} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(
    ("bays", "verdict"), [(0, Verdict.MISSING), (19, Verdict.MISSING), (20, Verdict.MET)]
)
def test_twenty_bays(bays: int, verdict: Verdict) -> None:
    assert found(DriverHome(bays_total=bays))[Requirement.BAYS].verdict is verdict
    by_amenity = DriverHome(amenities={"truck_parking": AmenityFact("yes", bays)})
    assert found(by_amenity)[Requirement.BAYS].verdict is verdict


@pytest.mark.parametrize(
    ("fact", "verdict", "reason", "reason_en"),
    [
        (AmenityFact("yes", 2), Verdict.MET, "2 间", "2"),
        (AmenityFact("yes", 1), Verdict.MISSING, "1 间", "1"),
        (AmenityFact("yes"), Verdict.UNKNOWN, "有，几间不清楚", "yes; how many unknown"),
        (AmenityFact("no"), Verdict.MISSING, "没有", "none"),
        (AmenityFact("broken", 5), Verdict.MISSING, "坏了", "broken"),
        (AmenityFact("partial", 5), Verdict.UNKNOWN, "只有一部分", "in part only"),
        (None, Verdict.UNKNOWN, "有没有不清楚", "not known"),
    ],
)
def test_two_showers_that_work(
    fact: AmenityFact | None, verdict: Verdict, reason: str, reason_en: str
) -> None:
    home = DriverHome(amenities={} if fact is None else {"shower": fact})
    told = Finding(Requirement.SHOWERS, verdict, reason, reason_en)
    assert found(home)[Requirement.SHOWERS] == told


@pytest.mark.parametrize(
    ("hours", "verdict"),
    [
        ("24/7", Verdict.MET),
        ("Mo-Su 00:00-24:00", Verdict.MET),
        ("08:00-20:00", Verdict.MISSING),
        (None, Verdict.UNKNOWN),
    ],
)
def test_day_and_night(hours: str | None, verdict: Verdict) -> None:
    home = DriverHome(opening_hours=hours)
    assert found(home)[Requirement.ALWAYS_OPEN].verdict is verdict


@pytest.mark.parametrize(
    ("fact", "verdict", "reason"),
    [
        (AmenityFact("yes", fee="免费"), Verdict.MET, "免费"),
        (AmenityFact("yes", fee=" 0元 "), Verdict.MET, "免费"),
        (AmenityFact("yes", fee="3元/次"), Verdict.MISSING, "要收费：3元/次"),
        (AmenityFact("yes"), Verdict.UNKNOWN, "有，收不收费不清楚"),
        (AmenityFact("yes", fee=" "), Verdict.UNKNOWN, "有，收不收费不清楚"),
        (AmenityFact("broken", fee="免费"), Verdict.MISSING, "坏了"),
        (AmenityFact("no"), Verdict.MISSING, "没有"),
        (AmenityFact("partial", fee="免费"), Verdict.UNKNOWN, "只有一部分"),
    ],
)
def test_free_of_charge(fact: AmenityFact, verdict: Verdict, reason: str) -> None:
    told = found(DriverHome(amenities={"laundry": fact}))[Requirement.FREE_LAUNDRY]
    assert (told.verdict, told.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("paid", "fee", "verdict"),
    [
        (True, "免费", Verdict.MISSING),
        (False, "10元", Verdict.MET),
        (None, "免费", Verdict.MET),
        (None, None, Verdict.UNKNOWN),
    ],
)
def test_what_the_bays_cost_stands_above_a_remark(
    paid: bool | None, fee: str | None, verdict: Verdict
) -> None:
    parking = {"truck_parking": AmenityFact("yes", 30, fee=fee)}
    told = found(DriverHome(parking_paid=paid, amenities=parking))
    assert told[Requirement.FREE_PARKING].verdict is verdict


FACTS = st.builds(
    AmenityFact,
    st.sampled_from(AMENITY_STATES),
    st.none() | st.integers(0, 100),
    fee=st.sampled_from([None, "免费", "5元"]),
)


@given(st.dictionaries(st.sampled_from(SERVICES), FACTS), st.none() | st.integers(0, 99))
def test_what_is_not_known_is_never_missing_nor_met(
    amenities: dict[str, AmenityFact], bays: int | None
) -> None:
    told = found(DriverHome(bays_total=bays, amenities=amenities))
    for code in SERVICES:
        if code not in amenities:
            assert told[Requirement(f"free_{code}")].verdict is Verdict.UNKNOWN
        elif amenities[code].state in {"no", "broken"}:
            assert told[Requirement(f"free_{code}")].verdict is Verdict.MISSING

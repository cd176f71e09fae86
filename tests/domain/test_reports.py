"""The rules about reports: who counts as another person, when a door counts as locked."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.reports import (
    CLOCK_MAY_BE_FAST,
    LOCKED_WINDOW,
    OLDEST,
    SENDER_KEPT,
    LockedReport,
    Rate,
    Report,
    ReportField,
    ReportKind,
    blurred,
    check,
    marks_locked,
    network_of,
    place,
    seen_when,
    sender_of,
    wait_of,
)
from station_map.errors import InputError

SECRET = b"sixteen bytes ok"
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)  # noon in China
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
AGENT = "Mozilla/5.0"
US = sender_of(SECRET, "203.0.113.5", AGENT, NOW)
OTHER = sender_of(SECRET, "203.0.113.6", AGENT, NOW)

moments = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: NOW + dt.timedelta(minutes=minutes))


# ---- who is the same person --------------------------------------------------------------


def test_a_hash_says_nothing_of_what_went_into_it() -> None:
    told = b"".join((*US.hashes, *US.networks))
    assert b"203.0.113" not in told
    assert AGENT.encode() not in told
    assert all(len(one) == 16 for one in (*US.hashes, *US.networks))


def test_address_browser_secret_and_day_each_make_another_hash() -> None:
    later = NOW + DAY
    senders = (
        US,
        OTHER,
        sender_of(SECRET, "203.0.113.5", "curl/8", NOW),
        sender_of(b"another secret ok", "203.0.113.5", AGENT, NOW),
        sender_of(SECRET, "203.0.113.5", AGENT, later),
    )
    assert len({sender.hashes[0] for sender in senders}) == len(senders)
    assert sender_of(SECRET, "203.0.113.5", "curl/8", NOW).networks == US.networks


def test_address_and_browser_do_not_run_into_each_other() -> None:
    one = sender_of(SECRET, "1.2.3.4", "5", NOW)
    assert one.hashes[0] != sender_of(SECRET, "1.2.3.45", "", NOW).hashes[0]


@given(moments, st.integers(0, SENDER_KEPT.days))
def test_the_same_sender_is_known_again_for_as_long_as_hashes_are_kept(
    now: dt.datetime, days: int
) -> None:
    before = sender_of(SECRET, "203.0.113.5", AGENT, now - days * DAY)
    assert before.hashes[0] == sender_of(SECRET, "203.0.113.5", AGENT, now).hashes[days]


def test_the_day_changes_at_midnight_in_china() -> None:
    before = sender_of(SECRET, "a", "b", dt.datetime(2026, 1, 1, 15, 59, tzinfo=dt.UTC))
    after = sender_of(SECRET, "a", "b", dt.datetime(2026, 1, 1, 16, 0, tzinfo=dt.UTC))
    assert before.hashes[0] == after.hashes[1] != after.hashes[0]


def test_a_long_secret_is_no_trouble() -> None:
    assert sender_of(b"x" * 65, "a", "b", NOW) != sender_of(b"x" * 66, "a", "b", NOW)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_one_party_has_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


# ---- a locked door -----------------------------------------------------------------------


def locked(sender: Any, at: dt.datetime) -> LockedReport:
    return LockedReport(sender.hashes[0], at)


def test_two_independent_reports_within_a_day_mark_the_station() -> None:
    assert marks_locked(NOW, US, [locked(OTHER, NOW - HOUR)], None) == NOW
    assert marks_locked(NOW, US, [locked(OTHER, NOW - LOCKED_WINDOW)], None) == NOW


def test_one_report_does_not_nor_the_same_person_twice() -> None:
    assert marks_locked(NOW, US, [], None) is None
    assert marks_locked(NOW, US, [locked(US, NOW - HOUR)], None) is None


def test_the_same_person_on_both_sides_of_midnight_is_one_person() -> None:
    evening = dt.datetime(2026, 11, 22, 15, 50, tzinfo=dt.UTC)
    night = evening + dt.timedelta(minutes=20)
    before = sender_of(SECRET, "203.0.113.5", AGENT, evening)
    after = sender_of(SECRET, "203.0.113.5", AGENT, night)
    assert before.hashes[0] != after.hashes[0]
    assert marks_locked(night, after, [locked(before, evening)], None) is None


def test_reports_further_apart_than_a_day_do_not_meet() -> None:
    apart = LOCKED_WINDOW + dt.timedelta(seconds=1)
    assert marks_locked(NOW, US, [locked(OTHER, NOW - apart)], None) is None


def test_a_report_that_arrives_late_counts_from_when_it_was_seen() -> None:
    assert marks_locked(NOW - HOUR, US, [locked(OTHER, NOW)], None) == NOW


def test_a_confirmation_ends_what_was_said_before() -> None:
    others = [locked(OTHER, NOW - 2 * HOUR)]
    assert marks_locked(NOW, US, others, NOW - 3 * HOUR) == NOW
    assert marks_locked(NOW, US, others, NOW - HOUR) is None
    assert marks_locked(NOW, US, others, NOW) is None


def test_a_report_whose_sender_is_forgotten_proves_nothing() -> None:
    assert marks_locked(NOW, US, [LockedReport(None, NOW - HOUR)], None) is None


@given(
    st.lists(st.tuples(st.sampled_from(["1.1.1.1", "2.2.2.2"]), st.integers(-60, 60)), max_size=6),
    st.one_of(st.none(), st.integers(-60, 60)),
)
def test_a_mark_needs_another_person_and_no_confirmation_since(
    told: list[tuple[str, int]], confirmed: int | None
) -> None:
    others = [
        LockedReport(sender_of(SECRET, address, AGENT, NOW).hashes[0], NOW + hours * HOUR)
        for address, hours in told
    ]
    verified = None if confirmed is None else NOW + confirmed * HOUR
    me = sender_of(SECRET, "1.1.1.1", AGENT, NOW)
    since = marks_locked(NOW, me, others, verified)
    expected = [
        hours
        for address, hours in told
        if address != "1.1.1.1" and abs(hours) <= 24 and (confirmed is None or hours > confirmed)
    ]
    if not expected or (confirmed is not None and confirmed >= 0):
        assert since is None
    else:
        assert since == NOW + max(0, *expected) * HOUR


# ---- floods ------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 200), max_size=30), st.integers(1, 8), st.integers(1, 100))
def test_after_the_wait_and_not_before_one_more_is_within_the_rate(
    ages: list[int], most: int, period: int
) -> None:
    rate = Rate(most, dt.timedelta(minutes=period))
    sent = [NOW - dt.timedelta(minutes=age) for age in ages]
    wait = wait_of([rate], sent, NOW)

    def within(then: dt.datetime) -> bool:
        return sum(then - at < rate.period for at in sent) < most

    assert within(NOW + wait)
    if wait:
        assert not within(NOW + wait - dt.timedelta(seconds=1))


def test_the_strictest_of_several_rates_holds() -> None:
    rates = (Rate(1, HOUR), Rate(1, DAY))
    assert wait_of(rates, [NOW], NOW) == DAY


# ---- one report --------------------------------------------------------------------------


def test_what_is_not_told_was_seen_now() -> None:
    assert seen_when(None, NOW) == NOW


def test_a_clock_that_is_a_little_fast_means_now() -> None:
    assert seen_when(NOW + CLOCK_MAY_BE_FAST, NOW) == NOW
    assert seen_when(NOW - OLDEST, NOW) == NOW - OLDEST


@pytest.mark.parametrize(
    "given",
    [
        NOW + CLOCK_MAY_BE_FAST + dt.timedelta(seconds=1),
        NOW - OLDEST - dt.timedelta(seconds=1),
        NOW.replace(tzinfo=None),
    ],
)
def test_a_time_that_cannot_be_believed_is_refused(given: dt.datetime) -> None:
    with pytest.raises(InputError) as refused:
        seen_when(given, NOW)
    assert refused.value.parameter == "seen_at"
    assert "7 days" in str(refused.value.allowed)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_persons_place_is_blurred_to_about_a_hundred_metres(lon: float, lat: float) -> None:
    east, north = blurred(lon, lat)
    assert blurred(east, north) == (east, north)
    assert abs(east - lon) <= 0.00051
    assert abs(north - lat) <= 0.00051
    assert len(repr(east).partition(".")[2].partition("e")[0]) <= 3 or "e" in repr(east)


def test_a_wanted_place_is_kept_to_ten_metres() -> None:
    assert place(116.798_765_4, 33.956_712_3) == (116.7988, 33.9567)


def report(kind: ReportKind, **facts: Any) -> Report:
    return Report(id=UUID(int=1), code="A", kind=kind, seen_at=NOW, **facts)


def test_what_is_broken_and_what_is_wrong_must_be_named() -> None:
    check(report(ReportKind.BROKEN, amenity="microwave"))
    check(report(ReportKind.WRONG, field=ReportField.PHONE))
    for kind in (ReportKind.OPEN, ReportKind.LOCKED, ReportKind.GONE):
        check(report(kind))


@pytest.mark.parametrize(
    ("kind", "facts", "parameter"),
    [
        (ReportKind.BROKEN, {}, "amenity"),
        (ReportKind.WRONG, {}, "field"),
        (ReportKind.OPEN, {"amenity": "microwave"}, "amenity"),
        (ReportKind.LOCKED, {"field": ReportField.PHONE}, "field"),
        (ReportKind.BROKEN, {"amenity": "wifi", "field": ReportField.PHONE}, "field"),
    ],
)
def test_nothing_is_named_where_nothing_belongs(
    kind: ReportKind, facts: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(InputError) as refused:
        check(report(kind, **facts))
    assert refused.value.parameter == parameter
    assert refused.value.example


# ---- how many, and how long: rules that operators may set -----------------------------------


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1.1.1.1", "2.2.2.2", "3.3.3.3", "4.4.4.4"]), st.integers(0, 30)
        ),
        max_size=8,
    ),
    st.integers(0, 30),
    st.integers(1, 4),
    st.integers(1, 24),
)
def test_a_mark_needs_as_many_people_in_one_window(
    told: list[tuple[str, int]], at: int, needed: int, hours: int
) -> None:
    """Held against every window of that length, one after the other."""
    others = [
        LockedReport(sender_of(SECRET, address, AGENT, NOW).hashes[0], NOW + hour * HOUR)
        for address, hour in told
    ]
    me = sender_of(SECRET, "1.1.1.1", AGENT, NOW)
    since = marks_locked(NOW + at * HOUR, me, others, None, needed=needed, window=hours * HOUR)
    ends = []
    for start in range(at - hours, at + 1):
        within = [(who, hour) for who, hour in told if start <= hour <= start + hours]
        if len({who for who, _ in within} | {"1.1.1.1"}) >= needed:
            ends.append(max([at, *(hour for who, hour in within if who != "1.1.1.1")]))
    assert since == (NOW + max(ends) * HOUR if ends else None)

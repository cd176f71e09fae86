"""Who may do what where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station_map.domain.accounts import (
    Account,
    Action,
    Place,
    Reach,
    Role,
    Scope,
    may,
    may_somewhere,
    scopes_for,
    token_may,
    within,
)
from station_map.domain.accounts.roles import RIGHTS, reach
from station_map.domain.accounts.scopes import ACTIONS

HERE = Place(7, "340602")
NEXT_DOOR = Place(8, "340602")
ELSEWHERE = Place(9, "340621")
NO_AREA = Place(10, None)

KEEPER = Account(id=1, name="k", role=Role.KEEPER, stations=frozenset({7}))
EDITOR = Account(id=2, name="e", role=Role.EDITOR, areas=frozenset({"340602"}))
PLANNER = Account(id=3, name="p", role=Role.PLANNER)
ADMIN = Account(id=4, name="a", role=Role.ADMIN)
EVERYBODY = (KEEPER, EDITOR, PLANNER, ADMIN)

accounts = st.builds(
    Account,
    id=st.integers(1, 9),
    name=st.text(max_size=5),
    role=st.sampled_from(Role),
    stations=st.frozensets(st.integers(1, 5)),
    areas=st.frozensets(st.sampled_from(["340000", "340600", "340602", "340621", "350500"])),
    disabled=st.booleans(),
)
places = st.none() | st.builds(
    Place,
    station=st.none() | st.integers(1, 5),
    adcode=st.none() | st.sampled_from(["340600", "340602", "340602001", "340621", "350503"]),
)


@pytest.mark.parametrize(
    ("account", "allowed"),
    [
        (KEEPER, [HERE]),
        (EDITOR, [HERE, NEXT_DOOR]),
        (PLANNER, []),
        (ADMIN, [HERE, NEXT_DOOR, ELSEWHERE, NO_AREA, None]),
        (None, []),
    ],
)
def test_a_station_is_edited_by_its_own_people(account: Account, allowed: list[Place]) -> None:
    asked = [HERE, NEXT_DOOR, ELSEWHERE, NO_AREA, None]
    assert [place for place in asked if may(account, Action.STATION_EDIT, place)] == allowed


def test_planning_is_for_planners_and_accounts_are_for_administrators() -> None:
    assert [a for a in EVERYBODY if may(a, Action.PLANNING_RUN)] == [PLANNER, ADMIN]
    assert [a for a in EVERYBODY if may(a, Action.ACCOUNTS_MANAGE)] == [ADMIN]
    assert [a for a in EVERYBODY if may_somewhere(a, Action.STATION_EDIT)] == [
        KEEPER,
        EDITOR,
        ADMIN,
    ]
    assert not may_somewhere(replace(KEEPER, stations=frozenset()), Action.STATION_EDIT)
    assert not may_somewhere(replace(EDITOR, areas=frozenset()), Action.STATION_EDIT)


def test_every_action_is_in_the_table_and_an_administrator_may_all() -> None:
    assert set(RIGHTS) == set(Action)
    assert all(may(ADMIN, action) for action in Action)


@given(accounts, st.sampled_from(Action), places)
def test_rights_hold_together(account: Account, action: Action, place: Place | None) -> None:
    allowed = may(account, action, place)
    if allowed:
        assert may_somewhere(account, action)
        assert not account.disabled
    if may(account, action):  # everywhere
        assert may(account, action, place)
    if account.disabled:
        assert not may_somewhere(account, action)
    if allowed and reach(account, action) is Reach.STATIONS:
        assert place is not None
        assert place.station in account.stations
    # Less than it has never gives more.
    bare = replace(account, stations=frozenset(), areas=frozenset())
    assert may(bare, action, place) <= allowed
    assert not may(None, action, place)


@given(accounts, st.sets(st.sampled_from(Scope)), st.sampled_from(Action), places)
def test_a_token_never_reaches_further_than_its_account(
    account: Account, scopes: set[Scope], action: Action, place: Place | None
) -> None:
    allowed = token_may(account, scopes, action, place)
    assert allowed <= may(account, action, place)
    assert allowed <= any(action in ACTIONS[scope] for scope in scopes)
    assert not token_may(account, (), action, place)


def test_scopes_are_offered_by_role() -> None:
    assert scopes_for(PLANNER) == (Scope.PLANNING_RUN,)
    assert Scope.IMPORTS_WRITE not in scopes_for(KEEPER)
    assert scopes_for(ADMIN) == tuple(Scope)
    assert scopes_for(replace(ADMIN, disabled=True)) == ()
    assert set(ACTIONS) == set(Scope)


@pytest.mark.parametrize(
    ("adcode", "area", "inside"),
    [
        ("340602", "340602", True),
        ("340602", "340600", True),
        ("340602", "340000", True),
        ("340602001", "340602", True),
        ("340602001002", "340602001", True),
        ("340600", "340602", False),
        ("340602", "340602001", False),
        ("350503", "340000", False),
        ("341002", "340000", True),
        ("341002", "341000", True),
        ("341002", "340100", False),
        ("340602010", "340602010", True),
        ("340602011", "340602010", False),
        ("3406", "340600", False),
        ("", "", False),
        ("34060２", "340600", False),
        ("340602", "34", False),
    ],
)
def test_an_area_holds_its_parts(adcode: str, area: str, inside: bool) -> None:
    assert within(adcode, area) is inside


@given(
    st.text("0123456789", min_size=6, max_size=12), st.text("0123456789", min_size=6, max_size=12)
)
def test_every_code_is_in_itself_and_what_holds_holds_on(adcode: str, area: str) -> None:
    if len(adcode) in {6, 9, 12}:
        assert within(adcode, adcode)
        assert within(adcode, adcode[:6])
    if within(adcode, area):
        assert len(area) in {6, 9, 12}
        assert within(adcode, area[:6] if len(area) > 6 else area)

"""What a token may do: some of what its account may do, and never more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from station_map.domain.accounts.roles import (
    Account,
    Action,
    Place,
    Reach,
    may,
    reach,
)
from station_map.domain.vocabulary import Labelled


class Scope(Labelled):
    """A bundle of actions that a token is given."""

    STATIONS_WRITE = "stations:write", "改驿站", "change stations"
    LIVE_WRITE = "live:write", "发送实时数据", "push live data"
    CASES_WRITE = "cases:write", "处理反映", "answer reports"
    IMPORTS_WRITE = "imports:write", "导入", "import files"
    EVENTS_WRITE = "events:write", "改服务日程", "change the service calendar"
    PLANNING_RUN = "planning:run", "做规划计算", "run planning"


ACTIONS: Final[Mapping[Scope, frozenset[Action]]] = MappingProxyType(
    {
        Scope.STATIONS_WRITE: frozenset(
            {
                Action.STATION_EDIT,
                Action.STATION_VERIFY,
                Action.STATION_CREATE,
            }
        ),
        Scope.LIVE_WRITE: frozenset({Action.LIVE_PUSH}),
        Scope.CASES_WRITE: frozenset({Action.CASE_HANDLE}),
        Scope.IMPORTS_WRITE: frozenset({Action.IMPORT_RUN}),
        Scope.EVENTS_WRITE: frozenset({Action.EVENT_EDIT}),
        Scope.PLANNING_RUN: frozenset({Action.PLANNING_SEE, Action.PLANNING_RUN}),
    }
)


def scopes_for(account: Account) -> tuple[Scope, ...]:
    """The scopes of which the account's role can do anything at all, in their own order."""
    return tuple(
        scope
        for scope in Scope
        if any(reach(account, action) is not Reach.NONE for action in ACTIONS[scope])
    )


def token_may(
    account: Account, scopes: Iterable[Scope], action: Action, place: Place | None = None
) -> bool:
    """Whether a token of `account` with `scopes` may do `action` at `place`."""
    within_scopes = any(action in ACTIONS[scope] for scope in scopes)
    return within_scopes and may(account, action, place)

"""Roles, actions, and how far each role reaches with each action.

`RIGHTS` is the one table. What it does not name is not allowed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from station_map.domain.vocabulary import Labelled


class Role(Labelled):
    """What an account is for."""

    KEEPER = "keeper", "站点管理员", "keeper of stations"
    EDITOR = "editor", "地区编辑", "editor of areas"
    PLANNER = "planner", "规划员", "planner"
    ADMIN = "admin", "系统管理员", "administrator"


class Action(Labelled):
    """What can be allowed or not."""

    STATION_EDIT = "station_edit", "改驿站信息", "change a station's facts"
    STATION_VERIFY = "station_verify", "核实驿站", "verify a station"
    STATION_CREATE = "station_create", "新建驿站", "add a station"
    STATION_MERGE = "station_merge", "合并重复驿站", "merge duplicates"
    STATION_HISTORY = "station_history", "看改动记录", "read a station's history"
    STATION_REVERT = "station_revert", "撤销改动", "take a change back"
    CONTACTS_SEE = "contacts_see", "看管理人电话", "see keepers' telephones"
    IMPORT_RUN = "import_run", "导入台账", "import files"
    CASE_HANDLE = "case_handle", "处理骑手反映", "answer riders' reports"
    CASE_RULES = "case_rules", "定处理规则", "set the rules of the queue"
    EVENT_EDIT = "event_edit", "安排服务日程", "change the service calendar"
    LIVE_PUSH = "live_push", "发送实时数据", "push live data"
    WISH_SEE = "wish_see", "看想要驿站的地方", "read suggestions"
    WISH_DECIDE = "wish_decide", "答复想要驿站的建议", "decide on suggestions"
    VISIT_SEE = "visit_see", "看到访次数", "read counts of visits"
    PLANNING_SEE = "planning_see", "看规划", "see planning"
    PLANNING_RUN = "planning_run", "做规划计算", "run planning"
    ACCOUNTS_MANAGE = "accounts_manage", "管理帐号", "manage accounts"
    AUDIT_SEE = "audit_see", "看帐号记录", "read the audit of accounts"


class Reach(IntEnum):
    """How far an action reaches; greater is further."""

    NONE = 0
    STATIONS = 1  # the account's own stations
    AREAS = 2  # what lies in the account's areas
    ALL = 3


@dataclass(frozen=True, slots=True)
class Place:
    """What an action is about: a station by its row's id, an area, or a station in an area.

    adcode: of the station or the area itself; None: in no known area.
    """

    station: int | None = None
    adcode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as far as rights go. stations: rows' ids. areas: adcodes."""

    id: int
    name: str
    role: Role
    title: str = ""
    stations: frozenset[int] = frozenset()
    areas: frozenset[str] = frozenset()
    disabled: bool = False


_FIELD_WORK: Final = {
    Role.KEEPER: Reach.STATIONS,
    Role.EDITOR: Reach.AREAS,
    Role.ADMIN: Reach.ALL,
}
_AREA_WORK: Final = {Role.EDITOR: Reach.AREAS, Role.ADMIN: Reach.ALL}
_PLANNING: Final = {Role.PLANNER: Reach.ALL, Role.ADMIN: Reach.ALL}
_ADMIN: Final = {Role.ADMIN: Reach.ALL}

RIGHTS: Final[Mapping[Action, Mapping[Role, Reach]]] = MappingProxyType(
    {
        Action.STATION_EDIT: _FIELD_WORK,
        Action.STATION_VERIFY: _FIELD_WORK,
        Action.STATION_CREATE: _AREA_WORK,
        Action.STATION_MERGE: _AREA_WORK,
        Action.STATION_HISTORY: {**_FIELD_WORK, Role.PLANNER: Reach.ALL},
        Action.STATION_REVERT: _AREA_WORK,
        Action.CONTACTS_SEE: _FIELD_WORK,
        Action.IMPORT_RUN: _AREA_WORK,
        Action.CASE_HANDLE: _FIELD_WORK,
        Action.CASE_RULES: _ADMIN,
        Action.EVENT_EDIT: _FIELD_WORK,
        Action.LIVE_PUSH: _FIELD_WORK,
        Action.WISH_SEE: {**_PLANNING, Role.EDITOR: Reach.AREAS},
        Action.WISH_DECIDE: _PLANNING,
        Action.VISIT_SEE: {**_FIELD_WORK, Role.PLANNER: Reach.ALL},
        Action.PLANNING_SEE: _PLANNING,
        Action.PLANNING_RUN: _PLANNING,
        Action.ACCOUNTS_MANAGE: _ADMIN,
        Action.AUDIT_SEE: _ADMIN,
    }
)


def reach(account: Account | None, action: Action) -> Reach:
    """How far `account` (None: nobody) reaches with `action`."""
    if account is None or account.disabled:
        return Reach.NONE
    return RIGHTS[action].get(account.role, Reach.NONE)


def may(account: Account | None, action: Action, place: Place | None = None) -> bool:
    """Whether `account` may do `action` at `place`.

    No place means everywhere: only who reaches everything may then.
    """
    far = reach(account, action)
    if account is None or far is Reach.NONE:
        return False
    if far is Reach.ALL:
        return True
    if place is None:
        return False
    if far is Reach.STATIONS:
        return place.station is not None and place.station in account.stations
    return place.adcode is not None and any(within(place.adcode, area) for area in account.areas)


def may_somewhere(account: Account | None, action: Action) -> bool:
    """Whether there is any place where `account` may do `action`: for menus and lists."""
    far = reach(account, action)
    if account is None or far is Reach.NONE:
        return False
    if far is Reach.STATIONS:
        return bool(account.stations)
    return far is Reach.ALL or bool(account.areas)


_ADCODE: Final = re.compile(r"[0-9]{6}(?:[0-9]{3}|[0-9]{6})?", re.ASCII)
_DIGITS_OF_LEVEL: Final = (2, 4, 6, 9, 12)  # province, city, district, street, community


def within(adcode: str, area: str) -> bool:
    """Whether the area `adcode` is `area` or a part of it, by the digits of GB/T 2260.

    "340602" lies in "340602", "340600" and "340000"; a street's nine digits begin with its
    district's six. What is no adcode lies nowhere and holds nothing.
    """
    if _ADCODE.fullmatch(adcode) is None or _ADCODE.fullmatch(area) is None:
        return False
    return adcode.startswith(shared_digits(area))


def shared_digits(area: str) -> str:
    """The digits that all parts of the area share: "340600" gives "3406"."""
    ends = (digits for digits in _DIGITS_OF_LEVEL if not area[digits:].strip("0"))
    return area[: next(ends)]

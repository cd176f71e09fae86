"""What the queue's pages read out of requests, and words that they share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Final

from flask import request

from station_map.domain.accounts import Account, within
from station_map.domain.hours import local_day
from station_map.errors import InputError
from station_map.store import accounts
from station_map.web.admin.forms import Form
from station_map.web.admin.gate import blueprint
from station_map.web.runtime import database

PER_PAGE: Final = 30
MOST_PAGES: Final = 1_000
_NUMBER: Final = re.compile(r"[0-9]{1,18}", re.ASCII)

_FIELDS: Final = {
    "name": "名称",
    "aliases": "别名",
    "lon": "位置",
    "lat": "位置",
    "address": "地址",
    "landmark": "在哪里",
    "opening_hours": "开放时间",
    "hours_text": "开放时间",
    "hours_exceptions": "个别日子的时间",
    "access_method": "怎么进门",
    "registration_required": "要不要登记",
    "amenities": "设施",
    "status": "状态",
    "suspended_until": "恢复日期",
    "status_reason": "状态原因",
    "verified_at": "核实",
    "verified_by": "核实",
    "reported_locked_at": "锁门标记",
    "photos": "照片",
    "phone": "电话",
    "kind": "类型",
    "seats": "座位",
}
AMENITY_STATE_WORDS: Final = {"yes": "有", "no": "没有", "partial": "部分", "broken": "坏了"}


def now() -> dt.datetime:
    """The moment of this request."""
    return dt.datetime.now(dt.UTC)


def asked(*names: str) -> Form:
    """Fields of the current address, as a form."""
    return Form({name: request.args.get(name, "")[:100] for name in names})


def choice(options: Sequence[tuple[str, str]], told: str, name: str) -> str:
    """One of the options' codes; the first when nothing is told. Raises InputError."""
    codes = [code for code, _ in options]
    if told == "":
        return codes[0]
    if told not in codes:
        words = "、".join(words for _, words in options)
        raise InputError(
            f"没有这个选项，可以选：{words}。 Choose one of: {', '.join(filter(None, codes))}.",
            parameter=name,
        )
    return told


def whole_number(told: str, most: int, example: int) -> int:
    """A whole number from 1 to `most`. Raises InputError."""
    told = told.strip()
    number = int(told) if _NUMBER.fullmatch(told) else 0
    if not 1 <= number <= most:
        raise InputError(
            f"要写 1 到 {most} 的整数，比如 {example}。 A whole number from 1 to {most}."
        )
    return number


def page_number(told: str) -> int:
    """Which page of a list, from 1; the first for anything else."""
    number = int(told) if _NUMBER.fullmatch(told) else 1
    return min(max(number, 1), MOST_PAGES)


def number_or_none(told: str) -> int | None:
    """A row's number, None for nothing. Raises InputError."""
    if told == "":
        return None
    if _NUMBER.fullmatch(told) is None:
        raise InputError("请从列出来的里面选。 Choose one of those that are listed.")
    return int(told)


def areas_of(account: Account) -> list[tuple[str, str]]:
    """Areas to filter by: those of an editor, all for whoever reaches all; none for a keeper."""
    if account.stations:
        return []
    known = accounts.areas_to_choose(database())
    if not account.areas:
        return list(known)
    mine = tuple(account.areas)
    return [(code, name) for code, name in known if any(within(code, area) for area in mine)]


@blueprint.app_template_filter("age")
def age(moment: dt.datetime | None) -> str:
    """How long ago, as people say it: "3 天前"; "从没有" for never."""
    if moment is None:
        return "从没有"
    passed = now() - moment
    if passed < dt.timedelta(hours=1):
        return "刚刚" if passed < dt.timedelta(minutes=2) else f"{passed.seconds // 60} 分钟前"
    days = (local_day(now()) - local_day(moment)).days
    if days == 0:
        return f"{passed.seconds // 3600} 小时前"
    return "昨天" if days == 1 else f"{days} 天前"


@blueprint.app_template_filter("waited")
def waited(moment: dt.datetime) -> str:
    """How long something has waited: "刚来的", "等了 3 天"."""
    told = age(moment)
    if told == "昨天":
        return "等了 1 天"
    return f"等了 {told.removesuffix('前')}" if told.endswith("前") else "刚来的"


@blueprint.app_template_filter("changed_fields")
def changed_fields(changes: Mapping[str, object]) -> str:
    """Which fields a change touched, in words; those without a word by their name."""
    words = dict.fromkeys(_FIELDS.get(name, name) for name in sorted(changes))
    return "改了" + "、".join(words)


@blueprint.app_template_filter("away")
def away(metres: float | None) -> str:
    """A distance as people say it: "350 米", "1.2 公里"."""
    if metres is None:
        return ""
    rounded = max(10, round(metres / 10) * 10)
    return f"{rounded} 米" if rounded < 1_000 else f"{metres / 1_000:.1f} 公里"


def query_of(values: Mapping[str, str | list[str]], **others: object) -> dict[str, object]:
    """What an address repeats of its filters, with `others` in their place; empty ones left out."""
    told = {**values, **others}
    return {name: value for name, value in told.items() if value not in ("", None, 1)}

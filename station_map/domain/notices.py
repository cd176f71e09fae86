"""Notices for those who keep stations: how often, what they say, in plain text.

They tell of stations and counts; nothing of what a rider wrote, where a rider was, or who it was.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any, Final

from station_map.domain.accounts.roles import Account, Action, Reach, reach, shared_digits
from station_map.domain.hours import SHANGHAI
from station_map.domain.reports import ReportKind
from station_map.domain.vocabulary import Labelled

# Reports that are being stored at this moment are told of next time, so that none is missed.
SETTLED: Final = dt.timedelta(seconds=30)
# A station that nobody has verified for so long is stale.
VERIFY_LASTS: Final = dt.timedelta(days=3)
VERIFY_EVERY: Final = dt.timedelta(minutes=10)
MOST_STATIONS: Final = 200
_MORNING: Final = dt.time(8)
_NAME_LONGEST: Final = 60


class Frequency(Labelled):
    """How often somebody wants to be told."""

    INSTANT = "instant", "马上（几分钟内）", "within minutes"
    DAILY = "daily", "每天早上 8 点", "each day at eight"
    WEEKLY = "weekly", "每周一早上 8 点", "on Mondays at eight"


def next_due(frequency: Frequency, after: dt.datetime) -> dt.datetime:
    """The first moment after `after` (aware) when a notice of this frequency is due."""
    if frequency is Frequency.INSTANT:
        return after
    local = after.astimezone(SHANGHAI)
    due = dt.datetime.combine(local.date(), _MORNING, SHANGHAI)
    days = (-due.weekday()) % 7 if frequency is Frequency.WEEKLY else 0
    due += dt.timedelta(days=days)
    if due <= local:
        due += dt.timedelta(days=7 if frequency is Frequency.WEEKLY else 1)
    return due


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which stations somebody is told: of all, of some by their id, or of areas.

    prefixes: what the adcode of a station begins with.
    """

    everything: bool = False
    stations: tuple[int, ...] = ()
    prefixes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.everything or bool(self.stations or self.prefixes)


EVERYTHING: Final = Scope(everything=True)


def scope_of(account: Account) -> Scope:
    """Stations whose reports the account may answer; none for who answers no reports."""
    match reach(account, Action.CASE_HANDLE):
        case Reach.ALL:
            return EVERYTHING
        case Reach.AREAS:
            return Scope(prefixes=tuple(sorted(map(shared_digits, account.areas))))
        case Reach.STATIONS:
            return Scope(stations=tuple(sorted(account.stations)))
        case _:
            return Scope()


@dataclass(frozen=True, slots=True)
class ReportedStation:
    """A station with new reports. kinds: how many of each, by ReportKind's value."""

    code: str
    name: str
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class StaleStation:
    """A station that has just become stale. verified_at: when somebody last verified it."""

    code: str
    name: str
    verified_at: dt.datetime


@dataclass(frozen=True, slots=True)
class News:
    """What is new between two moments, at most MOST_STATIONS stations of each sort.

    reported_count, stale_count: of all of them.
    """

    since: dt.datetime
    until: dt.datetime
    reported: Sequence[ReportedStation] = ()
    stale: Sequence[StaleStation] = ()
    reported_count: int = 0
    stale_count: int = 0

    def __bool__(self) -> bool:
        return bool(self.reported or self.stale)

    def as_json(self, base: str) -> dict[str, Any]:
        """As webhooks get it. base: the origin, without a slash."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "reported_count": self.reported_count,
            "reported": [
                {
                    "code": one.code,
                    "name": one.name,
                    "kinds": one.kinds,
                    "url": f"{base}/stations/{one.code}",
                }
                for one in self.reported
            ],
            "stale_count": self.stale_count,
            "stale": [
                {
                    "code": one.code,
                    "name": one.name,
                    "verified_at": one.verified_at.isoformat(),
                    "url": f"{base}/stations/{one.code}",
                }
                for one in self.stale
            ],
        }


def one_line(text: str, longest: int = _NAME_LONGEST) -> str:
    """A text as one line of signs that are seen: what is in a mail may pretend nothing."""
    plain = "".join(
        " " if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else sign
        for sign in text
    )
    line = " ".join(plain.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def subject(news: dict[str, Any]) -> str:
    """The subject of a mail: figures only. news: as `News.as_json` tells it."""
    parts = []
    if news["reported_count"]:
        parts.append(f"{news['reported_count']} 个驿站有新反映")
    if news["stale_count"]:
        parts.append(f"{news['stale_count']} 个驿站很久没人核实")
    return "歇脚地图：" + "，".join(parts)


def text(news: dict[str, Any], base: str, off: str) -> str:
    """The text of a mail. off: address of the page that ends these mails."""
    lines = []
    if news["reported"]:
        lines += ["骑手新反映的：", ""]
        lines += [_reported_line(one) for one in news["reported"]]
        lines += [*_more(news["reported_count"], len(news["reported"])), ""]
    if news["stale"]:
        lines += ["很久没人核实，该去看看的：", ""]
        lines += [_stale_line(one) for one in news["stale"]]
        lines += [*_more(news["stale_count"], len(news["stale"])), ""]
    lines += [f"去处理：{base}/admin", "", "-- ", "改多久收一次、换邮箱："]
    lines += [f"{base}/admin/notices", "不想再收，点这里（不用登录）：", off, ""]
    return "\n".join(lines)


def _reported_line(one: dict[str, Any]) -> str:
    told = "、".join(
        f"{kind.zh} {one['kinds'][kind.value]} 次"
        for kind in ReportKind
        if kind.value in one["kinds"]
    )
    return f"· {one_line(one['name'])}（{one['code']}）：{told}\n  {one['url']}"


def _stale_line(one: dict[str, Any]) -> str:
    last = dt.datetime.fromisoformat(one["verified_at"]).astimezone(SHANGHAI)
    return f"· {one_line(one['name'])}（{one['code']}）：上次核实 {last:%Y-%m-%d}\n  {one['url']}"


def _more(count: int, shown: int) -> list[str]:
    return [f"……还有 {count - shown} 个"] if count > shown else []


def is_deliverable(email: str) -> bool:
    """Whether a checked address can be written into a letter for any mail server."""
    try:
        return email.isascii() and Address(addr_spec=email).addr_spec == email
    except (ValueError, HeaderParseError, IndexError):
        return False


def verify_text(base: str, link: str) -> str:
    """The text of the mail by which an address is proved to be its owner's."""
    return "\n".join(
        [
            "有人在歇脚地图的管理页面填了这个邮箱，用来收驿站的通知。",
            "",
            f"是你的话，请在 {VERIFY_LASTS.days} 天内打开：",
            link,
            "",
            "不是你，就不用管它，不会再有信来。",
            "",
            "-- ",
            base,
            "",
        ]
    )

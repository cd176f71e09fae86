"""What riders tell about a station, and what follows from it: all rules and bounds in one place.

A report is one tap of one person who is nobody to us. Reports are told apart by a keyed hash
of the network address and the browser's name, whose key is another one each day, so that two
reports of one day can be compared and a person cannot be followed from day to day (why, and
what that can and cannot do: docs/adr, "Reports without persons").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from uuid import UUID

from station_map.domain.vocabulary import Labelled
from station_map.errors import InputError

# That many independent reports of a locked door, no further apart than this, mark the station
# unless the operators set other rules (domain/cases.py) ...
LOCKED_REPORTS: Final = 2
LOCKED_WINDOW: Final = dt.timedelta(hours=24)
# ... until somebody confirms it. Only reports made after the last confirmation count.

# A report may wait for a signal that long; what is older says nothing about the door today.
OLDEST: Final = dt.timedelta(days=7)
CLOCK_MAY_BE_FAST: Final = dt.timedelta(minutes=10)
# Then the hash of who sent it is deleted. It must outlive any report that it is compared with.
SENDER_KEPT: Final = OLDEST + dt.timedelta(days=1)

NOTE_LONGEST: Final = 500  # characters
POSITION_DIGITS: Final = 3  # of a degree, about 100 m: where a reporter was
PLACE_DIGITS: Final = 4  # about 10 m: where a station is wanted, which is no person's place

# What is stored as the role of whoever confirmed; never a name.
RIDER: Final = "rider"

_CHINA: Final = dt.timezone(dt.timedelta(hours=8))
_HASH_BYTES: Final = 16
_IPV6_SITE_BITS: Final = 64  # one household or telephone has a whole /64 to choose from


class ReportKind(Labelled):
    """What somebody saw at the door."""

    OPEN = "open", "开着", "open as stated"
    LOCKED = "locked", "锁门", "locked"
    BROKEN = "broken", "设备坏", "something is broken"
    WRONG = "wrong", "信息不对", "the information is wrong"
    GONE = "gone", "已不存在", "gone"


class ReportField(Labelled):
    """Which part of the information is wrong."""

    NAME = "name", "名称", "name"
    POSITION = "position", "地图上的位置", "position on the map"
    ADDRESS = "address", "地址", "address"
    OPENING_HOURS = "opening_hours", "开放时间", "opening hours"
    ACCESS_METHOD = "access_method", "怎么进门", "how to get in"
    AMENITIES = "amenities", "有什么设施", "amenities"
    PHONE = "phone", "电话", "telephone"
    OTHER = "other", "其他", "something else"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` messages within `period`."""

    most: int
    period: dt.timedelta


# Of one sender; and of one network address, which many riders share behind a carrier's NAT.
SENDER_RATES: Final = (Rate(20, dt.timedelta(hours=1)), Rate(60, dt.timedelta(days=1)))
NETWORK_RATES: Final = (Rate(120, dt.timedelta(hours=1)), Rate(600, dt.timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent something, as hashes only: today's, and what the days before would have made.

    hashes: of address and browser; networks: of the address alone. The first of each is today's.
    """

    hashes: tuple[bytes, ...]
    networks: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report. seen_at: when the reporter stood at the door.

    id: made by the reporter's device, so that what is sent twice is stored once. amenity: a
    code, of what is BROKEN. field: what is WRONG. position: lon, lat of the reporter, degrees,
    WGS-84, already rounded by `blurred`. photo: name of the stored picture.
    """

    id: UUID
    code: str
    kind: ReportKind
    seen_at: dt.datetime
    amenity: str | None = None
    field: ReportField | None = None
    note: str | None = None
    position: tuple[float, float] | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A place where a station is wanted; `amenities` are the codes of what it should have.

    lon, lat: degrees, WGS-84, already rounded by `place`.
    """

    id: UUID
    lon: float
    lat: float
    note: str | None = None
    amenities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LockedReport:
    """An earlier report of a locked door. sender: its hash, None once that is deleted."""

    sender: bytes | None
    seen_at: dt.datetime


def sender_of(secret: bytes, address: str, agent: str, now: dt.datetime) -> Sender:
    """The sender behind a network address and a browser's name at the moment `now`.

    secret: 16 bytes or more that only this installation knows.
    """
    today = now.astimezone(_CHINA).date()
    network = network_of(address)
    days = [today - dt.timedelta(days=back) for back in range(SENDER_KEPT.days + 1)]
    keys = [_key_of_day(secret, day) for day in days]
    return Sender(
        hashes=tuple(_hash(key, b"sender", f"{network}\n{agent}") for key in keys),
        networks=tuple(_hash(key, b"network", network) for key in keys),
    )


def _key_of_day(secret: bytes, day: dt.date) -> bytes:
    # blake2b takes keys of up to 64 bytes; a longer secret is hashed to fit.
    key = secret if len(secret) <= blake2b.MAX_KEY_SIZE else blake2b(secret).digest()
    return blake2b(day.isoformat().encode(), key=key, person=b"reporter's day").digest()


def _hash(key: bytes, purpose: bytes, text: str) -> bytes:
    told = text.encode("utf-8", "surrogatepass")
    return blake2b(told, key=key, person=purpose, digest_size=_HASH_BYTES).digest()


def network_of(address: str) -> str:
    """What one party can not choose freely of its address: IPv4 whole, of IPv6 the /64."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            shift = parsed.max_prefixlen - _IPV6_SITE_BITS
            return f"{IPv6Address(int(parsed) >> shift << shift)}/{_IPV6_SITE_BITS}"
        parsed = parsed.ipv4_mapped
    return str(parsed)


def marks_locked(
    seen_at: dt.datetime,
    sender: Sender,
    others: Iterable[LockedReport],
    verified_at: dt.datetime | None,
    *,
    needed: int = LOCKED_REPORTS,
    window: dt.timedelta = LOCKED_WINDOW,
) -> dt.datetime | None:
    """Since when the station counts as reported locked, if one more such report makes it so.

    seen_at, sender: of the new report. verified_at: when somebody last confirmed the station.
    needed: how many people, this one among them, within `window`. None when there are not so
    many, or a confirmation came since.
    """
    if verified_at is not None and seen_at <= verified_at:
        return None
    agreeing = [
        other
        for other in others
        if abs(other.seen_at - seen_at) <= window
        and (verified_at is None or other.seen_at > verified_at)
        and other.sender is not None
        and other.sender not in sender.hashes
    ]
    # Every stretch as long as the window that holds the new report begins with one of these.
    starts = {seen_at, *(other.seen_at for other in agreeing if other.seen_at <= seen_at)}
    ends = [_last_of(start, seen_at, agreeing, needed, window) for start in starts]
    return max((end for end in ends if end is not None), default=None)


def _last_of(
    start: dt.datetime,
    seen_at: dt.datetime,
    agreeing: Sequence[LockedReport],
    needed: int,
    window: dt.timedelta,
) -> dt.datetime | None:
    """The last report of the stretch that begins with `start`, if enough people speak in it."""
    within = [other for other in agreeing if start <= other.seen_at <= start + window]
    if len({other.sender for other in within}) < needed - 1:
        return None
    return max(seen_at, *(other.seen_at for other in within)) if within else seen_at


def wait_of(
    rates: Sequence[Rate], sent_at: Sequence[dt.datetime], now: dt.datetime
) -> dt.timedelta:
    """How long to wait before the next message is within `rates`; zero when it is already.

    sent_at: when the earlier messages came, in any order.
    """
    longest = dt.timedelta()
    for rate in rates:
        recent = sorted(at for at in sent_at if now - at < rate.period)
        if len(recent) >= rate.most:
            longest = max(longest, recent[-rate.most] + rate.period - now)
    return longest


def seen_when(given: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """When something was seen: as given, if that can be believed; otherwise `now`.

    Raises InputError for a time without zone, older than OLDEST or in the future.
    """
    if given is None:
        return now
    trouble = _trouble_with(given, now)
    if trouble:
        raise InputError(
            trouble,
            parameter="seen_at",
            allowed=f"ISO 8601 with a zone, at most {OLDEST.days} days ago",
            example=now.astimezone(_CHINA).isoformat(timespec="seconds"),
        )
    return min(given, now)


def _trouble_with(given: dt.datetime, now: dt.datetime) -> str:
    if given.tzinfo is None:
        return "时间要带时区。 A time needs its zone."
    if given > now + CLOCK_MAY_BE_FAST:
        return "时间在将来。 The time is in the future."
    if given < now - OLDEST:
        return f"超过 {OLDEST.days} 天的事不再收。 More than {OLDEST.days} days ago is too old."
    return ""


def blurred(lon: float, lat: float) -> tuple[float, float]:
    """A person's position (degrees, WGS-84) to about 100 m; more is never stored."""
    return round(lon, POSITION_DIGITS), round(lat, POSITION_DIGITS)


def place(lon: float, lat: float) -> tuple[float, float]:
    """The position of a wanted station (degrees, WGS-84) to about 10 m."""
    return round(lon, PLACE_DIGITS), round(lat, PLACE_DIGITS)


def check(report: Report) -> None:
    """A broken thing is named, a wrong field is named, and nothing else names one.

    Raises InputError.
    """
    if (report.kind is ReportKind.BROKEN) is not (report.amenity is not None):
        raise _only_with("amenity", ReportKind.BROKEN, "microwave", report.amenity is None)
    if (report.kind is ReportKind.WRONG) is not (report.field is not None):
        raise _only_with("field", ReportKind.WRONG, ReportField.OPENING_HOURS, report.field is None)


def _only_with(parameter: str, kind: ReportKind, example: str, missing: bool) -> InputError:
    what = "哪样设备" if kind is ReportKind.BROKEN else "哪一项"
    told = (
        f"请说明是{what}。 `{parameter}` is required with kind={kind.value}."
        if missing
        else f"只有“{kind.zh}”才说明{what}。 `{parameter}` goes with kind={kind.value} only."
    )
    return InputError(
        told,
        parameter=parameter,
        allowed=f"required with kind={kind.value}, absent otherwise",
        example=f'"{parameter}": "{example}"',
    )

"""How often signing in may fail, how long a session and a link last: all bounds in one place."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

from station_map.domain.accounts.names import name_key
from station_map.domain.reports import Rate

# Of one account from one network address; of one account from everywhere (NIST SP 800-63B-4,
# section 3.2.2, allows 100 failures in a row); of one address, which an office shares.
PAIR_RATES: Final = (Rate(5, dt.timedelta(minutes=15)), Rate(20, dt.timedelta(days=1)))
ACCOUNT_RATES: Final = (Rate(30, dt.timedelta(hours=1)), Rate(90, dt.timedelta(days=1)))
NETWORK_RATES: Final = (Rate(30, dt.timedelta(minutes=15)), Rate(200, dt.timedelta(days=1)))
ATTEMPT_KEPT: Final = dt.timedelta(days=1)
BARRED_ONCE: Final = dt.timedelta(minutes=15)  # in the audit at most that often

LINK_LASTS: Final = dt.timedelta(days=3)
TOKEN_LASTS_DAYS: Final = (7, 30, 90, 180, 365)
TOKEN_LABEL_LONGEST: Final = 60
# Written down at most this often: a page with ten parts is one visit.
SEEN_EVERY: Final = dt.timedelta(minutes=1)

DEVICE_LONGEST: Final = 60
_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("HuaweiBrowser", "华为浏览器"),
    ("UCBrowser", "UC"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class SessionLife:
    """idle: ends when unused that long. whole: ends then anyway."""

    idle: dt.timedelta
    whole: dt.timedelta

    @classmethod
    def of(cls, idle_minutes: int, hours: int) -> Self:
        """From minutes and hours, as settings tell them."""
        return cls(idle=dt.timedelta(minutes=idle_minutes), whole=dt.timedelta(hours=hours))


def account_hash(secret: bytes, name: str) -> bytes:
    """The name that somebody tried, as a keyed hash: it may be a password typed a field early."""
    key = blake2b(secret, person=b"tried account").digest()
    told = name_key(name[:1_000]).encode("utf-8", "surrogatepass")
    return blake2b(told, key=key, digest_size=16).digest()


def device_words(agent: str) -> str:
    """A browser and a system in words, from constants of ours; no more is kept of a browser."""
    names = [
        next((words for mark, words in marks if mark in agent), "")
        for marks in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(name for name in names if name) or "不认识的浏览器"


_NEXT: Final = re.compile(r"/admin(?:/[0-9A-Za-z_/-]*)?(?:\?[0-9A-Za-z_=&%.,-]*)?", re.ASCII)


def safe_next(given: str | None) -> str | None:
    """Where to go after signing in, if that is one of our own pages for accounts; else None."""
    if given is None or _NEXT.fullmatch(given) is None or "//" in given:
        return None
    return given


def one_line(text: str, longest: int = 200) -> str:
    """`text` for a log: without breaks and hidden signs, not too long."""
    kept = "".join(sign if unicodedata.category(sign)[0] != "C" else "?" for sign in text[:longest])
    return kept.replace("\u2028", "?").replace("\u2029", "?")

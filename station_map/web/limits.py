"""How often one client may ask: counted in a table that all server processes of a machine share.

The table is a file in the data folder, mapped into memory: so many places of a name's hash and the
time at which all that it was given is its own again. It never grows; whoever finds the four places
of its hash taken by others takes that of the one who was away longest. Two processes that count
for one client in the same microsecond may count one request: a limit is no ledger.

Time runs as in the generic cell rate algorithm: a client has `limit` requests at once, and gets
them back one by one within a minute.
"""

from __future__ import annotations

import logging
import mmap
import os
import time
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from station_map.errors import EnvironmentFault

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_S: Final = 60
FILE: Final = "limits"
PLACES: Final = 1 << 16
WAYS: Final = 4  # places that a hash may stand in
_WORD: Final = 8
SIZE: Final = PLACES * _WORD * 2
_MASK: Final = PLACES - WAYS
_NETWORK: Final = 64  # bits of an IPv6 address that one subscriber has: the rest it can choose

_log = logging.getLogger(__name__)


class Taken(NamedTuple):
    """left: how many more now. reset_s: until all are there again. wait_s: 0 when it was given."""

    left: int
    reset_s: float
    wait_s: float


class Table:
    """The table over a buffer of SIZE bytes, which others may write at the same time."""

    def __init__(self, buffer: mmap.mmap | bytearray) -> None:
        view = memoryview(buffer)
        self._names = view[: PLACES * _WORD].cast("Q")
        self._until = view[PLACES * _WORD : SIZE].cast("d")

    def take(self, name: int, limit: int, now: float) -> Taken:
        """One request of `name` (64 bits of a hash) at `now`, of `limit` in WINDOW_S seconds."""
        place = self._place(name)
        until = self._until[place]
        if not now <= until <= now + WINDOW_S:  # long ago; or nonsense, such as another clock's
            until = now
        step = WINDOW_S / limit
        taken = until + step - now
        if taken > WINDOW_S + 1e-6:
            return Taken(0, until - now, taken - WINDOW_S)
        self._until[place] = now + taken
        return Taken(int((WINDOW_S - taken) / step + 1e-6), taken, 0.0)

    def _place(self, name: int) -> int:
        names, first = self._names, name & _MASK
        if names[first] == name:
            return first
        places = range(first, first + WAYS)
        for place in places:
            if names[place] == name:
                return place
        longest_away = min(places, key=self._until.__getitem__)
        names[longest_away], self._until[longest_away] = name, 0.0
        return longest_away


def open_table(folder: Path) -> Table:
    """The table of this machine, made by the first process that asks. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    number = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.truncate(number, SIZE)
        return Table(mmap.mmap(number, SIZE))
    finally:
        os.close(number)


@dataclass(slots=True)
class Limits:
    """The limits of one application; its table is opened with the first request that counts."""

    clock: Callable[[], float] = time.time
    _table: Table | None = field(default=None, init=False)
    _key: bytes = field(default=b"", init=False)

    def take(
        self, kind: str, who: str, limit: int, opened: Callable[[], tuple[Path, bytes]]
    ) -> Taken:
        """One request of `who`. opened: gives the data folder and the installation's secret."""
        if self._table is None:
            self._key, self._table = _begun(opened)
        return self._table.take(_name(self._key, kind, who), limit, self.clock())


def _begun(opened: Callable[[], tuple[Path, bytes]]) -> tuple[bytes, Table]:
    """Key and table; both of this process alone where there is no data folder to share."""
    try:
        folder, secret = opened()
        return blake2b(secret, person=b"limits").digest(), open_table(folder)
    except (OSError, EnvironmentFault):
        _log.warning("no table of limits in the data folder: each process counts for itself")
        return os.urandom(32), Table(bytearray(SIZE))


@lru_cache(maxsize=4_096)
def _name(key: bytes, kind: str, who: str) -> int:
    told = f"{kind}\0{who}".encode()
    return int.from_bytes(blake2b(told, key=key, digest_size=_WORD).digest()) | 1  # 0: nobody


@lru_cache(maxsize=4_096)
def counted(address: str) -> str:
    """What a client's address counts as: itself, of IPv6 its network, "" for one of no stranger.

    An address of this machine or of a private network may be a proxy that nobody told us of, and
    stand for everybody.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if not found.is_global:
        return ""
    if isinstance(found, IPv6Address):
        return str(int(found) >> (128 - _NETWORK))
    return str(found)

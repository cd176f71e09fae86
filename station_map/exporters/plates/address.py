"""The public address that a plate's QR holds, and the QR itself."""

from __future__ import annotations

import ipaddress
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

import segno

from station_map.errors import InputError

_LONGEST: Final = 200
_PARAMETER: Final = "--base-url"
_EXAMPLE: Final = "--base-url https://map.example.org"
_ALLOWED: Final = "http(s)://主机名[:端口]，不带路径 / http(s)://host[:port] without a path"


class Modules(NamedTuple):
    """The dark modules of a QR code.

    side: how many along one side, without quiet zone. runs: (column, row, length) of dark
    modules that lie side by side in a row.
    """

    side: int
    runs: tuple[tuple[int, int, int], ...]


# The standard asks for four modules of white around the code.
QUIET_MODULES: Final = 4


def check_base_url(given: str | None) -> str:
    """The public origin without a slash at its end.

    Raises InputError when there is none, when it is no address of a web site, or when only
    this machine could open it: a plate is printed once and scanned for years.
    """
    if not given or not given.strip():
        raise InputError(
            "不知道公开网址，二维码没法印。请写明 --base-url，或设置 STATION_MAP_PUBLIC_URL。"
            " The public address is not known, so no QR can be printed: give --base-url or set"
            " STATION_MAP_PUBLIC_URL.",
            parameter=_PARAMETER,
            allowed=_ALLOWED,
            example=_EXAMPLE,
        )
    base = given.strip()
    host = _host(base)
    if host is None:
        raise _refused(base, "不是一个网址", "is not an address of a web site")
    if _is_local(host):
        raise _refused(
            base, "只有这台机器自己能打开，手机打不开", "can be opened by this machine only"
        )
    return base.rstrip("/")


def _host(base: str) -> str | None:
    """The host of a usable address; None when it is not usable."""
    if len(base) > _LONGEST or not base.isascii() or not base.isprintable() or " " in base:
        return None
    try:
        parts = urlsplit(base)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        return None
    plain = parts.path in {"", "/"} and not {"?", "#"} & set(base)
    return parts.hostname if plain else None


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified or address.is_link_local


def _refused(base: str, why_zh: str, why_en: str) -> InputError:
    return InputError(
        f"公开网址 {base!r} {why_zh}。 The public address {base!r} {why_en}.",
        parameter=_PARAMETER,
        allowed=_ALLOWED,
        example=_EXAMPLE,
    )


def station_url(base: str, code: str) -> str:
    """The address of a station's page."""
    return f"{base}/stations/{quote(code, safe='')}"


def at_the_door(url: str) -> str:
    """The same page for someone who scanned the plate: it asks first whether the door opens."""
    return f"{url}?from=door"


def qr_modules(text: str) -> Modules:
    """The QR code of a text, at error correction Q (a quarter of it may be damaged)."""
    matrix = segno.make(text, error="q", micro=False, boost_error=False).matrix
    return Modules(len(matrix), tuple(_runs(matrix)))


def _runs(matrix: tuple[bytearray, ...]) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for row, line in enumerate(matrix):
        start = None
        for column, dark in enumerate([*line, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                runs.append((start, row, column - start))
                start = None
    return runs

"""What an address of this site is about, and how it is embedded. Addresses are read, never asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from werkzeug.datastructures import MultiDict

from station_map.domain.hours.wording import Language
from station_map.errors import NotFound
from station_map.search.listing import get_station
from station_map.store import former
from station_map.store.areas import cities_and_districts
from station_map.web.embed.options import PATH, EmbedOptions, read_options
from station_map.web.language import PARAMETER, read_tag, t
from station_map.web.origin import origin
from station_map.web.pages.query import read_query
from station_map.web.pages.sharing import area_image, home_title, station_image, without_person
from station_map.web.runtime import database

LONGEST: Final = 2_048
WIDTH_PX: Final = 640
HEIGHT_PX: Final = 600
STATION_HEIGHT_PX: Final = 420
_MOST_PAIRS: Final = 60
_LONGEST_VALUE: Final = 256
_PORTS: Final = {"http": 80, "https": 443}
_STATION: Final = "/stations/"


@dataclass(frozen=True, slots=True)
class Resource:
    """One page of this site as others embed it.

    src: absolute address of the frame. image: path of its picture, so many pixels wide.
    """

    title: str
    src: str
    width: int
    height: int
    image: Callable[[int], str]


def split_own(url: str) -> SplitResult:
    """The parts of an address of this site. Raises NotFound for any other."""
    try:
        parts, here = urlsplit(url[: LONGEST + 1]), urlsplit(origin())
        ours = len(url) <= LONGEST and _place(parts) == _place(here)
    except ValueError:
        ours = False
    if not ours or parts.scheme not in _PORTS or "@" in parts.netloc:
        raise NotFound("page of this site", url[:64])
    return parts


def _place(parts: SplitResult) -> tuple[str | None, int | None]:
    """Host and port; a proxy may have taken off the TLS, so both schemes' own ports are one."""
    port = parts.port
    return parts.hostname, None if port in _PORTS.values() else port


def language_of(parts: SplitResult) -> Language:
    """What an address says of the language; Chinese unless it says another."""
    return read_tag(_pairs(parts).get(PARAMETER, "")) or "zh"


def resource_of(parts: SplitResult) -> Resource:
    """The page at an address of this site. Raises NotFound where there is none to embed."""
    given = _pairs(parts)
    if parts.path in ("", "/", PATH, PATH.rstrip("/")):
        return embedded(read_options(given), given)
    code = parts.path.removeprefix(_STATION)
    if not parts.path.startswith(_STATION) or "/" in code:
        raise NotFound("page that can be embedded", parts.path[:64])
    return embedded(EmbedOptions(station=code, lang=read_options(given).lang), given)


def _pairs(parts: SplitResult) -> MultiDict[str, str]:
    """The query, by the names of embeds: the page's district is their area."""
    try:
        pairs = parse_qsl(parts.query, max_num_fields=_MOST_PAIRS)
    except ValueError:
        raise NotFound("page of this site", parts.path[:64]) from None
    return MultiDict(
        ("area" if name == "district" else name, value[:_LONGEST_VALUE]) for name, value in pairs
    )


def embedded(options: EmbedOptions, given: MultiDict[str, str]) -> Resource:
    """The embed with these options, which were read from `given`.

    Raises NotFound for a station that there is not; an area that there is not is left out.
    """
    if options.station is not None:
        return _station(options, options.station)
    names = dict(cities_and_districts(database()))
    if options.area not in names:
        lock = tuple(name for name in options.lock if name != "area")
        options = options.changed(area=None, lock=lock)
    query = without_person(read_query(given))
    if options.area is None and query.district is not None:
        query = without_person(query.forget_district())
    place = names.get(options.area or "")
    return Resource(
        title=t("%(title)s · 歇脚地图", title=home_title(query, place)),
        src=f"{origin()}{options.address()}",
        width=WIDTH_PX,
        height=HEIGHT_PX,
        image=lambda width: area_image(query, width),
    )


def _station(options: EmbedOptions, code: str) -> Resource:
    row = get_station(database(), former.current(database(), code) or code)
    facts = json.loads(row.card)
    return Resource(
        title=t("%(name)s · 歇脚地图", name=facts["name"]),
        src=f"{origin()}{options.changed(station=facts['code']).address()}",
        width=WIDTH_PX,
        height=STATION_HEIGHT_PX,
        image=lambda width: station_image(facts["code"], width),
    )

"""What an embed shows, read from an address and written to one (docs/reference/embed.md).

The names are stable: addresses stand in other people's pages for years. So nothing here refuses:
an option that is not known is ignored, and a value that cannot be used counts as not given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from station_map.domain.hours.wording import Language
from station_map.geo.box import SERVICE_BOX
from station_map.search.listing import CODE_FORM
from station_map.web.api.filters import FILTERS, OPEN, OPEN_UNKNOWN, TEXT
from station_map.web.api.stations import AREA
from station_map.web.contract import Parameter, Refused
from station_map.web.contract.moments import local_time, moment
from station_map.web.contract.parsers import Box, box, integer, to_number
from station_map.web.language import read_tag

PATH: Final = "/embed/v1/"
NEAREST_ZOOM: Final = 18
FURTHEST_ZOOM: Final = 3
EVERYTHING: Final = "all"
"""As a value of `lock`: every filter that the address names."""

FILTER_PARAMETERS: Final[tuple[Parameter, ...]] = (TEXT, OPEN, OPEN_UNKNOWN, *FILTERS)
"""The API's own filters, by the API's own names; `area` and `bbox` stand beside them."""

_DIGITS: Final = 6  # of a degree
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off"})
_ZOOM: Final = integer(FURTHEST_ZOOM, NEAREST_ZOOM)
_MOMENT: Final = moment()


class Layout(StrEnum):
    """Where the list is: beside the map, below it, alone, or nowhere."""

    SIDE = "side"
    BOTTOM = "bottom"
    ONLY = "only"
    NONE = "none"


class Theme(StrEnum):
    """A fixed set of colours; without one the visitor's device decides."""

    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"


@dataclass(frozen=True, slots=True)
class EmbedOptions:
    """The checked options of one embed; the defaults are what an address without any shows.

    area: an adcode. bbox: west, south, east, north; center: longitude and latitude; both in
    degrees, WGS-84. zoom: the map's, FURTHEST_ZOOM to NEAREST_ZOOM. filters: name and value as
    the API takes them, in the API's order. lock: names of filters (`area`, `bbox` too) that the
    visitor cannot remove; each is given. station: the code of the one that is open first. layout:
    the option `list`. lang: None for Chinese. theme: None for the device's wish. at: for which
    minute (since 1970 UTC) states are told; None for now. kiosk: no way out of the embed.
    locate: whether it offers to ask where the visitor is.
    """

    area: str | None = None
    bbox: Box | None = None
    center: tuple[float, float] | None = None
    zoom: int | None = None
    filters: tuple[tuple[str, str], ...] = ()
    lock: tuple[str, ...] = ()
    station: str | None = None
    layout: Layout = Layout.SIDE
    lang: Language | None = None
    theme: Theme | None = None
    at: int | None = None
    kiosk: bool = False
    locate: bool = True

    def values(self) -> dict[str, Any]:
        """The filters as `filter_of` takes them (web/api/filters.py)."""
        return {name: _BY_NAME[name].parse(text) for name, text in self.filters}

    def codes(self, name: str) -> tuple[str, ...]:
        """What the filter `name` is given as, code by code."""
        return tuple(code for code in dict(self.filters).get(name, "").split(",") if code)

    def locked(self, name: str) -> bool:
        """Whether the visitor must not remove this filter."""
        return name in self.lock

    def with_filter(self, name: str, value: str) -> EmbedOptions:
        """The same with another value of one filter; "" for none. Not for a locked one."""
        changed = dict(self.filters) | {name: value}
        return self.changed(filters=_in_order(changed))

    def changed(self, **fields: Any) -> EmbedOptions:
        """The same with other fields."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return EmbedOptions(**(told | fields))

    def pairs(self) -> list[tuple[str, str]]:
        """Names and values in their fixed order; what is as by default is left out."""
        return [(name, value) for name, value in self._pairs() if value]

    def query(self) -> str:
        """The pairs as a query string, without a question mark; often ""."""
        return urlencode(self.pairs(), safe=",:")

    def address(self) -> str:
        """Path and query of the embed."""
        query = self.query()
        return f"{PATH}?{query}" if query else PATH

    def _pairs(self) -> Iterable[tuple[str, str]]:
        yield "area", self.area or ""
        yield "bbox", _numbers(self.bbox)
        yield "center", _numbers(self.center)
        yield "zoom", "" if self.zoom is None else str(self.zoom)
        yield from self.filters
        yield "lock", ",".join(self.lock)
        yield "station", self.station or ""
        yield "list", "" if self.layout is Layout.SIDE else self.layout.value
        yield "lang", self.lang or ""
        yield "theme", self.theme.value if self.theme else ""
        yield "at", "" if self.at is None else local_time(self.at)
        yield "kiosk", "1" if self.kiosk else ""
        yield "locate", "" if self.locate else "0"


def read_options(given: MultiDict[str, str]) -> EmbedOptions:
    """The options of a query; of an option that stands there twice, the first usable value."""
    area = _first(given, "area", AREA.parse)
    bbox = _first(given, "bbox", _box)
    filters = _in_order({one.name: _filter(one, given) for one in FILTER_PARAMETERS})
    named = [*(["area"] if area else []), *(["bbox"] if bbox else []), *(n for n, _ in filters)]
    return EmbedOptions(
        area=area,
        bbox=bbox,
        center=_first(given, "center", _center),
        zoom=_first(given, "zoom", _ZOOM),
        filters=filters,
        lock=_lock(given, named),
        station=_first(given, "station", _code),
        layout=_first(given, "list", _member(Layout)) or Layout.SIDE,
        lang=_first(given, "lang", read_tag),
        theme=_first(given, "theme", _member(Theme)),
        at=_first(given, "at", _MOMENT),  # type: ignore[arg-type] # no words: minutes only
        kiosk=_first(given, "kiosk", _switch) or False,
        locate=_first(given, "locate", _switch) is not False,
    )


_BY_NAME: Final[Mapping[str, Parameter]] = {one.name: one for one in FILTER_PARAMETERS}
_SINGLE: Final = frozenset({TEXT.name, OPEN.name, OPEN_UNKNOWN.name, "seats"})
OPTION_NAMES: Final[tuple[str, ...]] = (
    *("area", "bbox", "center", "zoom"),
    *_BY_NAME,
    *("lock", "station", "list", "lang", "theme", "at", "kiosk", "locate"),
)
"""Every option in its fixed order."""


def _first[T](given: MultiDict[str, str], name: str, parse: Callable[[str], T | None]) -> T | None:
    for text in given.getlist(name):
        try:
            value = parse(text.strip())
        except Refused:
            continue
        if value is not None:
            return value
    return None


def _filter(parameter: Parameter, given: MultiDict[str, str]) -> str:
    """The value of one filter as the API takes it: of codes, those that there are."""
    if parameter.name in _SINGLE:
        return next((one for one in given.getlist(parameter.name) if _usable(parameter, one)), "")
    codes = [code.strip() for text in given.getlist(parameter.name) for code in text.split(",")]
    return ",".join(dict.fromkeys(code for code in codes if _usable(parameter, code)))


def _usable(parameter: Parameter, text: str) -> bool:
    try:
        parameter.parse(text)
    except Refused:
        return False
    return True


def _in_order(filters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """In the API's order. Nobody is asked to register and not to at once."""
    told = {one.name: filters.get(one.name, "") for one in FILTER_PARAMETERS}
    if "no_registration" in told["preset"].split(",") and told["registration_required"] == "true":
        told["registration_required"] = ""
    if told["registration_required"].count(","):
        told["registration_required"] = ""
    if not told[OPEN.name]:
        told[OPEN_UNKNOWN.name] = ""
    return tuple((name, value) for name, value in told.items() if value)


def _lock(given: MultiDict[str, str], named: list[str]) -> tuple[str, ...]:
    asked = {name.strip() for text in given.getlist("lock") for name in text.split(",")}
    if asked & {EVERYTHING, "1"}:
        return tuple(named)
    return tuple(name for name in named if name in asked)


def _box(text: str) -> Box | None:
    west, south, east, north = sides = box(text)
    if not (west < east and south < north):
        return None
    on_earth = SERVICE_BOX.contains(west, south) and SERVICE_BOX.contains(east, north)
    return _rounded(sides) if on_earth else None


def _center(text: str) -> tuple[float, float] | None:
    lon_text, _, lat_text = text.partition(",")
    lon, lat = to_number(lon_text.strip()), to_number(lat_text.strip())
    return _rounded((lon, lat)) if SERVICE_BOX.contains(lon, lat) else None


def _code(text: str) -> str | None:
    return text if CODE_FORM.fullmatch(text) else None


def _switch(text: str) -> bool | None:
    plain = text.lower()
    return True if plain in _TRUE else False if plain in _FALSE else None


def _member[E: StrEnum](kind: type[E]) -> Callable[[str], E | None]:
    members = {one.value: one for one in kind}
    return members.get


def _rounded[T: tuple[float, ...]](numbers: T) -> T:
    return tuple(round(one, _DIGITS) + 0.0 for one in numbers)  # type: ignore[return-value]


def _numbers(numbers: tuple[float, ...] | None) -> str:
    # As short as it can be told: no address needs 116.800000.
    told = (f"{one:.{_DIGITS}f}".rstrip("0").rstrip(".") for one in numbers or ())
    return ",".join(told)

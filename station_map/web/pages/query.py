"""What a rider asked for, read from the address; and addresses that ask for something else.

People mistype addresses and share old links, so nothing here refuses: what cannot be used is
left out and told in `problems`, and the page still shows stations.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from station_map.domain.vocabulary import AMENITY_BY_CODE, PRESETS, Preset
from station_map.geo.box import SERVICE_BOX
from station_map.web.language import PARAMETER, mark, t
from station_map.web.pages.picks import Choice, as_presets, pairs_of, read_picks

STEP: Final = 10
MOST: Final = 100
OUTSIDE: Final = mark("这个位置不在服务范围里，先按地区列出驿站。")
_NOW: Final = "now"
_TEXT_LIMIT: Final = 64
_POSITION_DIGITS: Final = 5  # of a degree: a metre, enough for a distance on foot
_PRESET_BY_CODE: Final = {preset.code: preset for preset in PRESETS}


@dataclass(frozen=True, slots=True)
class RiderQuery:
    """One question to the page.

    position: longitude and latitude, degrees, WGS-84. district: an adcode. open_now: only
    stations that are open, then those of unknown hours. picks: filters beside the presets.
    count: how many stations to list. problems: sentences about what could not be used.
    language: what the address says of it, often nothing.
    """

    position: tuple[float, float] | None = None
    district: str | None = None
    text: str | None = None
    presets: tuple[Preset, ...] = ()
    count: int = STEP
    problems: tuple[str, ...] = field(default=())
    open_now: bool = False
    picks: tuple[Choice, ...] = ()
    language: str = ""

    @property
    def asked(self) -> tuple[Preset, ...]:
        """The presets, and each amenity that was picked as one more."""
        return self.presets + as_presets(self.picks)

    @property
    def filtered(self) -> bool:
        """Whether any filter is in force."""
        return bool(self.presets or self.picks or self.open_now)

    def unfiltered(self) -> RiderQuery:
        """The same question without any filter."""
        return replace(self, presets=(), picks=(), open_now=False, count=STEP)

    def without_picks(self, dropped: Iterable[Choice]) -> RiderQuery:
        """The same question without some of the picks."""
        gone = set(dropped)
        kept = tuple(one for one in self.picks if one not in gone)
        return replace(self, picks=kept, count=STEP)

    def without(self, preset: Preset) -> RiderQuery:
        """The same question with one filter less."""
        kept = tuple(one for one in self.presets if one.code != preset.code)
        return replace(self, presets=kept, count=STEP)

    def at_any_time(self) -> RiderQuery:
        """The same question, whether open now or not."""
        return replace(self, open_now=False, count=STEP)

    def more(self) -> RiderQuery | None:
        """The same question with a longer answer, up to a bound."""
        return replace(self, count=self.count + STEP) if self.count < MOST else None

    def forget_district(self) -> RiderQuery:
        """The same question without a district that does not exist."""
        told = (*self.problems, t("没有这个地区，先列出全部地区。"))
        return replace(self, district=None, problems=told)

    def forget_position(self) -> RiderQuery:
        """The same question without a position that this service does not answer for."""
        return replace(self, position=None, problems=(*self.problems, t(OUTSIDE)))

    def address(self, path: str = "/") -> str:
        """The address that asks this question."""
        pairs = [(name, value) for name, value in self._pairs() if value]
        return f"{path}?{urlencode(pairs, safe=',')}" if pairs else path

    def data_address(self) -> str:
        """Where the files of the same area and words are; nothing there depends on a position."""
        asked = (("area", self.district), ("q", self.text), (PARAMETER, self.language))
        pairs = [(name, value) for name, value in asked if value]
        return f"/data?{urlencode(pairs)}" if pairs else "/data"

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.position is not None:
            lon, lat = self.position
            yield "lon", f"{lon:.{_POSITION_DIGITS}f}"
            yield "lat", f"{lat:.{_POSITION_DIGITS}f}"
        yield "district", self.district or ""
        yield "q", self.text or ""
        yield "preset", ",".join(preset.code for preset in self.presets)
        yield from pairs_of(self.picks)
        yield "open", _NOW if self.open_now else ""
        yield "n", str(self.count) if self.count != STEP else ""
        yield PARAMETER, self.language


def read_query(given: MultiDict[str, str], language: str = "") -> RiderQuery:
    """The question in the parameters lon, lat, district (or area), q, preset, open, n and the picks'.

    language: what its addresses are to say of the language.
    """
    position, trouble = _position(given.get("lon", ""), given.get("lat", ""))
    return RiderQuery(
        position=position,
        # The API and embeds call it area, so links made for them work here too.
        district=_district(given.get("district") or given.get("area", "")),
        text=_text(given.get("q", "")),
        presets=_presets(given.getlist("preset")),
        open_now=given.get("open") == _NOW,
        picks=read_picks(given),
        count=_count(given.get("n", "")),
        problems=(t(trouble),) if trouble else (),
        language=language,
    )


def _position(lon_text: str, lat_text: str) -> tuple[tuple[float, float] | None, str | None]:
    if not lon_text.strip() and not lat_text.strip():
        return None, None
    lon, lat = _number(lon_text), _number(lat_text)
    if lon is None or lat is None:
        return None, mark("位置没看懂：经度和纬度都要填数字，比如 116.798 和 33.956。")
    if SERVICE_BOX.contains(lon, lat):
        return (lon, lat), None
    if SERVICE_BOX.contains(lat, lon):
        return None, mark("经度和纬度好像填反了：经度在前（约 116），纬度在后（约 33）。")
    return None, OUTSIDE


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _text(given: str) -> str | None:
    """Search words: one line, bounded, without control characters (PostgreSQL refuses NUL)."""
    printable = "".join(sign if sign.isprintable() else " " for sign in given)
    return " ".join(printable.split())[:_TEXT_LIMIT] or None


def _district(given: str) -> str | None:
    return given if given.isascii() and given.isdigit() and len(given) == 6 else None


def _presets(given: list[str]) -> tuple[Preset, ...]:
    """Chosen filters in their fixed order; both `preset=a,b` and `preset=a&preset=b`."""
    asked = {code for part in given for code in part.split(",")}
    return tuple(preset for code, preset in _PRESET_BY_CODE.items() if code in asked)


def _count(given: str) -> int:
    if not (given.isascii() and given.isdigit()):
        return STEP
    wanted = math.ceil(int(given[:4]) / STEP) * STEP
    return min(max(wanted, STEP), MOST)


def preset_rules() -> list[dict[str, Any]]:
    """The filters as the map applies them to the stations it holds; amenities by id."""

    def ids(codes: tuple[str, ...]) -> list[int]:
        return [AMENITY_BY_CODE[code].id for code in codes]

    return [
        {
            "code": preset.code,
            "all": ids(preset.amenities),
            "any": ids(preset.any_of),
            "always_open": preset.always_open,
            "registration_required": preset.registration_required,
        }
        for preset in PRESETS
    ]

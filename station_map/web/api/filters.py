"""Query parameters that say which stations are meant, and the filter they make."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from station_map.domain.travel import TravelMode
from station_map.domain.vocabulary import (
    AMENITIES,
    PRESETS,
    AccessMethod,
    Audience,
    EventKind,
    Honour,
    Kind,
    Labelled,
    Preset,
    ServiceLevel,
    Status,
)
from station_map.search.filters import MOST_SEATS, ServiceOn, StationFilter, with_presets
from station_map.search.opening import OpenAt
from station_map.web.contract import Parameter, Refused, RefusedQuery
from station_map.web.contract.moments import ARRIVAL, EXAMPLE, NOW, PATTERN, Moment, moment
from station_map.web.contract.parameters import entry
from station_map.web.contract.parsers import integer, one_of, several, words
from station_map.web.states import day_of, this_minute

_AMENITY_CODES: Final = {amenity.code: amenity.code for amenity in AMENITIES}
_PRESET_BY_CODE: Final[dict[str, Preset]] = {preset.code: preset for preset in PRESETS}


def _codes(
    name: str, choices: dict[str, Any], what: str, what_zh: str, example: str, *others: str
) -> Parameter:
    """A parameter that takes codes of one vocabulary with commas between them."""
    return Parameter(
        name=name,
        parse=several(choices),
        schema={"type": "array", "items": {"type": "string", "enum": list(choices)}},
        allowed=f"any of {', '.join(choices)}; commas between them",
        allowed_zh=f"下列代码，多个用逗号隔开：{'、'.join(choices)}",
        example=example,
        description=f"{what} {what_zh}",
        also_called=others,
    )


def _vocabulary(vocabulary: type[Labelled]) -> dict[str, Labelled]:
    return {member.value: member for member in vocabulary}


AMENITY: Final = _codes(
    "amenity",
    _AMENITY_CODES,
    "Only stations that have all of these.",
    "同时具备这些服务的站点。",
    "microwave,drinking_water",
    *("amenities", "services", "facility", "facilities"),
)
AMENITY_UNKNOWN: Final = Parameter(
    name="amenity_unknown",
    parse=one_of({"include": True, "exclude": False}),
    schema={"type": "string", "enum": ["include", "exclude"], "default": "exclude"},
    allowed="include or exclude",
    allowed_zh="include 或 exclude",
    example="include",
    description=(
        "`include` adds the stations of which it is not known whether they have what was "
        "asked for: after the known ones, each with the list `amenity_unknown`."
    ),
)
KIND: Final = _codes(
    "kind",
    _vocabulary(Kind),
    "Only stations of one of these kinds.",
    "站点类别。",
    "driver_home",
    "type",
)
ACCESS_METHOD: Final = _codes(
    "access_method",
    _vocabulary(AccessMethod),
    "Only stations whose door opens in one of these ways.",
    "进门方式。",
    "open_door,qr_code",
    "access",
)
SERVICE_LEVEL: Final = _codes(
    "service_level",
    _vocabulary(ServiceLevel),
    "Only stations of one of these service levels.",
    "服务级别。",
    "smart",
    "level",
)
HONOUR: Final = _codes(
    "honour",
    _vocabulary(Honour),
    "Only stations that hold one of these titles; the A grades are those of driver homes.",
    "荣誉称号。",
    "national_most_beautiful,model",
    *("honours", "title"),
)
AUDIENCE: Final = _codes(
    "audience",
    _vocabulary(Audience),
    "Only stations known to be for one of these.",
    "服务对象。",
    "everyone,outdoor_workers",
    "serves",
)
STATUS: Final = _codes(
    "status",
    _vocabulary(Status),
    "Only stations in one of these states; `nearest` holds `open` ones unless this is given,"
    " lists hold all.",
    "站点状态。",
    "open,suspended",
    "state",
)
TODAY: Final = "today"
SERVICE: Final = _codes(
    "service",
    {TODAY: TODAY, **_vocabulary(EventKind)},
    "Only stations where a service of the calendar is held today (China): `today` for any, or of"
    " one of these kinds.",
    "今天有服务活动的站点。",
    TODAY,
    *("event", "events", "calendar", "on_today"),
)
SEATS: Final = Parameter(
    name="seats",
    parse=integer(1, MOST_SEATS),
    schema={"type": "integer", "minimum": 1, "maximum": MOST_SEATS},
    allowed=f"a whole number, 1 to {MOST_SEATS}",
    allowed_zh=f"1 到 {MOST_SEATS} 的整数",
    example="10",
    description="Only stations known to have at least so many seats. 至少多少个座位。",
    also_called=("min_seats", "seats_min", "capacity", "chairs"),
)
REGISTRATION: Final = Parameter(
    name="registration_required",
    parse=one_of({"true": True, "false": False}),
    schema={"type": "boolean"},
    allowed="true or false",
    allowed_zh="true 或 false",
    example="false",
    description="Only stations known to need registration, or known not to. 是否要登记。",
    also_called=("registration",),
)
PRESET: Final = _codes(
    "preset",
    _PRESET_BY_CODE,
    "Ready-made filters for riders; all of those given hold at once (see /api/v1/amenities).",
    "骑手常用筛选，可叠加。",
    "hot_meal",
    *("presets", "filter"),
)

_WHEN: Final = (
    "Only stations that are open then, for certain; unknown hours are left out. `now`, or a"
    " time (ISO 8601; without a zone in Asia/Shanghai) at most 400 days away{further}. `state` is"
    " told for that moment. 只要那时确定开着的。"
)


def _open(*words: str, allowed: str, allowed_zh: str, further: str) -> Parameter:
    """The parameter `open`, which takes some words or a time."""
    return Parameter(
        name="open",
        parse=moment(*words),
        schema={
            "type": "string",
            "pattern": f"^({'|'.join(words)}|{PATTERN})$",
            "examples": [*words, EXAMPLE],
        },
        allowed=allowed,
        allowed_zh=allowed_zh,
        example=NOW,
        description=_WHEN.replace("{further}", further),
        also_called=("open_now", "opened", "open_at", "is_open", "opening"),
    )


OPEN: Final = _open(
    NOW,
    allowed=f"now, or a time such as {EXAMPLE}; on arrival is for /api/v1/stations/nearest only",
    allowed_zh=f"now，或时间如 {EXAMPLE}；arrival 只能用在 /api/v1/stations/nearest",
    further="",
)
OPEN_NEAREST: Final = _open(
    NOW,
    ARRIVAL,
    allowed=f"now, arrival, or a time such as {EXAMPLE}",
    allowed_zh=f"now、arrival（到达时），或时间如 {EXAMPLE}",
    further=", or `arrival`: when one gets there who sets out now by `travel_mode`",
)
OPEN_UNKNOWN: Final = Parameter(
    name="open_unknown",
    parse=one_of({"include": True, "exclude": False}),
    schema={"type": "string", "enum": ["include", "exclude"], "default": "exclude"},
    allowed="include or exclude",
    allowed_zh="include 或 exclude",
    example="include",
    description=(
        "With `open`: `include` adds the stations of which nobody knows whether they are open"
        " then, after all others, each with `open_unknown: true`. 也列出开放时间未知的，排在最后。"
    ),
)
TRAVEL_MODE: Final = Parameter(
    name="travel_mode",
    parse=one_of({mode.value: mode for mode in TravelMode}),
    schema={
        "type": "string",
        "enum": [mode.value for mode in TravelMode],
        "default": TravelMode.WALK.value,
    },
    allowed=f"one of {', '.join(TravelMode)}",
    allowed_zh=f"{'、'.join(TravelMode)} 之一",
    example=TravelMode.EBIKE.value,
    description=(
        "How you come; adds `duration_s` to each station, and decides when you arrive for"
        " `open=arrival`. 怎么去。"
    ),
    also_called=("mode", "travel", "transport", "profile"),
)

MAX_TEXT: Final = 64


def _text(further: str) -> Parameter:
    """The parameter `q`; what is found by sound or nearly is told in `further`."""
    return Parameter(
        name="q",
        parse=words(MAX_TEXT),
        schema={"type": "string", "minLength": 1, "maxLength": MAX_TEXT},
        allowed=f"text of 1 to {MAX_TEXT} characters",
        allowed_zh=f"1 到 {MAX_TEXT} 个字",
        example="淮海路",
        description="Only stations whose name, alias, address, district or code holds these words"
        f" (up to four): as written, in pinyin or by first letters; {further}",
        also_called=("query", "text", "search", "keyword", "name"),
    )


TEXT: Final = _text(
    "if there is none, by the same sound; if there is none, nearly. `textMatch` says which. The"
    " best match comes first. 搜站名、地址、拼音，最像的在前。"
)
TEXT_NEAREST: Final = _text(
    "then by the same sound; if there is none at all, nearly. `text_match` says which, and the"
    " nearest of each come first. 搜站名、地址、拼音，先近后远。"
)

FILTERS: Final = (
    AMENITY,
    PRESET,
    KIND,
    SERVICE_LEVEL,
    ACCESS_METHOD,
    REGISTRATION,
    HONOUR,
    AUDIENCE,
    SEATS,
    SERVICE,
    STATUS,
)


_FILTERING: Final = frozenset([*(one.name for one in FILTERS), OPEN.name, AMENITY_UNKNOWN.name])


@cache
def _only(statuses: tuple[Status, ...]) -> StationFilter:
    return StationFilter(statuses=statuses)


def filter_of(values: dict[str, Any], statuses: tuple[Status, ...] = ()) -> StationFilter:
    """The filter that the read parameters ask for; `statuses` hold unless asked otherwise."""
    if values.keys().isdisjoint(_FILTERING):
        return _only(statuses)
    asked = StationFilter(
        amenities=values.get("amenity", ()),
        amenity_unknown=values.get("amenity_unknown", False),
        kinds=values.get("kind", ()),
        access_methods=values.get("access_method", ()),
        service_levels=values.get("service_level", ()),
        statuses=values.get("status", statuses),
        honours=values.get("honour", ()),
        audiences=values.get("audience", ()),
        registration_required=values.get("registration_required"),
        open_at=_open_at(values) if "open" in values else None,
        seats=values.get("seats"),
        service=service_on(values["service"]) if "service" in values else None,
    )
    presets: tuple[Preset, ...] = values.get("preset", ())
    if not presets:
        return asked
    _refuse_contradiction(asked, presets)
    return with_presets(asked, presets)


def service_on(codes: Iterable[str]) -> ServiceOn:
    """Held today: of the kinds that are named, or any."""
    kinds = () if TODAY in codes else tuple(EventKind(code) for code in codes)
    return ServiceOn(day_of(this_minute()), kinds)


def _open_at(values: dict[str, Any]) -> OpenAt:
    asked: Moment = values["open"]
    mode: TravelMode = values.get("travel_mode", TravelMode.WALK)
    return OpenAt(
        asked if isinstance(asked, int) else this_minute(),
        unknown=values.get("open_unknown", False),
        arriving=mode if asked == ARRIVAL else None,
    )


def _refuse_contradiction(asked: StationFilter, presets: tuple[Preset, ...]) -> None:
    for preset in presets:
        wanted = preset.registration_required
        if wanted is not None and asked.registration_required not in {None, wanted}:
            refusal = Refused(f"contradicts preset={preset.code}", f"和 preset={preset.code} 矛盾")
            raise RefusedQuery([entry(REGISTRATION, refusal)])

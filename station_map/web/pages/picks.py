"""What can be picked beside the presets: the page's filters, by the names that the API has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.datastructures import MultiDict

from station_map.domain.vocabulary import (
    AMENITIES,
    AccessMethod,
    Audience,
    EventKind,
    Honour,
    Kind,
    Labelled,
    Preset,
    ServiceLevel,
    Tier,
)
from station_map.search.filters import MOST_SEATS
from station_map.web.api.filters import TODAY, service_on
from station_map.web.language import label, mark, t, tn

AMENITY: Final = "amenity"
SEATS: Final = "seats"
SEAT_STEPS: Final = (4, 10, 20, 30, 50)
_TIERS: Final[dict[Tier, str]] = {
    "basic": mark("歇脚"),
    "rider": mark("骑车的"),
    "truck": mark("开货车的"),
    "service": mark("服务"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to tick. name: of the parameter. number: an amenity's id, else 0."""

    name: str
    code: str
    zh: str
    en: str
    number: int = 0

    @property
    def label(self) -> str:
        """What people read, in the language of the page."""
        if self.name == SEATS:
            return tn("%(num)s 座以上", int(self.code))
        return label(self)


@dataclass(frozen=True, slots=True)
class Field:
    """Choices under one title; any of them will do, but of amenities all must be there."""

    name: str
    zh: str
    choices: tuple[Choice, ...]

    @property
    def title(self) -> str:
        """What people read, in the language of the page."""
        return t(self.zh)


def _vocabulary(name: str, zh: str, members: type[Labelled]) -> Field:
    return Field(name, zh, tuple(Choice(name, one.value, one.zh, one.en) for one in members))


def _amenities(tier: Tier, zh: str) -> Field:
    """Each amenity once, under the first of its tiers."""
    return Field(
        AMENITY,
        zh,
        tuple(Choice(AMENITY, a.code, a.zh, a.en, a.id) for a in AMENITIES if a.tiers[0] == tier),
    )


AMENITY_FIELDS: Final = tuple(_amenities(tier, zh) for tier, zh in _TIERS.items())
FIELDS: Final = (
    _vocabulary("access_method", mark("怎么进门"), AccessMethod),
    _vocabulary("kind", mark("哪一类"), Kind),
    _vocabulary("service_level", mark("服务级别"), ServiceLevel),
    _vocabulary("audience", mark("给谁用"), Audience),
    _vocabulary("honour", mark("荣誉"), Honour),
    Field(
        "service",
        mark("今天的服务活动"),
        (
            Choice("service", TODAY, mark("今天有活动"), "something on today"),
            *_vocabulary("service", "", EventKind).choices,
        ),
    ),
)
_BY_NAME: Final = {field.name: field for field in FIELDS} | {
    AMENITY: Field(
        AMENITY, mark("设施"), tuple(choice for field in AMENITY_FIELDS for choice in field.choices)
    )
}


def seats_choice(least: int) -> Choice:
    """At least so many seats."""
    return Choice(SEATS, str(least), "", "")


def seat_choices(picked: Iterable[Choice]) -> list[Choice]:
    """The steps that are offered, and what is asked for if it is another number."""
    asked = [int(one.code) for one in picked if one.name == SEATS]
    return [seats_choice(least) for least in sorted({*SEAT_STEPS, *asked})]


def read_picks(given: MultiDict[str, str]) -> tuple[Choice, ...]:
    """What is asked for, in a fixed order; both `kind=a,b` and `kind=a&kind=b`.

    What there is not is left out.
    """
    picked: list[Choice] = []
    for name, field in _BY_NAME.items():
        asked = {code for part in given.getlist(name) for code in part.split(",")}
        picked += [choice for choice in field.choices if choice.code in asked]
    seats = given.get(SEATS, "").strip()
    if seats.isascii() and seats.isdigit() and 1 <= int(seats[:6]) <= MOST_SEATS:
        picked.append(seats_choice(int(seats[:6])))
    return tuple(picked)


def pairs_of(picked: Iterable[Choice]) -> list[tuple[str, str]]:
    """The parameters that ask for them."""
    codes: dict[str, list[str]] = {}
    for one in picked:
        codes.setdefault(one.name, []).append(one.code)
    return [(name, ",".join(found)) for name, found in codes.items()]


def filter_values(picked: Iterable[Choice]) -> dict[str, Any]:
    """Arguments of `StationFilter`, but for amenities (see `as_presets`)."""
    codes = {name: found.split(",") for name, found in pairs_of(picked)}
    return {
        "kinds": tuple(map(Kind, codes.get("kind", ()))),
        "service_levels": tuple(map(ServiceLevel, codes.get("service_level", ()))),
        "access_methods": tuple(map(AccessMethod, codes.get("access_method", ()))),
        "honours": tuple(map(Honour, codes.get("honour", ()))),
        "audiences": tuple(map(Audience, codes.get("audience", ()))),
        "seats": int(codes[SEATS][0]) if SEATS in codes else None,
        "service": service_on(codes["service"]) if "service" in codes else None,
    }


def as_presets(picked: Iterable[Choice]) -> tuple[Preset, ...]:
    """Single amenities as filters of their own, so that cards tick them like the presets'."""
    return tuple(
        Preset(f"{AMENITY}:{one.code}", one.zh, one.en, amenities=(one.code,))
        for one in picked
        if one.name == AMENITY
    )


def droppable(picked: tuple[Choice, ...]) -> list[tuple[str, tuple[Choice, ...]]]:
    """What can be dropped at once, with its name: an amenity, or all choices of a field."""
    amenities = [(one.label, (one,)) for one in picked if one.name == AMENITY]
    names = dict.fromkeys(one.name for one in picked if one.name != AMENITY)
    fields = [tuple(one for one in picked if one.name == name) for name in names]
    return amenities + [(t("、").join(one.label for one in field), field) for field in fields]

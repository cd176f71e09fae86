"""The filters of an embed as its visitor sees them: fixed, on, or to be had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from werkzeug.datastructures import MultiDict

from station_map.domain.vocabulary import PRESETS, Status
from station_map.web.api.filters import OPEN, STATUS, TEXT
from station_map.web.embed.asked import Asked
from station_map.web.language import label, mark, t
from station_map.web.pages.picks import Choice, read_picks
from station_map.web.pages.results import OPEN_NOW

_REGISTRATION: Final = "registration_required"
_NEEDED: Final = {"true": mark("要登记"), "false": mark("免登记")}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter. address: of the embed with it changed; None for one that is fixed."""

    words: str
    look: Literal["fixed", "on", "off"]
    address: str | None = None


def chips(asked: Asked, area_name: str | None) -> list[Chip]:
    """Fixed ones first, then what else is on, then the presets in their order, on or off."""
    found = [*_given(asked, area_name), *_usual(asked)]
    return sorted(found, key=lambda chip: chip.look != "fixed")


def _given(asked: Asked, area_name: str | None) -> Iterator[Chip]:
    options = asked.options
    told = dict(options.filters)
    if options.area is not None:
        yield _chip(asked, "area", area_name or options.area)
    if options.bbox is not None:
        yield _chip(asked, "bbox", t("地图上的一块"))
    if TEXT.name in told:
        yield _chip(asked, TEXT.name, t("“%(text)s”", text=told[TEXT.name]))
    picks: dict[str, list[Choice]] = {}
    for one in read_picks(MultiDict(options.filters)):
        picks.setdefault(one.name, []).append(one)
    for name, choices in picks.items():
        yield _chip(asked, name, t("、").join(one.label for one in choices))
    if _REGISTRATION in told:
        yield _chip(asked, _REGISTRATION, t(_NEEDED[told[_REGISTRATION]]))
    if STATUS.name in told:
        names = [label(Status(code)) for code in options.codes(STATUS.name)]
        yield _chip(asked, STATUS.name, t("、").join(names))


def _chip(asked: Asked, name: str, words: str) -> Chip:
    options = asked.options
    if options.locked(name):
        return Chip(words, "fixed")
    if name in {"area", "bbox"}:
        return Chip(words, "on", asked.with_options(options.changed(**{name: None})).address())
    return Chip(words, "on", asked.with_options(options.with_filter(name, "")).address())


def _usual(asked: Asked) -> Iterator[Chip]:
    on = OPEN.name in dict(asked.options.filters)
    toggled = asked.open_toggled()
    if toggled is None:
        yield Chip(t(OPEN_NOW), "fixed")
    else:
        yield Chip(t(OPEN_NOW), "on" if on else "off", toggled.address())
    for preset in PRESETS:
        holds = preset.code in asked.preset_codes
        other = asked.toggled(preset.code)
        if other is not None:
            yield Chip(label(preset), "on" if holds else "off", other.address())
        elif holds:
            yield Chip(label(preset), "fixed")

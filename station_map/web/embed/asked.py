"""What one request to an embed asks: its options, and what the visitor changed.

A locked filter is read from the options alone, and no parameter of the visitor's takes it away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from station_map.domain.vocabulary import PRESETS, Preset, Status
from station_map.search.filters import StationFilter
from station_map.search.listing import ListQuery
from station_map.web.api.filters import OPEN, OPEN_UNKNOWN, filter_of
from station_map.web.contract.moments import NOW
from station_map.web.embed.options import PATH, EmbedOptions, read_options
from station_map.web.pages.picks import as_presets, read_picks
from station_map.web.pages.query import RiderQuery, read_query
from station_map.web.states import this_minute

SPOTS: Final = f"{PATH}spots"
ALSO: Final = "also"
STEP: Final = 10
MOST: Final = 100
_IN_USE: Final = (Status.OPEN, Status.SUSPENDED)
_PRESET: Final = "preset"
_REGISTRATION: Final = "registration_required"


@dataclass(frozen=True, slots=True)
class Asked:
    """options: of the embed, with the visitor's changes of what is not locked.

    also: presets that the visitor adds to locked ones. position: where the visitor is, degrees,
    WGS-84. count: how many stations to list.
    """

    options: EmbedOptions
    also: tuple[str, ...] = ()
    position: tuple[float, float] | None = None
    count: int = STEP

    @property
    def minute(self) -> int:
        """For which states are told, since 1970 UTC."""
        return this_minute() if self.options.at is None else self.options.at

    @property
    def preset_codes(self) -> tuple[str, ...]:
        """All that hold, in their fixed order."""
        held = {*self.options.codes(_PRESET), *self.also}
        return tuple(preset.code for preset in PRESETS if preset.code in held)

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The same, and each amenity that is asked for as one more: what cards tick first."""
        chosen = tuple(preset for preset in PRESETS if preset.code in self.preset_codes)
        return chosen + as_presets(read_picks(MultiDict(self.options.filters)))

    def where(self) -> StationFilter:
        """The filter, at the moment that the embed is for."""
        values = self.options.values()
        if values.get(OPEN.name) == NOW:
            values[OPEN.name] = self.minute
        codes = self.preset_codes
        values[_PRESET] = tuple(preset for preset in PRESETS if preset.code in codes)
        return filter_of(values, _IN_USE)

    def listing(self, limit: int) -> ListQuery:
        """The stations that meet everything."""
        return ListQuery(
            where=self.where(),
            bbox=self.options.bbox,
            area=self.options.area,
            text=dict(self.options.filters).get("q"),
            limit=limit,
        )

    def bounds(self) -> Asked:
        """What no visitor gets beyond: the locked filters alone."""
        options = self.options
        kept = tuple((name, text) for name, text in options.filters if options.locked(name))
        return Asked(
            options.changed(
                area=options.area if options.locked("area") else None,
                bbox=options.bbox if options.locked("bbox") else None,
                filters=kept,
            )
        )

    # -- other questions

    def with_options(self, options: EmbedOptions) -> Asked:
        """With other options; the list begins anew."""
        return replace(self, options=options, count=STEP)

    def toggled(self, code: str) -> Asked | None:
        """With or without a preset; None for one that is locked or contradicts a locked filter."""
        options = self.options
        given = options.codes(_PRESET)
        if code in self.also:
            return replace(self, also=tuple(c for c in self.also if c != code), count=STEP)
        if options.locked(_PRESET):
            if code in given or _contradicts(options, code):
                return None
            return replace(self, also=(*self.also, code), count=STEP)
        if _contradicts(options, code):
            return None
        codes = [c for c in given if c != code] if code in given else [*given, code]
        return self.with_options(options.with_filter(_PRESET, ",".join(codes)))

    def open_toggled(self) -> Asked | None:
        """With or without "open now"; None when opening is locked."""
        options = self.options
        if options.locked(OPEN.name):
            return None
        if dict(options.filters).get(OPEN.name):
            return self.with_options(options.with_filter(OPEN.name, ""))
        now = options.with_filter(OPEN.name, NOW)
        if not options.locked(OPEN_UNKNOWN.name):
            # Unknown is not closed: those stand below, as a group of their own.
            now = now.changed(filters=(*now.filters, (OPEN_UNKNOWN.name, "include")))
        return self.with_options(read_options(MultiDict(now.pairs())))

    def opened(self, code: str | None) -> Asked:
        """With one station open in place, or none."""
        return replace(self, options=self.options.changed(station=code))

    def more(self) -> Asked:
        """With a longer list."""
        return replace(self, count=min(self.count + STEP, MOST))

    # -- addresses

    def address(self, path: str = PATH) -> str:
        """The embed's address that asks this; the position is not in it (a script adds it)."""
        query = self._query()
        return f"{path}?{query}" if query else path

    def spots_address(self) -> str:
        """Where the places on the map are to be had."""
        return self.opened(None).address(SPOTS)

    def opening_address(self) -> str:
        """The address that opens a station, up to its code."""
        address = self.opened(None).address()
        return f"{address}{'&' if '?' in address else '?'}station="

    def whole_map(self) -> str:
        """The same question to the rider's page."""
        told = MultiDict([*self.options.filters, ("district", self.options.area or "")])
        told.setlist(_PRESET, list(self.preset_codes))
        query: RiderQuery = read_query(told, self.options.lang or "")
        return query.address()

    def _query(self) -> str:
        pairs = self.options.pairs()
        pairs += [(ALSO, ",".join(self.also))] if self.also else []
        pairs += [("n", str(self.count))] if self.count != STEP else []
        return urlencode(pairs, safe=",:")


def read_asked(given: MultiDict[str, str]) -> Asked:
    """What the query asks; what cannot be used counts as not given."""
    options = read_options(given)
    rider = read_query(given)
    asked = {code for text in given.getlist(ALSO) for code in text.split(",")}
    also = tuple(
        preset.code
        for preset in PRESETS
        if preset.code in asked
        and preset.code not in options.codes(_PRESET)
        and not _contradicts(options, preset.code)
    )
    return Asked(options, also, rider.position, min(rider.count, MOST))


def _contradicts(options: EmbedOptions, code: str) -> bool:
    told: Any = options.values().get(_REGISTRATION)
    wanted = next(preset.registration_required for preset in PRESETS if preset.code == code)
    return wanted is not None and told is not None and told != wanted

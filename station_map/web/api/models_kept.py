"""The shape of what is asked for once and kept: all stations in one table, areas, vocabularies."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from station_map.domain.vocabulary import AmenityState, Datum, Tier
from station_map.web.api.models import Collection, Position, Strict


class SlimTimetable(Strict):
    """Hours that many stations share; starts and ends in turn, minutes after `hours.from`."""

    text: str | None = Field(description="The usual week in Chinese, where it can be put so.")
    text_en: str | None = Field(description="The same in English.")
    open: list[int]
    unknown: list[int]
    reasons: list[tuple[int, int, str]] = Field(
        description="Why hours are others on certain dates: start, end, words; maybe none."
    )


class SlimHours(Strict):
    """When stations are open in the days ahead; closed is what is neither open nor unknown."""

    from_: int = Field(alias="from", description="Minutes since 1970-01-01 UTC.")
    until: int = Field(description="Minutes since 1970-01-01 UTC; nothing is told from then on.")
    timetables: list[SlimTimetable]


class SlimTable(Strict):
    """Every station as a row; `fields` names the columns, enums count in `vocabulary`."""

    crs: Datum
    demo: bool
    fields: list[str]
    vocabulary: dict[str, list[str]]
    hours: SlimHours
    rows: list[list[Any]]


class AreaProperties(Strict):
    """An administrative area; (`lon`, `lat`) lies inside it."""

    adcode: str
    name: str
    level: Literal["province", "city", "district", "street"]
    parent_adcode: str | None
    lon: float
    lat: float


class MultiPolygon(Strict):
    """A GeoJSON multipolygon."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[Position]]]


class AreaFeature(Strict):
    """An administrative area with its outline."""

    type: Literal["Feature"]
    id: str
    geometry: MultiPolygon
    properties: AreaProperties


class Areas(Collection):
    """The outlines of all areas."""

    features: list[AreaFeature]


class AmenityEntry(Strict):
    """One amenity; `id` is what the slim table holds."""

    id: int
    code: str
    zh: str
    en: str
    tiers: list[Tier]


class PresetEntry(Strict):
    """A ready-made filter: all of `amenities`, and one of `any_of` if it is not empty."""

    code: str
    zh: str
    en: str
    amenities: list[str]
    any_of: list[str]
    always_open: bool
    registration_required: bool | None


class CodeEntry(Strict):
    """A code with its labels."""

    code: str
    zh: str
    en: str


class Vocabulary(Strict):
    """Every code this API speaks."""

    amenities: list[AmenityEntry]
    amenity_states: list[AmenityState]
    presets: list[PresetEntry]
    vocabularies: dict[str, list[CodeEntry]]

"""What rarely changes: the vocabularies with their labels, and the outlines of the areas."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

from flask import Response, request

from station_map.domain.vocabulary import (
    AMENITIES,
    AMENITY_STATES,
    PRESETS,
    AccessMethod,
    Amenity,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    Labelled,
    Preset,
    ServiceLevel,
    Status,
)
from station_map.store.areas import AreaOutline, area_outlines
from station_map.web import splice
from station_map.web.api.outlines import shifted
from station_map.web.caching import GEOJSON, JSON, answer
from station_map.web.contract import Contract
from station_map.web.contract.positions import CRS, datum_of
from station_map.web.runtime import database

AREAS_PATH: Final = "/api/v1/areas"
VOCABULARY_MAX_AGE_S: Final = 3_600
AREAS_MAX_AGE_S: Final = 3_600

AMENITIES_CONTRACT: Final = Contract()
AREAS_CONTRACT: Final = Contract(CRS)

_VOCABULARIES: Final[dict[str, type[Labelled]]] = {
    "kind": Kind,
    "service_level": ServiceLevel,
    "status": Status,
    "access_method": AccessMethod,
    "host_type": HostType,
    "builder_type": BuilderType,
    "honour": Honour,
    "audience": Audience,
    "crs": Datum,
}


def amenities() -> Response:
    """Amenities, presets and every other vocabulary, with Chinese and English labels."""
    AMENITIES_CONTRACT.read(request.environ["QUERY_STRING"])
    return answer(_vocabulary_text(), JSON, max_age_s=VOCABULARY_MAX_AGE_S)


@cache
def _vocabulary_text() -> str:
    told = {
        "amenities": [_amenity(amenity) for amenity in AMENITIES],
        "amenity_states": AMENITY_STATES,
        "presets": [_preset(preset) for preset in PRESETS],
        "vocabularies": {
            name: [{"code": member.value, "zh": member.zh, "en": member.en} for member in members]
            for name, members in _VOCABULARIES.items()
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _amenity(amenity: Amenity) -> dict[str, Any]:
    return {
        "id": amenity.id,
        "code": amenity.code,
        "zh": amenity.zh,
        "en": amenity.en,
        "tiers": amenity.tiers,
    }


def _preset(preset: Preset) -> dict[str, Any]:
    return {
        "code": preset.code,
        "zh": preset.zh,
        "en": preset.en,
        "amenities": preset.amenities,
        "any_of": preset.any_of,
        "always_open": preset.always_open,
        "registration_required": preset.registration_required,
    }


def areas() -> Response:
    """Outlines of all areas as a FeatureCollection; `id` is the adcode."""
    values = AREAS_CONTRACT.read(request.environ["QUERY_STRING"])
    outlines = area_outlines(database())
    return answer(render_areas(outlines, datum_of(values)), GEOJSON, max_age_s=AREAS_MAX_AGE_S)


def render_areas(outlines: list[AreaOutline], datum: Datum) -> str:
    """The outlines' text, their vertices in `datum`."""
    inside = splice.positions([o.lon for o in outlines], [o.lat for o in outlines], datum)
    features = [
        json.dumps(_area(outline, place, datum), ensure_ascii=False, separators=(",", ":"))
        for outline, place in zip(outlines, inside, strict=True)
    ]
    members = f'"numberReturned":{len(features)},"crs":"{datum.value}",' + splice.links(
        ("self", GEOJSON, splice.href(AREAS_PATH, f"crs={datum.value}"))
    )
    return splice.collection(features, members)


def _area(outline: AreaOutline, inside: tuple[float, float], datum: Datum) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": outline.adcode,
        "geometry": shifted(json.loads(outline.geojson), datum),
        "properties": {
            "adcode": outline.adcode,
            "name": outline.name,
            "level": outline.level,
            "parent_adcode": outline.parent_adcode,
            "lon": inside[0],
            "lat": inside[1],
        },
    }

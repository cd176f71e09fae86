"""Pictures for links that are shared: `/stations/<code>/card.png` and `/card.png?area=`.

Their validator is made of what they show, so that a caller who holds one costs a query and no
drawing. What was drawn is kept in the data folder, within bounds (`exporters/cards/kept.py`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from flask import Response, request

from station_map.domain.vocabulary import Preset, Status
from station_map.errors import NotFound
from station_map.search.filters import StationFilter, with_presets
from station_map.search.listing import ListQuery, get_station, groups_of
from station_map.store.area_pictures import district_shapes, spots
from station_map.store.areas import cities_and_districts
from station_map.store.freshness import latest_revision
from station_map.web.api.filters import PRESET
from station_map.web.api.stations import AREA
from station_map.web.caching import answer
from station_map.web.contract import Contract, Parameter
from station_map.web.contract.parsers import one_of
from station_map.web.runtime import database, settings

if TYPE_CHECKING:
    from station_map.exporters.cards.paper import Sheet

PNG: Final = "image/png"
MAX_AGE_S: Final = 3_600
WIDTH_PX: Final = 1200
HEIGHT_PX: Final = 630
WIDTHS_PX: Final = (1200, 600, 300)
# Another drawing of the same facts is another picture.
_DRAWING: Final = 1
_IN_USE: Final = (Status.OPEN, Status.SUSPENDED)
# What a picture is called where no area or several cities are meant.
_EVERYWHERE: Final = "歇脚地图"

WIDTH: Final = Parameter(
    name="width",
    parse=one_of({str(width): width for width in WIDTHS_PX}),
    schema={"type": "integer", "enum": list(WIDTHS_PX)},
    allowed="1200, 600 or 300",
    allowed_zh="1200、600、300",
    example="600",
    description="Pixels across; 1200 when not given. The height is 630 of 1200.",
    also_called=("w", "size", "maxwidth"),
)
STATION_CONTRACT: Final = Contract(WIDTH)
AREA_CONTRACT: Final = Contract(AREA, PRESET, WIDTH)


def station_picture(code: str) -> Response:
    """The picture of a station. Raises NotFound, RefusedQuery, EnvironmentFault without a font."""
    width = STATION_CONTRACT.read(request.environ["QUERY_STRING"]).get(WIDTH.name, WIDTH_PX)
    facts = json.loads(get_station(database(), code).card)
    return _answered(_station_key(facts), width, partial(_draw_station, facts))


def area_picture() -> Response:
    """The picture of an area, or of all; with presets, of the stations that meet them.

    Raises NotFound, RefusedQuery, EnvironmentFault without a font.
    """
    values = AREA_CONTRACT.read(request.environ["QUERY_STRING"])
    area, presets = values.get(AREA.name), values.get(PRESET.name, ())
    name = _name_of(area)
    said = [area, name, sorted(preset.code for preset in presets)]
    # Outlines change without a revision, and two revisions may share a stamp: anew each hour.
    key = _key("area", *said, str(latest_revision(database())), int(time.time() // MAX_AGE_S))
    draw = partial(_draw_area, area, name, presets)
    return _answered(key, values.get(WIDTH.name, WIDTH_PX), draw)


def _answered(key: str, width: int, draw: Callable[[], Sheet]) -> Response:
    from station_map.exporters.cards.kept import kept

    same = f"{key}-{width}"
    held = answer(b"", PNG, max_age_s=MAX_AGE_S, same_as=same)
    if held.status_code == 304:
        return held
    data = kept(settings().data_dir, same, lambda: draw().png(width))
    return answer(data, PNG, max_age_s=MAX_AGE_S, same_as=same)


def _key(*told: Any) -> str:
    whole = json.dumps([_DRAWING, *told], ensure_ascii=True)
    return sha256(whole.encode()).hexdigest()[:40]


# What the picture shows of all that is known.
_SHOWN: Final = (
    *("code", "name", "kind", "status", "district", "address", "opening_hours", "hours_text"),
    *("access_method", "registration_required", "amenities", "demo"),
)


def _station_key(facts: dict[str, Any]) -> str:
    amenities = sorted((facts.get("amenities") or {}).items())
    return _key("station", [facts.get(name) for name in _SHOWN if name != "amenities"], amenities)


def _draw_station(facts: dict[str, Any]) -> Sheet:
    from station_map.exporters.cards.station import StationCard, draw_station
    from station_map.exporters.plates.facts import one_line, plate_of

    told = {name: facts.get(name) for name in _SHOWN}
    place = _place(one_line(facts.get("district") or ""), one_line(facts.get("address") or ""))
    return draw_station(StationCard(plate_of(json.dumps(told)), place))


def _place(district: str, address: str) -> str:
    if district and district in address:
        return address
    return " · ".join(part for part in (district, address) if part)


def _name_of(area: str | None) -> str:
    """Of the area; without one, of the only city there is. Raises NotFound."""
    known = cities_and_districts(database())
    if area is not None:
        found = dict(known).get(area)
        if found is None:
            raise NotFound("area", area)
        return found
    cities = [name for adcode, name in known if adcode.endswith("00")]
    return cities[0] if len(cities) == 1 else _EVERYWHERE


def _draw_area(area: str | None, name: str, presets: tuple[Preset, ...]) -> Sheet:
    from station_map.exporters.cards.area import AreaCard, draw_area, read_shape

    where = with_presets(StationFilter(statuses=_IN_USE), presets)
    (group,) = groups_of(database(), ListQuery(where=where, area=area))
    found = spots(database(), *group)
    shapes = [read_shape(shape) for shape in district_shapes(database(), area)]
    filters = tuple(preset.zh for preset in presets)
    return draw_area(AreaCard(name, filters, found.count, found.demo, shapes, found.places))

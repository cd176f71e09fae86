"""Pages of features, and one feature."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from flask import Response, request

from station_map.errors import NotFound
from station_map.geo.axes import Axes
from station_map.search.paging import Place, encode
from station_map.store.features import (
    AreaFeature,
    StationFeature,
    area_feature,
    area_features,
    station_feature,
    station_features,
)
from station_map.web import splice
from station_map.web.ogc.asked import CONTRACTS, ITEM, Asked, asked_of
from station_map.web.ogc.collected import Collection, named
from station_map.web.ogc.counts import matching
from station_map.web.ogc.crs import AXES, CRS84
from station_map.web.ogc.forms import data, form, page
from station_map.web.ogc.links import (
    GEOJSON,
    HTML,
    JSON,
    Link,
    both,
    dumps,
    link,
    to,
    with_parameter,
)
from station_map.web.origin import origin
from station_map.web.runtime import database
from station_map.web.states import state_of

FORMS: Final = {GEOJSON: "json", JSON: "json", HTML: "html"}
_METRE_DIGITS: Final = 3


class _Told(NamedTuple):
    """A feature: its id, its GeoJSON text, and whether it is invented."""

    key: str
    feature: str
    demo: bool = False


class _Found(NamedTuple):
    features: list[_Told]
    matched: int
    next_key: str | None


def items(collection: str) -> Response:
    """One page of features, by their keys. Raises NotFound and InputError."""
    known = named(collection)
    query = request.environ["QUERY_STRING"]
    values = CONTRACTS[known.id].read(query)
    asked = asked_of(known, values)
    form_asked = form(values, FORMS)
    found = _found(known, asked)
    links = _links(known, found, query, form_asked)
    if form_asked == "html":
        told = [json.loads(one.feature) for one in found.features]
        return _with_crs(
            page("items.html", collection=known, features=told, found=found, links=links),
            asked.crs,
        )
    return _with_crs(_collection(found, links), asked.crs)


def _collection(found: _Found, links: list[Link]) -> Response:
    members = (
        f'"demo":{"true" if any(one.demo for one in found.features) else "false"},'
        f'"numberMatched":{found.matched},"numberReturned":{len(found.features)},'
        f'"links":{dumps(links)}'
    )
    body = splice.collection([one.feature for one in found.features], members)
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    stamped = f'{body[:-1]},"timeStamp":"{now}"}}'
    return data(stamped, GEOJSON, same_as=body)


def item(collection: str, code: str) -> Response:
    """One feature. Raises NotFound."""
    known = named(collection)
    values = ITEM.read(request.environ["QUERY_STRING"])
    crs = values.get("crs", CRS84)
    form_asked = form(values, FORMS)
    told = _one(known, code, AXES[crs])
    path = f"collections/{known.id}"
    links = [
        *both(f"{path}/items/{told.key}", form_asked, GEOJSON),
        link("collection", JSON, to(path), known.title),
    ]
    if known.of_stations:
        links.append(link("related", HTML, f"{origin()}/stations/{told.key}", "Page 驿站页面"))
    if form_asked == "html":
        feature = json.loads(told.feature)
        return _with_crs(page("item.html", collection=known, feature=feature, links=links), crs)
    return _with_crs(
        data(splice.with_members(told.feature, f'"links":{dumps(links)}'), GEOJSON), crs
    )


def _with_crs(response: Response, crs: str) -> Response:
    response.headers["Content-Crs"] = f"<{crs}>"
    return response


def _found(collection: Collection, asked: Asked) -> _Found:
    matched = matching(asked.where, further=asked.after is not None)
    if asked.after is not None:
        asked.where.after(asked.after)
    features = [*_read(collection, asked)]
    more = len(features) > asked.limit
    shown = features[: asked.limit]
    return _Found(shown, matched, shown[-1].key if more else None)


def _read(collection: Collection, asked: Asked) -> Iterable[_Told]:
    """One more than a page holds."""
    if collection.of_stations:
        rows = station_features(database(), asked.where, asked.axes, asked.limit + 1)
        return [_station(row, asked.axes) for row in rows]
    return map(_area, area_features(database(), asked.where, asked.axes, asked.limit + 1))


def _one(collection: Collection, key: str, axes: Axes) -> _Told:
    if re.fullmatch(collection.keys, key, re.ASCII) is None:  # PostgreSQL would refuse a NUL
        raise NotFound(collection.id, key[:64])
    if collection.of_stations:
        return _station(station_feature(database(), key, axes), axes)
    return _area(area_feature(database(), key, axes))


def _station(row: StationFeature, axes: Axes) -> _Told:
    digits = _METRE_DIGITS if axes is Axes.MERCATOR else splice.DIGITS
    place = (round(row.x, digits), round(row.y, digits))
    members = f'{state_of(row).member},"updated_at":"{row.updated_at}"'
    properties = splice.with_members(row.card, members)
    return _Told(row.code, splice.feature(row.code, place, properties), splice.any_demo([row.card]))


def _area(row: AreaFeature) -> _Told:
    properties = {
        "adcode": row.adcode,
        "name": row.name,
        "level": row.level,
        "parent_adcode": row.parent_adcode,
    }
    feature = (
        f'{{"type":"Feature","id":"{row.adcode}","geometry":{row.geometry},'
        f'"properties":{dumps(properties)}}}'
    )
    return _Told(row.adcode, feature)


def _links(collection: Collection, found: _Found, query: str, asked: str) -> list[Link]:
    path = f"collections/{collection.id}/items"

    def in_form(wanted: str, cursor: str | None = None) -> str:
        told = with_parameter(query, "f", wanted)
        return to(path, told if cursor is None else with_parameter(told, "cursor", cursor))

    kinds: dict[str, Any] = {"json": GEOJSON, "html": HTML}
    now = "html" if asked == "html" else "json"
    other = "json" if now == "html" else "html"
    links = [
        link("self", kinds[now], in_form(now)),
        link("alternate", kinds[other], in_form(other)),
        link("collection", JSON, to(f"collections/{collection.id}"), collection.title),
    ]
    if found.next_key is not None:
        cursor = encode(Place(0, "", 0, found.next_key))
        links.append(link("next", kinds[now], in_form(now, cursor), "Next page 下一页"))
    return links

"""GeoJSON by joining text: each station's properties are stored as JSON and sent as they are.

No object is built and nothing is encoded a second time, so an answer costs what it weighs.
Only numbers, codes and JSON made by the database or by an encoder are joined here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote

from station_map.domain.vocabulary import Datum
from station_map.geo.datum import from_wgs84

DIGITS: Final = 7  # of a degree: a centimetre

# `"demo":true` cannot stand inside a JSON string: the quote after demo would be escaped.
_DEMO_MARKS: Final = ('"demo":true', '"demo": true')
_STORED_DEMO_MARK: Final = b'"demo":true'
_SAFE_IN_LINK: Final = "=&,.-_~%:+*()!"


def positions(
    lons: Sequence[float], lats: Sequence[float], datum: Datum
) -> list[tuple[float, float]]:
    """WGS-84 degrees as (lon, lat) in `datum`, rounded to 1e-7 degrees."""
    if datum is not Datum.WGS84 and lons:
        import numpy as np

        east, north = from_wgs84(np.asarray(lons), np.asarray(lats), datum)
        lons, lats = east.tolist(), north.tolist()
    return [(round(x, DIGITS), round(y, DIGITS)) for x, y in zip(lons, lats, strict=True)]


def feature(code: str, position: tuple[float, float], properties: str) -> str:
    """One Feature. properties: the JSON text of an object; code: checked by the schema."""
    lon, lat = position
    return (
        f'{{"type":"Feature","id":"{code}","geometry":{{"type":"Point",'
        f'"coordinates":[{lon},{lat}]}},"properties":{properties}}}'
    )


def with_members(properties: str, members: str) -> str:
    """The JSON object `properties` with `members` ('"a":1,"b":2') added at its end."""
    return f"{properties[:-1]},{members}}}"


def collection(features: Iterable[str], members: str) -> str:
    """A FeatureCollection with further top-level `members` ('"numberReturned":2')."""
    return f'{{"type":"FeatureCollection",{members},"features":[{",".join(features)}]}}'


def links(*entries: tuple[str, str, str]) -> str:
    """The member `links` of (rel, media type, address made by `href`)."""
    told = [f'{{"rel":"{rel}","type":"{kind}","href":"{to}"}}' for rel, kind, to in entries]
    return f'"links":[{",".join(told)}]'


def href(path: str, query: str = "") -> str:
    """A link to `path` on this server; whatever could not stand in a URL is escaped.

    query: as WSGI gives it (bytes as Latin-1). The result is safe inside a JSON string.
    """
    if not query:
        return path
    return f"{path}?{quote(query.encode('latin-1', 'replace'), safe=_SAFE_IN_LINK)}"


def any_demo(cards: Iterable[str]) -> bool:
    """Whether a demo station is among those whose properties are `cards`."""
    first, second = _DEMO_MARKS
    return any(first in card or second in card for card in cards)


def holds_demo(features: bytes) -> bool:
    """The same for text joined from the cards that the store wrote, in UTF-8."""
    return _STORED_DEMO_MARK in features

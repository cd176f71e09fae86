"""A station as schema.org's Place, for programs that read pages.

What is not known is left out: a missing property says nothing, and neither do we. Templates
put the object through `tojson` into a data block (`<script type="application/ld+json">`). No
browser runs one, so the policy of scripts does not apply to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from station_map.domain.hours import Code
from station_map.domain.vocabulary import AMENITIES, Audience, Status
from station_map.web.language import label, mark, t
from station_map.web.pages.details.week import Span, Week
from station_map.web.photos import Shown

_SCHEMA: Final = "https://schema.org"
_WEEKDAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)
_DAY: Final = 24 * 60
# Yes and no are so for programs too; what lies between is told in words.
_VALUES: Final[dict[str, bool | str]] = {
    "yes": True,
    "no": False,
    "partial": mark("部分"),
    "broken": mark("坏了"),
}
_FREE: Final = "免费"  # as unions write it
_DEMO: Final = mark("示例数据，不是真的驿站。")

Json = dict[str, Any]


def place_of(
    facts: Mapping[str, Any], week: Week, url: str, lon: float, lat: float, today: dt.date
) -> Json:
    """The object. facts: every public field; url: canonical; lon, lat: degrees, WGS-84."""
    told: Json = {
        "@context": _SCHEMA,
        "@type": "Place",
        "@id": url,
        "url": url,
        "identifier": facts["code"],
        "name": facts["name"],
        "alternateName": facts.get("aliases") or None,
        "description": t(_DEMO) if facts.get("demo") else None,
        "geo": {"@type": "GeoCoordinates", "latitude": round(lat, 6), "longitude": round(lon, 6)},
        "address": _address(facts),
        "telephone": facts.get("phone"),
        "isAccessibleForFree": True if facts.get("price") == _FREE else None,
        "publicAccess": True if facts.get("audience") == Audience.EVERYONE else None,
        "amenityFeature": list(_features(facts.get("amenities") or {})),
        **_hours(facts, week, today),
    }
    return {name: value for name, value in told.items() if value not in (None, [])}


def images_of(photos: Sequence[Shown], base: str) -> Json:
    """The member that tells the photos, if there are any. base: scheme and host."""
    told = [
        {
            "@type": "ImageObject",
            "contentUrl": base + photo.whole,
            "thumbnailUrl": base + photo.thumb,
            "width": photo.width,
            "height": photo.height,
            **({"caption": photo.caption} if photo.caption else {}),
        }
        for photo in photos
    ]
    return {"image": told} if told else {}


def _address(facts: Mapping[str, Any]) -> Json:
    parts = {
        "streetAddress": facts.get("address"),
        "addressLocality": facts.get("district"),
        "addressCountry": "CN",
    }
    return {"@type": "PostalAddress"} | {name: part for name, part in parts.items() if part}


def _features(states: Mapping[str, str]) -> Iterator[Json]:
    for amenity in AMENITIES:
        state = states.get(amenity.code)
        if state is not None:
            yield {
                "@type": "LocationFeatureSpecification",
                "name": label(amenity),
                "value": _value(state),
            }


def _value(state: str) -> bool | str:
    value = _VALUES[state]
    return t(value) if isinstance(value, str) else value


def _hours(facts: Mapping[str, Any], week: Week, today: dt.date) -> Json:
    """Regular and special hours; none of a station that is not in use."""
    status = facts.get("status")
    if status == Status.SUSPENDED and facts.get("suspended_until"):
        back = dt.date.fromisoformat(facts["suspended_until"])
        if back > today:
            closed = _specials((), today, back - dt.timedelta(days=1))
            return {
                "openingHoursSpecification": _regular(week),
                "specialOpeningHoursSpecification": closed,
            }
    elif status != Status.OPEN:
        return {}
    return {
        "openingHoursSpecification": _regular(week),
        "specialOpeningHoursSpecification": [
            one for day, spans in week.dated for one in _specials(spans, day, day)
        ],
    }


def _regular(week: Week) -> list[Json]:
    by_spans: dict[tuple[Span, ...], list[str]] = {}
    for name, spans in zip(_WEEKDAYS, week.spans, strict=False):
        by_spans.setdefault(spans, []).append(f"{_SCHEMA}/{name}")
    if week.holiday_spans is not None:
        by_spans.setdefault(week.holiday_spans, []).append(f"{_SCHEMA}/PublicHolidays")
    return [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": days} | times
        for spans, days in by_spans.items()
        for times in _times(spans)
    ]


def _specials(spans: Sequence[Span], first: dt.date, last: dt.date) -> list[Json]:
    valid = {"validFrom": first.isoformat(), "validThrough": last.isoformat()}
    return [{"@type": "OpeningHoursSpecification"} | valid | times for times in _times(spans)]


def _times(spans: Sequence[Span]) -> Iterator[Json]:
    """A closing time that is not after the opening time is of the next day; 00:00 to 00:00 is
    closed. Parts that are not certain are left out, and so is a day of such parts alone.
    """
    if not spans:
        yield {"opens": "00:00", "closes": "00:00"}
    for span in spans:
        if span.code is Code.OPEN:
            whole = (span.start, span.end) == (0, _DAY)
            closes = "23:59" if whole else _clock(span.end % _DAY)
            yield {"opens": _clock(span.start), "closes": closes}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"

"""One example of each answer, as OpenAPI shows it; a test holds each to its model."""

from __future__ import annotations

from typing import Any, Final

from station_map.web.caching import GEOJSON, JSON

_STATE: Final = {"code": "open", "until": "22:00", "next": None, "text": "开放中，22:00 关门"}
_CARD: Final[dict[str, Any]] = {
    "code": "340603-00001",
    "name": "淮海路工会驿站",
    "kind": "union_station",
    "service_level": "comprehensive",
    "status": "open",
    "district": "相山区",
    "adcode": "340603",
    "address": "淮海路 1 号",
    "opening_hours": "Mo-Su 08:00-22:00",
    "hours_text": "8:00-22:00",
    "amenities": {"microwave": "yes", "drinking_water": "yes", "toilet": "no"},
    "access_method": "open_door",
    "registration_required": False,
    "seats": 12,
    "honours": ["model"],
    "verified_at": "2026-11-20T02:00:00Z",
    "demo": False,
}
_NOW: Final[dict[str, Any]] = {**_CARD, "reported_locked": False, "state": _STATE}
_POINT: Final = {"type": "Point", "coordinates": [116.798, 33.956]}
_CODE: Final = {"type": "Feature", "id": _CARD["code"], "geometry": _POINT}
_LIVE: Final = {"bays_free": {"value": 12, "observed_at": "2026-11-22T08:30:00Z"}}
_MOMENT: Final = "2026-11-22T01:30:00Z"


def _link(rel: str, href: str, kind: str = JSON) -> dict[str, str]:
    return {"rel": rel, "type": kind, "href": href}


_COUNTS: Final = {"numberMatched": 713, "numberReturned": 1, "crs": "wgs84", "demo": False}
_RUN: Final[dict[str, Any]] = {
    "id": 17,
    "kind": "coverage",
    "title": "夜里的热饭",
    "state": "queued",
    "cancelling": False,
    "asked": {"area": "340603", "radii": [500, 1000], "hours": "night"},
    "progress": None,
    "by": "planner",
    "origin": "api",
    "asked_at": "2026-11-22T01:30:00.000000Z",
    "started_at": None,
    "ended_at": None,
    "version": None,
    "digests": {},
    "inputs": None,
    "repeats": None,
    "same": None,
    "error": None,
    "links": [_link("self", "/api/v1/coverage-runs/17")],
}
_OUTLINE: Final = [[[[116.7, 33.9], [116.9, 33.9], [116.9, 34.1], [116.7, 33.9]]]]

ANSWERS: Final[dict[str, Any]] = {
    "NearestStations": {
        "type": "FeatureCollection",
        "numberReturned": 1,
        "crs": "wgs84",
        "demo": False,
        "links": [_link("self", "/api/v1/stations/nearest?lon=116.8&lat=33.95&k=1", GEOJSON)],
        "features": [
            {**_CODE, "properties": {**_NOW, "distance_m": 691.3, "bearing_deg": 344.5}},
        ],
    },
    "StationPage": {
        "type": "FeatureCollection",
        **_COUNTS,
        "links": [
            _link("self", "/api/v1/stations?limit=1", GEOJSON),
            _link("next", "/api/v1/stations?limit=1&cursor=MzQwNjAzLTAwMDAx", GEOJSON),
        ],
        "features": [{**_CODE, "properties": _NOW}],
    },
    "StationItems": {
        **_COUNTS,
        "links": [_link("self", "/api/v1/stations?f=json&limit=1")],
        "items": [{**_NOW, "lon": 116.798, "lat": 33.956}],
    },
    "StationFeature": {
        **_CODE,
        "properties": {**_NOW, "photos": [], "former_codes": [], "same_door": []},
    },
    "SlimTable": {
        "crs": "wgs84",
        "demo": False,
        "fields": ["code", "name", "lon", "lat", "kind", "timetable"],
        "vocabulary": {"kind": ["union_station", "driver_home"]},
        "hours": {
            "from": 29_400_000,
            "until": 29_411_520,
            "timetables": [
                {
                    "text": "每天 8:00-22:00",
                    "text_en": "daily 8:00-22:00",
                    "open": [480, 1320],
                    "unknown": [],
                    "reasons": [],
                }
            ],
        },
        "rows": [["340603-00001", "淮海路工会驿站", 116.798, 33.956, 0, 0]],
    },
    "ChangePage": {
        "numberReturned": 1,
        "more": False,
        "cursor": "1-840.840.",
        "crs": "wgs84",
        "links": [_link("next", "/api/v1/changes?since=1-840.840.&limit=100&crs=wgs84")],
        "changes": [
            {
                "id": 12,
                "at": "2026-11-22T01:30:00.000000Z",
                "action": "updated",
                "code": "340603-00001",
                "successor": None,
                "station": {**_CODE, "properties": _CARD},
            }
        ],
    },
    "ReportStored": {
        "id": "3f0f6c1e-6f0a-4c0e-9d4e-0b8f7a3c2d10",
        "station": "340603-00001",
        "kind": "locked",
        "received_at": _MOMENT,
        "verified_at": None,
        "reported_locked": False,
        "text": "收到，谢谢。",
    },
    "SuggestionStored": {
        "id": "3f0f6c1e-6f0a-4c0e-9d4e-0b8f7a3c2d10",
        "lon": 116.8,
        "lat": 33.95,
        "adcode": "340603",
        "received_at": _MOMENT,
        "text": "收到，谢谢。",
    },
    "LiveStored": {
        "station": "340603-00001",
        "observed_at": "2026-11-22T08:30:00Z",
        "stored": ["bays_free"],
        "live": _LIVE,
    },
    "LiveHours": {
        "station": "340603-00001",
        "hours": [
            {
                "hour": "2026-11-22T08:00:00Z",
                "quantity": "bays_free",
                "samples": 60,
                "minimum": 3,
                "mean": 8.5,
                "maximum": 14,
                "last": 12,
            }
        ],
    },
    "Vocabulary": {
        "amenities": [
            {"id": 1, "code": "microwave", "zh": "微波炉", "en": "Microwave", "tiers": ["basic"]}
        ],
        "amenity_states": ["yes", "no"],
        "presets": [
            {
                "code": "hot_meal",
                "zh": "热饭",
                "en": "Warm a meal",
                "amenities": ["microwave"],
                "any_of": [],
                "always_open": False,
                "registration_required": None,
            }
        ],
        "vocabularies": {"kind": [{"code": "driver_home", "zh": "司机之家", "en": "Driver home"}]},
    },
    "Areas": {
        "type": "FeatureCollection",
        "numberReturned": 1,
        "crs": "wgs84",
        "links": [_link("self", "/api/v1/areas?crs=wgs84", GEOJSON)],
        "features": [
            {
                "type": "Feature",
                "id": "340603",
                "geometry": {"type": "MultiPolygon", "coordinates": _OUTLINE},
                "properties": {
                    "adcode": "340603",
                    "name": "相山区",
                    "level": "district",
                    "parent_adcode": "340600",
                    "lon": 116.8,
                    "lat": 33.95,
                },
            }
        ],
    },
    "RunPage": {
        "items": [_RUN],
        "numberReturned": 1,
        "links": [_link("self", "/api/v1/coverage-runs")],
    },
    "RunTold": {**_RUN, "answer": None},
    "Me": {
        "name": "car-park",
        "title": "停车场设备",
        "role": "keeper",
        "stations": ["340603-00001"],
        "areas": [],
        "token": {
            "label": "闸机",
            "prefix": "sm_4f9a",
            "scopes": ["live:write"],
            "expires_at": "2027-02-20T00:00:00Z",
        },
    },
}
"""By the name of the model."""

ASKED: Final[dict[str, Any]] = {
    "CoverageRunAsked": {
        "title": "夜里的热饭",
        "area": "340603",
        "radii": [500, 1000],
        "hours": "night",
        "amenities": ["microwave"],
    },
    "SitingRunAsked": {"title": "下一批", "goal": "cover", "count": 20, "radius": 1000},
}
"""The same of what is asked."""

BODIES: Final[dict[str, dict[str, Any]]] = {
    "api.report": {"kind": "broken", "amenity": "microwave", "note": "不转了"},
    "api.suggest": {"lon": 116.8, "lat": 33.95, "amenities": ["microwave", "toilet"]},
    "api.live_push": {"observed_at": "2026-11-22T08:30:00Z", "bays_free": 12, "door": "open"},
}
"""What is sent where fields say it, by endpoint."""

"""Station fields that are plain columns, by SQL type: staging, merging and reading share it."""

from __future__ import annotations

from typing import Final

# Field of domain.Station -> SQL type. Position, honours and amenities are kept apart.
FIELD_TYPES: Final[dict[str, str]] = {
    "name": "text",
    "kind": "text",
    "brand": "text",
    "host_type": "text",
    "builder_type": "text",
    "operator": "text",
    "phone": "text",
    "source_lon": "double precision",
    "source_lat": "double precision",
    "source_datum": "text",
    "position_source": "text",
    "position_precision_m": "double precision",
    "stated_district": "text",
    "address": "text",
    "landmark": "text",
    "floor": "text",
    "entrance_note": "text",
    "road_ref": "text",
    "road_direction": "text",
    "road_stake": "text",
    "seats": "integer",
    "area_m2": "double precision",
    "audience": "text",
    "access_method": "text",
    "registration_required": "boolean",
    "price": "text",
    "rules": "text",
    "opening_hours": "text",
    "hours_text": "text",
    "staffed_hours": "text",
    "hours_source": "text",
    "hours_verified_at": "timestamptz",
    "status": "text",
    "suspended_until": "date",
    "status_reason": "text",
    "verified_at": "timestamptz",
    "verified_by": "text",
    "last_inspected_on": "date",
    "service_level": "text",
    "bays_total": "integer",
    "bays_free": "integer",
    "bays_at": "timestamptz",
    "max_height_m": "double precision",
    "max_length_m": "double precision",
    "parking_paid": "boolean",
    "security_level": "text",
    "source": "text",
    "source_id": "text",
    "source_date": "date",
    "note": "text",
    "demo": "boolean",
}

# What may be known of an amenity beside its state: field of domain.AmenityFact -> SQL type.
AMENITY_DETAIL_TYPES: Final[dict[str, str]] = {
    "quantity": "int",
    "note": "text",
    "fee": "text",
    "verified_at": "timestamptz",
}

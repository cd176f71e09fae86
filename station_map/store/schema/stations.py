"""The stations themselves."""

from __future__ import annotations

import datetime as dt

from geoalchemy2 import Geography, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Identity,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from station_map.domain.vocabulary import (
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.store.schema.base import Base, one_of


class StationRow(Base):
    """A rest station. NULL means unknown everywhere."""

    __tablename__ = "station"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(
        Computed("lower(regexp_replace(normalize(name, NFKC), '\\s', '', 'g'))", persisted=True)
    )
    aliases: Mapped[list[str]] = mapped_column(server_default=text("'{}'::text[]"))
    kind: Mapped[str]
    brand: Mapped[str | None]
    host_type: Mapped[str | None]
    builder_type: Mapped[str | None]
    operator: Mapped[str | None]
    phone: Mapped[str | None]

    position: Mapped[WKBElement] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    lon: Mapped[float] = mapped_column(Computed("ST_X(position::geometry)", persisted=True))
    lat: Mapped[float] = mapped_column(Computed("ST_Y(position::geometry)", persisted=True))
    source_lon: Mapped[float | None]
    source_lat: Mapped[float | None]
    source_datum: Mapped[str | None]
    position_source: Mapped[str | None]
    position_precision_m: Mapped[float | None]
    adcode: Mapped[str | None]
    stated_district: Mapped[str | None]
    address: Mapped[str | None]
    landmark: Mapped[str | None]
    floor: Mapped[str | None]
    entrance_note: Mapped[str | None]
    road_ref: Mapped[str | None]
    road_direction: Mapped[str | None]
    road_stake: Mapped[str | None]

    seats: Mapped[int | None]
    area_m2: Mapped[float | None]
    audience: Mapped[str | None]
    access_method: Mapped[str | None]
    registration_required: Mapped[bool | None]
    price: Mapped[str | None]
    rules: Mapped[str | None]

    opening_hours: Mapped[str | None]
    hours_text: Mapped[str | None]
    staffed_hours: Mapped[str | None]
    hours_source: Mapped[str | None]
    hours_verified_at: Mapped[dt.datetime | None]

    status: Mapped[str] = mapped_column(server_default="open")
    suspended_until: Mapped[dt.date | None]
    status_reason: Mapped[str | None]
    verified_at: Mapped[dt.datetime | None]
    verified_by: Mapped[str | None]
    last_inspected_on: Mapped[dt.date | None]
    reported_locked_at: Mapped[dt.datetime | None]
    service_level: Mapped[str | None]

    bays_total: Mapped[int | None]
    bays_free: Mapped[int | None]
    bays_at: Mapped[dt.datetime | None]
    max_height_m: Mapped[float | None]
    max_length_m: Mapped[float | None]
    parking_paid: Mapped[bool | None]
    security_level: Mapped[str | None]

    source: Mapped[str | None]
    source_id: Mapped[str | None]
    source_date: Mapped[dt.date | None]
    note: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(server_default=text("false"))
    import_run_id: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        one_of("kind", [v.value for v in Kind]),
        one_of("host_type", [v.value for v in HostType]),
        one_of("builder_type", [v.value for v in BuilderType]),
        one_of("audience", [v.value for v in Audience]),
        one_of("access_method", [v.value for v in AccessMethod]),
        one_of("status", [v.value for v in Status]),
        one_of("service_level", [v.value for v in ServiceLevel]),
        one_of("source_datum", [v.value for v in Datum]),
        # Without a bounded repetition, which takes eight times as long.
        CheckConstraint(
            "code ~ '^[0-9A-Za-z][0-9A-Za-z_-]*$' AND char_length(code) <= 64", name="code_form"
        ),
        CheckConstraint("char_length(btrim(name)) BETWEEN 1 AND 4096", name="name_length"),
        # Web Mercator ends near 85.06 degrees; no station stands beyond it.
        CheckConstraint(
            "lat BETWEEN -85 AND 85 AND lon BETWEEN -180 AND 180", name="position_range"
        ),
        CheckConstraint("seats >= 0", name="seats_range"),
        CheckConstraint("area_m2 >= 0", name="area_m2_range"),
        CheckConstraint("bays_total >= 0", name="bays_total_range"),
        CheckConstraint("bays_free >= 0", name="bays_free_range"),
        CheckConstraint("max_height_m > 0", name="max_height_m_range"),
        CheckConstraint("max_length_m > 0", name="max_length_m_range"),
        CheckConstraint("position_precision_m >= 0", name="position_precision_m_range"),
        CheckConstraint(
            "suspended_until IS NULL OR status = 'suspended'", name="suspended_until_status"
        ),
        # Hashed, because an index entry is bounded and a name of 4,096 characters is beyond it.
        Index("ix_station_name_key", "name_key", postgresql_using="hash"),
        Index("ix_station_adcode", "adcode"),
        Index("ix_station_import_run_id", "import_run_id"),
        Index("ix_station_seats", "seats", postgresql_include=["id"]),
        Index(
            "uq_station_source_source_id",
            "source",
            "source_id",
            unique=True,
            postgresql_where=text("source_id IS NOT NULL"),
        ),
    )

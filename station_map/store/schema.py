"""Tables as typed SQLAlchemy models; Alembic migrations make them (see `migrations/`).

Rules that must always hold stand here as constraints. `station_card` is derived: the SQL
function `station_refresh` writes it in the transaction of the change, and nothing else does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from geoalchemy2 import Geography, Geometry, WKBElement
from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from station_map.domain.vocabulary import (
    AMENITY_STATES,
    AccessMethod,
    Audience,
    BuilderType,
    Datum,
    Honour,
    HostType,
    Kind,
    ServiceLevel,
    Status,
)
from station_map.store.facets import SIGNATURE_BITS

ORIGINS: Final = ("form", "import", "api", "report", "system")
REVISION_ACTIONS: Final = ("created", "updated", "deleted")
AREA_LEVELS: Final = ("province", "city", "district", "street")

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Timestamp = DateTime(timezone=True)


class Base(DeclarativeBase):
    """Registry of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads the plain dict)
        str: Text,
        float: Double,
        dt.datetime: Timestamp,
        dict[str, Any]: JSONB,
        list[str]: ARRAY(Text),
        list[int]: ARRAY(Integer),
    }


def one_of(column: str, values: Iterable[str]) -> CheckConstraint:
    """CHECK that a column holds one of a vocabulary's codes (or NULL: unknown)."""
    codes = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({codes})", name=column)


class AreaRow(Base):
    """An administrative area; stations find their district by point in polygon."""

    __tablename__ = "area"

    adcode: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    level: Mapped[str]
    parent_adcode: Mapped[str | None] = mapped_column(ForeignKey("area.adcode"))
    geom: Mapped[WKBElement] = mapped_column(
        Geometry("MULTIPOLYGON", srid=4326, spatial_index=False)
    )
    source: Mapped[str]

    __table_args__ = (
        one_of("level", AREA_LEVELS),
        CheckConstraint("adcode ~ '^[0-9]{6,12}$'", name="adcode_digits"),
        CheckConstraint("ST_IsValid(geom)", name="geom_valid"),
        Index("ix_area_geom", "geom", postgresql_using="gist"),
        Index("ix_area_parent_adcode", "parent_adcode"),
    )


class AmenityRow(Base):
    """The amenity vocabulary, so that foreign keys hold it."""

    __tablename__ = "amenity"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)


class FacetRow(Base):
    """Numbers of filterable facts (see `facets.py`)."""

    __tablename__ = "facet"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    dimension: Mapped[str]
    code: Mapped[str]

    __table_args__ = (
        UniqueConstraint("dimension", "code"),
        CheckConstraint(f"id > 0 AND id < {SIGNATURE_BITS}", name="id_fits_signature"),
    )


class ImportRunRow(Base):
    """One file taken in."""

    __tablename__ = "import_run"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    started_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[dt.datetime | None]
    actor: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    datum: Mapped[str | None]
    counts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        one_of("datum", [d.value for d in Datum]),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
    )


class CodeCounterRow(Base):
    """Last number given to a new station in an area: a printed code is never reused."""

    __tablename__ = "code_counter"

    prefix: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


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
    adcode: Mapped[str | None] = mapped_column(ForeignKey("area.adcode"))
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
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
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
        CheckConstraint("code ~ '^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$'", name="code_form"),
        CheckConstraint("char_length(btrim(name)) BETWEEN 1 AND 4096", name="name_length"),
        # Web Mercator ends near 85.06 degrees; no station stands beyond it.
        CheckConstraint(
            "ST_Y(position::geometry) BETWEEN -85 AND 85"
            " AND ST_X(position::geometry) BETWEEN -180 AND 180",
            name="position_range",
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
        Index("ix_station_name_key", "name_key"),
        Index("ix_station_adcode", "adcode"),
        Index("ix_station_import_run_id", "import_run_id"),
        Index(
            "uq_station_source_source_id",
            "source",
            "source_id",
            unique=True,
            postgresql_where=text("source_id IS NOT NULL"),
        ),
    )


class StationCardRow(Base):
    """What readers search and copy: one narrow row a station, derived from all the others.

    properties: JSON text of the public properties, ready to send.
    facet_ids: numbers of every filterable fact (`facets.py`); known_amenity_ids: amenities
    with any state, so that "unknown" can be told from "no".
    """

    __tablename__ = "station_card"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    adcode: Mapped[str | None]
    demo: Mapped[bool]
    position: Mapped[WKBElement] = mapped_column(Geography("POINT", srid=4326, spatial_index=False))
    merc: Mapped[WKBElement] = mapped_column(
        Geometry("POINT", srid=3857, spatial_index=False),
        Computed("ST_Transform(position::geometry, 3857)", persisted=True),
    )
    lon: Mapped[float] = mapped_column(Computed("ST_X(position::geometry)", persisted=True))
    lat: Mapped[float] = mapped_column(Computed("ST_Y(position::geometry)", persisted=True))
    facet_ids: Mapped[list[int]]
    known_amenity_ids: Mapped[list[int]]
    properties: Mapped[str]
    search_text: Mapped[str]

    __table_args__ = (
        Index("ix_station_card_merc", "merc", postgresql_using="gist"),
        Index(
            "ix_station_card_merc_facet_ids",
            "merc",
            "facet_ids",
            postgresql_using="gist",
            postgresql_ops={"facet_ids": f"gist__intbig_ops (siglen = {SIGNATURE_BITS // 8})"},
        ),
        Index("ix_station_card_adcode", "adcode"),
        Index("ix_station_card_demo", "station_id", postgresql_where=text("demo")),
        Index(
            "ix_station_card_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
    )


class StationAmenityRow(Base):
    """What is known of an amenity at a station; no row means unknown.

    No foreign keys: checked row by row they take three times as long as a national import's
    two million rows themselves. Triggers hold `station_id` instead, a statement at a time,
    and let the facts go with their station (migration 0002); the range holds `amenity_id`,
    because the vocabulary only ever grows.
    """

    __tablename__ = "station_amenity"

    station_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    amenity_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[str]
    quantity: Mapped[int | None]
    note: Mapped[str | None]
    fee: Mapped[str | None]
    verified_at: Mapped[dt.datetime | None]

    __table_args__ = (
        one_of("state", AMENITY_STATES),
        CheckConstraint("amenity_id BETWEEN 1 AND 63", name="amenity_id_range"),
        CheckConstraint("quantity >= 0", name="quantity_range"),
    )


class StationHonourRow(Base):
    """A title awarded to a station."""

    __tablename__ = "station_honour"

    station_id: Mapped[int] = mapped_column(
        ForeignKey("station.id", ondelete="CASCADE"), primary_key=True
    )
    honour: Mapped[str] = mapped_column(primary_key=True)
    awarded_on: Mapped[dt.date | None]

    __table_args__ = (one_of("honour", [v.value for v in Honour]),)


class StationHoursExceptionRow(Base):
    """Hours that hold on certain dates only; `opening_hours` "off" means closed."""

    __tablename__ = "station_hours_exception"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    opening_hours: Mapped[str]
    reason: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days_in_order"),
        Index("ix_station_hours_exception_station_id", "station_id"),
    )


class StationPhotoRow(Base):
    """A picture of a station; the file lies in the data folder under its SHA-256."""

    __tablename__ = "station_photo"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id", ondelete="CASCADE"))
    sha256: Mapped[str]
    caption: Mapped[str | None]
    width_px: Mapped[int]
    height_px: Mapped[int]
    added_at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        CheckConstraint("width_px > 0 AND height_px > 0", name="size"),
        UniqueConstraint("station_id", "sha256"),
    )


class RevisionRow(Base):
    """Who changed what, when, from what to what; written in the change's transaction.

    `changes` is {field: [before, after]}. A creation holds none (the station itself and
    later revisions tell them); a deletion holds every field.
    """

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    station_id: Mapped[int] = mapped_column(BigInteger)
    station_code: Mapped[str]
    at: Mapped[dt.datetime] = mapped_column(server_default=text("now()"))
    actor: Mapped[str]
    origin: Mapped[str]
    import_run_id: Mapped[int | None] = mapped_column(ForeignKey("import_run.id"))
    action: Mapped[str]
    changes: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))

    __table_args__ = (
        one_of("origin", ORIGINS),
        one_of("action", REVISION_ACTIONS),
        Index("ix_revision_station_id", "station_id"),
        Index("ix_revision_import_run_id", "import_run_id"),
    )

"""Stations, their amenities and honours, areas, import runs, revisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geography, Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "amenity",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amenity")),
        sa.UniqueConstraint("code", name=op.f("uq_amenity_code")),
    )
    op.create_table(
        "area",
        sa.Column("adcode", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_adcode", sa.Text(), nullable=True),
        sa.Column("geom", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("adcode ~ '^[0-9]{6,12}$'", name=op.f("ck_area_adcode_digits")),
        sa.CheckConstraint(
            "level IN ('province', 'city', 'district', 'street')", name=op.f("ck_area_level")
        ),
        sa.CheckConstraint("ST_IsValid(geom)", name=op.f("ck_area_geom_valid")),
        sa.ForeignKeyConstraint(
            ["parent_adcode"], ["area.adcode"], name=op.f("fk_area_parent_adcode_area")
        ),
        sa.PrimaryKeyConstraint("adcode", name=op.f("pk_area")),
    )
    op.create_index("ix_area_geom", "area", ["geom"], unique=False, postgresql_using="gist")
    op.create_index("ix_area_parent_adcode", "area", ["parent_adcode"], unique=False)
    op.create_table(
        "code_counter",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_code_counter")),
    )
    op.create_table(
        "facet",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint("id > 0 AND id < 128", name=op.f("ck_facet_id_fits_signature")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facet")),
        sa.UniqueConstraint("dimension", "code", name=op.f("uq_facet_dimension_code")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column(
            "started_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("datum", sa.Text(), nullable=True),
        sa.Column(
            "counts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint("datum IN ('wgs84', 'gcj02', 'bd09')", name=op.f("ck_import_run_datum")),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_import_run_sha256_hex")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("station_code", sa.Text(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("import_run_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "changes",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "action IN ('created', 'updated', 'deleted')", name=op.f("ck_revision_action")
        ),
        sa.CheckConstraint(
            "origin IN ('form', 'import', 'api', 'report', 'system')",
            name=op.f("ck_revision_origin"),
        ),
        sa.ForeignKeyConstraint(
            ["import_run_id"], ["import_run.id"], name=op.f("fk_revision_import_run_id_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index("ix_revision_import_run_id", "revision", ["import_run_id"], unique=False)
    op.create_index("ix_revision_station_id", "revision", ["station_id"], unique=False)
    op.create_table(
        "station",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "name_key",
            sa.Text(),
            sa.Computed(
                "lower(regexp_replace(normalize(name, NFKC), '\\s', '', 'g'))", persisted=True
            ),
            nullable=False,
        ),
        sa.Column(
            "aliases", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("host_type", sa.Text(), nullable=True),
        sa.Column("builder_type", sa.Text(), nullable=True),
        sa.Column("operator", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column(
            "lon",
            sa.Double(),
            sa.Computed("ST_X(position::geometry)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "lat",
            sa.Double(),
            sa.Computed("ST_Y(position::geometry)", persisted=True),
            nullable=False,
        ),
        sa.Column("source_lon", sa.Double(), nullable=True),
        sa.Column("source_lat", sa.Double(), nullable=True),
        sa.Column("source_datum", sa.Text(), nullable=True),
        sa.Column("position_source", sa.Text(), nullable=True),
        sa.Column("position_precision_m", sa.Double(), nullable=True),
        sa.Column("adcode", sa.Text(), nullable=True),
        sa.Column("stated_district", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("landmark", sa.Text(), nullable=True),
        sa.Column("floor", sa.Text(), nullable=True),
        sa.Column("entrance_note", sa.Text(), nullable=True),
        sa.Column("road_ref", sa.Text(), nullable=True),
        sa.Column("road_direction", sa.Text(), nullable=True),
        sa.Column("road_stake", sa.Text(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("access_method", sa.Text(), nullable=True),
        sa.Column("registration_required", sa.Boolean(), nullable=True),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("rules", sa.Text(), nullable=True),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("hours_text", sa.Text(), nullable=True),
        sa.Column("staffed_hours", sa.Text(), nullable=True),
        sa.Column("hours_source", sa.Text(), nullable=True),
        sa.Column("hours_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("last_inspected_on", sa.Date(), nullable=True),
        sa.Column("service_level", sa.Text(), nullable=True),
        sa.Column("bays_total", sa.Integer(), nullable=True),
        sa.Column("bays_free", sa.Integer(), nullable=True),
        sa.Column("bays_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("max_height_m", sa.Double(), nullable=True),
        sa.Column("max_length_m", sa.Double(), nullable=True),
        sa.Column("parking_paid", sa.Boolean(), nullable=True),
        sa.Column("security_level", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("import_run_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "access_method IN ('open_door', 'staff', 'qr_code', 'member_card', 'face', 'key_code', 'app')",
            name=op.f("ck_station_access_method"),
        ),
        sa.CheckConstraint(
            "audience IN ('everyone', 'outdoor_workers', 'union_members')",
            name=op.f("ck_station_audience"),
        ),
        sa.CheckConstraint(
            "builder_type IN ('self_built', 'government_built', 'partner_built', 'joint_built')",
            name=op.f("ck_station_builder_type"),
        ),
        sa.CheckConstraint(
            "code ~ '^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$'", name=op.f("ck_station_code_form")
        ),
        sa.CheckConstraint(
            "host_type IN ('bank', 'telecom', 'post', 'fuel_station', 'charging_station', 'mall', 'shop', 'restaurant', 'park', 'public_toilet', 'community_center', 'government', 'hospital', 'bus_station', 'logistics_park', 'service_area', 'port', 'other')",
            name=op.f("ck_station_host_type"),
        ),
        sa.CheckConstraint(
            "kind IN ('union_station', 'driver_home', 'partner_station', 'mobile_station')",
            name=op.f("ck_station_kind"),
        ),
        sa.CheckConstraint(
            "service_level IN ('comprehensive', 'extended_hours', 'smart', 'compact', 'mobile')",
            name=op.f("ck_station_service_level"),
        ),
        sa.CheckConstraint(
            "source_datum IN ('wgs84', 'gcj02', 'bd09')", name=op.f("ck_station_source_datum")
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'open', 'suspended', 'closed', 'delisted')",
            name=op.f("ck_station_status"),
        ),
        sa.CheckConstraint(
            "suspended_until IS NULL OR status = 'suspended'",
            name=op.f("ck_station_suspended_until_status"),
        ),
        sa.CheckConstraint(
            "ST_Y(position::geometry) BETWEEN -85 AND 85 AND ST_X(position::geometry) BETWEEN -180 AND 180",
            name=op.f("ck_station_position_range"),
        ),
        sa.CheckConstraint("area_m2 >= 0", name=op.f("ck_station_area_m2_range")),
        sa.CheckConstraint("bays_free >= 0", name=op.f("ck_station_bays_free_range")),
        sa.CheckConstraint("bays_total >= 0", name=op.f("ck_station_bays_total_range")),
        sa.CheckConstraint(
            "char_length(btrim(name)) BETWEEN 1 AND 4096", name=op.f("ck_station_name_length")
        ),
        sa.CheckConstraint("max_height_m > 0", name=op.f("ck_station_max_height_m_range")),
        sa.CheckConstraint("max_length_m > 0", name=op.f("ck_station_max_length_m_range")),
        sa.CheckConstraint(
            "position_precision_m >= 0", name=op.f("ck_station_position_precision_m_range")
        ),
        sa.CheckConstraint("seats >= 0", name=op.f("ck_station_seats_range")),
        sa.ForeignKeyConstraint(["adcode"], ["area.adcode"], name=op.f("fk_station_adcode_area")),
        sa.ForeignKeyConstraint(
            ["import_run_id"], ["import_run.id"], name=op.f("fk_station_import_run_id_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station")),
        sa.UniqueConstraint("code", name=op.f("uq_station_code")),
    )
    op.create_index("ix_station_adcode", "station", ["adcode"], unique=False)
    op.create_index("ix_station_import_run_id", "station", ["import_run_id"], unique=False)
    op.create_index("ix_station_name_key", "station", ["name_key"], unique=False)
    op.create_index(
        "uq_station_source_source_id",
        "station",
        ["source", "source_id"],
        unique=True,
        postgresql_where=sa.text("source_id IS NOT NULL"),
    )
    op.create_table(
        "station_amenity",
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("amenity_id", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("fee", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('yes', 'no', 'partial', 'broken')", name=op.f("ck_station_amenity_state")
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_station_amenity_quantity_range")),
        sa.CheckConstraint(
            "amenity_id BETWEEN 1 AND 63", name=op.f("ck_station_amenity_amenity_id_range")
        ),
        sa.PrimaryKeyConstraint("station_id", "amenity_id", name=op.f("pk_station_amenity")),
    )
    op.create_table(
        "station_card",
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("adcode", sa.Text(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("suspended_until", sa.Date(), nullable=True),
        sa.Column("position", Geography("POINT", srid=4326, spatial_index=False), nullable=False),
        sa.Column(
            "merc",
            Geometry("POINT", srid=3857, spatial_index=False),
            sa.Computed("ST_Transform(position::geometry, 3857)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "lon",
            sa.Double(),
            sa.Computed("ST_X(position::geometry)", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "lat",
            sa.Double(),
            sa.Computed("ST_Y(position::geometry)", persisted=True),
            nullable=False,
        ),
        sa.Column("facet_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("known_amenity_ids", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("properties", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_card_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", name=op.f("pk_station_card")),
        sa.UniqueConstraint("code", name=op.f("uq_station_card_code")),
    )
    op.create_index("ix_station_card_adcode", "station_card", ["adcode"], unique=False)
    op.create_index(
        "ix_station_card_demo",
        "station_card",
        ["station_id"],
        unique=False,
        postgresql_where=sa.text("demo"),
    )
    op.create_index(
        "ix_station_card_merc", "station_card", ["merc"], unique=False, postgresql_using="gist"
    )
    op.create_index(
        "ix_station_card_merc_facet_ids",
        "station_card",
        ["merc", "facet_ids"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={"facet_ids": "gist__intbig_ops (siglen = 16)"},
    )
    op.create_index(
        "ix_station_card_search_text",
        "station_card",
        ["search_text"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )
    op.create_table(
        "station_honour",
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("honour", sa.Text(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "honour IN ('national_most_beautiful', 'provincial_most_beautiful', 'model', 'AAA', 'AAAA', 'AAAAA')",
            name=op.f("ck_station_honour_honour"),
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_honour_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("station_id", "honour", name=op.f("pk_station_honour")),
    )
    op.create_table(
        "station_hours_exception",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "last_day >= first_day", name=op.f("ck_station_hours_exception_days_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_hours_exception_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_hours_exception")),
    )
    op.create_index(
        "ix_station_hours_exception_station_id",
        "station_hours_exception",
        ["station_id"],
        unique=False,
    )
    op.create_table(
        "station_photo",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("station_id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.Column("width_px", sa.Integer(), nullable=False),
        sa.Column("height_px", sa.Integer(), nullable=False),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_station_photo_sha256_hex")),
        sa.CheckConstraint("width_px > 0 AND height_px > 0", name=op.f("ck_station_photo_size")),
        sa.ForeignKeyConstraint(
            ["station_id"],
            ["station.id"],
            name=op.f("fk_station_photo_station_id_station"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_photo")),
        sa.UniqueConstraint(
            "station_id", "sha256", name=op.f("uq_station_photo_station_id_sha256")
        ),
    )


def downgrade() -> None:
    """Drop every table."""
    op.drop_table("station_photo")
    op.drop_table("station_hours_exception")
    op.drop_table("station_honour")
    op.drop_table("station_card")
    op.drop_table("station_amenity")
    op.drop_table("station")
    op.drop_table("revision")
    op.drop_table("import_run")
    op.drop_table("facet")
    op.drop_table("code_counter")
    op.drop_table("area")
    op.drop_table("amenity")
